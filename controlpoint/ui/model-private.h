/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ui/model-private.h: the model's own two files: model (what there is) and model-keys (what keys do) */
#pragma once

#include "ui/model.h"

typedef struct {
	char *id, *title;
	char *within; /* id of what was chosen in it, for the way back */
} Folder;

struct UiModel {
	UiOrder order;
	void *data;
	UiPane pane;
	UiList lists[UI_PANES];
	GHashTable *devices;            /* UDN → json_t */
	GPtrArray *folders;             /* Folder, the root first; empty: no server */
	char *renderer, *renderer_name; /* for -r; NULL: none */
	const char *mode; /* last one that it was given here; NULL: none, or the normal one */
	char *server, *server_name;
	json_t *now;         /* NULL: not known */
	bool covers;         /* wanted */
	char *covered;       /* what the cover is of, or was asked for; NULL: nothing */
	CoverPicture *cover; /* NULL: none */
	char *message;
	char *words; /* searched for last */
	bool help;
	unsigned help_top;                             /* its first line that is seen */
	bool queue_asked, status_asked, devices_asked; /* under way */
};

void ui_model_tell(UiModel *model, const char *message);
/** @param words  NULL-ended */
void ui_model_ask(UiModel *model, UiAsk what, const char *const *words);
/** A verb of the renderer in use; when there is none the user is told. @param first,second  NULL: none */
void ui_model_ask_renderer(
	UiModel *model, UiAsk what, const char *verb, const char *first, const char *second);
void ui_model_ask_queue(UiModel *model);
void ui_model_ask_listing(UiModel *model);
/** The one that is open; NULL: none. */
Folder *ui_model_last_folder(const UiModel *model);
void ui_model_push_folder(UiModel *model, const char *id, const char *title);
void ui_model_use_renderer(UiModel *model, const char *renderer, const char *name);
void ui_model_use_server(UiModel *model, const char *server, const char *name);
/** Marks follow what is in use. */
void ui_model_list_devices(UiModel *model);
