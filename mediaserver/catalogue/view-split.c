/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of items that are so long that they stand under letters. That is part of a set of views: one
 * more, or one less, is another set over the same files. Writer's thread. */
#include "mediaserver/catalogue/letters.h"
#include "mediaserver/catalogue/view-file.h"
#include "mediaserver/catalogue/view-reload.h"
#include "mediaserver/catalogue/view-sql.h"

bool
view_split_restore(Database *database, GError **error)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	Statement *statement =
		database_prepare(database, "SELECT id FROM known_view WHERE split <> 0", error);
	StatementStep step;

	if (statement == NULL) {
		return false;
	}
	while ((step = statement_step(database, statement, error)) == STATEMENT_ROW) {
		g_ptr_array_add(ids, g_strdup(statement_get_text(statement, 0)));
	}
	if (step != STATEMENT_DONE || ids->len == 0) {
		return step == STATEMENT_DONE;
	}
	g_ptr_array_add(ids, NULL);
	ViewSet *set = view_set_load((const char *const *)ids->pdata, error);

	if (set != NULL) {
		view_plans_make(set);
		views_use(set);
	}
	return set != NULL;
}

GPtrArray *
view_split_list(void)
{
	GPtrArray *ids = g_ptr_array_new();

	for (const View *view = views(); view->id != NULL; view++) {
		if (view->split) {
			g_ptr_array_add(ids, (gpointer)view->id);
		}
	}
	g_ptr_array_add(ids, NULL);
	return ids;
}

/* What a container has in it. */
typedef struct {
	int64_t items;
	unsigned letters;
} Size;

static void
add_children(const Container *container, void *data)
{
	Size *size = data;

	size->items += container->children;
	size->letters++;
}

static void
add_item(const Item *item, void *data)
{
	(void)item;
	(void)data;
}

/* Of a view that is split, all letters together. */
static bool
measure(Catalogue *catalogue, const View *view, Size *ret_size, GError **error)
{
	static const CataloguePage letters = { .count = 1000 };
	const CatalogueSink sink = { add_children, add_item, ret_size };
	AvuContentResult result;
	uint32_t update_id;

	*ret_size = (Size){ 0 };
	return view->split ? catalogue_get_children(catalogue, view_get_container(view), &letters,
				     &sink, &result, error)
			   : catalogue_get_container(
				     catalogue, view_get_container(view), &sink, &update_id, error);
}

/* min or max: an index of the view has it at one of its ends. */
static bool
get_key(Database *reader, const View *view, const char *end, char **ret_key, GError **error)
{
	g_autofree char *sql =
		g_strdup_printf("SELECT %s(sort_title) FROM item WHERE %s", end, view->plan->where);
	Statement *statement = database_prepare(reader, sql, error);

	if (statement == NULL || !statement_step_to_row(reader, statement, error)) {
		return false;
	}
	*ret_key = g_strdup(statement_get_text(statement, 0));
	statement_reset(statement); /* one row */
	return true;
}

/* All items below one letter would be a step more for nothing. */
static bool
has_several(Catalogue *catalogue, const View *view, bool *ret_several, GError **error)
{
	Database *reader = catalogue_begin_read(catalogue, error);
	g_autofree char *first = NULL;
	g_autofree char *last = NULL;

	if (reader == NULL) {
		return false;
	}
	const bool good = get_key(reader, view, "min", &first, error) &&
			  get_key(reader, view, "max", &last, error);

	*ret_several = good && letters_differ(first, last);
	catalogue_end_read(catalogue, reader);
	return good;
}

/* @param ret_split  the view is to be split, whether it is or not */
static bool
decide(Catalogue *catalogue, const View *view, bool *ret_split, GError **error)
{
	const int64_t above = catalogue->letters_above;
	Size size;

	*ret_split = false;
	if (!measure(catalogue, view, &size, error)) {
		return false;
	}
	/* joined again when there are a quarter less */
	if (above == 0 || size.items <= (view->split ? above - above / 4 : above)) {
		return true;
	}
	*ret_split = size.letters > 1;
	return view->split || has_several(catalogue, view, ret_split, error);
}

bool
catalogue_balance_views(Catalogue *catalogue, bool *ret_changed, GError **error)
{
	g_autoptr(GPtrArray) split = g_ptr_array_new();

	*ret_changed = false;
	for (const View *view = views(); view->id != NULL; view++) {
		bool splits;

		if (!view->letters) {
			continue;
		}
		if (!decide(catalogue, view, &splits, error)) {
			return false;
		}
		*ret_changed |= splits != view->split;
		if (splits) {
			g_ptr_array_add(split, (gpointer)view->id);
		}
	}
	if (!*ret_changed) {
		return true;
	}
	g_ptr_array_add(split, NULL);
	/* of the files as they were: nobody asked for others */
	ViewSet *set = view_set_copy(views_get_used(), (const char *const *)split->pdata, error);

	*ret_changed = set != NULL && catalogue_use_views(catalogue, set, error);
	return *ret_changed;
}
