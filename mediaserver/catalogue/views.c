/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The views in use, and the SQL of what is in their containers. Constant once set, any thread. */
#include "mediaserver/catalogue/views.h"

#include <av-upnp/hash.h>

#include "mediaserver/catalogue/view-file.h"

static const View no_views[] = { { NULL } };
static const View *table = no_views; /* set before there are threads */
static int64_t signature;

const View *
views(void)
{
	return table;
}

int64_t
views_get_signature(void)
{
	return signature;
}

void
views_use(ViewSet *set)
{
	static ViewSet *used;

	table = view_set_get_views(set);
	signature = view_set_get_signature(set);
	view_set_free(used);
	used = set;
}

const View *
view_find(const char *id)
{
	for (const View *view = table; view->id != NULL; view++) {
		if (g_strcmp0(view->id, id) == 0) {
			return view;
		}
	}
	return NULL;
}

unsigned
view_get_n_levels(const View *view)
{
	return view->n_levels;
}

int64_t
view_get_container(const View *view)
{
	return avu_hash_strings(60, "view", view->id, NULL);
}

/* The value itself, or one of the further ones of an item that has several. */
static void
append_value(GString *sql, const ViewProperty *property, unsigned i, const char *value)
{
	const char *column = property->columns[i];

	if (value[0] == '\0' && !property->never_null && i == 0) {
		g_string_append_printf(sql, " AND (%s IS NULL AND ? = '')", column);
	} else {
		g_string_append_printf(sql, " AND %s = ?", column);
	}
}

void
view_append_items(
	GString *sql, const View *view, unsigned level, const char *const values[VIEW_VALUES_MAX])
{
	unsigned n = 0;

	g_string_append(sql, view->where);
	for (unsigned l = 0; l < level && l < view->n_levels; l++) {
		const ViewProperty *property = view->levels[l].property;

		for (unsigned i = 0; i < VIEW_PROPERTY_COLUMNS_MAX && property->columns[i] != NULL;
			i++, n++) {
			append_value(sql, property, i, values[n] != NULL ? values[n] : "");
		}
		view_filter_append_sql(view->levels[l].filter, sql);
	}
}
