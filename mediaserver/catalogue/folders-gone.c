/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Folders that are not there any more, or not shared: from the innermost out, a part in each transaction, for there
 * may be a million items in one. Writer's thread. */
#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#include "mediaserver/catalogue/overlay-private.h"

/* So many items go in one transaction: some 20 ms. */
#define ITEMS_MAX 500

static bool
get_ids(Catalogue *catalogue, const char *sql, int64_t id, int64_t limit, GArray *ids,
	GError **error)
{
	Statement *statement = database_prepare(catalogue->writer, sql, error);
	StatementStep step;

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, id);
	statement_bind_int(statement, 2, limit);
	while ((step = statement_step(catalogue->writer, statement, error)) == STATEMENT_ROW) {
		int64_t found = statement_get_int(statement, 0);

		g_array_append_val(ids, found);
	}
	return step == STATEMENT_DONE;
}

/* A folder in which there is no other one. */
static bool
find_innermost(Catalogue *catalogue, int64_t id, int64_t *ret_id, GError **error)
{
	g_autoptr(GArray) below = g_array_new(FALSE, FALSE, sizeof(int64_t));

	*ret_id = id;
	/* a way down is no longer than a path */
	for (unsigned depth = 0; depth < AVU_LIMIT_PATH; depth++) {
		g_array_set_size(below, 0);
		if (!get_ids(catalogue, "SELECT id FROM folder WHERE parent = ?1 LIMIT ?2", *ret_id,
			    1, below, error)) {
			return false;
		}
		if (below->len == 0) {
			return true;
		}
		*ret_id = g_array_index(below, int64_t, 0);
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "a folder of the catalogue lies in itself");
	return false;
}

/* @param room  how many may go; what is left of that */
static bool
remove_items(Catalogue *catalogue, int64_t folder, unsigned *room, GError **error)
{
	g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!get_ids(catalogue, "SELECT id FROM item WHERE folder = ?1 LIMIT ?2", folder, *room,
		    items, error)) {
		return false;
	}
	for (guint i = 0; i < items->len; i++) {
		if (!catalogue_remove_item(catalogue, g_array_index(items, int64_t, i), error)) {
			return false;
		}
	}
	*room -= items->len;
	return true;
}

/* Its containers, one for each kind, if a control point made them: others are gone with what was in them. */
static bool
drop_made(Catalogue *catalogue, int64_t folder, bool gone, GError **error)
{
	Statement *row = database_prepare(
		catalogue->writer, "SELECT root, path FROM folder WHERE id = ?1", error);

	if (row == NULL) {
		return false;
	}
	statement_bind_int(row, 1, folder);
	StatementStep step = statement_step(catalogue->writer, row, error);

	if (step != STATEMENT_ROW) {
		return step == STATEMENT_DONE;
	}
	g_autofree char *root = g_strdup(statement_get_text(row, 0));
	g_autofree char *path = g_strdup(statement_get_text(row, 1));
	const CatalogueFolder place = { root, "", path != NULL ? path : "" };
	bool good = statement_finish(catalogue->writer, row, error);

	for (ItemKind kind = ITEM_AUDIO; good && kind <= ITEM_IMAGE; kind++) {
		good = overlay_unmake_folder(
			catalogue, catalogue_folder_view_container(kind, &place), gone, error);
	}
	return good;
}

static bool
remove_one(Catalogue *catalogue, int64_t folder, bool gone, GError **error)
{
	return drop_made(catalogue, folder, gone, error) &&
	       overlay_run(catalogue, "DELETE FROM companion WHERE folder = ?1 AND ?2 = 0", folder,
		       0, error) &&
	       overlay_run(
		       catalogue, "DELETE FROM folder WHERE id = ?1 AND ?2 = 0", folder, 0, error);
}

bool
catalogue_remove_folder(Catalogue *catalogue, int64_t id, bool gone, bool *ret_more, GError **error)
{
	unsigned room = ITEMS_MAX;
	int64_t folder;

	*ret_more = true;
	while (room > 0) {
		if (!find_innermost(catalogue, id, &folder, error) ||
			!remove_items(catalogue, folder, &room, error)) {
			return false;
		}
		if (room == 0) {
			break; /* there may be more in it */
		}
		if (!remove_one(catalogue, folder, gone, error)) {
			return false;
		}
		room--;
		if (folder == id) {
			*ret_more = false;
			break;
		}
	}
	return true;
}

bool
catalogue_list_other_roots(
	Catalogue *catalogue, const char *const *uuids, GArray *ids, GError **error)
{
	Statement *statement = database_prepare(
		catalogue->writer, "SELECT id, root FROM folder WHERE parent = 0", error);
	StatementStep step;

	if (statement == NULL) {
		return false;
	}
	while ((step = statement_step(catalogue->writer, statement, error)) == STATEMENT_ROW) {
		int64_t id = statement_get_int(statement, 0);
		const char *root = statement_get_text(statement, 1);

		if (root == NULL || !g_strv_contains(uuids, root)) {
			g_array_append_val(ids, id);
		}
	}
	return step == STATEMENT_DONE;
}
