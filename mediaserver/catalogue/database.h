/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/database.h: the one door to SQLite: connections, kept statements, rows */
#pragma once

#include <av-upnp/clock.h>

G_BEGIN_DECLS

typedef struct Database Database;
typedef struct sqlite3_stmt Statement; /* kept by its database; never finalised by a caller */

typedef enum {
	DATABASE_READ = 1 << 0,      /* read only */
	DATABASE_FULL_SYNC = 1 << 1, /* what is committed is on the disk (ROB-004) */
} DatabaseFlags;

/** WAL, hardened (SEC-102), 2 s busy time. One thread at a time.
 *  @return NULL with AVU_ERROR_IO, DENIED, or SYNTAX when the file is damaged */
Database *database_open(const char *path, unsigned flags, GError **error);
void database_close(Database *database);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Database, database_close)

/** A consistent copy in a new file, on the disk when this returns. No transaction may be open. */
bool database_copy(Database *database, const char *path, GError **error);

/** What is called when a part of the file turns out to be damaged. @thread whoever uses the database */
void database_set_damaged(Database *database, void (*damaged)(void *data), void *data);

/** Several statements without results; text is a constant of ours.
 *  @param database  NULL: AVU_ERROR_GONE, here and in database_prepare() */
bool database_run(Database *database, const char *sql, GError **error);
#define DATABASE_ARGUMENTS_MAX 4
/** Functions within SQL: pure, deterministic. Arguments as text, NULL for NULL.
 *  @param function  @return g_free()d; NULL for NULL */
bool database_add_text(Database *database, const char *name, int n_arguments,
	char *(*function)(const char *const *arguments), GError **error);
bool database_add_test(Database *database, const char *name, int n_arguments,
	bool (*function)(const char *const *arguments), GError **error);

/** Queries that run past deadline_ns of this clock fail with AVU_ERROR_TIMEOUT (SEC-103);
 *  AVU_TIME_NONE: none. */
void database_set_deadline(Database *database, const AvuClock *clock, int64_t deadline_ns);
/** While this is true statements fail with AVU_ERROR_TIMEOUT, and with them the transaction. @param interrupt
 *  read by any; NULL: none */
void database_set_interrupt(Database *database, const _Atomic bool *interrupt);
/** Nanoseconds until then, 0: past. Of one that has a deadline. */
int64_t database_get_time_left(const Database *database);

/** The kept statement of this text, reset and unbound. Text comes from fixed tables (SEC-100); at
 *  most 96 are kept. @return NULL with error set */
Statement *database_prepare(Database *database, const char *sql, GError **error);

/* Parameters count from 1, columns from 0. Texts are copied by SQLite. */
void statement_bind_int(Statement *statement, int at, int64_t value);
void statement_bind_text(Statement *statement, int at, const char *text); /* NULL: SQL NULL */
void statement_bind_blob(Statement *statement, int at, const void *data, size_t len);

typedef enum { STATEMENT_FAILED, STATEMENT_ROW, STATEMENT_DONE } StatementStep;
StatementStep statement_step(Database *database, Statement *statement, GError **error);
/** Steps to the end of a statement that has no rows, and resets it. */
/** Of a row that has to be there. @return false with error, also when there is none */
bool statement_step_to_row(Database *database, Statement *statement, GError **error);
bool statement_finish(Database *database, Statement *statement, GError **error);

/** Leaves a statement of which no more rows are wanted. */
void statement_reset(Statement *statement);

int64_t statement_get_int(Statement *statement, int column); /* NULL: 0 */
bool statement_is_null(Statement *statement, int column);
const char *statement_get_text(Statement *statement, int column); /* until the next step */
const void *statement_get_blob(Statement *statement, int column, size_t *ret_len);

/** Rows changed by the last INSERT, UPDATE or DELETE. */
int64_t database_get_changes(Database *database);
/** Of all statements so far. */
int64_t database_get_total_changes(Database *database);

G_END_DECLS
