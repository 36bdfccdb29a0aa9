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

#define EMPTY(table, columns)                                         \
	"INSERT INTO " table "_text (" table "_text, rowid, " columns \
	") SELECT command, row, " columns " FROM temp." table "_queue ORDER BY rowid"

#define ITEM_COLUMNS "fold_title, fold_artist, fold_album"

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

bool
text_index_update(Database *writer, GError **error)
{
	static const char *const steps[] = {
		EMPTY("item", ITEM_COLUMNS),
		"DELETE FROM temp.item_queue",
		EMPTY("container", "fold_title"),
		"DELETE FROM temp.container_queue",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		Statement *statement = database_prepare(writer, steps[i], error);

		if (statement == NULL || !statement_finish(writer, statement, error)) {
			return false;
		}
	}
	return true;
}
