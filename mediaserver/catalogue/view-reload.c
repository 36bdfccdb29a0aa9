/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the views of before to those of now: what another definition made goes, then each item enters
 * the views that are new. Writer's thread, in one transaction: readers see all of it or nothing. It takes
 * some 50 µs for each item; a server that ends does not wait for it, and begins again at its next start. */
#include "mediaserver/catalogue/view-reload.h"

#include <av-upnp/error.h>
#include <av-upnp/hash.h>

#include "mediaserver/catalogue/counts.h"
#include "mediaserver/catalogue/letters.h"
#include "mediaserver/catalogue/listed.h"
#include "mediaserver/catalogue/sample.h"
#include "mediaserver/catalogue/view-file.h"
#include "mediaserver/catalogue/view-index.h"
#include "mediaserver/catalogue/view-sql.h"

#define ID_BITS 60

/* A view that containers were made of. */
typedef struct {
	char *id;
	int64_t signature;
} Known;

static void
known_clear(void *data)
{
	g_free(((Known *)data)->id);
}

static void
append_text(GString *out, const char *text)
{
	g_string_append_printf(out, "%s\n", text != NULL ? text : "");
}

static void
append_level(GString *out, const ViewLevel *level)
{
	append_text(out, level->property->name);
	append_text(out, level->upnp_class);
	append_text(out, level->missing);
	append_text(out, level->name);
	append_text(out, level->sort_by != NULL ? level->sort_by->name : NULL);
	g_string_append_printf(out, "%d %d\n", level->sort_down, level->letters);
	view_sql_append_filter(out, level->filter);
}

/* Their containers are where items and lists live. */
static bool
is_fixed(const View *view)
{
	return view->folders || g_str_equal(view->id, LISTED_VIEW);
}

/* All that decides which containers there are and what is in them; not how the view itself is shown. */
static void
append_definition(GString *out, const View *view)
{
	append_text(out, view->id);
	if (is_fixed(view)) { /* the same ones wherever it stands, in an order of their own */
		g_string_append_printf(out, "%d %d\n", view->kind, view->folders);
		return;
	}
	append_text(out, view->parent);
	append_text(out, view->plan->where);
	append_text(out, view->plan->order);
	g_string_append_printf(
		out, "%d %d %u %u\n", view->kind, view->folders, view->limit, view->sample);
	for (unsigned l = 0; l < view->n_levels; l++) {
		append_level(out, &view->levels[l]);
	}
	if (view->of != NULL) { /* its groups are the other's */
		append_definition(out, view_find(view->of));
	}
}

static int64_t
get_signature(const View *view)
{
	g_autoptr(GString) text = g_string_new(NULL);

	append_definition(text, view);
	return avu_hash_strings(ID_BITS, text->str, NULL);
}

static GArray *
list_known(Database *database, GError **error)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Known));
	Statement *statement =
		database_prepare(database, "SELECT id, signature FROM known_view", error);
	StatementStep step;

	g_array_set_clear_func(all, known_clear);
	if (statement == NULL) {
		return NULL;
	}
	while ((step = statement_step(database, statement, error)) == STATEMENT_ROW) {
		const Known known = { g_strdup(statement_get_text(statement, 0)),
			statement_get_int(statement, 1) };

		g_array_append_val(all, known);
	}
	return step == STATEMENT_DONE ? g_steal_pointer(&all) : NULL;
}

static const Known *
find_known(const GArray *all, const char *id)
{
	for (guint i = 0; i < all->len; i++) {
		const Known *known = &g_array_index(all, Known, i);

		if (g_str_equal(known->id, id)) {
			return known;
		}
	}
	return NULL;
}

static bool
is_known(const GArray *all, const View *view)
{
	const Known *known = find_known(all, view->id);

	return known != NULL && known->signature == get_signature(view);
}

bool
view_reload_can(Database *database)
{
	g_autoptr(GArray) all = list_known(database, NULL);
	const Known *lists = all != NULL ? find_known(all, LISTED_VIEW) : NULL;

	if (all == NULL || (lists != NULL && view_find(LISTED_VIEW) == NULL)) {
		return false;
	}
	for (const View *view = views(); view->id != NULL && all->len > 0; view++) {
		if (is_fixed(view) && !is_known(all, view)) {
			return false;
		}
	}
	return true;
}

/* @param numbers  for ?2 and on */
static bool
run_for(Catalogue *catalogue, const char *sql, const char *view, const int64_t *numbers, int n,
	GError **error)
{
	Statement *statement = database_prepare(catalogue->writer, sql, error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_text(statement, 1, view);
	for (int i = 0; i < n; i++) {
		statement_bind_int(statement, 2 + i, numbers[i]);
	}
	return statement_finish(catalogue->writer, statement, error);
}

/* What was below it goes; its own row stays, for its counts must not go back, or goes, too. */
static bool
empty(Catalogue *catalogue, const char *view, bool stays, GError **error)
{
	const uint32_t stamp = catalogue_stamp(catalogue);
	const int64_t numbers[] = { stamp };

	/* one word for all that was below: nobody is told of a million references */
	catalogue_note_container(catalogue, stays ? CATALOGUE_MODIFIED : CATALOGUE_DELETED,
		avu_hash_strings(ID_BITS, "view", view, NULL), 0, "object.container", stamp);
	return run_for(catalogue,
		       "DELETE FROM container WHERE view = ?1 AND level > 0 AND made <= 0", view,
		       numbers, 0, error) &&
	       run_for(catalogue,
		       stays ? "UPDATE container SET deleted_children = deleted_children +"
			       " children, children = 0, further = 0, art = 0, update_id = ?2,"
			       " object_update_id = ?2 WHERE view = ?1 AND level = 0"
			     : "DELETE FROM container WHERE view = ?1 AND level = 0",
		       view, numbers, stays ? 1 : 0, error);
}

static bool
empty_old(Catalogue *catalogue, const GArray *all, bool *ret_any, GError **error)
{
	for (guint i = 0; i < all->len; i++) {
		const Known *known = &g_array_index(all, Known, i);
		const View *view = view_find(known->id);

		if (view != NULL && (is_fixed(view) || is_known(all, view))) {
			continue;
		}
		*ret_any = true;
		if (!empty(catalogue, known->id, view != NULL, error)) {
			return false;
		}
	}
	return true;
}

/* Indexes */

static bool
list_indexes(Database *database, GString *sql, GError **error)
{
	Statement *statement = database_prepare(database,
		"SELECT name FROM sqlite_schema WHERE type = 'index' AND name GLOB 'view_[0-9]*'",
		error);
	StatementStep step;

	if (statement == NULL) {
		return false;
	}
	while ((step = statement_step(database, statement, error)) == STATEMENT_ROW) {
		g_string_append_printf(
			sql, "DROP INDEX %s;", statement_get_text(statement, 0)); /* ours */
	}
	return step == STATEMENT_DONE;
}

static bool
put_indexes(Database *database, GError **error)
{
	g_autoptr(GString) sql = g_string_new(NULL);

	if (!list_indexes(database, sql, error)) {
		return false;
	}
	view_indexes_append_sql(sql);
	return database_run(database, sql->str, error);
}

/* Items */

static bool
put_item(Catalogue *catalogue, const GPtrArray *fresh, int64_t id, GError **error)
{
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	bool there;
	Item item;

	return catalogue_read_item(catalogue, id, &item, strings, &there, error) &&
	       (!there || catalogue_enter_views(catalogue, fresh, &item, error));
}

static bool
put_items(Catalogue *catalogue, const GPtrArray *fresh, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!database_run(catalogue->writer, "DELETE FROM item_value", error) ||
		!catalogue_list_ids(
			catalogue, "SELECT id FROM item WHERE kind > ?1", ITEM_NONE, ids, error)) {
		return false;
	}
	for (guint i = 0; i < ids->len; i++) {
		if (atomic_load(&catalogue->ending)) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_CANCELLED, "the server ends");
			return false;
		}
		if (!put_item(catalogue, fresh, g_array_index(ids, int64_t, i), error)) {
			return false;
		}
	}
	return counts_flush(catalogue, error);
}

/* Views of views have those as children that have something in them. */
static bool
count_view(Catalogue *catalogue, const View *view, GError **error)
{
	const uint32_t stamp = catalogue_stamp(catalogue);
	const int64_t numbers[] = { stamp };

	catalogue_note_children(catalogue, view_get_container(view), stamp);
	return run_for(catalogue,
		"UPDATE container SET children = (SELECT count(*) FROM container AS c"
		" WHERE c.parent = container.id AND (c.children > 0 OR c.made > 0)),"
		" update_id = ?2, object_update_id = ?2 WHERE view = ?1 AND level = 0",
		view->id, numbers, 1, error);
}

/* From the bottom up. */
static bool
count_views(Catalogue *catalogue, GError **error)
{
	unsigned n = 0;

	while (views()[n].id != NULL) {
		n++;
	}
	while (n-- > 0) {
		const View *view = &views()[n];

		if (view->kind == ITEM_NONE && !count_view(catalogue, view, error)) {
			return false;
		}
	}
	return true;
}

static bool
keep_signatures(Catalogue *catalogue, GError **error)
{
	if (!database_run(catalogue->writer, "DELETE FROM known_view", error)) {
		return false;
	}
	for (const View *view = views(); view->id != NULL; view++) {
		const int64_t numbers[] = { get_signature(view), view->split };

		if (!run_for(catalogue, "INSERT INTO known_view VALUES (?1, ?2, ?3)", view->id,
			    numbers, 2, error)) {
			return false;
		}
	}
	return true;
}

static GPtrArray *
list_fresh(const GArray *all)
{
	GPtrArray *fresh = g_ptr_array_new();

	for (const View *view = views(); view->id != NULL; view++) {
		if (!is_known(all, view)) {
			g_ptr_array_add(fresh, (void *)view);
		}
	}
	return fresh;
}

bool
view_reload(Catalogue *catalogue, GError **error)
{
	g_autoptr(GArray) all = list_known(catalogue->writer, error);
	bool any = false;

	if (all == NULL || !empty_old(catalogue, all, &any, error)) {
		return false;
	}
	g_autoptr(GPtrArray) fresh = list_fresh(all);
	const uint32_t before = catalogue->stamp;

	if (!catalogue_put_views(catalogue, error)) {
		return false;
	}
	if (fresh->len == 0 && !any) { /* one of folders may stand elsewhere */
		return catalogue->stamp == before || count_views(catalogue, error);
	}
	g_hash_table_remove_all(catalogue->known);
	return put_indexes(catalogue->writer, error) && letters_load(catalogue, error) &&
	       samples_load(catalogue, error) && put_items(catalogue, fresh, error) &&
	       count_views(catalogue, error) && keep_signatures(catalogue, error);
}

/* With readers that have come to an end: none looks at containers by views that are not theirs. */
static bool
commit_alone(Catalogue *catalogue, ViewSet *set, GError **error)
{
	Database *readers[CATALOGUE_READERS];
	unsigned n = 0;

	while (n < CATALOGUE_READERS && (readers[n] = catalogue_borrow(catalogue, error)) != NULL) {
		n++;
	}
	const bool good = n == CATALOGUE_READERS && catalogue_commit_views(catalogue, set, error);

	while (n > 0) {
		catalogue_return(catalogue, readers[--n]);
	}
	return good;
}

static bool
reload_with(Catalogue *catalogue, ViewSet *set, GError **error)
{
	if (!view_reload_can(catalogue->writer)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"the views of folders or of playlists are others: they are used from the "
			"next start on");
		return false;
	}
	return view_reload(catalogue, error) && commit_alone(catalogue, set, error);
}

bool
catalogue_use_views(Catalogue *catalogue, ViewSet *views_taken, GError **error)
{
	g_autoptr(ViewSet) set = views_taken;

	if (!views_have_room(error) || !catalogue_begin(catalogue, error)) {
		return false;
	}
	view_plans_make(set);
	views_try(set);
	database_set_interrupt(catalogue->writer, &catalogue->ending);
	const bool good = reload_with(catalogue, set, error);

	database_set_interrupt(catalogue->writer, NULL);
	views_try(NULL);
	if (good) {
		(void)g_steal_pointer(&set);
	} else {
		catalogue_rollback(catalogue);
	}
	return good;
}

bool
catalogue_reload_views(Catalogue *catalogue, bool *ret_changed, GError **error)
{
	g_autoptr(GPtrArray) split = view_split_list();
	g_autoptr(ViewSet) set = view_set_load((const char *const *)split->pdata, error);

	*ret_changed = set != NULL && view_set_get_signature(set) != views_get_signature();
	return *ret_changed ? catalogue_use_views(catalogue, g_steal_pointer(&set), error)
			    : set != NULL;
}
