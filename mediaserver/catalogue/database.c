/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SQLite behind a few functions: GError instead of result codes, statements prepared once and kept.
 * A Database is used by one thread at a time; who that is, the owner decides. Settings: STACK
 * measurements (WAL, 4 MiB cache, no mmap) and SEC-102. */
#include "mediaserver/catalogue/database.h"

#include <stdatomic.h>
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "mediaserver/catalogue/database-private.h"

#define STATEMENTS_MAX 96
#define RECENT_MAX 64 /* a power of two */
#define BUSY_MS 2000
/* SQLite instructions between two looks at the clock: some 100 µs */
#define PROGRESS_STEPS 10000

/* Most texts are constants: found by where they are, and compared, which costs a tenth of hashing four
 * thousand letters. */
typedef struct {
	const char *place; /* only compared */
	const char *text;  /* of the hash table; NULL: none */
	sqlite3_stmt *statement;
} Recent;

struct Database {
	char *path; /* for messages */
	sqlite3 *connection;
	GHashTable *statements; /* text → sqlite3_stmt */
	Recent recent[RECENT_MAX];
	int64_t deadline_ns;
	const AvuClock *clock;         /* which it is of */
	const _Atomic bool *interrupt; /* NULL: never */
	void (*damaged)(void *data);   /* NULL: nobody is told */
	void *damaged_data;
};

static const struct {
	int code;
	AvuError error;
} codes[] = {
	{ SQLITE_BUSY, AVU_ERROR_BUSY },
	{ SQLITE_LOCKED, AVU_ERROR_BUSY },
	{ SQLITE_CORRUPT, AVU_ERROR_SYNTAX },
	{ SQLITE_NOTADB, AVU_ERROR_SYNTAX },
	{ SQLITE_PERM, AVU_ERROR_DENIED },
	{ SQLITE_READONLY, AVU_ERROR_DENIED },
	{ SQLITE_INTERRUPT, AVU_ERROR_TIMEOUT },
	{ SQLITE_NOMEM, AVU_ERROR_LIMIT },
};

static void
set_error(GError **error, sqlite3 *connection, int code, const char *what)
{
	AvuError kind = AVU_ERROR_IO;

	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
		if ((code & 0xff) == codes[i].code) {
			kind = codes[i].error;
		}
	}
	g_set_error(error, AVU_ERROR, kind, "%s: %s", what,
		connection != NULL ? sqlite3_errmsg(connection) : sqlite3_errstr(code));
}

/* Of a connection that is open. */
static void
fail(Database *database, int code, const char *what, GError **error)
{
	bool damage = (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;

	set_error(error, database->connection, code, what);
	if (damage && database->damaged != NULL) {
		database->damaged(database->damaged_data);
	}
}

void
database_set_damaged(Database *database, void (*damaged)(void *data), void *data)
{
	database->damaged = damaged;
	database->damaged_data = data;
}

static int
on_progress(void *data)
{
	const Database *database = data;

	return (database->interrupt != NULL && atomic_load(database->interrupt)) ||
	       (database->deadline_ns != AVU_TIME_NONE &&
		       avu_clock_now_ns(database->clock) > database->deadline_ns);
}

static void
finalize(void *statement)
{
	(void)sqlite3_finalize(statement); /* repeats the error of the last step: told then */
}

static void
harden(Database *database)
{
	static const struct {
		int id, value;
	} limits[] = {
		{ SQLITE_LIMIT_LENGTH, 16 * 1024 * 1024 },
		{ SQLITE_LIMIT_SQL_LENGTH, 64 * 1024 },
		{ SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_COLUMN, 256 },
		{ SQLITE_LIMIT_VARIABLE_NUMBER, 512 },
		{ SQLITE_LIMIT_WORKER_THREADS, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
		(void)sqlite3_limit(database->connection, limits[i].id, limits[i].value);
	}
	(void)sqlite3_db_config(database->connection, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(database->connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	(void)sqlite3_db_config(
		database->connection, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	(void)sqlite3_busy_timeout(database->connection, BUSY_MS);
	sqlite3_progress_handler(database->connection, PROGRESS_STEPS, on_progress, database);
}

/* Counting what SQLite allocates takes one lock of all connections for each allocation. */
static void *
configure(void *unused)
{
	(void)unused;
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* refused: slower, no more */
	return NULL;
}

Database *
database_open(const char *path, unsigned flags, GError **error)
{
	static GOnce once = G_ONCE_INIT;
	g_autoptr(Database) database = g_new0(Database, 1);
	int mode = (flags & DATABASE_READ) != 0 ? SQLITE_OPEN_READONLY
						: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	/* A writer that fills a library touches leaves of seven indexes: with a small cache it writes
	 * the same pages over and over (4 MiB: 6 600 items/s; 32 MiB: five times that). */
	const char *settings = (flags & DATABASE_READ) != 0 ? "PRAGMA cache_size=-4096;"
			       : (flags & DATABASE_FULL_SYNC) != 0
				       ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA "
					 "cache_size=-1024;"
				       : "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
					 "PRAGMA cache_size=-32768;"
					 "PRAGMA wal_autocheckpoint=4000;";

	(void)g_once(&once, configure, NULL);
	database->path = g_strdup(path);
	database->deadline_ns = AVU_TIME_NONE;
	database->clock = avu_clock_monotonic();
	database->statements = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, finalize);
	int code = sqlite3_open_v2(path, &database->connection,
		mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

	if (code != SQLITE_OK) {
		set_error(error, database->connection, code, path);
		return NULL;
	}
	harden(database);
	if (!database_run(database,
		    "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;"
		    "PRAGMA foreign_keys=ON;",
		    error) ||
		!database_run(database, settings, error)) {
		return NULL;
	}
	return g_steal_pointer(&database);
}

void
database_close(Database *database)
{
	if (database == NULL) {
		return;
	}
	g_clear_pointer(&database->statements, g_hash_table_unref);
	(void)sqlite3_close(database->connection);
	g_free(database->path);
	g_free(database);
}

static bool
copy_into(Database *database, sqlite3 *copy, const char *path, GError **error)
{
	sqlite3_backup *backup = sqlite3_backup_init(copy, "main", database->connection, "main");

	if (backup == NULL) {
		set_error(error, copy, sqlite3_errcode(copy), path);
		return false;
	}
	(void)sqlite3_backup_step(backup, -1); /* what it says, finish says again */
	int code = sqlite3_backup_finish(backup);

	if (code != SQLITE_OK) {
		set_error(error, copy, code, path);
		return false;
	}
	return true;
}

bool
database_copy(Database *database, const char *path, GError **error)
{
	sqlite3 *copy = NULL;
	int code = sqlite3_open_v2(path, &copy,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	bool good = code == SQLITE_OK && copy_into(database, copy, path, error);

	if (code != SQLITE_OK) {
		set_error(error, copy, code, path);
	}
	(void)sqlite3_close(copy); /* nothing is left to write */
	return good;
}

static bool
is_absent(const Database *database, GError **error)
{
	if (database == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_GONE, "the database is closed");
	}
	return database == NULL;
}

bool
database_run(Database *database, const char *sql, GError **error)
{
	if (is_absent(database, error)) {
		return false;
	}
	int code = sqlite3_exec(database->connection, sql, NULL, NULL, NULL);

	if (code != SQLITE_OK) {
		fail(database, code, database->path, error);
		return false;
	}
	return true;
}

typedef struct {
	char *(*text)(const char *const *arguments);
	bool (*test)(const char *const *arguments);
} Function;

static void
call_function(sqlite3_context *context, int n, sqlite3_value **values)
{
	const Function *function = sqlite3_user_data(context);
	const char *arguments[DATABASE_ARGUMENTS_MAX] = { NULL };

	for (int i = 0; i < n && i < DATABASE_ARGUMENTS_MAX; i++) {
		arguments[i] = (const char *)sqlite3_value_text(values[i]);
	}
	if (function->test != NULL) {
		sqlite3_result_int(context, function->test(arguments) ? 1 : 0);
		return;
	}
	char *text = function->text(arguments);

	if (text != NULL) {
		sqlite3_result_text(context, text, -1, g_free);
	} else {
		sqlite3_result_null(context);
	}
}

static bool
add_function(
	Database *database, const char *name, int n_arguments, Function function, GError **error)
{
	int code = sqlite3_create_function_v2(database->connection, name, n_arguments,
		SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
		g_memdup2(&function, sizeof(function)), call_function, NULL, NULL, g_free);

	if (code != SQLITE_OK) {
		fail(database, code, name, error);
		return false;
	}
	return true;
}

bool
database_add_text(Database *database, const char *name, int n_arguments,
	char *(*function)(const char *const *arguments), GError **error)
{
	return add_function(database, name, n_arguments, (Function){ .text = function }, error);
}

bool
database_add_test(Database *database, const char *name, int n_arguments,
	bool (*function)(const char *const *arguments), GError **error)
{
	return add_function(database, name, n_arguments, (Function){ .test = function }, error);
}

void
database_set_deadline(Database *database, const AvuClock *clock, int64_t deadline_ns)
{
	database->clock = clock;
	database->deadline_ns = deadline_ns;
}

void
database_set_interrupt(Database *database, const _Atomic bool *interrupt)
{
	database->interrupt = interrupt;
}

int64_t
database_get_time_left(const Database *database)
{
	return MAX(0, database->deadline_ns - avu_clock_now_ns(database->clock));
}

static gboolean
is_idle(void *text, void *statement, void *unused)
{
	(void)text, (void)unused;
	return sqlite3_stmt_busy(statement) == 0;
}

static Recent *
recent_of(Database *database, const char *sql)
{
	return &database->recent[((uintptr_t)sql >> 4) & (RECENT_MAX - 1)];
}

static sqlite3_stmt *
find_statement(Database *database, const char *sql)
{
	Recent *recent = recent_of(database, sql);
	void *text, *statement;

	if (recent->place == sql && g_str_equal(recent->text, sql)) {
		return recent->statement;
	}
	if (!g_hash_table_lookup_extended(database->statements, sql, &text, &statement)) {
		return NULL;
	}
	*recent = (Recent){ sql, text, statement };
	return statement;
}

Statement *
database_prepare(Database *database, const char *sql, GError **error)
{
	if (is_absent(database, error)) {
		return NULL;
	}
	sqlite3_stmt *statement = find_statement(database, sql);

	if (statement != NULL) {
		(void)sqlite3_reset(statement); /* repeats the error of the last step: told then */
		(void)sqlite3_clear_bindings(statement);
		return statement;
	}
	int code = sqlite3_prepare_v3(
		database->connection, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);

	if (code != SQLITE_OK) {
		fail(database, code, database->path, error);
		return NULL;
	}
	if (g_hash_table_size(database->statements) >= STATEMENTS_MAX) {
		/* sort orders of many tastes; one whose row is being read stays */
		(void)g_hash_table_foreach_remove(database->statements, is_idle, NULL);
		memset(database->recent, 0, sizeof(database->recent));
	}
	g_hash_table_insert(database->statements, g_strdup(sql), statement);
	return statement;
}

void
statement_bind_int(Statement *statement, int at, int64_t value)
{
	(void)sqlite3_bind_int64(statement, at, value);
}

void
statement_bind_text(Statement *statement, int at, const char *text)
{
	(void)sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

void
statement_bind_blob(Statement *statement, int at, const void *data, size_t len)
{
	(void)sqlite3_bind_blob64(statement, at, data, len, SQLITE_TRANSIENT);
}

StatementStep
statement_step(Database *database, Statement *statement, GError **error)
{
	int code = sqlite3_step(statement);

	if (code == SQLITE_ROW) {
		return STATEMENT_ROW;
	}
	if (code != SQLITE_DONE) {
		fail(database, code, database->path, error);
		(void)sqlite3_reset(statement); /* the error is in our hands */
		return STATEMENT_FAILED;
	}
	(void)sqlite3_reset(statement); /* a finished read must not hold its snapshot */
	return STATEMENT_DONE;
}

bool
statement_step_to_row(Database *database, Statement *statement, GError **error)
{
	const StatementStep step = statement_step(database, statement, error);

	if (step == STATEMENT_DONE) {
		g_set_error(
			error, AVU_ERROR, AVU_ERROR_SYNTAX, "%s: a row is missing", database->path);
	}
	return step == STATEMENT_ROW;
}

bool
statement_finish(Database *database, Statement *statement, GError **error)
{
	StatementStep step;

	do {
		step = statement_step(database, statement, error);
	} while (step == STATEMENT_ROW);
	return step == STATEMENT_DONE;
}

void
statement_reset(Statement *statement)
{
	(void)sqlite3_reset(statement); /* repeats the error of the last step: told then */
}

int64_t
statement_get_int(Statement *statement, int column)
{
	return sqlite3_column_int64(statement, column);
}

bool
statement_is_null(Statement *statement, int column)
{
	return sqlite3_column_type(statement, column) == SQLITE_NULL;
}

const char *
statement_get_text(Statement *statement, int column)
{
	return (const char *)sqlite3_column_text(statement, column);
}

const void *
statement_get_blob(Statement *statement, int column, size_t *ret_len)
{
	const void *data = sqlite3_column_blob(statement, column);

	*ret_len = (size_t)sqlite3_column_bytes(statement, column);
	return data;
}

int64_t
database_get_changes(Database *database)
{
	return sqlite3_changes64(database->connection);
}

int64_t
database_get_total_changes(Database *database)
{
	return sqlite3_total_changes64(database->connection);
}

sqlite3 *
database_get_connection(Database *database)
{
	return database->connection;
}
