/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keeping the index of texts right, whoever changes item or container. SQLite lets no trigger touch a
 * virtual table when the file is not trusted (SEC-102), so triggers of the connection write a queue of
 * its own, which is emptied into the index before the commit. The queue is as long as a transaction.
 * Writer's thread. */
#include "mediaserver/catalogue/text-index.h"

/* FTS5 wants the old texts to forget a row: they go in with 'delete' in the column that has the
 * table's name. */
#define QUEUE(table, columns, olds, news, changed)                                         \
	"CREATE TEMP TABLE " table "_queue (command TEXT, row INTEGER, " columns ");"      \
	"CREATE TEMP TRIGGER " table "_inserted AFTER INSERT ON main." table " BEGIN"      \
	" INSERT INTO " table "_queue VALUES (NULL, new.row, " news "); END;"              \
	"CREATE TEMP TRIGGER " table "_deleted AFTER DELETE ON main." table " BEGIN"       \
	" INSERT INTO " table "_queue VALUES ('delete', old.row, " olds "); END;"          \
	"CREATE TEMP TRIGGER " table "_updated AFTER UPDATE OF " columns " ON main." table \
	" WHEN " changed " BEGIN"                                                          \
	" INSERT INTO " table "_queue VALUES ('delete', old.row, " olds ");"               \
	" INSERT INTO " table "_queue VALUES (NULL, new.row, " news "); END;"

#define EMPTY(table, name)                                                           \
	"INSERT INTO " table "_text_" name " (" table "_text_" name ", rowid, text)" \
	" SELECT command, row, fold_" name " FROM temp." table "_queue ORDER BY rowid"

#define ITEM_COLUMNS "fold_title, fold_artist, fold_album"
#define JOIN_PAGES 500

bool
text_index_open(Database *writer, GError **error)
{
	return database_run(writer,
		"PRAGMA temp_store = MEMORY;" QUEUE("item", ITEM_COLUMNS,
			"old.fold_title, old.fold_artist, old.fold_album",
			"new.fold_title, new.fold_artist, new.fold_album",
			"old.fold_title IS NOT new.fold_title"
			" OR old.fold_artist IS NOT new.fold_artist"
			" OR old.fold_album IS NOT new.fold_album") QUEUE("container", "fold_title",
			"old.fold_title", "new.fold_title", "old.fold_title IS NOT new.fold_title"),
		error);
}

static bool
run(Database *writer, const char *sql, int64_t parameter, GError **error)
{
	Statement *statement = database_prepare(writer, sql, error);

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 1, parameter);
	return statement_finish(writer, statement, error);
}

bool
text_index_update(Database *writer, GError **error)
{
	static const char *const steps[] = {
		EMPTY("item", "title"),
		EMPTY("item", "artist"),
		EMPTY("item", "album"),
		"DELETE FROM temp.item_queue",
		EMPTY("container", "title"),
		"DELETE FROM temp.container_queue",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (!run(writer, steps[i], 0, error)) {
			return false;
		}
	}
	return true;
}

/* A negative number of pages starts it: all pieces are to become one. */
bool
text_index_join(Database *writer, bool first, bool *ret_more, GError **error)
{
#define JOIN(name) "INSERT INTO " name " (" name ", rank) VALUES ('merge', ?1)"
	static const char *const steps[] = { JOIN("item_text_title"), JOIN("item_text_artist"),
		JOIN("item_text_album"), JOIN("container_text_title") };
#undef JOIN

	*ret_more = false;
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		int64_t before = database_get_total_changes(writer);

		if (!run(writer, steps[i], first ? -JOIN_PAGES : JOIN_PAGES, error)) {
			return false;
		}
		/* one change is the statement itself */
		*ret_more = *ret_more || database_get_total_changes(writer) - before > 1;
	}
	return true;
}
