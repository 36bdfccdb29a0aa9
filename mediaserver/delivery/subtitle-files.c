/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /subtitle/ITEM/N[.LANGUAGE].EXT: the Nth subtitle of a film, beside it or in it, as EXT. Text goes out
 * as UTF-8 whatever it is on the disk, with the mark that makes old televisions believe it. A worker
 * reads it, and what it says is kept. Runs on the connection's thread, which waits for that. */
#include "mediaserver/delivery/subtitle-files.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/content/sides.h"
#include "mediaserver/delivery/file-answers.h"
#include "mediaserver/library/subtitles.h"
#include "mediaserver/delivery/subtitle-text.h"
#include "mediaserver/workers/charsets.h"
#include "mediaserver/workers/subtitle-request.h"

#define BYTES_MAX (32 * 1024 * 1024) /* those that are pictures have some 10 MiB */
#define TEXTS_MAX (16 * 1024 * 1024) /* kept in memory */
#define PACK_START "\0\0\1\xba"      /* VobSub's pictures are a program stream */

struct SubtitleFiles {
	Catalogue *catalogue;
	const Roots *roots;
	Clients *clients; /* NULL: all get the same */
	int charset;      /* of charsets_list(); -1: none is set */
	int64_t wait_s;
	FileAnswers *texts;
	ArtCache *disk; /* NULL: none */
};

static bool
find_nth(const char *column, uint64_t n, Subtitle *ret_subtitle)
{
	const char *at = column;

	for (uint64_t i = 0; subtitles_next(&at, ret_subtitle); i++) {
		if (i == n) {
			return true;
		}
	}
	return false;
}

/* @return path below the root; g_free() it */
static char *
path_of(const CatalogueFile *file, const Subtitle *subtitle)
{
	const char *slash = strrchr(file->path, '/');
	g_autofree char *name = g_strndup(subtitle->path, subtitle->path_len);

	return slash == NULL
		       ? g_strdup(name)
		       : g_strdup_printf("%.*s/%s", (int)(slash - file->path), file->path, name);
}

static GBytes *
read_whole(int fd, size_t max)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > (off_t)max) {
		return NULL;
	}
	g_autofree char *data = g_malloc((size_t)st.st_size + 1);
	size_t len = 0;

	while (len < (size_t)st.st_size) {
		ssize_t got = pread(fd, data + len, (size_t)st.st_size - len, (off_t)len);

		if (got <= 0) {
			break;
		}
		len += (size_t)got;
	}
	return g_bytes_new_take(g_steal_pointer(&data), len);
}

/* ---- what workers say */

static void *
parse_text(AvuFrameReader *answer, uint64_t size)
{
	(void)size;
	return subtitle_answer_take(answer);
}

static void *
ref_text(void *value)
{
	return g_bytes_ref(value);
}

static void
unref_text(void *value)
{
	g_bytes_unref(value);
}

static size_t
weigh_text(const void *value)
{
	return g_bytes_get_size((GBytes *)(uintptr_t)value);
}

static const FileAnswerClass texts = {
	.kind = WORKER_SUBTITLE,
	.parse = parse_text,
	.ref = ref_text,
	.unref = unref_text,
	.weigh = weigh_text,
	.weight_max = TEXTS_MAX,
	.long_kind = WORKER_SUBTITLE_LONG,
};

/* ---- answers */

static bool
is_track(const Subtitle *subtitle)
{
	return g_str_equal(subtitle->type, SUBTITLE_TRACK);
}

/* What is asked of the worker. @return false: this cannot be had so */
static bool
fill_request(const SubtitleFiles *files, const Subtitle *subtitle, const char *type,
	SubtitleRequest *ret_request)
{
	static const char *const made[SUBTITLE_FORMS] = {
		[SUBTITLE_SRT] = "srt",
		[SUBTITLE_VTT] = "vtt",
	};
	SubtitleRequest *request = ret_request;

	*request = (SubtitleRequest){ .track = -1, .charset = files->charset };
	(void)g_strlcpy(request->language, subtitle->language, sizeof(request->language));
	if (is_track(subtitle)) {
		AvuCursor in = avu_cursor(subtitle->path, subtitle->path_len);
		uint64_t track;

		if (!avu_cursor_take_uint(&in, SUBTITLE_TRACKS_MAX - 1, &track)) {
			return false;
		}
		request->track = (int64_t)track;
	} else {
		(void)g_strlcpy(request->type, subtitle->type, sizeof(request->type));
	}
	if (g_str_equal(subtitle->type, type)) {
		return true;
	}
	for (unsigned form = 0; form < SUBTITLE_FORMS; form++) {
		if (g_strcmp0(made[form], type) == 0) {
			request->form = (SubtitleForm)form;
			return true;
		}
	}
	return false;
}

static AvuHttpResponse *
answer_text(const SubtitleFiles *files, const CatalogueFile *film, int fd, const Subtitle *subtitle,
	const char *type, const char *charset)
{
	SubtitleRequest request;
	struct stat st;

	if (fstat(fd, &st) < 0 || !fill_request(files, subtitle, type, &request)) {
		return avu_http_response_new_error(404, "no such resource");
	}
	request.wait_s = files->wait_s;
	request.frame_rate_mhz = film->frame_rate_mhz > 0 ? film->frame_rate_mhz : -1;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) text = file_answers_get(
		files->texts, fd, &st, NULL, subtitle_request_to_question(&request), &error);

	if (text == NULL) {
		bool never = g_error_matches(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED);
		AvuHttpResponse *none =
			never ? avu_http_response_new_error(404, "there is no text in it")
			      : avu_http_response_new_error(503, "the text is not ready");

		if (!never) {
			avu_http_response_set_header(none, "Retry-After", "5");
		}
		return none;
	}
	/* WebVTT has no other encoding */
	return avu_http_response_new(200, subtitle_get_mime(type),
		subtitle_text_encode(text, g_str_equal(type, "vtt") ? NULL : charset));
}

/* "sub" may be text, or the pictures that belong to an "idx". */
static bool
is_pictures(int fd, const Subtitle *subtitle)
{
	char head[sizeof(PACK_START) - 1] = "";

	return g_str_equal(subtitle->type, "idx") ||
	       (g_str_equal(subtitle->type, "sub") &&
		       pread(fd, head, sizeof(head), 0) == sizeof(head) &&
		       memcmp(head, PACK_START, sizeof(head)) == 0);
}

static AvuHttpResponse *
answer(const SubtitleFiles *files, const CatalogueFile *file, const Subtitle *subtitle,
	const char *type, const char *charset)
{
	const Root *root = roots_find(files->roots, file->root);
	g_autofree char *path = is_track(subtitle) ? g_strdup(file->path) : path_of(file, subtitle);
	avu_autofd int fd = root != NULL ? root_open(root, path, 0) : -1;

	if (fd < 0) {
		return avu_http_response_new_error(404, "the file is not there any more");
	}
	if (is_track(subtitle) || !is_pictures(fd, subtitle)) {
		return answer_text(files, file, fd, subtitle, type, charset);
	}
	g_autoptr(GBytes) bytes =
		g_str_equal(subtitle->type, type) ? read_whole(fd, BYTES_MAX) : NULL;

	return bytes != NULL ? avu_http_response_new(
				       200, subtitle_get_mime(type), g_steal_pointer(&bytes))
			     : avu_http_response_new_error(404, "these are pictures");
}

static AvuHttpResponse *
on_request(const AvuHttpRequest *request, void *user_data)
{
	const SubtitleFiles *files = user_data;
	g_auto(CatalogueFile) file = { 0 };
	g_autoptr(GError) error = NULL;
	Subtitle subtitle;
	SideUrl url;

	if (!sides_parse_subtitle(avu_http_request_get_rest(request), &url)) {
		return avu_http_response_new_error(404, "no such resource");
	}
	if (!catalogue_find_file(files->catalogue, url.item, &file, &error)) {
		return g_error_matches(error, AVU_UPNP_ERROR, 701)
			       ? avu_http_response_new_error(404, "no such resource")
			       : avu_http_response_new_error(503, "the catalogue is busy");
	}
	g_autoptr(ClientView) client = clients_identify_request(files->clients, request);

	return find_nth(file.subtitles, url.n, &subtitle)
		       ? answer(files, &file, &subtitle, url.type,
				 client_view_get_profile(client)->subtitle_charset)
		       : avu_http_response_new_error(404, "no such resource");
}

SubtitleFiles *
subtitle_files_new(
	AvuHttpServer *server, Catalogue *catalogue, const Roots *roots, const char *charset)
{
	SubtitleFiles *files = g_new0(SubtitleFiles, 1);
	const AvuHttpRoute route = {
		.path = SIDES_SUBTITLE_PREFIX,
		.prefix = true,
		.methods = AVU_HTTP_GET | AVU_HTTP_HEAD,
		.handler = on_request,
	};

	files->catalogue = catalogue;
	files->roots = roots;
	files->charset = charset_find(charset);
	files->texts = file_answers_new(&texts);
	avu_http_server_add_route(server, &route, files);
	return files;
}

void
subtitle_files_set_clients(SubtitleFiles *files, Clients *clients)
{
	files->clients = clients;
}

void
subtitle_files_keep(SubtitleFiles *files, const char *folder, int64_t limit_bytes)
{
	files->disk = art_cache_new(folder, limit_bytes);
	file_answers_keep(files->texts, files->disk);
}

void
subtitle_files_set_long(
	SubtitleFiles *files, WorkerPool *(*get_workers)(void *data), void *data, int64_t wait_ns)
{
	files->wait_s = MIN(wait_ns / AVU_NS_PER_S, SUBTITLE_WAIT_MAX_S);
	file_answers_set_long(files->texts, get_workers, data, wait_ns);
}

void
subtitle_files_start(SubtitleFiles *files, WorkerPool *pool)
{
	file_answers_start(files->texts, pool);
}

void
subtitle_files_stop(SubtitleFiles *files)
{
	file_answers_stop(files->texts);
}

void
subtitle_files_free(SubtitleFiles *files)
{
	if (files != NULL) {
		file_answers_free(files->texts);
		art_cache_free(files->disk);
		g_free(files);
	}
}

char *
subtitle_files_dup_url(const AvuHttpRequest *request, const AvuClientProfile *client, int64_t item,
	const char *subtitles)
{
	const AvuAddress *local = avu_http_request_get_local(request);
	g_autofree char *host = subtitles != NULL ? avu_address_format(local) : NULL;
	g_autofree char *base =
		host != NULL ? g_strdup_printf("http://%s:%u", host, local->port) : NULL;

	return base != NULL ? sides_dup_caption_url(base, item, subtitles, client->subtitle_types)
			    : NULL;
}
