/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files and folders as they were when they were stored. Writer's thread. */
#include "mediaserver/catalogue/disk.h"

#include <string.h>

#include "mediaserver/catalogue/catalogue-private.h"

#define KNOWN_FOLDER "id, name, 0, 0, 0 FROM folder WHERE parent = ?1"
#define KNOWN_ITEM                                        \
	"id, name, inode, size_bytes, mtime_ns FROM item" \
	" WHERE promised = 0 AND list = 0 AND folder = ?1"

/* Never NULL, whatever a damaged file has. */
static const char *
name_of(Statement *row, int column)
{
	const char *name = statement_get_text(row, column);

	return name != NULL ? name : "";
}

static CatalogueKnown
take_known(Statement *row, bool folder)
{
	return (CatalogueKnown){
		.id = statement_get_int(row, 0),
		.folder = folder,
		.inode = statement_get_int(row, 2),
		.size_bytes = statement_get_int(row, 3),
		.mtime_ns = statement_get_int(row, 4),
	};
}

static bool
list_into(Catalogue *catalogue, const char *sql, bool folders, int64_t id, GHashTable *known,
	GError **error)
{
	Statement *statement = database_prepare(catalogue->scanner, sql, error);
	StatementStep step;

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, id);
	while ((step = statement_step(catalogue->scanner, statement, error)) == STATEMENT_ROW) {
		CatalogueKnown *entry = g_new(CatalogueKnown, 1);

		*entry = take_known(statement, folders);
		g_hash_table_replace(known, g_strdup(name_of(statement, 1)), entry);
	}
	return step == STATEMENT_DONE;
}

GHashTable *
catalogue_list_folder(Catalogue *catalogue, int64_t id, GError **error)
{
	g_autoptr(GHashTable) known =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	if (!list_into(catalogue, "SELECT " KNOWN_FOLDER, true, id, known, error) ||
		!list_into(catalogue, "SELECT " KNOWN_ITEM, false, id, known, error)) {
		return NULL;
	}
	return g_steal_pointer(&known);
}

static bool
find_into(Catalogue *catalogue, const char *sql, bool folder, int64_t parent, const char *name,
	CatalogueKnown *ret_known, GError **error)
{
	Statement *statement = database_prepare(catalogue->scanner, sql, error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, parent);
	statement_bind_blob(statement, 2, name, strlen(name));
	StatementStep step = statement_step(catalogue->scanner, statement, error);

	if (step == STATEMENT_ROW) {
		*ret_known = take_known(statement, folder);
		return statement_finish(catalogue->scanner, statement, error);
	}
	return step == STATEMENT_DONE;
}

bool
catalogue_find_entry(Catalogue *catalogue, int64_t folder, const char *name,
	CatalogueKnown *ret_known, GError **error)
{
	*ret_known = (CatalogueKnown){ 0 };
	if (!find_into(catalogue, "SELECT " KNOWN_ITEM " AND name = ?2", false, folder, name,
		    ret_known, error)) {
		return false;
	}
	return ret_known->id != 0 || find_into(catalogue, "SELECT " KNOWN_FOLDER " AND name = ?2",
					     true, folder, name, ret_known, error);
}

void
catalogue_place_clear(CataloguePlace *place)
{
	g_clear_pointer(&place->root, g_free);
	g_clear_pointer(&place->path, g_free);
	g_clear_pointer(&place->name, g_free);
}

#define PLACE                                                                              \
	"SELECT item.id, item.name, inode, size_bytes, mtime_ns, folder.root, folder.path" \
	" FROM item JOIN folder ON folder.id = item.folder"

static CataloguePlace
take_place(Statement *row)
{
	return (CataloguePlace){
		.known = take_known(row, false),
		.name = g_strdup(name_of(row, 1)),
		.root = g_strdup(name_of(row, 5)),
		.path = g_strdup(name_of(row, 6)),
	};
}

GArray *
catalogue_find_by_inode(Catalogue *catalogue, int64_t inode, GError **error)
{
	g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(CataloguePlace));
	Statement *statement =
		database_prepare(catalogue->scanner, PLACE " WHERE inode = ?1", error);
	StatementStep step;

	if (statement == NULL) {
		return NULL;
	}
	g_array_set_clear_func(places, (GDestroyNotify)catalogue_place_clear);
	statement_bind_int(statement, 1, inode);
	while ((step = statement_step(catalogue->scanner, statement, error)) == STATEMENT_ROW) {
		CataloguePlace place = take_place(statement);

		g_array_append_val(places, place);
	}
	return step == STATEMENT_DONE ? g_steal_pointer(&places) : NULL;
}

bool
catalogue_find_place(Catalogue *catalogue, int64_t id, CataloguePlace *ret_place, GError **error)
{
	Statement *statement =
		database_prepare(catalogue->writer, PLACE " WHERE item.id = ?1", error);

	*ret_place = (CataloguePlace){ 0 };
	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, id);
	StatementStep step = statement_step(catalogue->writer, statement, error);

	if (step == STATEMENT_ROW) {
		*ret_place = take_place(statement);
		return statement_finish(catalogue->writer, statement, error);
	}
	return step == STATEMENT_DONE;
}

bool
catalogue_put_companion(
	Catalogue *catalogue, int64_t folder, const CatalogueCompanion *companion, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"INSERT OR REPLACE INTO companion VALUES (?1, ?2, ?3, ?4, ?5, ?6)", error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, folder);
	statement_bind_blob(statement, 2, companion->name, strlen(companion->name));
	statement_bind_int(statement, 3, companion->kind);
	statement_bind_int(statement, 4, companion->inode);
	statement_bind_int(statement, 5, companion->size_bytes);
	statement_bind_int(statement, 6, companion->mtime_ns);
	return statement_finish(catalogue->writer, statement, error);
}

bool
catalogue_remove_companion(Catalogue *catalogue, int64_t folder, const char *name, GError **error)
{
	Statement *statement = database_prepare(
		catalogue->writer, "DELETE FROM companion WHERE folder = ?1 AND name = ?2", error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, folder);
	statement_bind_blob(statement, 2, name, strlen(name));
	return statement_finish(catalogue->writer, statement, error);
}

bool
catalogue_list_companions(Catalogue *catalogue, int64_t folder,
	void (*add)(const CatalogueCompanion *companion, void *data), void *data, GError **error)
{
	Statement *statement = database_prepare(catalogue->scanner,
		"SELECT name, kind, inode, size_bytes, mtime_ns FROM companion WHERE folder = ?1"
		" ORDER BY name",
		error);
	StatementStep step;

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, folder);
	while ((step = statement_step(catalogue->scanner, statement, error)) == STATEMENT_ROW) {
		const CatalogueCompanion companion = {
			.name = name_of(statement, 0),
			.kind = statement_get_int(statement, 1),
			.inode = statement_get_int(statement, 2),
			.size_bytes = statement_get_int(statement, 3),
			.mtime_ns = statement_get_int(statement, 4),
		};

		add(&companion, data);
	}
	return step == STATEMENT_DONE;
}

bool
catalogue_list_companions_below(Catalogue *catalogue, int64_t folder, int64_t kind,
	void (*add)(const char *root, const char *path, const char *name, void *data), void *data,
	GError **error)
{
	Statement *statement = database_prepare(catalogue->scanner,
		"WITH RECURSIVE below (id) AS (SELECT ?1 UNION SELECT folder.id FROM folder"
		"  JOIN below ON folder.parent = below.id)"
		" SELECT folder.root, folder.path, companion.name FROM below"
		" JOIN folder ON folder.id = below.id JOIN companion ON companion.folder = below.id"
		" WHERE companion.kind = ?2",
		error);
	StatementStep step;

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, folder);
	statement_bind_int(statement, 2, kind);
	while ((step = statement_step(catalogue->scanner, statement, error)) == STATEMENT_ROW) {
		add(name_of(statement, 0), name_of(statement, 1), name_of(statement, 2), data);
	}
	return step == STATEMENT_DONE;
}
