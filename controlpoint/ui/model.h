/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ui/model.h: what the screen is about, and what keys make of it. It knows no terminal and no network: it
 * orders verbs of avcp, and is given their JSON. Pure; one thread. */
#pragma once

#include <jansson.h>

#include "ui/cover.h"
#include "ui/keys.h"
#include "ui/list.h"

typedef enum { UI_PANE_DEVICES, UI_PANE_BROWSE, UI_PANE_QUEUE, UI_PANES } UiPane;

/* What becomes of a verb's answer. A later one of the same kind takes the place of one that still runs, but
 * for deeds, which are done one after the other. */
typedef enum {
	UI_ASK_DEED,    /* nothing, if it went well */
	UI_ASK_LISTING, /* ui_model_take_listing() */
	UI_ASK_QUEUE,   /* ui_model_take_queue() */
	UI_ASK_STATUS,  /* ui_model_take_status(), for each line; goes on */
	UI_ASK_DEVICES, /* ui_model_take_device(), for each line; goes on */
	UI_ASK_COVER,   /* ui_model_take_cover(): a picture, no JSON */
	UI_ASKS,
} UiAsk;

/** @param words  options, verb and operands; NULL-ended, borrowed */
typedef void (*UiOrder)(UiAsk ask, const char *const *words, void *data);

typedef struct UiModel UiModel;

/** Orders what is shown first. @param renderer,server  as for -r and -s; NULL: chosen later */
UiModel *ui_model_new(const char *renderer, const char *server, UiOrder order, void *data);
void ui_model_free(UiModel *model);

/** Covers are of use: from now on they are asked for, once for each track. */
void ui_model_want_covers(UiModel *model);

/** @return false: it is over */
bool ui_model_act(UiModel *model, UiAction action);
/** Chooses the next row with those words, and remembers them for UI_FIND_AGAIN. */
void ui_model_find(UiModel *model, const char *words);
/** Every two seconds or so: what is shown and cannot be watched is asked for anew. */
void ui_model_tick(UiModel *model);

/** A record of "devices --follow": with it comes, changes or goes a device. */
void ui_model_take_device(UiModel *model, const json_t *record);
void ui_model_take_listing(UiModel *model, const json_t *list);
void ui_model_take_queue(UiModel *model, const json_t *list);
void ui_model_take_status(UiModel *model, const json_t *record);
/** The answer of "cover --ppm". */
void ui_model_take_cover(UiModel *model, const void *octets, size_t len);
/** A verb ended. @param trouble  what it said; NULL: it went well */
void ui_model_take_end(UiModel *model, UiAsk ask, const char *trouble);

UiPane ui_model_get_pane(const UiModel *model);
UiList *ui_model_get_list(UiModel *model);
/** "Attic / Music / Albums", the renderer whose queue it is …; foreign. g_free() it. */
char *ui_model_dup_heading(const UiModel *model);
/** What was last told to the user, or NULL. */
const char *ui_model_get_message(const UiModel *model);
bool ui_model_shows_help(const UiModel *model);
/** The first line of the help that is to be seen; may be behind what fits. */
unsigned ui_model_get_help_top(const UiModel *model);
/** Names of what is in use, foreign; NULL: none chosen. */
const char *ui_model_get_renderer(const UiModel *model);
const char *ui_model_get_server(const UiModel *model);

typedef struct {
	const char *state, *title;     /* NULL: not known */
	double position_s, duration_s; /* below 0: not known */
	int volume;                    /* below 0: not known */
	bool mute;
} UiNow;
/** What the renderer does. @return false: nothing is known */
bool ui_model_get_now(const UiModel *model, UiNow *ret_now);
/** Of what the renderer has; NULL: there is none. Borrowed. */
const CoverPicture *ui_model_get_cover(const UiModel *model);
