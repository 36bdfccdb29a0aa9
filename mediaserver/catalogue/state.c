/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* state.db. Small and rarely written, each change synced before it is used. One connection behind a
 * lock, so that any thread may ask. */
#include "mediaserver/catalogue/state-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>

#include <av-upnp/clock.h>
#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/random.h>

#include "mediaserver/catalogue/aside.h"

#define KEY_UPDATE_ID "update-id"
/* The last good copy: made when something changed, at most so often (ROB-004). */
#define COPY_SUFFIX ".copy"
#define COPY_NS (60 * AVU_NS_PER_S)

/* From nothing to the present version, a step for each that was released. A step never changes. */
static const char *const steps[] = {
	"CREATE TABLE value (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE root (path BLOB PRIMARY KEY, uuid TEXT NOT NULL UNIQUE) STRICT, WITHOUT "
	"ROWID;"
	"CREATE TABLE settled (root TEXT, path BLOB, id INTEGER NOT NULL UNIQUE,"
	"  PRIMARY KEY (root, path)) STRICT, WITHOUT ROWID;",
	/* what people say about objects */
	"CREATE TABLE edit (object INTEGER, property TEXT, value TEXT NOT NULL,"
	"  PRIMARY KEY (object, property)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE play (item INTEGER, user TEXT, position INTEGER NOT NULL,"
	"  count INTEGER NOT NULL, played INTEGER NOT NULL, watched INTEGER NOT NULL,"
	"  PRIMARY KEY (item, user)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE promise (id INTEGER PRIMARY KEY, root TEXT NOT NULL, root_title TEXT NOT "
	"NULL,"
	"  folder BLOB NOT NULL, name BLOB NOT NULL, title TEXT, mime TEXT, kind INTEGER NOT NULL,"
	"  expires INTEGER NOT NULL) STRICT;"
	"CREATE TABLE made (id INTEGER NOT NULL UNIQUE, parent INTEGER NOT NULL,"
	"  kind INTEGER NOT NULL, root TEXT, root_title TEXT, path BLOB, title TEXT, class TEXT)"
	"  STRICT;"
	"CREATE TABLE reference (container INTEGER, position INTEGER, item INTEGER NOT NULL,"
	"  PRIMARY KEY (container, position), UNIQUE (item, container)) STRICT, WITHOUT ROWID;",
};
#define SCHEMA_VERSION ((int64_t)G_N_ELEMENTS(steps))

/* A whole, consistent copy as PATH.SUFFIX, under another name until it is complete. */
static bool
copy_to(Database *database, const char *path, const char *suffix, GError **error)
{
	g_autofree char *to = g_strconcat(path, suffix, NULL);
	g_autofree char *part = g_strconcat(to, ".part", NULL);

	(void)g_unlink(part); /* of a copy that did not end */
	if (!database_copy(database, part, error)) {
		return false;
	}
	if (rename(part, to) < 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "%s: %s", to, g_strerror(errno));
		return false;
	}
	return true;
}

/* All steps that are missing, in one transaction, after a copy of what was there (ROB-021). */
static bool
migrate(Database *database, const char *path, int64_t version, GError **error)
{
	g_autofree char *suffix = g_strdup_printf(".v%d", (int)version);
	g_autofree char *mark = g_strdup_printf("PRAGMA user_version = %d", (int)SCHEMA_VERSION);

	if ((version > 0 && !copy_to(database, path, suffix, error)) ||
		!database_run(database, "BEGIN IMMEDIATE", error)) {
		return false;
	}
	for (int64_t step = version; step < SCHEMA_VERSION; step++) {
		if (!database_run(database, steps[step], error)) {
			(void)database_run(database, "ROLLBACK", NULL); /* may be gone already */
			return false;
		}
	}
	return database_run(database, mark, error) && database_run(database, "COMMIT", error);
}

/* The first column of the first row. */
static bool
ask(Database *database, const char *sql, int64_t *ret_number, bool *ret_is_ok, GError **error)
{
	Statement *statement = database_prepare(database, sql, error);

	if (statement == NULL || !statement_step_to_row(database, statement, error)) {
		return false;
	}
	*ret_number = statement_get_int(statement, 0);
	*ret_is_ok = g_strcmp0(statement_get_text(statement, 0), "ok") == 0;
	return statement_finish(database, statement, error);
}

/* @return NULL with AVU_ERROR_SYNTAX when the file is damaged */
static Database *
open_whole(const char *path, int64_t *ret_version, GError **error)
{
	g_autoptr(Database) database = database_open(path, DATABASE_FULL_SYNC, error);
	int64_t unused;
	bool good, ignored;

	if (database == NULL ||
		!ask(database, "PRAGMA user_version", ret_version, &ignored, error) ||
		!ask(database, "PRAGMA quick_check(1)", &unused, &good, error)) {
		return NULL;
	}
	if (!good) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "%s is damaged", path);
		return NULL;
	}
	return g_steal_pointer(&database);
}

/* Puts the last good copy in the place of what cannot be read. */
static bool
restore(const char *path, const char *why)
{
	g_autofree char *copy = g_strconcat(path, COPY_SUFFIX, NULL);
	g_autofree char *contents = NULL;
	g_autoptr(GError) error = NULL;
	size_t len;

	if (!g_file_get_contents(copy, &contents, &len, NULL)) {
		return false;
	}
	if (!aside_put(path, "damaged", &error)) {
		g_warning("%s", error->message);
		return false;
	}
	g_warning("%s: %s; its last good copy is used, the other is kept as %s.damaged", path, why,
		path);
	return g_file_set_contents_full(path, contents, (gssize)len,
		G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, NULL);
}

static Database *
open_or_restore(const char *path, GError **error)
{
	g_autoptr(GError) damage = NULL;
	g_autofree char *copy = g_strconcat(path, COPY_SUFFIX, NULL);
	int64_t version = 0;
	g_autoptr(Database) database = open_whole(path, &version, &damage);
	bool is_empty = database != NULL && version == 0 && g_file_test(copy, G_FILE_TEST_EXISTS);

	if (is_empty || g_error_matches(damage, AVU_ERROR, AVU_ERROR_SYNTAX)) {
		g_clear_pointer(&database, database_close);
		if (!restore(path, is_empty ? "is empty" : damage->message)) {
			if (damage == NULL) {
				g_set_error(&damage, AVU_ERROR, AVU_ERROR_IO,
					"%s is empty, and its last good copy cannot be used", path);
			}
			g_propagate_error(error, g_steal_pointer(&damage));
			return NULL;
		}
		database = open_whole(path, &version, error);
	} else if (database == NULL) {
		g_propagate_error(error, g_steal_pointer(&damage));
	}
	if (database == NULL) {
		return NULL;
	}
	if (version > SCHEMA_VERSION) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"%s was written by a newer version; use that one or another --state-dir",
			path);
		return NULL;
	}
	if (version < SCHEMA_VERSION && !migrate(database, path, version, error)) {
		g_prefix_error(error, "%s cannot be brought to this version: ", path);
		return NULL;
	}
	return g_steal_pointer(&database);
}

static bool
has_overlay(Database *database)
{
	int64_t n = 1;
	bool ignored;

	/* cannot be read: then the question is asked again for each item */
	return !ask(database,
		       "SELECT EXISTS (SELECT 1 FROM edit) OR EXISTS (SELECT 1 FROM play)"
		       " OR EXISTS (SELECT 1 FROM reference)",
		       &n, &ignored, NULL) ||
	       n != 0;
}

/* The lock is held. @return 0: none */
static int64_t
find_id(State *state, Statement *statement)
{
	int64_t id = 0;

	if (statement != NULL &&
		statement_step(state->database, statement, NULL) == STATEMENT_ROW) {
		id = statement_get_int(statement, 0);
		(void)statement_finish(state->database, statement, NULL); /* one row */
	}
	return id;
}

State *
state_open(const char *directory, GError **error)
{
	g_autofree char *path = g_build_filename(directory, "state.db", NULL);
	g_autoptr(Database) database = open_or_restore(path, error);

	if (database == NULL) {
		return NULL;
	}
	State *state = g_new0(State, 1);

	(void)pthread_mutex_init(&state->lock, NULL);
	(void)pthread_mutex_init(&state->values_lock, NULL);
	state->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	state->path = g_steal_pointer(&path);
	atomic_store(&state->has_overlay, has_overlay(database));
	state->database = g_steal_pointer(&database);
	state->has_settled = find_id(state, database_prepare(state->database,
						    "SELECT id FROM settled LIMIT 1", NULL)) != 0;
	return state;
}

static void
copy_locked(State *state)
{
	g_autoptr(GError) error = NULL;

	state->copied_ns = avu_now_ns();
	state->uncopied = false;
	if (!copy_to(state->database, state->path, COPY_SUFFIX, &error)) {
		g_warning("no copy of %s could be made: %s", state->path, error->message);
	}
}

void
state_changed_locked(State *state)
{
	state->uncopied = true;
	if (state->copied_ns == 0 || avu_now_ns() - state->copied_ns > COPY_NS) {
		copy_locked(state);
	}
}

void
state_close(State *state)
{
	if (state == NULL) {
		return;
	}
	if (state->uncopied) {
		copy_locked(state);
	}
	database_close(state->database);
	(void)pthread_mutex_destroy(&state->lock);
	(void)pthread_mutex_destroy(&state->values_lock);
	g_hash_table_unref(state->values);
	g_free(state->path);
	g_free(state);
}

/* The first column of the only row, as text; the lock is held. */
static char *
dup_one(State *state, const char *sql, const char *parameter, GError **error)
{
	Statement *statement = database_prepare(state->database, sql, error);
	char *value = NULL;

	if (statement == NULL) {
		return NULL;
	}
	statement_bind_text(statement, 1, parameter);
	if (statement_step(state->database, statement, error) == STATEMENT_ROW) {
		value = g_strdup(statement_get_text(statement, 0));
		(void)statement_finish(state->database, statement, NULL); /* at most one row */
	}
	return value;
}

/* @param value  NULL: only what is remembered is asked for  @param set  else what was read, and may be older
 * @return what holds; g_free() it */
static char *
remember(State *state, const char *key, const char *value, bool set)
{
	(void)pthread_mutex_lock(&state->values_lock);
	if (value != NULL && (set || !g_hash_table_contains(state->values, key))) {
		(void)g_hash_table_replace(state->values, g_strdup(key), g_strdup(value));
	}
	char *known = g_strdup(g_hash_table_lookup(state->values, key));

	(void)pthread_mutex_unlock(&state->values_lock);
	return known;
}

char *
state_dup(State *state, const char *key)
{
	char *known = remember(state, key, NULL, false);

	if (known != NULL) {
		return known;
	}
	(void)pthread_mutex_lock(&state->lock);
	g_autofree char *value =
		dup_one(state, "SELECT value FROM value WHERE key = ?1", key, NULL);

	(void)pthread_mutex_unlock(&state->lock);
	return remember(state, key, value, false);
}

static bool
set_locked(State *state, const char *key, const char *value, GError **error)
{
	Statement *statement = database_prepare(
		state->database, "INSERT OR REPLACE INTO value VALUES (?1, ?2)", error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_text(statement, 1, key);
	statement_bind_text(statement, 2, value);
	return statement_finish(state->database, statement, error);
}

bool
state_set(State *state, const char *key, const char *value, GError **error)
{
	(void)pthread_mutex_lock(&state->lock);
	bool good = set_locked(state, key, value, error);

	if (good) {
		g_free(remember(state, key, value, true));
		state_changed_locked(state);
	}
	(void)pthread_mutex_unlock(&state->lock);
	return good;
}

bool
state_drop(State *state, const char *key, GError **error)
{
	(void)pthread_mutex_lock(&state->lock);
	Statement *statement =
		database_prepare(state->database, "DELETE FROM value WHERE key = ?1", error);
	bool good = statement != NULL;

	if (good) {
		statement_bind_text(statement, 1, key);
		good = statement_finish(state->database, statement, error);
	}
	if (good) {
		(void)pthread_mutex_lock(&state->values_lock);
		(void)g_hash_table_remove(state->values, key);
		(void)pthread_mutex_unlock(&state->values_lock);
		state_changed_locked(state);
	}
	(void)pthread_mutex_unlock(&state->lock);
	return good;
}

bool
state_list(State *state, const char *prefix,
	void (*add)(const char *key, const char *value, void *data), void *data, GError **error)
{
	(void)pthread_mutex_lock(&state->lock);
	Statement *row = database_prepare(state->database,
		"SELECT key, value FROM value WHERE substr(key, 1, length(?1)) = ?1", error);
	StatementStep step = STATEMENT_FAILED;

	if (row != NULL) {
		statement_bind_text(row, 1, prefix);
		while ((step = statement_step(state->database, row, error)) == STATEMENT_ROW) {
			add(statement_get_text(row, 0), statement_get_text(row, 1), data);
		}
	}
	(void)pthread_mutex_unlock(&state->lock);
	return step == STATEMENT_DONE;
}

static char *
dup_root_locked(State *state, const char *path, GError **error)
{
	g_autofree char *known =
		dup_one(state, "SELECT uuid FROM root WHERE path = CAST(?1 AS BLOB)", path, NULL);

	if (known != NULL) {
		return g_steal_pointer(&known);
	}
	g_autofree char *uuid = avu_random_uuid();
	Statement *statement = database_prepare(
		state->database, "INSERT INTO root VALUES (CAST(?1 AS BLOB), ?2)", error);

	if (statement == NULL) {
		return NULL;
	}
	statement_bind_text(statement, 1, path);
	statement_bind_text(statement, 2, uuid);
	if (!statement_finish(state->database, statement, error)) {
		return NULL;
	}
	state_changed_locked(state);
	return g_steal_pointer(&uuid);
}

char *
state_dup_root(State *state, const char *path, GError **error)
{
	(void)pthread_mutex_lock(&state->lock);
	char *uuid = dup_root_locked(state, path, error);

	(void)pthread_mutex_unlock(&state->lock);
	return uuid;
}

int64_t
state_find_settled(State *state, const char *root, const char *path)
{
	if (!atomic_load(&state->has_settled)) {
		return 0;
	}
	(void)pthread_mutex_lock(&state->lock);
	Statement *statement = database_prepare(state->database,
		"SELECT id FROM settled WHERE root = ?1 AND path = CAST(?2 AS BLOB)", NULL);

	if (statement != NULL) {
		statement_bind_text(statement, 1, root);
		statement_bind_text(statement, 2, path);
	}
	int64_t id = find_id(state, statement);

	(void)pthread_mutex_unlock(&state->lock);
	return id;
}

bool
state_is_settled(State *state, int64_t id)
{
	if (!atomic_load(&state->has_settled)) {
		return false;
	}
	(void)pthread_mutex_lock(&state->lock);
	Statement *statement =
		database_prepare(state->database, "SELECT id FROM settled WHERE id = ?1", NULL);

	if (statement != NULL) {
		statement_bind_int(statement, 1, id);
	}
	bool found = find_id(state, statement) != 0;

	(void)pthread_mutex_unlock(&state->lock);
	return found;
}

static bool
settle_one(State *state, const SettledId *settled, GError **error)
{
	bool frees = settled->path == NULL;
	Statement *statement = database_prepare(state->database,
		frees ? "DELETE FROM settled WHERE id = ?1"
		      : "INSERT OR REPLACE INTO settled VALUES (?2, CAST(?3 AS BLOB), ?1)",
		error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, settled->id);
	if (!frees) {
		statement_bind_text(statement, 2, settled->root);
		statement_bind_text(statement, 3, settled->path);
	}
	return statement_finish(state->database, statement, error);
}

static bool
settle_locked(State *state, const SettledId *ids, size_t n, GError **error)
{
	if (!database_run(state->database, "BEGIN IMMEDIATE", error)) {
		return false;
	}
	bool good = true;

	for (size_t i = 0; good && i < n; i++) {
		good = settle_one(state, &ids[i], error);
	}
	if (good && database_run(state->database, "COMMIT", error)) {
		return true;
	}
	(void)database_run(state->database, "ROLLBACK", NULL); /* may be over already */
	return false;
}

bool
state_settle(State *state, const SettledId *ids, size_t n, GError **error)
{
	(void)pthread_mutex_lock(&state->lock);
	bool good = settle_locked(state, ids, n, error);

	if (good) {
		state_changed_locked(state);
	}
	atomic_store(&state->has_settled, true);
	(void)pthread_mutex_unlock(&state->lock);
	return good;
}

uint32_t
state_get_update_id(State *state)
{
	g_autofree char *text = state_dup(state, KEY_UPDATE_ID);
	uint64_t value = 0;

	/* absent: first start; anything else in there would be ours to have written */
	if (text == NULL || !avu_parse_uint(text, UINT32_MAX, &value)) {
		return 1;
	}
	return (uint32_t)value;
}

bool
state_reserve_update_ids(State *state, uint32_t value, GError **error)
{
	g_autofree char *text = g_strdup_printf("%u", value);

	return state_set(state, KEY_UPDATE_ID, text, error);
}
