/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* draft.h: what stands in profile files, before it means anything; and what is wrong with them. */
#pragma once

#include <av-upnp/keyfile.h>

#define DRAFT_FILES_MAX 256
#define DRAFT_NAMES_MAX 65536 /* of them the first are taken */
#define DRAFT_ENTRIES_MAX 16384
#define DRAFT_PROBLEMS_MAX 100

/* All strings are the draft's. */
typedef struct {
	const char *key, *value;
	AvuKeyfilePlace key_place, value_place;
} DraftEntry;

typedef struct {
	const char *name;
	AvuKeyfilePlace place;
	GArray *entries; /* DraftEntry */
	bool bad;        /* something is wrong in it: it is left out */
	void *made;      /* the reader's own */
} DraftSection;

typedef struct {
	GPtrArray *sections; /* DraftSection, in the order of files */
	GStringChunk *strings;
	GPtrArray *problems; /* char *; "FILE:LINE:COLUMN: …" */
	unsigned n_entries;
} Draft;

Draft *draft_new(void);
void draft_free(Draft *draft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Draft, draft_free)

/** Adds the sections of a text. A section that is there already takes the place of the earlier one,
 *  unless it is of the same file, which is a mistake. */
void draft_add_text(Draft *draft, const char *file, const char *text, size_t len);
/** All files NAME-ending-in-suffix of the folders, by name in each, folder after folder. Folders that
 *  do not exist are none. */
void draft_add_folders(Draft *draft, const char *const *folders, const char *suffix);
/** NULL: there is none. */
DraftSection *draft_find(const Draft *draft, const char *name);
/** Notes what is wrong; section (may be NULL) becomes bad. */
void draft_refuse(Draft *draft, DraftSection *section, const AvuKeyfilePlace *place,
	const char *format, ...) G_GNUC_PRINTF(4, 5);
/** The same: unknown WHAT "WORD", did you mean "NEAREST"? @param list  NULL-ended */
void draft_refuse_word(Draft *draft, DraftSection *section, const AvuKeyfilePlace *place,
	const char *what, const char *word, const char *const *list);
/** The copy is the draft's. */
const char *draft_keep(Draft *draft, const char *text, size_t len);
