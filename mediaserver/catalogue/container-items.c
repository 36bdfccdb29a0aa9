/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The condition that makes items stand in a container: the one door between what views mean and who
 * lists, counts and searches. Pure, any thread. */
#include "mediaserver/catalogue/letters.h"
#include "mediaserver/catalogue/view-sql.h"

/* Above the last level, counts of further values are not kept: there they are always looked for. */
static bool
look_further(const Container *container)
{
	return container->further || container->level < container->view->n_levels;
}

static void
append_value(GString *sql, const Container *container, const ViewProperty *property, unsigned i,
	unsigned parameter)
{
	const ViewColumns *columns = view_sql_get_columns(property);
	const char *column = columns->columns[i];
	const char *value = container->values[parameter - 1];

	if (i == 0 && !columns->never_null && (value == NULL || value[0] == '\0')) {
		g_string_append_printf(sql, " AND (%s IS NULL AND ?%u = '')", column, parameter);
	} else if (i == 0 && property->several && look_further(container) &&
		   container->view->n_levels == 1) {
		/* no larger than the group; with OR, SQLite walks all items in their order */
		g_string_append_printf(sql,
			" AND row IN (SELECT row FROM item WHERE kind = %d AND %s = ?%u UNION ALL"
			" SELECT item.row FROM item_value JOIN item ON item.id = item_value.item"
			" WHERE property = %d AND value = ?%u)",
			container->view->kind, column, parameter,
			view_property_get_number(property), parameter);
	} else if (i == 0 && property->several && look_further(container)) {
		g_string_append_printf(sql,
			" AND (%s = ?%u OR id IN (SELECT item FROM item_value"
			" WHERE property = %d AND value = ?%u))",
			column, parameter, view_property_get_number(property), parameter);
	} else {
		g_string_append_printf(sql, " AND %s = ?%u", column, parameter);
	}
}

void
catalogue_append_items(GString *sql, const Container *container)
{
	const View *view = container->view;
	unsigned parameter = 1;

	g_string_append(sql, view->plan->where);
	if (container->made == CONTAINER_LETTER) {
		letters_append_items(sql, container);
		return;
	}
	for (unsigned l = 0; l < container->level && l < view->n_levels; l++) {
		const ViewProperty *property = view->levels[l].property;

		const unsigned n = property->owner != 0 ? 2 : 1;

		for (unsigned i = 0; i < n; i++, parameter++) {
			append_value(sql, container, property, i, parameter);
		}
		view_sql_append_filter(sql, view->levels[l].filter);
	}
}
