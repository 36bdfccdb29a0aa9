/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a URL to an open file. Runs on the connection's thread: a sleeping disk holds only who asked
 * for it. The descriptor that is checked is the one that is sent (SEC-122); what is sent is what lies
 * on the disk now, also when the catalogue has not noticed yet. */
#include "mediaserver/delivery/media.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <av-upnp/clock.h>
#include <av-upnp/cursor.h>
#include <av-upnp/delivery.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/content/content.h"
#include "mediaserver/content/object-id.h"
#include "mediaserver/convert/speed-source.h"
#include "mediaserver/delivery/converted.h"
#include "mediaserver/delivery/current-file.h"
#include "mediaserver/delivery/ifo-files.h"
#include "mediaserver/delivery/pieces.h"
#include "mediaserver/delivery/subtitle-files.h"
#include "mediaserver/delivery/time-indexes.h"

#define NAME_MAX_BYTES (OBJECT_ID_MAX + RECIPE_NAME_MAX)
#define BAD_REQUEST 400

static const AvuMediaKind kinds[] = {
	[ITEM_NONE] = AVU_MEDIA_OTHER,
	[ITEM_AUDIO] = AVU_MEDIA_AUDIO,
	[ITEM_VIDEO] = AVU_MEDIA_VIDEO,
	[ITEM_IMAGE] = AVU_MEDIA_IMAGE,
};

struct Media {
	CurrentFiles files;
	Reports *reports; /* NULL: nobody is told */
	Clients *clients; /* NULL: all are alike */
	FileAnswers *indexes, *pieces;
	ArtCache *disk; /* of both; NULL: none */
	AvuHttpResponse *(*answer_art)(void *data, const AvuHttpRequest *request, int64_t item);
	void *art; /* for answer_art, which may be NULL */
	Converted converted;
};

/* One request, for the source that may ask for an index. */
typedef struct {
	const Media *media;
	const CatalogueFile *file;
	int fd;    /* the source's */
	bool fast; /* key frames can be made of it */
	bool growing;
	struct stat st;
} Opened;

/* "i0123456789abcde.mp3" → id; the extension is for players that look at it
 * @param ret_form  what follows a slash: a conversion; NULL: the file itself */
static bool
parse_name(const char *name, int64_t *ret_id, const char **ret_form)
{
	g_autofree char *id_text = g_strndup(name, strcspn(name, "./"));
	const char *slash = strchr(name, '/');
	ObjectId id;

	if (strlen(name) >= NAME_MAX_BYTES || !object_id_parse(id_text, &id) || id.item == 0) {
		return false;
	}
	*ret_form = slash != NULL ? slash + 1 : NULL;
	*ret_id = id.item;
	return true;
}

/* With all streams and pictures: that is what has to arrive in time. */
static int64_t
average_bps(uint64_t octets, int64_t duration_ns)
{
	const double bits = 8;

	return duration_ns > 0 ? (int64_t)((double)octets * bits * (double)AVU_NS_PER_S /
					   (double)duration_ns)
			       : 0;
}

static char *
dup_hint(const Opened *opened)
{
	const char *extension = strrchr(opened->file->path, '.');

	return extension != NULL ? g_ascii_strdown(extension + 1, -1) : NULL;
}

static AvuTimeIndex *
get_index(void *data, GError **error)
{
	const Opened *opened = data;
	g_autofree char *hint = dup_hint(opened);

	return file_answers_get(opened->media->indexes, opened->fd, &opened->st, hint,
		/* question = */ NULL, error);
}

/* A track of a recording. @param fd  taken when it succeeds */
static AvuMediaSource *
cut_piece(const Opened *opened, int *fd, AvuDelivery *delivery, GError **error)
{
	g_autofree char *hint = dup_hint(opened);
	PieceResult *piece = file_answers_get(opened->media->pieces, opened->fd, &opened->st, hint,
		piece_question_new(opened->file->start_ns, opened->file->end_ns), error);

	if (piece == NULL) {
		return NULL;
	}
	AvuMediaSource *source = avu_media_source_new_slice(
		g_bytes_ref(piece->head), avu_steal_fd(fd), piece->offset, piece->length);

	delivery->duration_ns = piece->duration_ns;
	delivery->bitrate_bps = average_bps(piece->length, piece->duration_ns);
	pieces.unref(piece);
	return source;
}

static AvuMediaSource *
add_speeds(const AvuHttpRequest *request, const Opened *opened, AvuMediaSource *plain)
{
	g_auto(ConvertRequest) keys = { 0 };

	speed_source_ask_file(&keys);
	keys.hint = dup_hint(opened);
	if (keys.hint != NULL && strlen(keys.hint) > CONVERT_HINT_MAX) {
		g_clear_pointer(&keys.hint, g_free);
	}
	return speed_source_new(plain, opened->media->converted.conversions, opened->fd,
		avu_http_request_get_socket(request), &keys);
}

/* @return 0, or the status for which there is no source */
static unsigned
choose_source(const AvuHttpRequest *request, Opened *opened, int *fd, AvuDlnaParameters *dlna,
	AvuDelivery *delivery)
{
	const CatalogueFile *file = opened->file;
	const uint64_t size = (uint64_t)opened->st.st_size;
	g_autoptr(GError) error = NULL;

	delivery->duration_ns = file->duration_ns;
	delivery->bitrate_bps = average_bps(size, file->duration_ns);
	if (opened->growing) {
		content_dlna_set_growing(dlna);
		delivery->duration_ns = AVU_TIME_NONE;
		delivery->etag = NULL; /* it is another at each look */
		delivery->source = avu_media_source_new_growing(
			avu_steal_fd(fd), current_file_was_just_written);
	} else if (file->start_ns < 0) {
		delivery->source = avu_media_source_new_file(avu_steal_fd(fd), size,
			file->duration_ns > 0 ? file->duration_ns : AVU_TIME_NONE,
			dlna->op_time ? get_index : NULL, opened);
		if (opened->fast) {
			delivery->source = add_speeds(request, opened, delivery->source);
		}
	} else {
		delivery->source = cut_piece(opened, fd, delivery, &error);
	}
	if (delivery->source != NULL) {
		return 0;
	}
	return g_error_matches(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED) ? 406 : 503;
}

/* As it was offered: content/emission.c. */
static void
name_for_client(const ClientView *client, const char *name, const CatalogueFile *file,
	const char **mime, AvuDlnaParameters *dlna)
{
	const char *extra = strstr(name, CONTENT_EXTRA);
	const int n = extra != NULL ? g_ascii_digit_value(extra[strlen(CONTENT_EXTRA)]) : -1;

	if (n < 0 || !client_view_name_extra(client, (unsigned)n, file->kind, mime, dlna)) {
		client_view_name(client, file->kind, mime, dlna);
	}
}

/* Another file, another state of it, or another piece: another one. */
static char *
dup_etag(const struct stat *st, int64_t start_ns)
{
	return g_strdup_printf("\"%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER
			       "x-%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x\"",
		(int64_t)st->st_ino, (int64_t)st->st_size,
		(int64_t)st->st_mtim.tv_sec * AVU_NS_PER_S + st->st_mtim.tv_nsec, MAX(start_ns, 0));
}

static AvuHttpResponse *
deliver(const AvuHttpRequest *request, const Media *media, int64_t item, const char *name)
{
	g_auto(CurrentFile) current = CURRENT_FILE_NONE;
	AvuHttpResponse *wrong =
		current_file_open(&media->files, item, CURRENT_FILE_WAIT_NS, &current);

	if (wrong != NULL) {
		return wrong;
	}
	const CatalogueFile *file = current.file;
	Opened opened = { media, file, current.fd, false, current.growing, current.st };
	const struct stat *st = &opened.st;
	AvuDlnaParameters dlna = content_dlna_parameters(file->kind, file->mime, file->profile,
		file->start_ns < 0 ? file->duration_ns : AVU_TIME_NONE);
	ConvertMachine machine = { 0 };

	if (media->converted.conversions != NULL) {
		conversions_get_machine(media->converted.conversions, &machine);
	}
	opened.fast = speed_source_describe(&machine, file->mime, &dlna);
	g_autofree char *etag = dup_etag(st, file->start_ns);
	g_autoptr(ClientView) client = clients_identify_request(media->clients, request);
	g_autofree char *ifo = ifo_files_dup_url(request, item, file);
	g_autofree char *caption = subtitle_files_dup_url(
		request, client_view_get_profile(client), item, file->subtitles);
	AvuDelivery delivery = {
		.kind = kinds[file->kind],
		.mime = file->mime,
		.etag = etag,
		.modified_s = st->st_mtim.tv_sec,
		.caption_url = caption,
		.ifo_url = ifo,
		.log_name = name,
	};
	unsigned status = choose_source(request, &opened, &current.fd, &dlna, &delivery);

	if (status != 0) {
		return avu_http_response_new_error(status,
			status == 406 ? "this recording cannot be cut" : "the server is busy");
	}
	delivery.client = client != NULL ? client->profile : NULL;
	name_for_client(client, name, file, &delivery.mime, &dlna);
	g_autofree char *features = avu_dlna_format_features(&dlna);

	delivery.content_features = features;
	AvuHttpResponse *response = avu_deliver(request, &delivery);

	if (media->reports != NULL) {
		g_autofree char *protocol_info =
			g_strconcat("http-get:*:", delivery.mime, ":", features, NULL);
		/* a part of a file is a song of an album: nobody goes on in the middle of it */
		ReportedFile reported = { item, file->kind, protocol_info,
			file->start_ns < 0 ? file->duration_ns : 0, (uint64_t)st->st_size, "" };

		history_format_key(
			reported.format, file->mime, file->video_codec, file->audio_codec);
		reports_follow(media->reports, request, response, &reported);
	}
	return response;
}

static AvuHttpResponse *
note_refusal(const Media *media, const AvuHttpRequest *request, const char *name,
	AvuHttpResponse *response)
{
	const unsigned status = avu_http_response_get_status(response);

	if (status >= BAD_REQUEST) {
		clients_refused(media->clients, request, status, name);
	}
	return response;
}

static bool
asks_for_art(const AvuHttpRequest *request)
{
	AvuCursor query = avu_cursor_string(avu_http_request_get_query(request));

	while (!avu_cursor_at_end(&query)) {
		const AvuCursor parameter = avu_cursor_take_until(&query, "&");

		if (avu_cursor_equal(&parameter, "albumArt=true")) {
			return true;
		}
		(void)avu_cursor_take_char(&query, '&');
	}
	return false;
}

static AvuHttpResponse *
on_request(const AvuHttpRequest *request, void *user_data)
{
	const Media *media = user_data;
	const char *name = avu_http_request_get_rest(request);
	const char *form;
	int64_t id;
	AvuHttpResponse *wrong = avu_delivery_check_request(request);

	if (wrong != NULL) {
		return wrong;
	}
	if (!parse_name(name, &id, &form)) {
		return avu_http_response_new_error(404, "no such resource");
	}
	if (form != NULL) {
		return note_refusal(media, request, name,
			converted_deliver(request, &media->converted, id, form, name));
	}
	if (media->answer_art != NULL && asks_for_art(request)) {
		return media->answer_art(media->art, request, id);
	}
	return note_refusal(media, request, name, deliver(request, media, id, name));
}

Media *
media_new(AvuHttpServer *server, Catalogue *catalogue, const Roots *roots, Reports *reports,
	Clients *clients, Conversions *conversions)
{
	Media *media = g_new0(Media, 1);
	const AvuHttpRoute route = {
		.path = CONTENT_MEDIA_PREFIX,
		.prefix = true,
		.methods = AVU_HTTP_GET | AVU_HTTP_HEAD,
		.handler = on_request,
		.direct = true,
	};

	media->files = (CurrentFiles){ .files = known_files_new(catalogue), .roots = roots };
	media->reports = reports;
	media->clients = clients;
	media->indexes = file_answers_new(&time_indexes);
	media->converted =
		(Converted){ catalogue, &media->files, clients, conversions, media->indexes };
	media->pieces = file_answers_new(&pieces);
	avu_http_server_add_route(server, &route, media);
	return media;
}

void
media_set_touch(Media *media,
	void (*touch)(const char *root, const char *path, bool growing, void *data), void *data)
{
	media->files.touch = touch;
	media->files.touch_data = data;
}

void
media_set_art(Media *media,
	AvuHttpResponse *(*answer)(void *data, const AvuHttpRequest *request, int64_t item),
	void *data)
{
	media->answer_art = answer;
	media->art = data;
}

void
media_keep_answers(Media *media, const char *folder, int64_t limit_bytes)
{
	media->disk = art_cache_new(folder, limit_bytes);
	file_answers_keep(media->indexes, media->disk);
	file_answers_keep(media->pieces, media->disk);
}

void
media_start(Media *media, WorkerPool *pool)
{
	file_answers_start(media->indexes, pool);
	file_answers_start(media->pieces, pool);
}

void
media_stop(Media *media)
{
	file_answers_stop(media->indexes);
	file_answers_stop(media->pieces);
}

void
media_free(Media *media)
{
	if (media != NULL) {
		known_files_free(media->files.files);
		file_answers_free(media->indexes);
		file_answers_free(media->pieces);
		art_cache_free(media->disk);
		g_free(media);
	}
}
