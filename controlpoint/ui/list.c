/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A list and where one is in it. Pure. */
#include "ui/list.h"

#include <string.h>

#include <av-upnp/text.h>

UiRow *
ui_row_new(const char *key, const char *text)
{
	UiRow *row = g_new0(UiRow, 1);

	row->key = g_strdup(key != NULL ? key : "");
	row->text = g_strdup(text != NULL ? text : "");
	return row;
}

void
ui_row_free(void *data)
{
	UiRow *row = data;

	g_free(row->key);
	g_free(row->text);
	g_free(row->right);
	g_free(row->value);
	g_free(row);
}

void
ui_list_init(UiList *list)
{
	*list = (UiList){ .rows = g_ptr_array_new_with_free_func(ui_row_free) };
}

void
ui_list_clear(UiList *list)
{
	g_clear_pointer(&list->rows, g_ptr_array_unref);
}

const UiRow *
ui_list_get(const UiList *list)
{
	return list->at < list->rows->len ? list->rows->pdata[list->at] : NULL;
}

void
ui_list_go(UiList *list, unsigned at)
{
	list->at = list->rows->len > 0 ? MIN(at, list->rows->len - 1) : 0;
}

void
ui_list_set(UiList *list, GPtrArray *rows)
{
	const UiRow *chosen = ui_list_get(list);
	g_autofree char *key = chosen != NULL ? g_strdup(chosen->key) : NULL;
	unsigned at = list->at;

	g_ptr_array_unref(list->rows);
	list->rows = rows;
	for (guint i = 0; key != NULL && i < rows->len; i++) {
		if (strcmp(((const UiRow *)rows->pdata[i])->key, key) == 0) {
			at = i;
			break;
		}
	}
	ui_list_go(list, at);
}

void
ui_list_move(UiList *list, int step)
{
	const int64_t to = (int64_t)list->at + step;

	ui_list_go(list, to < 0 ? 0 : (unsigned)MIN(to, UINT_MAX));
}

bool
ui_list_find(UiList *list, const char *words, bool back)
{
	g_autofree char *wanted = avu_text_fold(words);

	for (guint i = 1; i <= list->rows->len; i++) {
		const unsigned step = back ? list->rows->len - i : i;
		const unsigned at = (list->at + step) % list->rows->len;
		g_autofree char *text = avu_text_fold(((const UiRow *)list->rows->pdata[at])->text);

		if (strstr(text, wanted) != NULL) {
			list->at = at;
			return true;
		}
	}
	return false;
}

bool
ui_list_find_marked(UiList *list)
{
	for (guint i = 0; i < list->rows->len; i++) {
		if (((const UiRow *)list->rows->pdata[i])->marked) {
			list->at = i;
			return true;
		}
	}
	return false;
}

void
ui_list_scroll(UiList *list, unsigned height)
{
	if (height == 0) {
		return;
	}
	if (list->at < list->top) {
		list->top = list->at;
	} else if (list->at >= list->top + height) {
		list->top = list->at - height + 1;
	}
	/* no empty lines at the end while there are rows above */
	if (list->rows->len < list->top + height) {
		list->top = list->rows->len > height ? list->rows->len - height : 0;
	}
}
