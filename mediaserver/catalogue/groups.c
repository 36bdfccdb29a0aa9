/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Containers: one row per view, group and folder that has something in it, with its number of
 * children, kept right in the transaction that changes an item. The items of a container are not
 * stored, they are a query (reader.c). Writer's thread. */
#include <string.h>

#include <av-upnp/hash.h>
#include <av-upnp/text.h>

#include "mediaserver/catalogue/catalogue-private.h"
#include "mediaserver/catalogue/counts.h"
#include "mediaserver/catalogue/letters.h"
#include "mediaserver/catalogue/places.h"
#include "mediaserver/catalogue/sample.h"
#include "mediaserver/catalogue/sort-key.h"

void
catalogue_note_container(Catalogue *catalogue, CatalogueChangeKind kind, int64_t id, int64_t parent,
	const char *upnp_class, uint32_t stamp)
{
	CatalogueChange change = {
		.kind = kind, .container = id, .parent = parent, .update_id = stamp
	};

	(void)g_strlcpy(change.upnp_class, upnp_class, sizeof(change.upnp_class));
	catalogue_note(catalogue, &change);
	if (kind != CATALOGUE_DELETED) {
		catalogue_note_children(catalogue, id, stamp);
	}
}

/* @param ret_parent  what it enters when it is new: its parent, or a letter in between */
static bool
put_group(Catalogue *catalogue, const Group *group, bool *ret_new, int64_t *ret_parent,
	GError **error)
{
	*ret_new = false;
	*ret_parent = group->parent;
	if (!g_hash_table_add(catalogue->known, g_memdup2(&group->id, sizeof(group->id)))) {
		return true;
	}
	if (!letters_place(catalogue, group, ret_parent, error)) {
		return false;
	}
	Statement *statement = database_prepare(catalogue->writer,
		"INSERT OR IGNORE INTO container (id, parent, view, level, value1, value2, value3,"
		" value4, title, class, position, sort_title, children, update_id, fold_title,"
		" object_update_id)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?14, ?11, 0, ?12, ?13, ?12)",
		error);

	if (statement == NULL) {
		return false;
	}
	g_autofree char *sort =
		group->sort != NULL ? g_strdup(group->sort) : sort_key_dup(group->title);
	g_autofree char *fold = avu_text_fold(group->title);

	statement_bind_int(statement, 1, group->id);
	statement_bind_int(statement, 2, *ret_parent);
	statement_bind_text(statement, 3, group->view->id);
	statement_bind_int(statement, 4, group->level);
	for (int i = 0; i < VIEW_VALUES_MAX; i++) {
		statement_bind_text(statement, 5 + i, group->values[i]);
	}
	statement_bind_text(statement, 9, group->title);
	statement_bind_text(statement, 10, group->upnp_class);
	statement_bind_blob(statement, 11, sort, strlen(sort));
	statement_bind_int(statement, 12, catalogue->stamp + 1);
	statement_bind_text(statement, 13, fold);
	statement_bind_int(statement, 14, group->position);
	if (!statement_finish(catalogue->writer, statement, error)) {
		return false;
	}
	*ret_new = database_get_changes(catalogue->writer) > 0;
	if (*ret_new) {
		catalogue_note_container(catalogue, CATALOGUE_ADDED, group->id, *ret_parent,
			group->upnp_class, catalogue_stamp(catalogue));
	}
	return true;
}

static ContainerCounts
counts_of(const Group *leaf, const Item *item)
{
	return (ContainerCounts){ leaf->further ? 1 : 0, item_has_art(item) ? 1 : 0 };
}

static bool
has_container(Catalogue *catalogue, int64_t id, bool *ret_has, GError **error)
{
	Statement *statement =
		database_prepare(catalogue->writer, "SELECT 1 FROM container WHERE id = ?1", error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, id);
	StatementStep step = statement_step(catalogue->writer, statement, error);

	*ret_has = step == STATEMENT_ROW;
	return step != STATEMENT_FAILED &&
	       (step == STATEMENT_DONE || statement_finish(catalogue->writer, statement, error));
}

/* Views */

static bool
put_view(Catalogue *catalogue, const View *view, GError **error)
{
	bool there;

	if (!has_container(catalogue, view_get_container(view), &there, error)) {
		return false;
	}
	Statement *statement = database_prepare(catalogue->writer,
		"INSERT INTO container (id, parent, view, level, title, class, position,"
		" sort_title, children, update_id, fold_title, object_update_id)"
		" VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, 0, ?8, ?9, ?8)"
		" ON CONFLICT (id) DO UPDATE SET title = excluded.title, class = excluded.class,"
		" position = excluded.position, sort_title = excluded.sort_title,"
		" fold_title = excluded.fold_title, update_id = excluded.update_id,"
		" object_update_id = excluded.update_id, parent = excluded.parent"
		" WHERE title <> excluded.title OR class <> excluded.class"
		" OR parent <> excluded.parent"
		" OR position <> excluded.position",
		error);

	if (statement == NULL) {
		return false;
	}
	const View *parent = view_find(view->parent);
	g_autofree char *sort = sort_key_dup(view->title);
	g_autofree char *fold = avu_text_fold(view->title);

	statement_bind_int(statement, 1, view_get_container(view));
	statement_bind_int(statement, 2, parent != NULL ? view_get_container(parent) : -1);
	statement_bind_text(statement, 3, view->id);
	statement_bind_text(statement, 4, view->title);
	statement_bind_text(statement, 5, view->upnp_class);
	statement_bind_int(statement, 6, view - views());
	statement_bind_blob(statement, 7, sort, strlen(sort));
	statement_bind_int(statement, 8, catalogue->stamp + 1);
	statement_bind_text(statement, 9, fold);
	if (!statement_finish(catalogue->writer, statement, error)) {
		return false;
	}
	if (database_get_changes(catalogue->writer) > 0) {
		catalogue_note_container(catalogue, there ? CATALOGUE_MODIFIED : CATALOGUE_ADDED,
			view_get_container(view), parent != NULL ? view_get_container(parent) : -1,
			view->upnp_class, catalogue_stamp(catalogue));
	}
	return true;
}

bool
catalogue_put_views(Catalogue *catalogue, GError **error)
{
	for (const View *view = views(); view->id != NULL; view++) {
		if (!put_view(catalogue, view, error)) {
			return false;
		}
	}
	return true;
}

const View *
catalogue_folder_view(ItemKind kind)
{
	for (const View *view = views(); view->id != NULL; view++) {
		if (view->folders && view->kind == kind) {
			return view;
		}
	}
	g_assert_not_reached();
}

/* Folders */

int64_t
catalogue_folder_container(const View *view, const CatalogueFolder *folder)
{
	return avu_hash_strings(60, view->id, folder->root, folder->path, NULL);
}

int64_t
catalogue_folder_view_container(ItemKind kind, const CatalogueFolder *folder)
{
	return catalogue_folder_container(catalogue_folder_view(kind), folder);
}

/* One container of the chain from the root's folder down; path is the chain up to here. */
static bool
put_folder_container(Catalogue *catalogue, const View *view, const CatalogueFolder *folder,
	int64_t parent, GError **error)
{
	const char *slash = strrchr(folder->path, '/');
	const char *name = folder->path[0] == '\0' ? folder->title
			   : slash != NULL         ? slash + 1
						   : folder->path;
	g_autofree char *title = avu_text_sanitize(name, strlen(name), 1024);
	const Group group = { .id = catalogue_folder_container(view, folder),
		.parent = parent,
		.view = view,
		.level = 1,
		.values[CONTAINER_ROOT] = folder->root,
		.values[CONTAINER_PATH] = folder->path,
		.title = title,
		.upnp_class = "object.container.storageFolder" };
	bool is_new;

	return put_group(catalogue, &group, &is_new, &parent, error) &&
	       (!is_new || catalogue_enter_container(catalogue, parent, error));
}

bool
catalogue_ensure_folder_container(
	Catalogue *catalogue, const View *view, const CatalogueFolder *folder, GError **error)
{
	const int64_t id = catalogue_folder_container(view, folder);
	bool has;

	if (g_hash_table_contains(catalogue->known, &id)) {
		return true;
	}
	if (!has_container(catalogue, id, &has, error)) {
		return false;
	}
	if (has) {
		(void)g_hash_table_add(catalogue->known, g_memdup2(&id, sizeof(id)));
		return true;
	}
	int64_t parent = view_get_container(view);
	size_t len = 0;

	for (;;) {
		g_autofree char *path = g_strndup(folder->path, len);
		const CatalogueFolder part = { folder->root, folder->title, path };

		if (!put_folder_container(catalogue, view, &part, parent, error)) {
			return false;
		}
		if (folder->path[len] == '\0') {
			return true;
		}
		parent = catalogue_folder_container(view, &part);
		len += folder->path[len] == '/' ? 1 : 0;
		len += strcspn(folder->path + len, "/");
	}
}

/* Groups of an item */

typedef struct {
	Catalogue *catalogue;
	char *title;
} FolderTitle;

/* Of a folder's container, which is made before its items are grouped. */
static const char *
find_folder_title(const Item *item, void *data)
{
	FolderTitle *found = data;
	Database *writer = found->catalogue->writer;
	Statement *statement =
		database_prepare(writer, "SELECT title FROM container WHERE id = ?1", NULL);

	g_clear_pointer(&found->title, g_free);
	if (statement == NULL) {
		return "";
	}
	statement_bind_int(statement, 1, item->home);
	if (statement_step(writer, statement, NULL) == STATEMENT_ROW) {
		found->title = g_strdup(statement_get_text(statement, 0));
		(void)statement_finish(writer, statement, NULL); /* at most one row */
	}
	return found->title != NULL ? found->title : "";
}

/* Makes the groups that are not there yet. */
static bool
put_groups(Catalogue *catalogue, const Places *places, GError **error)
{
	for (guint i = 0; i < places->groups->len; i++) {
		const Group *group = &g_array_index(places->groups, Group, i);
		int64_t parent;
		bool is_new;

		if (!put_group(catalogue, group, &is_new, &parent, error) ||
			(is_new && !catalogue_enter_container(catalogue, parent, error))) {
			return false;
		}
	}
	return true;
}

/* How many items there are of each format: GetProtocolInfo asks on the main thread. */
static bool
count_format(Catalogue *catalogue, const Item *item, int sign, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"INSERT INTO format VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT DO UPDATE SET items = items + ?4",
		error);

	if (statement == NULL || item->mime == NULL) {
		return statement != NULL;
	}
	statement_bind_text(statement, 1, item->mime);
	statement_bind_text(statement, 2, item->profile != NULL ? item->profile : "");
	statement_bind_int(statement, 3, item->kind);
	statement_bind_int(statement, 4, sign);
	return statement_finish(catalogue->writer, statement, error);
}

/* A reference comes, goes or changes with its item. */
static void
note_reference(Catalogue *catalogue, CatalogueChangeKind kind, const Item *item, int64_t place,
	uint32_t stamp)
{
	CatalogueChange change = {
		.kind = kind,
		.item = item->id,
		.container = place,
		.parent = place,
		.update_id = stamp,
	};

	if (place != item->home) {
		(void)g_strlcpy(change.upnp_class, item_get_class(item), sizeof(change.upnp_class));
		catalogue_note(catalogue, &change);
	}
}

static bool
leave_places(Catalogue *catalogue, const Places *from, const Places *to, const Item *was,
	uint32_t stamp, GError **error)
{
	for (guint i = 0; i < from->leaves->len; i++) {
		const Group *leaf = &g_array_index(from->leaves, Group, i);

		if (places_find(to, leaf->id) != NULL) {
			continue;
		}
		note_reference(catalogue, CATALOGUE_DELETED, was, leaf->id, stamp);
		if (!counts_leave(catalogue, leaf->id, counts_of(leaf, was), error)) {
			return false;
		}
	}
	return true;
}

static bool
enter_places(Catalogue *catalogue, const Places *from, const Places *to, const Item *was,
	const Item *is, uint32_t stamp, GError **error)
{
	for (guint i = 0; i < to->leaves->len; i++) {
		const Group *leaf = &g_array_index(to->leaves, Group, i);
		const Group *before = places_find(from, leaf->id);
		ContainerCounts counts = counts_of(leaf, is);

		note_reference(catalogue, before != NULL ? CATALOGUE_MODIFIED : CATALOGUE_ADDED, is,
			leaf->id, stamp);
		if (before != NULL) {
			ContainerCounts old = counts_of(before, was);

			counts.further -= old.further;
			counts.art -= old.art;
		}
		if (before == NULL) {
			counts_enter_later(catalogue, leaf->id, counts);
		} else if (!counts_touch(catalogue, leaf->id, counts, stamp, error)) {
			return false;
		}
	}
	return true;
}

static bool
regroup_in(Catalogue *catalogue, const View *view, const Item *was, const Item *is, uint32_t stamp,
	GError **error)
{
	FolderTitle title = { catalogue, NULL };
	g_auto(Places) from = { NULL };
	g_auto(Places) to = { NULL };

	places_init(&from, view, was, find_folder_title, &title);
	places_init(&to, view, is, find_folder_title, &title);
	if (view->sample > 0) {
		samples_keep_chosen(catalogue, &from);
		samples_keep_chosen(catalogue, &to);
	}
	bool good = put_groups(catalogue, &to, error) &&
		    leave_places(catalogue, &from, &to, was, stamp, error) &&
		    enter_places(catalogue, &from, &to, was, is, stamp, error);

	g_free(title.title);
	return good;
}

/* Values that no column has: all but the first of those that views group by. */
static bool
put_value(Catalogue *catalogue, const char *sql, int property, const char *value, int64_t item,
	GError **error)
{
	Statement *statement = database_prepare(catalogue->writer, sql, error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, property);
	statement_bind_text(statement, 2, value);
	statement_bind_int(statement, 3, item);
	return statement_finish(catalogue->writer, statement, error);
}

static bool
put_further_values(Catalogue *catalogue, const char *sql, const Item *item, GError **error)
{
	const ViewProperty *const *properties = views_get_several();

	for (size_t i = 0; item != NULL && properties[i] != NULL; i++) {
		if (!view_property_has_several(properties[i], item)) {
			continue;
		}
		g_auto(GStrv) values = view_property_dup_values(properties[i], item);

		for (size_t v = 1; values[0] != NULL && values[v] != NULL; v++) {
			if (!put_value(catalogue, sql, view_property_get_number(properties[i]),
				    values[v], item->id, error)) {
				return false;
			}
		}
	}
	return true;
}

bool
catalogue_regroup(
	Catalogue *catalogue, const Item *was, const Item *is, uint32_t stamp, GError **error)
{
	for (const View *view = views(); view->id != NULL; view++) {
		if (view->kind != ITEM_NONE &&
			!regroup_in(catalogue, view, was, is, stamp, error)) {
			return false;
		}
	}
	return put_further_values(catalogue,
		       "DELETE FROM item_value WHERE property = ?1 AND value = ?2 AND item = ?3",
		       was, error) &&
	       put_further_values(catalogue, "INSERT OR IGNORE INTO item_value VALUES (?1, ?2, ?3)",
		       is, error) &&
	       (was == NULL || count_format(catalogue, was, -1, error)) &&
	       (is == NULL || count_format(catalogue, is, +1, error));
}

bool
catalogue_enter_views(
	Catalogue *catalogue, const GPtrArray *entered, const Item *item, GError **error)
{
	for (guint i = 0; i < entered->len; i++) {
		const View *view = g_ptr_array_index(entered, i);

		if (view->kind != ITEM_NONE && !regroup_in(catalogue, view, NULL, item,
						       catalogue_stamp(catalogue), error)) {
			return false;
		}
	}
	return put_further_values(
		catalogue, "INSERT OR IGNORE INTO item_value VALUES (?1, ?2, ?3)", item, error);
}
