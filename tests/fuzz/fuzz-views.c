/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A user's file of views. What is taken fits together: parents come before children, and the SQL that
 * comes of it has no quote that was not doubled and no statement of its own. */
#include <string.h>

#include <av-upnp/error.h>

#include "mediaserver/catalogue/view-sql.h"

static const char homes[] = "[a-folders]\nTitle=A\nItems=audio\nFolders=yes\n"
			    "[v-folders]\nTitle=V\nItems=video\nFolders=yes\n"
			    "[p-folders]\nTitle=P\nItems=image\nFolders=yes\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_sql(const char *sql)
{
	bool quoted = false;

	for (const char *p = sql; *p != '\0'; p++) {
		quoted ^= *p == '\'';
		g_assert_true(quoted || *p != ';');
	}
	g_assert_false(quoted);
}

static void
check_view(const View *all, const View *view)
{
	bool has_parent = view == all;

	for (const View *before = all; before < view; before++) {
		has_parent |= g_str_equal(before->id, view->parent);
		g_assert_cmpstr(before->id, !=, view->id);
	}
	g_assert_true(has_parent);
	g_assert_cmpuint(view->n_levels, <=, VIEW_LEVELS_MAX);
	if (view->kind != ITEM_NONE) {
		check_sql(view->plan->where);
		check_sql(view->plan->order);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(ViewSet) set = view_set_new();
	g_autoptr(GError) error = NULL;

	if (!view_set_add(set, "homes", homes, strlen(homes), &error) ||
		!view_set_add(set, "own", (const char *)data, size, &error) ||
		!view_set_finish(set, &error)) {
		g_assert_true(g_error_matches(error, AVU_ERROR, AVU_ERROR_USAGE) ||
			      g_error_matches(error, AVU_ERROR, AVU_ERROR_LIMIT));
		return 0;
	}
	view_plans_make(set);
	const View *all = view_set_get_views(set);

	for (const View *view = all; view->id != NULL; view++) {
		check_view(all, view);
	}
	return 0;
}
