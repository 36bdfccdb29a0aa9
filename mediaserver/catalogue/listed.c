/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists that files describe: rows of container (made = CONTAINER_LISTED), of listed for the places of
 * their files, of member for those that are there, and items whose list they are. Writer's thread. */
#include "mediaserver/catalogue/listed.h"
#include "mediaserver/catalogue/sort-key.h"

#include <string.h>

#include <av-upnp/hash.h>
#include <av-upnp/text.h>

#include "mediaserver/catalogue/overlay-private.h"

#define ID_BITS 60

int64_t
listed_id(const CatalogueFolder *folder, const char *name, int64_t above)
{
	g_autofree char *in = g_strdup_printf("%" G_GINT64_FORMAT, above);

	return avu_hash_strings(ID_BITS, "list", folder->root, folder->path, name, in, NULL);
}

int64_t
listed_item_id(int64_t list, const char *key)
{
	g_autofree char *in = g_strdup_printf("%" G_GINT64_FORMAT, list);

	return avu_hash_strings(ID_BITS, "listed", in, key, NULL);
}

int64_t
listed_playlists(void)
{
	const View *view = view_find(LISTED_VIEW);

	return view != NULL ? view_get_container(view) : -1;
}

bool
listed_ensure_folder(
	Catalogue *catalogue, const CatalogueFolder *folder, int64_t *ret_id, GError **error)
{
	const View *view = catalogue_folder_view(ITEM_AUDIO);

	*ret_id = catalogue_folder_container(view, folder);
	return catalogue_ensure_folder_container(catalogue, view, folder, error);
}

static bool
run(Catalogue *catalogue, const char *sql, int64_t id, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer, sql, error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, id);
	return statement_finish(catalogue->writer, statement, error);
}

static void
note(Catalogue *catalogue, CatalogueChangeKind kind, const ListedContainer *list, uint32_t stamp)
{
	CatalogueChange change = {
		.kind = kind, .container = list->id, .parent = list->parent, .update_id = stamp
	};

	(void)g_strlcpy(change.upnp_class, list->upnp_class, sizeof(change.upnp_class));
	catalogue_note(catalogue, &change);
	if (kind != CATALOGUE_DELETED) {
		catalogue_note_children(catalogue, list->id, stamp);
	}
}

static bool
run_with_title(Catalogue *catalogue, const char *sql, const ListedContainer *list, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer, sql, error);
	g_autofree char *sort = sort_key_dup(list->title);
	g_autofree char *fold = avu_text_fold(list->title);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, list->id);
	statement_bind_int(statement, 2, list->parent);
	statement_bind_text(statement, 3, list->title);
	statement_bind_text(statement, 4, list->upnp_class);
	statement_bind_blob(statement, 5, sort, strlen(sort));
	statement_bind_text(statement, 6, fold);
	statement_bind_int(statement, 7, catalogue->stamp + 1);
	statement_bind_int(statement, 8, CONTAINER_LISTED);
	return statement_finish(catalogue->writer, statement, error);
}

bool
listed_put(Catalogue *catalogue, const ListedContainer *list, GError **error)
{
	/* a list stands one level below its parent, in its view */
	if (!run_with_title(catalogue,
		    "INSERT INTO container (id, parent, view, level, title, class, position,"
		    " sort_title, children, update_id, fold_title, object_update_id, made)"
		    " SELECT ?1, ?2, view, level + 1, ?3, ?4, 0, ?5, 0, ?7, ?6, ?7, ?8 FROM "
		    "container"
		    " WHERE id = ?2 AND NOT EXISTS (SELECT 1 FROM container WHERE id = ?1)",
		    list, error)) {
		return false;
	}
	if (database_get_changes(catalogue->writer) > 0) {
		note(catalogue, CATALOGUE_ADDED, list, catalogue_stamp(catalogue));
		return catalogue_enter_container(catalogue, list->parent, error);
	}
	if (!run_with_title(catalogue,
		    "UPDATE container SET title = ?3, sort_title = ?5, fold_title = ?6,"
		    " update_id = ?7, object_update_id = ?7"
		    " WHERE id = ?1 AND parent = ?2 AND made = ?8 AND class = ?4 AND title <> ?3",
		    list, error)) {
		return false;
	}
	if (database_get_changes(catalogue->writer) > 0) {
		note(catalogue, CATALOGUE_MODIFIED, list, catalogue_stamp(catalogue));
	}
	return true;
}

/* Files */

static bool
put_file(Catalogue *catalogue, int64_t list, const ListedFile *file, GError **error)
{
	Statement *statement = database_prepare(
		catalogue->writer, "INSERT OR REPLACE INTO listed VALUES (?1, ?2, ?3, ?4)", error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, list);
	statement_bind_int(statement, 2, file->position);
	statement_bind_int(statement, 3, file->folder);
	statement_bind_blob(statement, 4, file->name, strlen(file->name));
	return statement_finish(catalogue->writer, statement, error);
}

typedef struct {
	int64_t place; /* position in a list, or the list itself */
	int64_t id;    /* of the item, or position in that list */
} Pair;

static bool
list_pairs(Catalogue *catalogue, Statement *statement, GArray *pairs, GError **error)
{
	StatementStep step;

	while ((step = statement_step(catalogue->writer, statement, error)) == STATEMENT_ROW) {
		const Pair pair = { statement_get_int(statement, 0),
			statement_get_int(statement, 1) };

		g_array_append_val(pairs, pair);
	}
	return step == STATEMENT_DONE;
}

/* The items of the list that are there, in order; one that is named twice stands at the first place. */
static bool
list_present(Catalogue *catalogue, int64_t list, GArray *pairs, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"SELECT min(listed.position), item.id FROM listed JOIN item"
		" ON item.folder = listed.folder AND item.name = listed.name"
		" WHERE container = ?1 AND item.list = 0 AND item.promised = 0"
		" GROUP BY item.id ORDER BY 1",
		error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, list);
	return list_pairs(catalogue, statement, pairs, error);
}

static bool
list_members(Catalogue *catalogue, int64_t list, GArray *pairs, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"SELECT position, item FROM member WHERE container = ?1 ORDER BY position", error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, list);
	return list_pairs(catalogue, statement, pairs, error);
}

static bool
put_members(Catalogue *catalogue, int64_t list, GError **error)
{
	g_autoptr(GArray) before = g_array_new(FALSE, FALSE, sizeof(Pair));
	g_autoptr(GArray) now = g_array_new(FALSE, FALSE, sizeof(Pair));
	bool good = list_members(catalogue, list, before, error) &&
		    list_present(catalogue, list, now, error);

	if (good && now->len == before->len &&
		(now->len == 0 || memcmp(now->data, before->data, now->len * sizeof(Pair)) == 0)) {
		return true; /* nothing to tell */
	}
	for (guint i = 0; good && i < before->len; i++) {
		good = overlay_drop_member(
			catalogue, list, g_array_index(before, Pair, i).id, error);
	}
	for (guint i = 0; good && i < now->len; i++) {
		const Pair *pair = &g_array_index(now, Pair, i);

		good = overlay_put_member(catalogue, list, pair->place, pair->id, error);
	}
	return good;
}

bool
listed_set_files(
	Catalogue *catalogue, int64_t list, const ListedFile *files, size_t n, GError **error)
{
	bool good = run(catalogue, "DELETE FROM listed WHERE container = ?1", list, error);

	for (size_t i = 0; good && i < n; i++) {
		good = put_file(catalogue, list, &files[i], error);
	}
	return good && put_members(catalogue, list, error);
}

bool
listed_enter(Catalogue *catalogue, const Item *item, GError **error)
{
	g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(Pair));
	Statement *statement = database_prepare(catalogue->writer,
		"SELECT container, min(position) FROM listed WHERE folder = ?1 AND name = ?2"
		" GROUP BY container",
		error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, item->folder);
	statement_bind_blob(statement, 2, item->name, strlen(item->name));
	bool good = list_pairs(catalogue, statement, places, error);

	for (guint i = 0; good && i < places->len; i++) {
		const Pair *pair = &g_array_index(places, Pair, i);

		good = overlay_put_member(catalogue, pair->place, pair->id, item->id, error);
	}
	return good;
}

/* Items of the list's own */

/* Stations are in no view, so nobody else counts them. */
static bool
count_station(Catalogue *catalogue, const Item *item, bool enters, GError **error)
{
	return !item_is_live(item) ||
	       (enters ? catalogue_enter_container : catalogue_leave_container)(
		       catalogue, item->list, error);
}

bool
listed_put_item(Catalogue *catalogue, int64_t list, Item *item, GError **error)
{
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	Item old;
	bool was;

	item->list = item->home = list;
	Item shown = *item;

	return catalogue_read_item(catalogue, item->id, &old, strings, &was, error) &&
	       overlay_apply(catalogue, &shown, strings, error) &&
	       catalogue_store_item(catalogue, &shown, error) &&
	       (was || count_station(catalogue, item, /* enters = */ true, error));
}

static bool
remove_item(Catalogue *catalogue, int64_t id, GError **error)
{
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	Item item;
	bool there;

	return catalogue_read_item(catalogue, id, &item, strings, &there, error) &&
	       (!there || (catalogue_remove_item(catalogue, id, error) &&
				  count_station(catalogue, &item, /* enters = */ false, error)));
}

/* Removing */

/* A list of pieces without any says nothing. */
static bool
drop_if_empty(Catalogue *catalogue, int64_t list, GError **error)
{
	bool has;
	int64_t unused;

	return overlay_find(catalogue,
		       "SELECT 1 FROM item WHERE list = ?1 AND ?2 = 0 UNION ALL"
		       " SELECT 1 FROM member WHERE container = ?1 UNION ALL"
		       " SELECT 1 FROM container WHERE parent = ?1",
		       list, 0, &has, &unused, error) &&
	       (has || listed_drop(catalogue, list, error));
}

bool
listed_leave(Catalogue *catalogue, int64_t folder, const char *name, GError **error)
{
	g_autoptr(GArray) pieces = g_array_new(FALSE, FALSE, sizeof(Pair));
	Statement *statement = database_prepare(catalogue->writer,
		"SELECT list, id FROM item WHERE folder = ?1 AND name = ?2 AND list <> 0"
		" AND url IS NULL ORDER BY list",
		error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, folder);
	statement_bind_blob(statement, 2, name, strlen(name));
	bool good = list_pairs(catalogue, statement, pieces, error);

	for (guint i = 0; good && i < pieces->len; i++) {
		const Pair *pair = &g_array_index(pieces, Pair, i);
		const bool last = i + 1 == pieces->len ||
				  g_array_index(pieces, Pair, i + 1).place != pair->place;

		good = remove_item(catalogue, pair->id, error) &&
		       (!last || drop_if_empty(catalogue, pair->place, error));
	}
	return good;
}

/* Ids of the items, then of the lists, that belong to a list. */
static bool
list_own(Catalogue *catalogue, int64_t list, GArray *items, GArray *lists, GError **error)
{
	return catalogue_list_ids(
		       catalogue, "SELECT id FROM item WHERE list = ?1", list, items, error) &&
	       catalogue_list_ids(catalogue,
		       "SELECT id FROM container WHERE parent = ?1"
		       " AND made = 3" /* CONTAINER_LISTED */,
		       list, lists, error);
}

static bool
drop_container(Catalogue *catalogue, int64_t id, GError **error)
{
	ListedContainer list = { .id = id, .upnp_class = "object.container" };
	g_autoptr(GArray) parents = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!run(catalogue, "DELETE FROM listed WHERE container = ?1", id, error) ||
		!run(catalogue, "DELETE FROM member WHERE container = ?1", id, error) ||
		!catalogue_list_ids(catalogue, "SELECT parent FROM container WHERE id = ?1", id,
			parents, error)) {
		return false;
	}
	if (parents->len == 0) {
		return true;
	}
	list.parent = g_array_index(parents, int64_t, 0);
	note(catalogue, CATALOGUE_DELETED, &list, catalogue_stamp(catalogue));
	return run(catalogue, "DELETE FROM container WHERE id = ?1", id, error) &&
	       catalogue_leave_container(catalogue, list.parent, error);
}

bool
listed_drop(Catalogue *catalogue, int64_t list, GError **error)
{
	g_autoptr(GArray) lists = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(int64_t));
	bool good = true;

	g_array_append_val(lists, list);
	for (guint i = 0; good && i < lists->len; i++) { /* grows while it is walked */
		good = list_own(catalogue, g_array_index(lists, int64_t, i), items, lists, error);
	}
	for (guint i = 0; good && i < items->len; i++) {
		good = remove_item(catalogue, g_array_index(items, int64_t, i), error);
	}
	for (guint i = lists->len; good && i > 0; i--) { /* the innermost first */
		good = drop_container(catalogue, g_array_index(lists, int64_t, i - 1), error);
	}
	return good;
}

bool
listed_keep(Catalogue *catalogue, int64_t list, GHashTable *ids, GError **error)
{
	g_autoptr(GArray) lists = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(int64_t));
	bool good = list_own(catalogue, list, items, lists, error);

	for (guint i = 0; good && i < items->len; i++) {
		const int64_t *id = &g_array_index(items, int64_t, i);

		good = g_hash_table_contains(ids, id) || remove_item(catalogue, *id, error);
	}
	for (guint i = 0; good && i < lists->len; i++) {
		const int64_t *id = &g_array_index(lists, int64_t, i);

		good = g_hash_table_contains(ids, id) || listed_drop(catalogue, *id, error);
	}
	return good;
}

/* Looking */

static bool
same_stem(const char *a, const char *b)
{
	const char *a_dot = strrchr(a, '.'), *b_dot = strrchr(b, '.');

	return a_dot != NULL && b_dot != NULL && a_dot - a == b_dot - b &&
	       strncmp(a, b, (size_t)(a_dot - a)) == 0;
}

bool
listed_find_file(Catalogue *catalogue, int64_t folder, const char *name, ItemKind kind,
	Item *ret_item, GPtrArray *strings, bool *ret_there, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"SELECT id, name, kind FROM item WHERE folder = ?1 AND list = 0 AND promised = 0",
		error);
	StatementStep step;
	int64_t id = 0;
	bool exact = false;

	*ret_there = false;
	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, folder);
	while ((step = statement_step(catalogue->writer, statement, error)) == STATEMENT_ROW) {
		const char *other = statement_get_text(statement, 1);

		if (other == NULL || exact) {
			continue;
		}
		exact = g_str_equal(other, name);
		if (exact || (statement_get_int(statement, 2) == kind && same_stem(other, name))) {
			id = statement_get_int(statement, 0);
		}
	}
	return step == STATEMENT_DONE &&
	       (id == 0 || catalogue_read_item(catalogue, id, ret_item, strings, ret_there, error));
}

bool
listed_find_naming(Catalogue *catalogue, const CatalogueFolder *folder, const char *name,
	GArray *lists, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"SELECT DISTINCT container FROM listed WHERE folder = ?1 AND name = ?2", error);
	StatementStep step;

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, catalogue_folder_id(folder));
	statement_bind_blob(statement, 2, name, strlen(name));
	while ((step = statement_step(catalogue->writer, statement, error)) == STATEMENT_ROW) {
		int64_t list = statement_get_int(statement, 0);

		g_array_append_val(lists, list);
	}
	return step == STATEMENT_DONE;
}

/* The list, the one it stands in, and so on; then 0. */
static bool
list_way_up(Catalogue *catalogue, int64_t list, GArray *way, GError **error)
{
	int64_t none = 0;

	g_array_append_val(way, list);
	for (unsigned i = 0; i < LISTED_NESTING_MAX; i++) {
		guint before = way->len;

		if (!catalogue_list_ids(catalogue,
			    "SELECT parent FROM container WHERE id = ?1 AND parent IN"
			    " (SELECT id FROM container WHERE made = 3)", /* CONTAINER_LISTED */
			    g_array_index(way, int64_t, before - 1), way, error)) {
			return false;
		}
		if (way->len == before) {
			break;
		}
	}
	g_array_append_val(way, none);
	return true;
}

bool
listed_get_depth(Catalogue *catalogue, int64_t list, unsigned *ret_depth, GError **error)
{
	g_autoptr(GArray) way = g_array_new(FALSE, FALSE, sizeof(int64_t));
	bool good = list_way_up(catalogue, list, way, error);

	*ret_depth = good ? way->len - 2 : 0;
	return good;
}

bool
listed_stands_in(Catalogue *catalogue, int64_t list, const CatalogueFolder *folder,
	const char *name, bool *ret_inside, GError **error)
{
	g_autoptr(GArray) way = g_array_new(FALSE, FALSE, sizeof(int64_t));

	*ret_inside = false;
	if (!list_way_up(catalogue, list, way, error)) {
		return false;
	}
	for (guint i = 0; i + 1 < way->len; i++) {
		int64_t above = g_array_index(way, int64_t, i + 1);

		*ret_inside = *ret_inside ||
			      g_array_index(way, int64_t, i) == listed_id(folder, name, above);
	}
	return true;
}
