/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The indexes that the views in use need, no more: what is grouped by, in the views' own order where a
 * container may hold very many items. Each is only for the kind of items that the view has; none begins
 * with the kind, which SQLite would take for a rare match. Writer's thread, when the library is made. */
#include "mediaserver/catalogue/view-index.h"

#include "mediaserver/catalogue/view-sql.h"

static void
append_columns(GString *columns, const ViewProperty *property)
{
	const ViewColumns *made = view_sql_get_columns(property);

	for (unsigned i = 0; i < VIEW_SQL_COLUMNS_MAX && made->columns[i] != NULL; i++) {
		g_string_append_printf(
			columns, "%s%s", columns->len > 0 ? ", " : "", made->columns[i]);
	}
}

/* Groups of albums are small and told apart by two columns: what is above them need not be in the
 * index, and a dozen tracks are sorted in no time. Others are found by all levels, the last first. */
static void
append_levels(GString *columns, const View *view)
{
	const ViewProperty *last = view->levels[view->n_levels - 1].property;

	append_columns(columns, last);
	if (last->owner != 0) {
		return;
	}
	for (unsigned l = view->n_levels - 1; l-- > 0;) {
		append_columns(columns, view->levels[l].property);
	}
	if (view->n_levels == 1) {
		g_string_append_printf(columns, ", %s", view->plan->order);
	}
}

/* "-added, album, …" of a view that shows a few: the first column finds them. */
static void
append_first_column(GString *columns, const char *order)
{
	unsigned depth = 0;

	for (const char *p = order; *p != '\0' && (*p != ',' || depth > 0); p++) {
		depth += *p == '(' ? 1 : 0;
		depth -= *p == ')' ? 1 : 0;
		g_string_append_c(columns, *p);
	}
}

static char *
index_sql(const View *view)
{
	g_autoptr(GString) columns = g_string_new(NULL);
	g_autoptr(GString) filter = g_string_new(NULL);

	if (view->n_levels > 0) {
		append_levels(columns, view);
	} else if (view->limit > 0) {
		append_first_column(columns, view->plan->order);
	} else {
		g_string_append(columns, view->plan->order);
		view_sql_append_filter(filter, view->filter);
	}
	return g_strdup_printf(
		"ON item (%s) WHERE kind = %d%s", columns->str, view->kind, filter->str);
}

void
view_indexes_append_sql(GString *sql)
{
	g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(g_free);

	for (const View *view = views(); view->id != NULL; view++) {
		if (view->kind == ITEM_NONE || view->folders) {
			continue;
		}
		char *definition = index_sql(view);

		if (g_ptr_array_find_with_equal_func(made, definition, g_str_equal, NULL)) {
			g_free(definition);
			continue;
		}
		g_ptr_array_add(made, definition);
		g_string_append_printf(sql, "CREATE INDEX view_%u %s;", made->len, definition);
	}
}
