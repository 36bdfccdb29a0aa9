/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "/file/TOKEN/Name.mp3" to a file. The token is a hash of a secret and the path; the name is for renderers
 * that look at endings, and is not read. Offers are shared with connection threads, under a mutex. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <av-upnp/delivery.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/hash.h>
#include <av-upnp/url.h>

#include "item/media-type.h"
#include "item/subtitles.h"
#include "local-server.h"
#include "queue/file-share.h"

#define PREFIX "/file/"
#define TOKEN_BYTES 16
#define STREAM_PATH "stream" /* no absolute path */
#define TOKEN_DIGITS (2 * TOKEN_BYTES)

struct FileShare {
	LocalServer *server;
	char *secret;
	uint16_t port;
	GMutex mutex;
	GHashTable *paths;     /* token → path */
	GHashTable *subtitles; /* path → URL; of paths that are offered */
	GQueue tokens;         /* of paths, oldest first; borrowed */
	int stream_fd;         /* -1: no stream */
	const char *stream_mime;
};

static char *
find_path(FileShare *share, const char *rest)
{
	g_autofree char *token = g_strndup(rest, TOKEN_DIGITS);
	g_mutex_lock(&share->mutex);
	char *path = g_strdup(g_hash_table_lookup(share->paths, token));

	g_mutex_unlock(&share->mutex);
	return path;
}

/* @return g_free() it; NULL: none */
static char *
find_subtitles(FileShare *share, const char *path)
{
	g_mutex_lock(&share->mutex);
	char *url = g_strdup(g_hash_table_lookup(share->subtitles, path));

	g_mutex_unlock(&share->mutex);
	return url;
}

static const char *
type_of(const char *path)
{
	const char *subtitles = subtitles_type_of_path(path);

	return subtitles != NULL ? subtitles : media_type_of_path(path);
}

static AvuMediaKind
kind_of(const char *mime)
{
	static const struct {
		const char *start;
		AvuMediaKind kind;
	} kinds[] = {
		{ "audio/", AVU_MEDIA_AUDIO },
		{ "video/", AVU_MEDIA_VIDEO },
		{ "image/", AVU_MEDIA_IMAGE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (g_str_has_prefix(mime, kinds[i].start)) {
			return kinds[i].kind;
		}
	}
	return AVU_MEDIA_OTHER;
}

/* @thread the connection's */
static AvuHttpResponse *
send_stream(const FileShare *share, const AvuHttpRequest *request)
{
	const AvuDelivery delivery = {
		.source = avu_media_source_new_pipe(fcntl(share->stream_fd, F_DUPFD_CLOEXEC, 0)),
		.kind = kind_of(share->stream_mime),
		.mime = share->stream_mime,
		.log_name = STREAM_PATH,
	};

	return avu_deliver(request, &delivery);
}

/* @thread the connection's */
static AvuHttpResponse *
send_file(const AvuHttpRequest *request, void *user_data)
{
	FileShare *share = user_data;
	g_autofree char *path = find_path(share, avu_http_request_get_rest(request));
	AvuHttpResponse *wrong = avu_delivery_check_request(request);
	/* not waiting for a pipe's other end */
	avu_autofd int fd =
		path != NULL ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) : -1;
	struct stat info;

	if (wrong != NULL) {
		return wrong;
	}
	if (path != NULL && strcmp(path, STREAM_PATH) == 0) {
		return send_stream(share, request);
	}
	if (fd < 0 || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
		return avu_http_response_new_error(404, "no such file is offered");
	}
	const char *mime = type_of(path);
	g_autofree char *features =
		subtitles_type_of_path(path) == NULL ? media_type_features(mime) : NULL;
	g_autofree char *subtitles = find_subtitles(share, path);
	g_autofree char *etag = g_strdup_printf("\"%lx-%lx\"", (unsigned long)info.st_mtim.tv_sec,
		(unsigned long)info.st_mtim.tv_nsec);
	const uint64_t size = (uint64_t)info.st_size;
	const AvuDelivery delivery = {
		.source = avu_media_source_new_file(
			avu_steal_fd(&fd), size, AVU_TIME_NONE, NULL, NULL),
		.kind = kind_of(mime),
		.mime = mime,
		.content_features = features,
		.etag = etag,
		.modified_s = info.st_mtim.tv_sec,
		.caption_url = subtitles,
		.log_name = path,
	};

	return avu_deliver(request, &delivery);
}

FileShare *
file_share_new(Session *session, const char *secret, uint16_t port)
{
	FileShare *share = g_new0(FileShare, 1);
	const AvuHttpRoute route = { .path = PREFIX,
		.prefix = true,
		.methods = AVU_HTTP_GET | AVU_HTTP_HEAD,
		.handler = send_file };

	g_mutex_init(&share->mutex);
	share->secret = g_strdup(secret);
	share->port = port;
	share->stream_fd = -1;
	share->paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	share->subtitles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_queue_init(&share->tokens);
	share->server = local_server_new(session);
	avu_http_server_add_route(local_server_get_http(share->server), &route, share);
	return share;
}

void
file_share_free(FileShare *share)
{
	if (share != NULL) {
		local_server_free(share->server);
		g_queue_clear(&share->tokens);
		g_hash_table_unref(share->paths);
		g_hash_table_unref(share->subtitles);
		g_mutex_clear(&share->mutex);
		g_free(share->secret);
		g_free(share);
	}
}

uint16_t
file_share_get_port(FileShare *share)
{
	return avu_http_server_get_port(local_server_get_http(share->server));
}

static char *
make_token(const FileShare *share, const char *path)
{
	g_autofree char *text = g_strconcat(share->secret, "\n", path, NULL);
	uint8_t digest[AVU_SHA256_LEN];
	char *token = g_malloc(TOKEN_DIGITS + 1);

	avu_sha256(text, strlen(text), digest);
	for (size_t i = 0; i < TOKEN_BYTES; i++) {
		(void)g_snprintf(token + 2 * i, 3, "%02x", digest[i]);
	}
	return token;
}

/* With the lock held. */
static void
forget_oldest(FileShare *share)
{
	const char *token = g_queue_pop_head(&share->tokens);

	(void)g_hash_table_remove(share->subtitles, g_hash_table_lookup(share->paths, token));
	(void)g_hash_table_remove(share->paths, token);
}

/* @param token  taken */
static void
keep(FileShare *share, char *token, const char *path)
{
	g_mutex_lock(&share->mutex);
	if (g_hash_table_contains(share->paths, token)) {
		g_free(token);
	} else {
		if (g_queue_get_length(&share->tokens) >= FILE_SHARE_MAX) {
			forget_oldest(share);
		}
		g_queue_push_tail(&share->tokens, token);
		(void)g_hash_table_insert(share->paths, token, g_strdup(path));
	}
	g_mutex_unlock(&share->mutex);
}

char *
file_share_offer(FileShare *share, const char *path, const char *reader, GError **error)
{
	g_autofree char *token = make_token(share, path);
	g_autofree char *base = g_path_get_basename(path);
	g_autofree char *name = g_uri_escape_bytes((const guint8 *)base, strlen(base), NULL);
	AvuAddress peer, local;

	if (!avu_address_parse(reader, &peer) ||
		!local_server_open(share->server, &peer, share->port, error)) {
		return NULL;
	}
	if (!local_server_find_address(share->server, &peer, &local)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE,
			"this host has no address in the network of %s, so it cannot fetch files "
			"from here",
			reader);
		return NULL;
	}
	local.port = file_share_get_port(share);
	g_autofree char *host = avu_address_format(&local);
	char *url = g_strdup_printf("http://%s:%u" PREFIX "%s/%s", host, local.port, token, name);

	keep(share, g_steal_pointer(&token), path);
	return url;
}

void
file_share_set_subtitles(FileShare *share, const char *path, const char *url)
{
	g_mutex_lock(&share->mutex);
	if (url == NULL || g_hash_table_size(share->subtitles) >= FILE_SHARE_MAX) {
		(void)g_hash_table_remove(share->subtitles, path);
	} else {
		(void)g_hash_table_replace(share->subtitles, g_strdup(path), g_strdup(url));
	}
	g_mutex_unlock(&share->mutex);
}

char *
file_share_offer_stream(
	FileShare *share, int fd, const char *mime, const char *reader, GError **error)
{
	share->stream_fd = fd;
	share->stream_mime = mime;
	return file_share_offer(share, STREAM_PATH, reader, error);
}
