/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Questions to the catalogue that are not about the tree: the file of an item, the formats there are.
 * Any thread. */
#include <av-upnp/error.h>

#include "mediaserver/catalogue/catalogue-private.h"

#define NO_SUCH_OBJECT 701

static bool
fail(Catalogue *catalogue, Database *reader, GError *cause, GError **error)
{
	catalogue_return(catalogue, reader);
	return catalogue_cannot_process(cause, error);
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
		"SELECT folder.root, folder.path, item.name, mime, profile, kind, duration_ns,"
		" start_ns, end_ns, subtitles, size_bytes, video_codec, audio_codec, inode, "
		"mtime_ns, has_ifo, frame_rate_mhz FROM item"
		" JOIN folder ON folder.id = item.folder WHERE item.id = ?1 AND url IS NULL",
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
		ret_file->duration_ns = MAX(statement_get_int(statement, 6), 0);
		ret_file->start_ns =
			statement_is_null(statement, 7) ? -1 : statement_get_int(statement, 7);
		ret_file->end_ns = statement_is_null(statement, 8)
					   ? AVU_TIME_NONE
					   : statement_get_int(statement, 8);
		ret_file->subtitles = g_strdup(statement_get_text(statement, 9));
		ret_file->size_bytes =
			statement_is_null(statement, 10) ? -1 : statement_get_int(statement, 10);
		ret_file->video_codec = g_strdup(statement_get_text(statement, 11));
		ret_file->audio_codec = g_strdup(statement_get_text(statement, 12));
		ret_file->inode = statement_get_int(statement, 13);
		ret_file->mtime_ns = statement_get_int(statement, 14);
		ret_file->has_ifo = statement_get_int(statement, 15) > 0;
		ret_file->frame_rate_mhz =
			statement_is_null(statement, 16) ? -1 : statement_get_int(statement, 16);
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
	g_clear_pointer(&file->subtitles, g_free);
	g_clear_pointer(&file->video_codec, g_free);
	g_clear_pointer(&file->audio_codec, g_free);
}

bool
catalogue_find_station(
	Catalogue *catalogue, int64_t id, CatalogueStation *ret_station, GError **error)
{
	GError *cause = NULL;
	Database *reader = catalogue_borrow(catalogue, error);

	if (reader == NULL) {
		return false;
	}
	Statement *statement = database_prepare(reader,
		"SELECT url, folder.root, mime, item.kind FROM item"
		" JOIN folder ON folder.id = item.folder WHERE item.id = ?1 AND url IS NOT NULL",
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
		ret_station->url = g_strdup(statement_get_text(statement, 0));
		ret_station->root = g_strdup(statement_get_text(statement, 1));
		ret_station->mime = g_strdup(statement_get_text(statement, 2));
		ret_station->kind = statement_get_int(statement, 3);
		(void)statement_finish(reader, statement, NULL); /* one row */
	} else {
		g_set_error(error, AVU_UPNP_ERROR, NO_SUCH_OBJECT, "no such object");
	}
	catalogue_return(catalogue, reader);
	return step == STATEMENT_ROW;
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
	GError *cause = NULL;
	Database *reader = catalogue_borrow(catalogue, error);
	StatementStep step;

	if (reader == NULL) {
		return false;
	}
	Statement *statement = database_prepare(reader,
		"SELECT mime, nullif(profile, ''), kind FROM format WHERE items > 0"
		" ORDER BY profile = '', mime, profile",
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
