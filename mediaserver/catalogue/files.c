/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Questions to the catalogue that are not about the tree: the file of an item, the formats there are.
 * Any thread. */
#include <av-upnp/error.h>

#include "mediaserver/catalogue/catalogue-private.h"

#define NO_SUCH_OBJECT 701

/* One row by the id of an item, as one question or as the other. */
static bool
find_row(Catalogue *catalogue, int64_t id, const char *sql,
	void (*read)(Statement *row, void *data), void *data, GError **error)
{
	Database *reader = catalogue_borrow(catalogue, error);
	g_autoptr(GError) cause = NULL;
	StatementStep step = STATEMENT_FAILED;

	if (reader == NULL) {
		return false;
	}
	Statement *statement = database_prepare(reader, sql, &cause);

	if (statement != NULL) {
		statement_bind_int(statement, 1, id);
		step = statement_step(reader, statement, &cause);
	}
	if (step == STATEMENT_ROW) {
		read(statement, data);
		(void)statement_finish(reader, statement, NULL); /* one row */
	}
	catalogue_return(catalogue, reader);
	if (step == STATEMENT_FAILED) {
		return catalogue_cannot_process(g_steal_pointer(&cause), error);
	}
	if (step == STATEMENT_DONE) {
		g_set_error(error, AVU_UPNP_ERROR, NO_SUCH_OBJECT, "no such object");
	}
	return step == STATEMENT_ROW;
}

static int64_t
get_or(Statement *row, int column, int64_t unknown)
{
	return statement_is_null(row, column) ? unknown : statement_get_int(row, column);
}

static void
read_file(Statement *row, void *data)
{
	CatalogueFile *file = data;
	const char *path = statement_get_text(row, 1);
	const char *name = statement_get_text(row, 2);

	file->root = g_strdup(statement_get_text(row, 0));
	file->path = path == NULL || path[0] == '\0' ? g_strdup(name)
						     : g_strconcat(path, "/", name, NULL);
	file->mime = g_strdup(statement_get_text(row, 3));
	file->profile = g_strdup(statement_get_text(row, 4));
	file->kind = (ItemKind)statement_get_int(row, 5);
	file->duration_ns = MAX(statement_get_int(row, 6), 0);
	file->start_ns = get_or(row, 7, -1);
	file->end_ns = get_or(row, 8, AVU_TIME_NONE);
	file->subtitles = g_strdup(statement_get_text(row, 9));
	file->size_bytes = get_or(row, 10, -1);
	file->video_codec = g_strdup(statement_get_text(row, 11));
	file->audio_codec = g_strdup(statement_get_text(row, 12));
	file->inode = statement_get_int(row, 13);
	file->mtime_ns = statement_get_int(row, 14);
	file->has_ifo = statement_get_int(row, 15) > 0;
	file->frame_rate_mhz = get_or(row, 16, -1);
}

bool
catalogue_find_file(Catalogue *catalogue, int64_t id, CatalogueFile *ret_file, GError **error)
{
	return find_row(catalogue, id,
		"SELECT folder.root, folder.path, item.name, mime, profile, kind, duration_ns,"
		" start_ns, end_ns, subtitles, size_bytes, video_codec, audio_codec, inode, "
		"mtime_ns, has_ifo, frame_rate_mhz FROM item"
		" JOIN folder ON folder.id = item.folder WHERE item.id = ?1 AND url IS NULL",
		read_file, ret_file, error);
}

void
catalogue_file_clear(CatalogueFile *file)
{
	g_clear_pointer(&file->root, g_free);
	g_clear_pointer(&file->path, g_free);
	g_clear_pointer(&file->mime, g_free);
	g_clear_pointer(&file->profile, g_free);
	g_clear_pointer(&file->subtitles, g_free);
	g_clear_pointer(&file->video_codec, g_free);
	g_clear_pointer(&file->audio_codec, g_free);
}

static void
read_station(Statement *row, void *data)
{
	CatalogueStation *station = data;

	station->url = g_strdup(statement_get_text(row, 0));
	station->root = g_strdup(statement_get_text(row, 1));
	station->mime = g_strdup(statement_get_text(row, 2));
	station->kind = statement_get_int(row, 3);
}

bool
catalogue_find_station(
	Catalogue *catalogue, int64_t id, CatalogueStation *ret_station, GError **error)
{
	return find_row(catalogue, id,
		"SELECT url, folder.root, mime, item.kind FROM item"
		" JOIN folder ON folder.id = item.folder WHERE item.id = ?1 AND url IS NOT NULL",
		read_station, ret_station, error);
}

void
catalogue_station_clear(CatalogueStation *station)
{
	g_clear_pointer(&station->url, g_free);
	g_clear_pointer(&station->root, g_free);
	g_clear_pointer(&station->mime, g_free);
}

bool
catalogue_list_formats(Catalogue *catalogue,
	void (*add)(const char *mime, const char *profile, ItemKind kind, void *data), void *data,
	GError **error)
{
	Database *reader = catalogue_borrow(catalogue, error);
	g_autoptr(GError) cause = NULL;
	StatementStep step = STATEMENT_FAILED;

	if (reader == NULL) {
		return false;
	}
	Statement *row = database_prepare(reader,
		"SELECT mime, nullif(profile, ''), kind FROM format WHERE items > 0"
		" ORDER BY profile = '', mime, profile",
		&cause);

	while (row != NULL && (step = statement_step(reader, row, &cause)) == STATEMENT_ROW) {
		add(statement_get_text(row, 0), statement_get_text(row, 1),
			(ItemKind)statement_get_int(row, 2), data);
	}
	catalogue_return(catalogue, reader);
	return step != STATEMENT_FAILED || catalogue_cannot_process(g_steal_pointer(&cause), error);
}
