/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ui/list.h: rows, of which one is chosen, and which part of them is seen. Pure; no terminal. */
#pragma once

#include <av-upnp/base.h>

typedef struct {
	char *key;   /* what it is known by: UDN, object id, number */
	char *text;  /* foreign, as it came */
	char *right; /* what stands at the right end, or NULL */
	char *value; /* what orders need besides, or NULL */
	bool folder; /* can be opened */
	bool marked; /* the one in use: the renderer, the entry that plays */
} UiRow;

UiRow *ui_row_new(const char *key, const char *text);
void ui_row_free(void *row);

typedef struct {
	GPtrArray *rows; /* UiRow */
	unsigned at;     /* the chosen one; 0 when there is none */
	unsigned top;    /* the first that is seen */
} UiList;

void ui_list_init(UiList *list);
void ui_list_clear(UiList *list);
/** Other rows; what was chosen stays chosen if it is still there, by its key, else by its place.
 *  @param rows  taken */
void ui_list_set(UiList *list, GPtrArray *rows);
/** @return NULL when there are none */
const UiRow *ui_list_get(const UiList *list);
void ui_list_move(UiList *list, int step);
/** @param at  beyond the end: the last */
void ui_list_go(UiList *list, unsigned at);
/** Chooses the next row behind the chosen one, and from the start again, whose text has that in it, without
 *  regard to case and accents. @return false: there is none */
bool ui_list_find(UiList *list, const char *words, bool back);
/** Chooses the first row that is marked. @return false: none is */
bool ui_list_find_marked(UiList *list);
/** Moves the part that is seen so that the chosen row is in it. */
void ui_list_scroll(UiList *list, unsigned height);
