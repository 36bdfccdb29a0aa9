/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/view-draft.h: views while they are read: what view-file.c and view-set.c share */
#pragma once

#include <av-upnp/keyfile.h>

#include "mediaserver/catalogue/view-file.h"

G_BEGIN_DECLS

#define VIEW_LIMIT_MAX 10000
#define VIEW_CONTAINER "object.container"

/* A view while it is read. */
typedef struct {
	View view;
	AvuKeyfilePlace place; /* of its section */
	unsigned file;         /* which file it is from */
	bool hidden;
	GPtrArray *keys; /* that it has */
} ViewDraft;

/* A file as it was read. */
typedef struct {
	const char *name;
	GBytes *text;
} ViewSource;

struct ViewSet {
	GStringChunk *strings;
	GPtrArray *drafts; /* ViewDraft, as they stand in the files */
	GPtrArray *filters;
	GPtrArray *split; /* ids */
	GString *text;    /* what the signature is made of */
	GArray *sources;  /* ViewSource */
	unsigned n_files;
	View *views;        /* after finish */
	GPtrArray *plans;   /* ViewPlan, after view_plans_make() */
	GPtrArray *several; /* after finish: const ViewProperty*, NULL-ended */
};

/** A lasting copy. */
const char *view_set_keep(ViewSet *set, const char *text);
/** @return NULL when there is none */
ViewDraft *view_set_find_draft(const ViewSet *set, const char *id);

/** AVU_ERROR_USAGE. @return false */
bool view_refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
/** "unknown WHAT "WORD", did you mean …". @return false */
bool view_refuse_word(GError **error, const char *what, const char *word, const char *const *list);

G_END_DECLS
