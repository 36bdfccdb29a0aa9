/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /subtitle/ITEM/N.EXT: the Nth subtitle file of a film. Text goes out as UTF-8 whatever it is on the
 * disk, with the mark that makes old televisions believe it. Runs on the connection's thread; a file is
 * read whole, up to BYTES_MAX. */
#include "mediaserver/delivery/subtitle-files.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/content/object-id.h"
#include "mediaserver/content/sides.h"
#include <av-upnp/foreign-text.h>
#include "mediaserver/library/subtitles.h"

#define BYTES_MAX (32 * 1024 * 1024) /* those that are pictures have some 10 MiB */
#define TEXT_MAX (8 * 1024 * 1024)

struct SubtitleFiles {
	Catalogue *catalogue;
	const Roots *roots;
};

/* "i0123456789abcde/0.srt" */
static bool
parse_rest(const char *rest, int64_t *ret_item, uint64_t *ret_n)
{
	AvuCursor in = avu_cursor_string(rest);
	AvuCursor id_text = avu_cursor_take_until(&in, "/");
	ObjectId id;

	if (avu_cursor_len(&id_text) >= OBJECT_ID_MAX) {
		return false;
	}
	g_autofree char *text = avu_cursor_dup(&id_text);

	if (!object_id_parse(text, &id) || id.item == 0 || !avu_cursor_take_char(&in, '/') ||
		!avu_cursor_take_uint(&in, SUBTITLES_MAX - 1, ret_n) ||
		!avu_cursor_take_char(&in, '.')) {
		return false;
	}
	*ret_item = id.item;
	return true;
}

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

static GBytes *
to_utf8(GBytes *bytes)
{
	size_t len;
	const char *data = g_bytes_get_data(bytes, &len);
	g_autofree char *text = avu_foreign_text(data != NULL ? data : "", len, TEXT_MAX);
	char *marked = g_strconcat("\xef\xbb\xbf", text, NULL);

	return g_bytes_new_take(marked, strlen(marked));
}

static AvuHttpResponse *
answer(const SubtitleFiles *files, const CatalogueFile *file, const Subtitle *subtitle)
{
	const Root *root = roots_find(files->roots, file->root);
	g_autofree char *path = path_of(file, subtitle);
	avu_autofd int fd = root != NULL ? root_open(root, path, 0) : -1;
	bool pictures = g_str_equal(subtitle->type, "idx") || g_str_equal(subtitle->type, "sub");
	g_autoptr(GBytes) bytes = fd >= 0 ? read_whole(fd, pictures ? BYTES_MAX : TEXT_MAX) : NULL;

	if (bytes == NULL) {
		return avu_http_response_new_error(404, "the file is not there any more");
	}
	/* "sub" may be text of another kind, or the pictures that belong to an "idx": left as it is */
	GBytes *body = pictures ? g_bytes_ref(bytes) : to_utf8(bytes);

	return avu_http_response_new(200, subtitle_get_mime(subtitle->type), body);
}

static AvuHttpResponse *
on_request(const AvuHttpRequest *request, void *user_data)
{
	const SubtitleFiles *files = user_data;
	g_auto(CatalogueFile) file = { 0 };
	g_autoptr(GError) error = NULL;
	Subtitle subtitle;
	int64_t item;
	uint64_t n;

	if (!parse_rest(avu_http_request_get_rest(request), &item, &n)) {
		return avu_http_response_new_error(404, "no such resource");
	}
	if (!catalogue_find_file(files->catalogue, item, &file, &error)) {
		return g_error_matches(error, AVU_UPNP_ERROR, 701)
			       ? avu_http_response_new_error(404, "no such resource")
			       : avu_http_response_new_error(503, "the catalogue is busy");
	}
	return find_nth(file.subtitles, n, &subtitle)
		       ? answer(files, &file, &subtitle)
		       : avu_http_response_new_error(404, "no such resource");
}

SubtitleFiles *
subtitle_files_new(AvuHttpServer *server, Catalogue *catalogue, const Roots *roots)
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
	avu_http_server_add_route(server, &route, files);
	return files;
}

void
subtitle_files_free(SubtitleFiles *files)
{
	g_free(files);
}
