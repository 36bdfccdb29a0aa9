/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* state.db. Small and rarely written, each change synced before it is used. One connection behind a
 * lock, so that any thread may ask. */
#include "mediaserver/catalogue/state.h"

#include <pthread.h>
#include <stdatomic.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/random.h>

#include "mediaserver/catalogue/database.h"

#define SCHEMA_VERSION 1
#define KEY_UPDATE_ID "update-id"

struct State {
	pthread_mutex_t lock;
	Database *database; /* guarded by lock */
	_Atomic bool
		has_settled; /* there may be rows: libraries where nothing moved need no query */
};

static const char schema[] =
	"BEGIN;"
	"CREATE TABLE value (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE root (path BLOB PRIMARY KEY, uuid TEXT NOT NULL UNIQUE) STRICT, WITHOUT "
	"ROWID;"
	"CREATE TABLE settled (root TEXT, path BLOB, id INTEGER NOT NULL UNIQUE,"
	"  PRIMARY KEY (root, path)) STRICT, WITHOUT ROWID;"
	"PRAGMA user_version = 1;"
	"COMMIT;";

static bool
check_schema(Database *database, const char *path, GError **error)
{
	Statement *statement = database_prepare(database, "PRAGMA user_version", error);

	if (statement == NULL || statement_step(database, statement, error) != STATEMENT_ROW) {
		return false;
	}
	int64_t version = statement_get_int(statement, 0);

	if (!statement_finish(database, statement, error)) {
		return false;
	}
	if (version > SCHEMA_VERSION) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"%s was written by a newer version; use that one or another --state-dir",
			path);
		return false;
	}
	return version == SCHEMA_VERSION || database_run(database, schema, error);
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
	g_autoptr(Database) database = database_open(path, DATABASE_FULL_SYNC, error);

	if (database == NULL || !check_schema(database, path, error)) {
		return NULL;
	}
	State *state = g_new0(State, 1);

	(void)pthread_mutex_init(&state->lock, NULL);
	state->database = g_steal_pointer(&database);
	state->has_settled = find_id(state, database_prepare(state->database,
						    "SELECT id FROM settled LIMIT 1", NULL)) != 0;
	return state;
}

void
state_close(State *state)
{
	if (state == NULL) {
		return;
	}
	database_close(state->database);
	(void)pthread_mutex_destroy(&state->lock);
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

char *
state_dup(State *state, const char *key)
{
	(void)pthread_mutex_lock(&state->lock);
	char *value = dup_one(state, "SELECT value FROM value WHERE key = ?1", key, NULL);

	(void)pthread_mutex_unlock(&state->lock);
	return value;
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

	(void)pthread_mutex_unlock(&state->lock);
	return good;
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
	return statement_finish(state->database, statement, error) ? g_steal_pointer(&uuid) : NULL;
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
