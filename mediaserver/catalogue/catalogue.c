/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening, schema, reader pool and update ids of library.db. Everything in there can be rebuilt from
 * the disk and state.db, so a damaged or foreign-schema file is set aside. */
#include "mediaserver/catalogue/overlay-private.h"

#include <time.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/random.h>

#include "mediaserver/catalogue/aside.h"
#include "mediaserver/catalogue/counts.h"
#include "mediaserver/catalogue/letters.h"
#include "mediaserver/catalogue/renumber.h"
#include "mediaserver/catalogue/sample.h"
#include "mediaserver/catalogue/sort-key.h"
#include "mediaserver/catalogue/search-value.h"
#include "mediaserver/catalogue/text-index.h"
#include "mediaserver/catalogue/view-file.h"
#include "mediaserver/catalogue/view-reload.h"
#include "mediaserver/catalogue/view-sql.h"

/* Raise when a table, an index or the meaning of a column changes. */
#define SCHEMA_VERSION 24
/* a scan uses some 50 000 a second: a synced write every other second */
#define UPDATE_IDS_RESERVED 100000

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
	return version == SCHEMA_VERSION &&
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
	Statement *statement =
		database_prepare(database, "INSERT INTO meta VALUES ('keys', ?1)", error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, sort_key_get_signature());
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
	}
	catalogue->scanner = database_open(catalogue->path, DATABASE_READ, error);
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

/* Nobody has subscribed yet who could be told what came. */
static bool
make_views(Catalogue *catalogue, GError **error)
{
	if (!catalogue_begin(catalogue, error) || !letters_load(catalogue, error) ||
		!samples_load(catalogue, error) || !view_reload(catalogue, error)) {
		return false;
	}
	change_log_drop(catalogue->changes);
	return catalogue_commit(catalogue, error);
}

Catalogue *
catalogue_open(const char *directory, State *state, GError **error)
{
	if (!views_load(error)) {
		return NULL;
	}
	view_plans_make(views_get_used());
	g_autoptr(Catalogue) catalogue = g_new0(Catalogue, 1);

	(void)pthread_mutex_init(&catalogue->lock, NULL);
	(void)pthread_cond_init(&catalogue->idle, NULL);
	(void)pthread_cond_init(&catalogue->written, NULL);
	catalogue->changes = change_log_new();
	catalogue->later = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	catalogue->chosen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	catalogue->split = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	catalogue->listings = listing_cache_new(CATALOGUE_LISTINGS_BYTES);
	catalogue->known = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	atomic_store(&catalogue->query_ns, AVU_LIMIT_QUERY_NS);
	catalogue->query_clock = avu_clock_monotonic();
	catalogue->state = state;
	catalogue->settling = catalogue_new_settling();
	catalogue->path = g_build_filename(directory, "library.db", NULL);
	catalogue->writer = open_writer(catalogue->path, state, error);
	if (catalogue->writer == NULL || !grams_register(catalogue->writer, error) ||
		!text_index_open(catalogue->writer, error)) {
		return NULL;
	}
	catalogue->ceiling = state_get_update_id(state);
	atomic_store(
		&catalogue->update_id, MAX(catalogue->ceiling, get_stored_update_id(catalogue)));
	if (!open_readers(catalogue, error) || !count_items(catalogue, error) ||
		!make_views(catalogue, error) || !overlay_reconcile(catalogue, error) ||
		(renumber_is_due(catalogue) && !renumber(catalogue, error))) {
		return NULL;
	}
	return g_steal_pointer(&catalogue);
}

void
catalogue_close(Catalogue *catalogue)
{
	g_autoptr(GError) error = NULL;

	if (catalogue == NULL) {
		return;
	}
	if (catalogue->writer != NULL && !state_reserve_update_ids(catalogue->state,
						 atomic_load(&catalogue->update_id), &error)) {
		g_warning("update ids go on from the last reserve: %s", error->message);
	}
	for (unsigned i = 0; i < CATALOGUE_READERS; i++) {
		database_close(catalogue->readers[i]);
	}
	database_close(catalogue->scanner);
	database_close(catalogue->writer);
	g_clear_pointer(&catalogue->settling, g_array_unref);
	change_log_free(catalogue->changes);
	listing_cache_free(catalogue->listings);
	g_hash_table_unref(catalogue->known);
	g_hash_table_unref(catalogue->split);
	g_hash_table_unref(catalogue->chosen);
	g_hash_table_unref(catalogue->later);
	(void)pthread_cond_destroy(&catalogue->idle);
	(void)pthread_cond_destroy(&catalogue->written);
	(void)pthread_mutex_destroy(&catalogue->lock);
	g_free(catalogue->path);
	g_free(catalogue);
}

char *
catalogue_dup_reset_token(Catalogue *catalogue)
{
	return state_dup(catalogue->state, "reset-token");
}

void
catalogue_set_letters_above(Catalogue *catalogue, int64_t n_groups)
{
	catalogue->letters_above = n_groups;
}

void
catalogue_set_query_limit(Catalogue *catalogue, int64_t limit_ns)
{
	atomic_store(&catalogue->query_ns, limit_ns);
}

void
catalogue_set_query_clock(Catalogue *catalogue, const AvuClock *clock)
{
	catalogue->query_clock = clock;
}

uint64_t
catalogue_count_commits(Catalogue *catalogue)
{
	return atomic_load(&catalogue->n_commits);
}

uint32_t
catalogue_get_update_id(Catalogue *catalogue)
{
	return atomic_load(&catalogue->update_id);
}

int64_t
catalogue_count_items(Catalogue *catalogue)
{
	return atomic_load(&catalogue->n_items);
}

uint32_t
catalogue_stamp(Catalogue *catalogue)
{
	/* at the end they stay: the transaction is not committed, nothing goes back */
	return catalogue->stamp == UINT32_MAX ? UINT32_MAX : ++catalogue->stamp;
}

void
catalogue_note(Catalogue *catalogue, const CatalogueChange *change)
{
	change_log_note(catalogue->changes, change);
}

void
catalogue_note_children(Catalogue *catalogue, int64_t container, uint32_t update_id)
{
	change_log_note_children(catalogue->changes, container, update_id);
}

void
catalogue_take_changes(Catalogue *catalogue, CatalogueChanges *ret_changes)
{
	change_log_take(catalogue->changes, ret_changes);
}

/* One writes at a time. */
static void
take_turn(Catalogue *catalogue)
{
	(void)pthread_mutex_lock(&catalogue->lock);
	while (catalogue->writing) {
		(void)pthread_cond_wait(&catalogue->written, &catalogue->lock);
	}
	catalogue->writing = true;
	catalogue->writer_thread = pthread_self();
	(void)pthread_mutex_unlock(&catalogue->lock);
}

static void
end_turn(Catalogue *catalogue)
{
	(void)pthread_mutex_lock(&catalogue->lock);
	catalogue->writing = false;
	(void)pthread_cond_signal(&catalogue->written);
	(void)pthread_mutex_unlock(&catalogue->lock);
}

static bool
is_my_turn(Catalogue *catalogue)
{
	(void)pthread_mutex_lock(&catalogue->lock);
	bool mine =
		catalogue->writing && pthread_equal(catalogue->writer_thread, pthread_self()) != 0;

	(void)pthread_mutex_unlock(&catalogue->lock);
	return mine;
}

bool
catalogue_begin(Catalogue *catalogue, GError **error)
{
	take_turn(catalogue);
	catalogue->stamp = atomic_load(&catalogue->update_id);
	catalogue->n_added = 0;
	g_hash_table_remove_all(catalogue->known);
	g_hash_table_remove_all(catalogue->later);
	catalogue_forget_settling(catalogue);
	if (!database_run(catalogue->writer, "BEGIN IMMEDIATE", error)) {
		end_turn(catalogue);
		return false;
	}
	return true;
}

void
catalogue_rollback(Catalogue *catalogue)
{
	if (is_my_turn(catalogue)) {
		/* none may be open any more */
		(void)database_run(catalogue->writer, "ROLLBACK", NULL);
		change_log_drop(catalogue->changes);
		/* views that were tried with it are not tried any more */
		views_try(NULL);
		/* a writer that cannot read its tables will not commit, either */
		(void)letters_load(catalogue, NULL);
		(void)samples_load(catalogue, NULL);
		end_turn(catalogue);
	}
}

/* The reserve is on the disk before a number of it is shown. */
static bool
reserve(Catalogue *catalogue, GError **error)
{
	if (catalogue->stamp == UINT32_MAX) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
			"the numbers of changes are used up; start the server again");
		return false;
	}
	if (catalogue->stamp <= catalogue->ceiling) {
		return true;
	}
	uint32_t ceiling =
		catalogue->stamp + MIN(UPDATE_IDS_RESERVED, UINT32_MAX - catalogue->stamp);

	if (!state_reserve_update_ids(catalogue->state, ceiling, error)) {
		return false;
	}
	catalogue->ceiling = ceiling;
	return true;
}

static bool
store_numbers(Catalogue *catalogue, GError **error)
{
	Statement *statement = database_prepare(catalogue->writer,
		"INSERT OR REPLACE INTO meta VALUES ('update_id', ?1), ('items', ?2)", error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, catalogue->stamp);
	statement_bind_int(statement, 2, atomic_load(&catalogue->n_items) + catalogue->n_added);
	return statement_finish(catalogue->writer, statement, error);
}

bool
catalogue_commit(Catalogue *catalogue, GError **error)
{
	bool changed = catalogue->stamp != atomic_load(&catalogue->update_id);

	if (!counts_flush(catalogue, error) || (changed && !letters_balance(catalogue, error)) ||
		!samples_refresh(catalogue, error) ||
		!text_index_update(catalogue->writer, error) || !reserve(catalogue, error) ||
		!catalogue_settle_ids(catalogue, error) ||
		(catalogue->stamp != atomic_load(&catalogue->update_id) &&
			!store_numbers(catalogue, error)) ||
		!database_run(catalogue->writer, "COMMIT", error)) {
		catalogue_rollback(catalogue);
		return false;
	}
	atomic_fetch_add(&catalogue->n_commits, 1);
	atomic_store(&catalogue->update_id, catalogue->stamp);
	atomic_fetch_add(&catalogue->n_items, catalogue->n_added);
	change_log_publish(catalogue->changes);
	end_turn(catalogue);
	return true;
}

bool
catalogue_tidy(Catalogue *catalogue, bool first, bool *ret_more, GError **error)
{
	if (!catalogue_begin(catalogue, error)) {
		return false;
	}
	if (!text_index_join(catalogue->writer, first, ret_more, error)) {
		catalogue_rollback(catalogue);
		return false;
	}
	return catalogue_commit(catalogue, error);
}

static Database *
find_idle(Catalogue *catalogue)
{
	for (unsigned i = 0; i < CATALOGUE_READERS; i++) {
		if (catalogue->readers[i] != NULL) {
			return g_steal_pointer(&catalogue->readers[i]);
		}
	}
	return NULL;
}

Database *
catalogue_borrow(Catalogue *catalogue, GError **error)
{
	struct timespec until;
	Database *reader;
	int code = 0;

	(void)clock_gettime(CLOCK_REALTIME, &until); /* pthread_cond_timedwait's clock */
	until.tv_sec += AVU_LIMIT_QUERY_NS / AVU_NS_PER_S;
	(void)pthread_mutex_lock(&catalogue->lock);
	while ((reader = find_idle(catalogue)) == NULL && code == 0) {
		code = pthread_cond_timedwait(&catalogue->idle, &catalogue->lock, &until);
	}
	(void)pthread_mutex_unlock(&catalogue->lock);
	if (reader == NULL) {
		g_set_error(error, AVU_UPNP_ERROR, 720, "too many requests at once");
		return NULL;
	}
	database_set_deadline(reader, catalogue->query_clock,
		avu_clock_now_ns(catalogue->query_clock) + atomic_load(&catalogue->query_ns));
	return reader;
}

void
catalogue_return(Catalogue *catalogue, Database *reader)
{
	(void)pthread_mutex_lock(&catalogue->lock);
	for (unsigned i = 0; i < CATALOGUE_READERS; i++) {
		if (catalogue->readers[i] == NULL) {
			catalogue->readers[i] = reader;
			break;
		}
	}
	(void)pthread_cond_signal(&catalogue->idle);
	(void)pthread_mutex_unlock(&catalogue->lock);
}
