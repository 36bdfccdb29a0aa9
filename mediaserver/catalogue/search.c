/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Questions that are not about the tree: items by words, the file of an item, the formats there are.
 * Runs on the threads of connections. */
#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#include "mediaserver/catalogue/catalogue-private.h"

#define NO_SUCH_OBJECT 701
#define CANNOT_PROCESS 720
#define WORDS_MAX 5

/* "%word%" with LIKE's own characters escaped (SEC-101) */
static char *
like_pattern(const char *word)
{
	GString *pattern = g_string_new("%");

	for (; *word != '\0'; word++) {
		if (strchr("%_\\", *word) != NULL) {
			g_string_append_c(pattern, '\\');
		}
		g_string_append_c(pattern, *word);
	}
	g_string_append_c(pattern, '%');
	return g_string_free(pattern, FALSE);
}

static const char words_condition[] =
	" FROM item WHERE (?1 = 0 OR kind = ?1) AND words LIKE ?2 ESCAPE '\\'"
	" AND words LIKE ?3 ESCAPE '\\' AND words LIKE ?4 ESCAPE '\\'"
	" AND words LIKE ?5 ESCAPE '\\' AND words LIKE ?6 ESCAPE '\\'";

static Statement *
prepare_words(Database *reader, const char *what, const char *order, ItemKind kind,
	const char *const *words, GError **error)
{
	g_autofree char *sql = g_strconcat(what, words_condition, order, NULL);
	Statement *statement = database_prepare(reader, sql, error);
	bool more = true;

	if (statement == NULL) {
		return NULL;
	}
	statement_bind_int(statement, 1, kind);
	for (int i = 0; i < WORDS_MAX; i++) {
		more = more && words[i] != NULL;
		g_autofree char *pattern = like_pattern(more ? words[i] : "");

		statement_bind_text(statement, 2 + i, pattern);
	}
	return statement;
}

static bool
count_words(
	Database *reader, ItemKind kind, const char *const *words, uint32_t *ret_n, GError **error)
{
	Statement *statement = prepare_words(reader, "SELECT count(*)", "", kind, words, error);

	if (statement == NULL || statement_step(reader, statement, error) != STATEMENT_ROW) {
		return false;
	}
	*ret_n = (uint32_t)statement_get_int(statement, 0);
	return statement_finish(reader, statement, error);
}

static bool
list_words(Database *reader, ItemKind kind, const char *const *words, const CataloguePage *page,
	GArray *ids, GError **error)
{
	Statement *statement = prepare_words(reader, "SELECT id",
		" ORDER BY kind, sort_title, id LIMIT ?7 OFFSET ?8", kind, words, error);
	StatementStep step;

	if (statement == NULL) {
		return false;
	}
	statement_bind_int(statement, 7, page->count);
	statement_bind_int(statement, 8, page->start);
	while ((step = statement_step(reader, statement, error)) == STATEMENT_ROW) {
		int64_t id = statement_get_int(statement, 0);

		g_array_append_val(ids, id);
	}
	return step == STATEMENT_DONE;
}

static bool
fail(Catalogue *catalogue, Database *reader, GError *cause, GError **error)
{
	catalogue_return(catalogue, reader);
	g_info("a query failed: %s", cause->message);
	g_set_error(error, AVU_UPNP_ERROR, CANNOT_PROCESS, "the request could not be processed");
	g_error_free(cause);
	return false;
}

bool
catalogue_search(Catalogue *catalogue, const char *const *words, ItemKind kind,
	const CataloguePage *page, const CatalogueSink *sink, AvuContentResult *ret_result,
	GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	GError *cause = NULL;
	Database *reader = catalogue_borrow(catalogue, error);

	if (reader == NULL) {
		return false;
	}
	if (!count_words(reader, kind, words, &ret_result->total, &cause) ||
		!list_words(reader, kind, words, page, ids, &cause)) {
		return fail(catalogue, reader, cause, error);
	}
	catalogue_return(catalogue, reader);
	ret_result->update_id = catalogue_get_update_id(catalogue);
	for (guint i = 0; i < ids->len; i++) {
		int64_t id = g_array_index(ids, int64_t, i);
		g_autoptr(GError) gone = NULL;

		/* one that vanished since is left out */
		if (!catalogue_get_item(catalogue, id, 0, sink, &gone) &&
			!g_error_matches(gone, AVU_UPNP_ERROR, NO_SUCH_OBJECT)) {
			g_propagate_error(error, g_steal_pointer(&gone));
			return false;
		}
	}
	return true;
}

bool
catalogue_find_file(Catalogue *catalogue, int64_t id, CatalogueFile *ret_file, GError **error)
{
	GError *cause = NULL;
	Database *reader = catalogue_borrow(catalogue, error);

	if (reader == NULL) {
		return false;
	}
	Statement *statement = database_prepare(reader,
		"SELECT folder.root, folder.path, item.name, mime, profile, kind FROM item"
		" JOIN folder ON folder.id = item.folder WHERE item.id = ?1",
		&cause);

	if (statement == NULL) {
		return fail(catalogue, reader, cause, error);
	}
	statement_bind_int(statement, 1, id);
	StatementStep step = statement_step(reader, statement, &cause);

	if (step == STATEMENT_FAILED) {
		return fail(catalogue, reader, cause, error);
	}
	if (step == STATEMENT_ROW) {
		const char *path = statement_get_text(statement, 1);
		const char *name = statement_get_text(statement, 2);

		ret_file->root = g_strdup(statement_get_text(statement, 0));
		ret_file->path = path == NULL || path[0] == '\0'
					 ? g_strdup(name)
					 : g_strconcat(path, "/", name, NULL);
		ret_file->mime = g_strdup(statement_get_text(statement, 3));
		ret_file->profile = g_strdup(statement_get_text(statement, 4));
		ret_file->kind = (ItemKind)statement_get_int(statement, 5);
		(void)statement_finish(reader, statement, NULL); /* one row */
	} else {
		g_set_error(error, AVU_UPNP_ERROR, NO_SUCH_OBJECT, "no such object");
	}
	catalogue_return(catalogue, reader);
	return step == STATEMENT_ROW;
}

void
catalogue_file_clear(CatalogueFile *file)
{
	g_clear_pointer(&file->root, g_free);
	g_clear_pointer(&file->path, g_free);
	g_clear_pointer(&file->mime, g_free);
	g_clear_pointer(&file->profile, g_free);
}

bool
catalogue_list_formats(Catalogue *catalogue,
	void (*add)(const char *mime, const char *profile, ItemKind kind, void *data), void *data,
	GError **error)
{
	GError *cause = NULL;
	Database *reader = catalogue_borrow(catalogue, error);
	StatementStep step;

	if (reader == NULL) {
		return false;
	}
	Statement *statement = database_prepare(reader,
		"SELECT DISTINCT mime, profile, kind FROM item WHERE mime IS NOT NULL"
		" ORDER BY profile IS NULL, mime, profile",
		&cause);

	if (statement == NULL) {
		return fail(catalogue, reader, cause, error);
	}
	while ((step = statement_step(reader, statement, &cause)) == STATEMENT_ROW) {
		add(statement_get_text(statement, 0), statement_get_text(statement, 1),
			(ItemKind)statement_get_int(statement, 2), data);
	}
	if (step == STATEMENT_FAILED) {
		return fail(catalogue, reader, cause, error);
	}
	catalogue_return(catalogue, reader);
	return true;
}
