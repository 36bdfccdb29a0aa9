/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a URL to an open file. Runs on the connection's thread: a sleeping disk holds only who asked
 * for it. The descriptor that is checked is the one that is sent (SEC-122); what is sent is what lies
 * on the disk now, also when the catalogue has not noticed yet. */
#include "mediaserver/delivery/media.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <av-upnp/delivery.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/content/content.h"
#include "mediaserver/content/object-id.h"
#include "mediaserver/content/sides.h"
#include "mediaserver/delivery/time-indexes.h"

static const AvuMediaKind kinds[] = {
	[ITEM_NONE] = AVU_MEDIA_OTHER,
	[ITEM_AUDIO] = AVU_MEDIA_AUDIO,
	[ITEM_VIDEO] = AVU_MEDIA_VIDEO,
	[ITEM_IMAGE] = AVU_MEDIA_IMAGE,
};

struct Media {
	Catalogue *catalogue;
	const Roots *roots;
	TimeIndexes *indexes;
};

/* One request, for the source that may ask for an index. */
typedef struct {
	const Media *media;
	const CatalogueFile *file;
	int fd; /* the source's */
	struct stat st;
} Opened;

/* "i0123456789abcde.mp3" → id; the extension is for players that look at it */
static bool
parse_name(const char *name, int64_t *ret_id)
{
	g_autofree char *id_text = g_strndup(name, strcspn(name, "."));
	ObjectId id;

	if (strlen(name) >= OBJECT_ID_MAX || !object_id_parse(id_text, &id) || id.item == 0) {
		return false;
	}
	*ret_id = id.item;
	return true;
}

static AvuHttpResponse *
cannot_open(int errnum, const CatalogueFile *file)
{
	g_info("cannot open a shared file (%s): %s", file->mime, g_strerror(errnum));
	if (errnum == ENODEV) {
		return avu_http_response_new_error(503, "the disk of this file is away");
	}
	return errnum == EACCES || errnum == EPERM
		       ? avu_http_response_new_error(403, "the server may not read this file")
		       : avu_http_response_new_error(404, "the file is not there any more");
}

/* Over the whole file, with all its streams and pictures: that is what has to arrive in time. */
static int64_t
average_bps(off_t size, int64_t duration_ns)
{
	const double bits = 8;

	return duration_ns > 0
		       ? (int64_t)((double)size * bits * (double)AVU_NS_PER_S / (double)duration_ns)
		       : 0;
}

static AvuTimeIndex *
get_index(void *data, GError **error)
{
	const Opened *opened = data;
	const char *extension = strrchr(opened->file->path, '.');
	g_autofree char *hint = extension != NULL ? g_ascii_strdown(extension + 1, -1) : NULL;

	return time_indexes_get(opened->media->indexes, opened->fd, &opened->st, hint,
		opened->file->duration_ns, error);
}

/* @return g_free() it; NULL: it has no subtitles that can go into a header */
static char *
caption_url(const AvuHttpRequest *request, int64_t item, const CatalogueFile *file)
{
	const AvuAddress *local = avu_http_request_get_local(request);
	g_autofree char *host = file->subtitles != NULL ? avu_address_format(local) : NULL;
	g_autofree char *base =
		host != NULL ? g_strdup_printf("http://%s:%u", host, local->port) : NULL;

	return base != NULL ? sides_dup_caption_url(base, item, file->subtitles) : NULL;
}

static AvuHttpResponse *
deliver(const AvuHttpRequest *request, const Media *media, const CatalogueFile *file, int64_t item,
	const char *name)
{
	const Root *root = roots_find(media->roots, file->root);
	avu_autofd int fd = root != NULL ? root_open(root, file->path, 0) : -1;
	Opened opened = { .media = media, .file = file, .fd = fd };
	const struct stat *st = &opened.st;

	if (fd < 0 || fstat(fd, &opened.st) < 0) {
		return cannot_open(root != NULL ? errno : ENOENT, file);
	}
	if (!S_ISREG(st->st_mode)) {
		return cannot_open(ENOENT, file);
	}
	AvuDlnaParameters dlna =
		content_dlna_parameters(file->kind, file->mime, file->profile, file->duration_ns);
	g_autofree char *features = avu_dlna_format_features(&dlna);
	g_autofree char *etag = g_strdup_printf("\"%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER
						"x-%" G_GINT64_MODIFIER "x\"",
		(int64_t)st->st_ino, (int64_t)st->st_size,
		(int64_t)st->st_mtim.tv_sec * AVU_NS_PER_S + st->st_mtim.tv_nsec);
	g_autofree char *caption = caption_url(request, item, file);
	const AvuDelivery delivery = {
		.source = avu_media_source_new_file(avu_steal_fd(&fd), (uint64_t)st->st_size,
			file->duration_ns > 0 ? file->duration_ns : AVU_TIME_NONE,
			dlna.op_time ? get_index : NULL, &opened),
		.kind = kinds[file->kind],
		.mime = file->mime,
		.content_features = features,
		.etag = etag,
		.modified_s = st->st_mtim.tv_sec,
		.duration_ns = file->duration_ns,
		.bitrate_bps = average_bps(st->st_size, file->duration_ns),
		.caption_url = caption,
		.log_name = name,
	};

	return avu_deliver(request, &delivery);
}

static AvuHttpResponse *
on_request(const AvuHttpRequest *request, void *user_data)
{
	const Media *media = user_data;
	const char *name = avu_http_request_get_rest(request);
	g_auto(CatalogueFile) file = { 0 };
	g_autoptr(GError) error = NULL;
	int64_t id;
	AvuHttpResponse *wrong = avu_delivery_check_request(request);

	if (wrong != NULL) {
		return wrong;
	}
	if (!parse_name(name, &id)) {
		return avu_http_response_new_error(404, "no such resource");
	}
	if (!catalogue_find_file(media->catalogue, id, &file, &error)) {
		return g_error_matches(error, AVU_UPNP_ERROR, 701)
			       ? avu_http_response_new_error(404, "no such resource")
			       : avu_http_response_new_error(503, "the catalogue is busy");
	}
	return deliver(request, media, &file, id, name);
}

Media *
media_new(AvuHttpServer *server, Catalogue *catalogue, const Roots *roots)
{
	Media *media = g_new0(Media, 1);
	const AvuHttpRoute route = {
		.path = CONTENT_MEDIA_PREFIX,
		.prefix = true,
		.methods = AVU_HTTP_GET | AVU_HTTP_HEAD,
		.handler = on_request,
	};

	media->catalogue = catalogue;
	media->roots = roots;
	media->indexes = time_indexes_new();
	avu_http_server_add_route(server, &route, media);
	return media;
}

void
media_start(Media *media, WorkerPool *pool)
{
	time_indexes_start(media->indexes, pool);
}

void
media_stop(Media *media)
{
	time_indexes_stop(media->indexes);
}

void
media_free(Media *media)
{
	if (media != NULL) {
		time_indexes_free(media->indexes);
		g_free(media);
	}
}
