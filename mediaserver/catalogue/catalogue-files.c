/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file library.db: its schema, the connections to it, and the way from a damaged one to a new one. All that
 * is in there can be rebuilt from the disk and state.db, so a damaged or foreign-schema file is set aside. */
#include "mediaserver/catalogue/catalogue-private.h"

#include <av-upnp/error.h>
#include <av-upnp/hash.h>
#include <av-upnp/random.h>

#include "mediaserver/catalogue/aside.h"
#include "mediaserver/catalogue/grams.h"
#include "mediaserver/catalogue/letters.h"
#include "mediaserver/catalogue/search-value.h"
#include "mediaserver/catalogue/sort-key.h"
#include "mediaserver/catalogue/text-index.h"
#include "mediaserver/catalogue/view-reload.h"

/* Raise when a table, an index or the meaning of a column changes. */
#define SCHEMA_VERSION 25
/* Unlike items, which a scan finds again, nothing here refers to row numbers. */
static const char schema[] =
	"CREATE TABLE folder (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL, root TEXT NOT NULL,"
	"  path BLOB NOT NULL, name BLOB NOT NULL) STRICT;"
	"CREATE INDEX folder_parent ON folder (parent);"
	"CREATE TABLE container (row INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE, parent "
	"INTEGER NOT NULL, view TEXT NOT "
	"NULL,"
	"  level INTEGER NOT NULL, value1 TEXT, value2 TEXT, value3 TEXT, value4 TEXT,"
	"  title TEXT NOT NULL, class TEXT NOT NULL, position INTEGER NOT NULL, sort_title BLOB "
	"NOT NULL,"
	"  children INTEGER NOT NULL, update_id INTEGER NOT NULL, fold_title TEXT NOT NULL,"
	"  object_update_id INTEGER NOT NULL DEFAULT 0,"
	"  deleted_children INTEGER NOT NULL DEFAULT 0,"
	/* children that stand here by one of several values: see item_value */
	"  further INTEGER NOT NULL DEFAULT 0,"
	/* children that a picture can be made of */
	"  art INTEGER NOT NULL DEFAULT 0,"
	"  made INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE INDEX container_parent ON container (parent, position, sort_title, id);"
	"CREATE TABLE format (mime TEXT NOT NULL, profile TEXT NOT NULL, kind INTEGER NOT NULL,"
	"  items INTEGER NOT NULL, PRIMARY KEY (mime, profile, kind)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE companion (folder INTEGER NOT NULL, name BLOB NOT NULL, kind INTEGER NOT "
	"NULL,"
	"  inode INTEGER NOT NULL, size_bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,"
	"  PRIMARY KEY (folder, name)) STRICT, WITHOUT ROWID;"
	/* what is asked at each start; letters are few among very many */
	"CREATE INDEX container_letter ON container (parent) WHERE made = -1;"
	"CREATE INDEX container_view ON container (id) WHERE level = 0;"
	/* searches for one or two characters go through all titles, and through nothing else */
	"CREATE INDEX container_fold_title ON container (fold_title, id, level);"
	"CREATE INDEX item_fold_title ON item (fold_title, kind);"
	"CREATE INDEX item_folder ON item (folder, name);"
	"CREATE INDEX item_inode ON item (inode);"
	"CREATE INDEX item_home ON item (home, sort_name, id);"
	/* the second and further values of what views group by; first values are in item */
	"CREATE TABLE item_value (property INTEGER NOT NULL, value TEXT NOT NULL, item INTEGER NOT "
	"NULL,"
	"  PRIMARY KEY (property, value, item)) STRICT, WITHOUT ROWID;"
	/* the overlay: what files said where edits hide it, references made, version */
	"CREATE TABLE original (item INTEGER NOT NULL, name TEXT NOT NULL, value ANY,"
	"  PRIMARY KEY (item, name)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE member (container INTEGER NOT NULL, position INTEGER NOT NULL,"
	"  item INTEGER NOT NULL, PRIMARY KEY (container, position)) STRICT, WITHOUT ROWID;"
	"CREATE UNIQUE INDEX member_item ON member (item, container);"
	/* where files of lists are that files describe */
	"CREATE TABLE listed (container INTEGER NOT NULL, position INTEGER NOT NULL,"
	"  folder INTEGER NOT NULL, name BLOB NOT NULL, PRIMARY KEY (container, position))"
	"  STRICT, WITHOUT ROWID;"
	"CREATE INDEX listed_file ON listed (folder, name);"
	"CREATE INDEX item_list ON item (list) WHERE list <> 0;"
	"CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT "
	"ROWID;" TEXT_INDEX_TABLES VIEW_RELOAD_TABLE
	"PRAGMA user_version = " G_STRINGIFY(SCHEMA_VERSION) ";";

typedef enum { SCHEMA_ABSENT, SCHEMA_OURS, SCHEMA_OTHER } SchemaState;

/* The first number of the first row. */
static bool
read_number(Database *database, const char *sql, int64_t *ret_value)
{
	Statement *statement = database_prepare(database, sql, NULL);

	if (statement == NULL || statement_step(database, statement, NULL) != STATEMENT_ROW) {
		return false;
	}
	*ret_value = statement_get_int(statement, 0);
	return statement_finish(database, statement, NULL);
}

/* Of all tables and indexes but those that views bring: one that lacks some, or has others, is not ours. */
static bool
read_signature(Database *database, int64_t *ret_signature)
{
	Statement *statement = database_prepare(database,
		"SELECT group_concat(type || name || coalesce(sql, ''), ';') FROM (SELECT type,"
		" name, sql FROM sqlite_schema WHERE name NOT GLOB 'view_[0-9]*' ORDER BY name)",
		NULL);

	if (statement == NULL || statement_step(database, statement, NULL) != STATEMENT_ROW) {
		return false;
	}
	const char *text = statement_get_text(statement, 0);

	*ret_signature = avu_hash_strings(60, text != NULL ? text : "", NULL);
	return statement_finish(database, statement, NULL);
}

static bool
has_all(Database *database)
{
	int64_t kept, signature;

	return read_number(database, "SELECT value FROM meta WHERE key = 'schema'", &kept) &&
	       read_signature(database, &signature) && kept == signature;
}

/* The version is written in the transaction that makes the tables: 0 means an empty file. Sort keys of
 * another language are as foreign as tables of another version; other views are made of what is there,
 * but for those that hold folders. */
static SchemaState
look_at(Database *database)
{
	int64_t version, keys;

	if (!read_number(database, "PRAGMA user_version", &version)) {
		return SCHEMA_OTHER;
	}
	if (version == 0) {
		return SCHEMA_ABSENT;
	}
	return version == SCHEMA_VERSION && has_all(database) &&
			       read_number(database, "SELECT value FROM meta WHERE key = 'keys'",
				       &keys) &&
			       keys == sort_key_get_signature() &&
			       view_split_restore(database, NULL) && view_reload_can(database)
		       ? SCHEMA_OURS
		       : SCHEMA_OTHER;
}

static bool
create(Database *database, GError **error)
{
	if (!database_run(database, "BEGIN", error) ||
		!database_run(database, item_sql_create(), error) ||
		!database_run(database, schema, error)) {
		return false;
	}
	int64_t signature;
	Statement *statement = database_prepare(
		database, "INSERT INTO meta VALUES ('keys', ?1), ('schema', ?2)", error);

	if (statement == NULL || !read_signature(database, &signature)) {
		return false;
	}
	statement_bind_int(statement, 1, sort_key_get_signature());
	statement_bind_int(statement, 2, signature);
	return statement_finish(database, statement, error) &&
	       database_run(database, "COMMIT", error);
}

/* Before the first object of the new file: nobody may take its numbers for those of the old one. */
bool
catalogue_renew_reset_token(State *state, GError **error)
{
	g_autofree char *token = avu_random_uuid();

	return state_set(state, "reset-token", token, error);
}

static Database *
open_writer(const char *path, State *state, GError **error)
{
	g_autoptr(GError) damage = NULL;
	g_autoptr(Database) database = database_open(path, 0, &damage);

	if (database == NULL && !g_error_matches(damage, AVU_ERROR, AVU_ERROR_SYNTAX)) {
		g_propagate_error(error, g_steal_pointer(&damage));
		return NULL;
	}
	SchemaState found = database != NULL ? look_at(database) : SCHEMA_OTHER;

	if (found == SCHEMA_OURS) {
		return g_steal_pointer(&database);
	}
	if (found == SCHEMA_OTHER) {
		g_message(
			"the catalogue %s is damaged, of another version, language or folders; it "
			"is built anew",
			path);
		g_clear_pointer(&database, database_close);
		if (!aside_put(path, "old", error)) {
			return NULL;
		}
		database = database_open(path, 0, error);
	}
	if (database == NULL || !catalogue_renew_reset_token(state, error) ||
		!grams_register(database, error) || !create(database, error)) {
		return NULL;
	}
	return g_steal_pointer(&database);
}

static void
on_damaged(void *data)
{
	Catalogue *catalogue = data;

	if (!atomic_exchange(&catalogue->damaged, true) && catalogue->on_damaged != NULL) {
		catalogue->on_damaged(catalogue->on_damaged_data);
	}
}

static bool
open_readers(Catalogue *catalogue, GError **error)
{
	for (unsigned i = 0; i < CATALOGUE_READERS; i++) {
		catalogue->readers[i] = database_open(catalogue->path, DATABASE_READ, error);
		if (catalogue->readers[i] == NULL ||
			!search_value_register(catalogue->readers[i], error) ||
			!grams_register(catalogue->readers[i], error)) {
			return false;
		}
		database_set_damaged(catalogue->readers[i], on_damaged, catalogue);
	}
	catalogue->scanner = database_open(catalogue->path, DATABASE_READ, error);
	if (catalogue->scanner != NULL) {
		database_set_damaged(catalogue->scanner, on_damaged, catalogue);
	}
	return catalogue->scanner != NULL;
}

/* Counted with each commit: to count a million takes as long as all the rest of a start. */
static bool
count_items(Catalogue *catalogue, GError **error)
{
	int64_t n = 0;

	if (!read_number(catalogue->writer, "SELECT value FROM meta WHERE key = 'items'", &n) &&
		!read_number(catalogue->writer, "SELECT count(*) FROM item", &n)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "the items cannot be counted");
		return false;
	}
	atomic_store(&catalogue->n_items, n);
	return true;
}

/* state.db may come from an older copy of itself: the catalogue knows better then. */
static uint32_t
get_stored_update_id(Catalogue *catalogue)
{
	int64_t value = 0;

	return read_number(
		       catalogue->writer, "SELECT value FROM meta WHERE key = 'update_id'", &value)
		       ? (uint32_t)value
		       : 0;
}

bool
catalogue_open_files(Catalogue *catalogue, GError **error)
{
	catalogue->writer = open_writer(catalogue->path, catalogue->state, error);
	if (catalogue->writer == NULL) {
		return false;
	}
	database_set_damaged(catalogue->writer, on_damaged, catalogue);
	/* first of all: what is given up below is closed with this number */
	catalogue->ceiling = state_get_update_id(catalogue->state);
	atomic_store(
		&catalogue->update_id, MAX(catalogue->ceiling, get_stored_update_id(catalogue)));
	return grams_register(catalogue->writer, error) &&
	       text_index_open(catalogue->writer, error) && open_readers(catalogue, error) &&
	       count_items(catalogue, error);
}

void
catalogue_close_files(Catalogue *catalogue)
{
	for (unsigned i = 0; i < CATALOGUE_READERS; i++) {
		g_clear_pointer(&catalogue->readers[i], database_close);
	}
	g_clear_pointer(&catalogue->scanner, database_close);
	g_clear_pointer(&catalogue->writer, database_close);
}

/* All of them, or as many as come back in time: who has one gives it back within a query's time. */
static bool
take_readers(Catalogue *catalogue, GError **error)
{
	Database *readers[CATALOGUE_READERS];
	unsigned n = 0;

	while (n < CATALOGUE_READERS && (readers[n] = catalogue_borrow(catalogue, error)) != NULL) {
		n++;
	}
	const bool all = n == CATALOGUE_READERS;

	while (n > 0) {
		if (all) {
			database_close(readers[--n]);
		} else {
			catalogue_return(catalogue, readers[--n]);
		}
	}
	return all;
}

/* Else all are closed, since a try that failed. */
static bool
has_readers(const Catalogue *catalogue)
{
	return catalogue->writer != NULL;
}

bool
catalogue_renew_files(Catalogue *catalogue, GError **error)
{
	catalogue_close_files(catalogue);
	if (aside_put(catalogue->path, "old", error) && catalogue_open_files(catalogue, error)) {
		return true;
	}
	catalogue_close_files(catalogue);
	return false;
}

/* While the lock is held, nobody has one of the old. */
static bool
renew_and_lend(Catalogue *catalogue, Database *readers[CATALOGUE_READERS], GError **error)
{
	(void)pthread_mutex_lock(&catalogue->lock);
	const bool good = catalogue_renew_files(catalogue, error);

	for (unsigned i = 0; i < CATALOGUE_READERS; i++) {
		readers[i] = g_steal_pointer(&catalogue->readers[i]);
	}
	(void)pthread_mutex_unlock(&catalogue->lock);
	return good;
}

bool
catalogue_replace_files(
	Catalogue *catalogue, bool (*first)(Catalogue *catalogue, GError **error), GError **error)
{
	Database *readers[CATALOGUE_READERS];

	if (has_readers(catalogue) && !take_readers(catalogue, error)) {
		return false;
	}
	const bool good = renew_and_lend(catalogue, readers, error) && first(catalogue, error);

	for (unsigned i = 0; i < CATALOGUE_READERS; i++) {
		if (readers[i] != NULL) {
			catalogue_return(catalogue, readers[i]);
		}
	}
	return good;
}
