/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Changes of the library: folders and items. All on the writer's thread, in its transaction. */
#include <av-upnp/error.h>
#include <av-upnp/hash.h>

#include "mediaserver/catalogue/letters.h"
#include "mediaserver/catalogue/overlay-private.h"

int64_t
catalogue_folder_id(const CatalogueFolder *folder)
{
	return avu_hash_strings(60, "folder", folder->root, folder->path, NULL);
}

/* @return length of the parent's path */
static size_t
split_path(const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');

	*ret_name = slash != NULL ? slash + 1 : path;
	return slash != NULL ? (size_t)(slash - path) : 0;
}

bool
catalogue_put_folder(Catalogue *catalogue, const CatalogueFolder *folder, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"INSERT OR IGNORE INTO folder VALUES (?1, ?2, ?3, ?4, ?5)", error);
	const char *name;
	g_autofree char *above = g_strndup(folder->path, split_path(folder->path, &name));
	const CatalogueFolder parent = { folder->root, folder->title, above };

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, catalogue_folder_id(folder));
	statement_bind_int(
		statement, 2, folder->path[0] == '\0' ? 0 : catalogue_folder_id(&parent));
	statement_bind_text(statement, 3, folder->root);
	statement_bind_blob(statement, 4, folder->path, strlen(folder->path));
	statement_bind_blob(statement, 5, name, strlen(name));
	return statement_finish(catalogue->writer, statement, error);
}

static bool
delete_by_id(Catalogue *catalogue, const char *sql, int64_t id, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer, sql, error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, id);
	return statement_finish(catalogue->writer, statement, error);
}

/* Ids of a one-parameter query, appended. */
bool
catalogue_list_ids(
	Catalogue *catalogue, const char *sql, int64_t parameter, GArray *ids, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer, sql, error);
	StatementStep step;

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, parameter);
	while ((step = statement_step(catalogue->writer, statement, error)) == STATEMENT_ROW) {
		int64_t id = statement_get_int(statement, 0);

		g_array_append_val(ids, id);
	}
	return step == STATEMENT_DONE;
}

StatementStep
catalogue_get_row(
	Catalogue *catalogue, int64_t id, Item *ret_item, Statement **ret_statement, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer, item_sql_get(), error);

	if (statement == NULL) {
		return STATEMENT_FAILED;
	}
	statement_bind_int(statement, 1, id);
	StatementStep step = statement_step(catalogue->writer, statement, error);

	if (step == STATEMENT_ROW) {
		item_from_row(ret_item, statement);
		*ret_statement = statement;
	}
	return step;
}

static void
note_item(Catalogue *catalogue, CatalogueChangeKind kind, const Item *item, uint32_t stamp)
{
	CatalogueChange change = {
		.kind = kind,
		.item = item->id,
		.parent = item->home,
		.update_id = stamp,
	};

	(void)g_strlcpy(change.upnp_class, item_get_class(item), sizeof(change.upnp_class));
	catalogue_note(catalogue, &change);
}

static bool
write_item(Catalogue *catalogue, const Item *item, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer, item_sql_put(), error);

	if (statement == NULL) {
		return false;
	}
	item_bind(item, statement);
	return statement_finish(catalogue->writer, statement, error);
}

bool
catalogue_store_item(Catalogue *catalogue, Item *item, GError **error)
{
	Item old;
	Statement *row;
	StatementStep step = catalogue_get_row(catalogue, item->id, &old, &row, error);
	bool was = step == STATEMENT_ROW;
	uint32_t stamp = catalogue_stamp(catalogue);

	/* its place is new to the lists that name places */
	char letter[LETTER_MAX];

	letter_of(item->sort_title != NULL ? item->sort_title : "", letter);
	item->group_initial = letter;
	bool moved = !was || old.folder != item->folder || g_strcmp0(old.name, item->name) != 0;
	const int64_t old_folder = was ? old.folder : 0;
	g_autofree char *old_name = was && moved ? g_strdup(old.name) : NULL;

	item->object_update_id = stamp;
	note_item(catalogue, was ? CATALOGUE_MODIFIED : CATALOGUE_ADDED, item, stamp);
	if (step == STATEMENT_FAILED ||
		!catalogue_regroup(catalogue, was ? &old : NULL, item, stamp, error) ||
		(was && !statement_finish(catalogue->writer, row, error)) ||
		!write_item(catalogue, item, error)) {
		return false;
	}
	catalogue->n_added += was ? 0 : 1;
	return (!was || !moved || item->list != 0 ||
		       listed_leave(catalogue, old_folder, old_name, error)) &&
	       (was || overlay_enter_lists(catalogue, item->id, error)) &&
	       (!moved || item->list != 0 || listed_enter(catalogue, item, error));
}

bool
catalogue_put_item(Catalogue *catalogue, const CatalogueFolder *folder, Item *item, GError **error)
{
	const View *view = catalogue_folder_view((ItemKind)item->kind);
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);

	item->folder = catalogue_folder_id(folder);
	item->home = catalogue_folder_container(view, folder);
	if (overlay_is_hidden(catalogue, folder, item->name)) {
		return true;
	}
	if (!catalogue_choose_id(catalogue, folder, item, error) ||
		!catalogue_ensure_folder_container(catalogue, view, folder, error)) {
		return false;
	}
	Item shown = *item;

	item_set_search_texts(&shown, strings);
	return overlay_apply(catalogue, &shown, strings, error) &&
	       overlay_keep_promise(catalogue, &shown, error) &&
	       catalogue_store_item(catalogue, &shown, error);
}

bool
catalogue_read_item(Catalogue *catalogue, int64_t id, Item *ret_item, GPtrArray *strings,
	bool *ret_there, GError **error)
{
	Statement *row;
	StatementStep step = catalogue_get_row(catalogue, id, ret_item, &row, error);

	*ret_there = step == STATEMENT_ROW;
	if (step != STATEMENT_ROW) {
		return step == STATEMENT_DONE;
	}
	item_own(ret_item, strings);
	return statement_finish(catalogue->writer, row, error);
}

bool
catalogue_remove_item(Catalogue *catalogue, int64_t id, GError **error)
{
	Item old;
	Statement *row;
	StatementStep step = catalogue_get_row(catalogue, id, &old, &row, error);

	if (step != STATEMENT_ROW) {
		return step == STATEMENT_DONE;
	}
	uint32_t stamp = catalogue_stamp(catalogue);
	const int64_t folder = old.folder;
	g_autofree char *name = old.list == 0 && old.name != NULL ? g_strdup(old.name) : NULL;

	note_item(catalogue, CATALOGUE_DELETED, &old, stamp);
	if (!overlay_leave_lists(catalogue, id, error) ||
		!overlay_forget_originals(catalogue, id, error) ||
		!catalogue_regroup(catalogue, &old, NULL, stamp, error) ||
		!statement_finish(catalogue->writer, row, error)) {
		return false;
	}
	catalogue->n_added--;
	catalogue_release_id(catalogue, id);
	return delete_by_id(catalogue, "DELETE FROM item WHERE id = ?1", id, error) &&
	       (name == NULL || listed_leave(catalogue, folder, name, error));
}
