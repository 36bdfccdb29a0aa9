/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a URL to a picture. Runs on the connection's thread, which may wait for a worker. A picture is
 * found by what it would be made from (file, inode, size, time), so a changed file has a new one. Who
 * asks for a picture that another thread is making waits for that. */
#include "mediaserver/art/art.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include <av-upnp/delivery.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/hash.h>

#include "mediaserver/art/cache.h"
#include "mediaserver/art/maker.h"
#include "mediaserver/art/rendition.h"
#include "mediaserver/art/source.h"
#include "mediaserver/content/object-id.h"

/* Raise when the same source gives another picture. */
#define PICTURE_VERSION "2"
/* Items of an album that are asked for a picture. */
#define ALBUM_ITEMS_MAX 10

struct Art {
	Catalogue *catalogue;
	Clients *clients; /* NULL: all are alike */
	const Roots *roots;
	ArtCache *cache;
	ArtMaker *maker; /* NULL: no workers yet */
	pthread_mutex_t lock;
	pthread_cond_t made;
	GHashTable *making; /* guarded by lock: keys that a thread is at */
};

typedef struct {
	const Rendition *rendition;
	ObjectId object;
} Wanted;

/* "i0123456789abcde-VERSION-tn.jpg"; a container's id may have "-" in it */
static bool
parse_name(const char *name, Wanted *ret_wanted)
{
	const char *last = strrchr(name, '-');
	const char *version = last;

	if (last == NULL || strlen(name) >= ART_URL_MAX) {
		return false;
	}
	while (version > name && version[-1] != '-') {
		version--;
	}
	if (version == name) {
		return false;
	}
	g_autofree char *id = g_strndup(name, (size_t)(version - 1 - name));

	ret_wanted->rendition = rendition_find(last + 1);
	return ret_wanted->rendition != NULL && object_id_parse(id, &ret_wanted->object);
}

static void
make_key(char key[ART_KEY_LEN + 1], const CatalogueFile *file, const char *path,
	const struct stat *st, const Rendition *rendition)
{
	g_autofree char *text =
		g_strdup_printf(PICTURE_VERSION "\n%s\n%s\n%" G_GINT64_FORMAT " %" G_GINT64_FORMAT
						" %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n%s",
			file->root, path, (int64_t)st->st_ino, (int64_t)st->st_size,
			(int64_t)st->st_mtim.tv_sec, (int64_t)st->st_mtim.tv_nsec, rendition->name);
	uint8_t digest[AVU_SHA256_LEN];

	avu_sha256(text, strlen(text), digest);
	for (size_t i = 0; i < ART_KEY_LEN / 2; i++) {
		(void)g_snprintf(key + 2 * i, 3, "%02x", digest[i]);
	}
}

/* The thread that returns from this makes the picture, or finds that another has made it. */
static void
take_turn(Art *art, const char *key)
{
	(void)pthread_mutex_lock(&art->lock);
	while (g_hash_table_contains(art->making, key)) {
		/* bounded: who makes it waits with a deadline */
		(void)pthread_cond_wait(&art->made, &art->lock);
	}
	(void)g_hash_table_add(art->making, g_strdup(key));
	(void)pthread_mutex_unlock(&art->lock);
}

static void
end_turn(Art *art, const char *key)
{
	(void)pthread_mutex_lock(&art->lock);
	(void)g_hash_table_remove(art->making, key);
	(void)pthread_cond_broadcast(&art->made);
	(void)pthread_mutex_unlock(&art->lock);
}

/* A picture that could not be kept is sent from memory. */
typedef struct {
	char key[ART_KEY_LEN + 1];
	int fd; /* of the cache; -1: see picture */
	GBytes *picture;
} Found;

static void
found_clear(Found *found)
{
	avu_fd_cleanup(&found->fd);
	g_clear_pointer(&found->picture, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Found, found_clear)

/* @param fd  taken  @return false with BUSY or TIMEOUT: later, perhaps; UNSUPPORTED, FAILED: never */
static bool
make(Art *art, int fd, const Rendition *rendition, Found *found, GError **error)
{
	g_autoptr(GError) why = NULL;

	found->picture = art_maker_make(art->maker, fd, &rendition->box, &why);
	if (found->picture != NULL) {
		art_cache_put(art->cache, found->key, found->picture);
		return true;
	}
	if (g_error_matches(why, AVU_ERROR, AVU_ERROR_UNSUPPORTED) ||
		g_error_matches(why, AVU_ERROR, AVU_ERROR_FAILED)) {
		art_cache_give_up(art->cache, found->key);
	}
	g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

static bool
find_or_make(Art *art, int fd, const Rendition *rendition, Found *found, GError **error)
{
	avu_autofd int source = fd;

	found->fd = art_cache_open(art->cache, found->key);
	if (found->fd >= 0) {
		return true;
	}
	take_turn(art, found->key);
	found->fd = art_cache_open(art->cache, found->key);
	bool good = found->fd >= 0;

	if (!good && art_cache_is_hopeless(art->cache, found->key)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "no picture in this file");
	} else if (!good) {
		good = make(art, avu_steal_fd(&source), rendition, found, error);
	}
	end_turn(art, found->key);
	return good;
}

/* @return false with UNSUPPORTED when no candidate has a picture */
static bool
find_of_file(Art *art, const CatalogueFile *file, const Rendition *rendition, Found *found,
	GError **error)
{
	for (unsigned i = 0; i < ART_SOURCES_MAX; i++) {
		g_autofree char *path = NULL;
		g_autoptr(GError) why = NULL;
		struct stat st;
		int fd = art_source_open(art->roots, file, i, &path, &st);

		if (fd < 0) {
			continue;
		}
		make_key(found->key, file, path, &st, rendition);
		if (find_or_make(art, fd, rendition, found, &why)) {
			return true;
		}
		if (!g_error_matches(why, AVU_ERROR, AVU_ERROR_UNSUPPORTED) &&
			!g_error_matches(why, AVU_ERROR, AVU_ERROR_FAILED)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "there is no picture");
	return false;
}

static void
skip_container(const Container *container, void *data)
{
	(void)container, (void)data;
}

/* Those with a picture of their own first. */
static void
collect_item(const Item *item, void *data)
{
	GArray *ids = data;

	if (item_has_art(item)) {
		g_array_append_val(ids, item->id);
	}
}

/* Items that may have the picture of the object. */
static GArray *
list_items(Art *art, const ObjectId *object)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (object->item != 0) {
		g_array_append_val(ids, object->item);
	} else {
		const CatalogueSink sink = { skip_container, collect_item, ids };
		const CataloguePage page = { .count = ALBUM_ITEMS_MAX };
		AvuContentResult result;

		/* an album that is gone has no items */
		(void)catalogue_get_children(
			art->catalogue, object->container, &page, &sink, &result, NULL);
	}
	return ids;
}

static bool
find_picture(Art *art, const Wanted *wanted, Found *found, GError **error)
{
	g_autoptr(GArray) ids = list_items(art, &wanted->object);

	for (guint i = 0; i < ids->len; i++) {
		g_auto(CatalogueFile) file = { 0 };
		g_autoptr(GError) why = NULL;

		if (catalogue_find_file(
			    art->catalogue, g_array_index(ids, int64_t, i), &file, &why) &&
			find_of_file(art, &file, wanted->rendition, found, &why)) {
			return true;
		}
		if (!g_error_matches(why, AVU_ERROR, AVU_ERROR_UNSUPPORTED) &&
			!g_error_matches(why, AVU_UPNP_ERROR, 701)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "there is no picture");
	return false;
}

/* A descriptor of what is in memory: delivery knows files. */
static int
memory_file(GBytes *picture)
{
	gsize len;
	const char *octets = g_bytes_get_data(picture, &len);
	avu_autofd int fd = memfd_create("picture", MFD_CLOEXEC);

	for (gsize at = 0; fd >= 0 && at < len;) {
		ssize_t n = pwrite(fd, octets + at, len - at, (off_t)at);

		if (n <= 0) {
			return -1;
		}
		at += (gsize)n;
	}
	return avu_steal_fd(&fd);
}

static AvuHttpResponse *
deliver(const AvuHttpRequest *request, Clients *clients, Found *found, const Rendition *rendition,
	const char *name)
{
	g_autoptr(ClientView) client = clients_identify_request(clients, request);
	avu_autofd int fd = found->fd >= 0 ? avu_steal_fd(&found->fd) : memory_file(found->picture);
	AvuDlnaParameters dlna = rendition_dlna_parameters(rendition);
	const char *mime = rendition->mime;

	client_view_name(client, ITEM_IMAGE, &mime, &dlna);
	g_autofree char *features = avu_dlna_format_features(&dlna);
	g_autofree char *etag = g_strdup_printf("\"%s\"", found->key);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		return avu_http_response_new_error(503, "the picture cannot be read now");
	}
	const AvuDelivery delivery = {
		.source = avu_media_source_new_file(avu_steal_fd(&fd), (uint64_t)st.st_size,
			/* duration_ns = */ AVU_TIME_NONE, /* get_index = */ NULL, NULL),
		.kind = AVU_MEDIA_IMAGE,
		.mime = mime,
		.content_features = features,
		.etag = etag,
		.client = client_view_get_profile(client),
		.log_name = name,
	};

	return avu_deliver(request, &delivery);
}

static AvuHttpResponse *
answer(Art *art, const AvuHttpRequest *request, const Wanted *wanted)
{
	const char *name = avu_http_request_get_rest(request);
	g_auto(Found) found = { .fd = -1 };
	g_autoptr(GError) error = NULL;

	if (art->maker == NULL) {
		return avu_http_response_new_error(503, "the server is starting");
	}
	if (find_picture(art, wanted, &found, &error)) {
		return deliver(request, art->clients, &found, wanted->rendition, name);
	}
	if (g_error_matches(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED)) {
		return avu_http_response_new_error(404, "there is no picture of this");
	}
	AvuHttpResponse *later = avu_http_response_new_error(503, "the picture is not ready");

	avu_http_response_set_header(later, "Retry-After", "5");
	return later;
}

static AvuHttpResponse *
on_request(const AvuHttpRequest *request, void *user_data)
{
	Wanted wanted;
	AvuHttpResponse *wrong = avu_delivery_check_request(request);

	if (wrong != NULL) {
		return wrong;
	}
	if (!parse_name(avu_http_request_get_rest(request), &wanted)) {
		return avu_http_response_new_error(404, "no such resource");
	}
	return answer(user_data, request, &wanted);
}

AvuHttpResponse *
art_answer(Art *art, const AvuHttpRequest *request, int64_t item)
{
	const Wanted wanted = { renditions(), { .item = item } };

	return answer(art, request, &wanted);
}

Art *
art_new(AvuHttpServer *server, Catalogue *catalogue, const Roots *roots, const char *folder,
	int64_t limit_bytes)
{
	Art *art = g_new0(Art, 1);
	const AvuHttpRoute route = {
		.path = ART_PREFIX,
		.prefix = true,
		.methods = AVU_HTTP_GET | AVU_HTTP_HEAD,
		.handler = on_request,
	};

	art->catalogue = catalogue;
	art->roots = roots;
	art->cache = art_cache_new(folder, limit_bytes);
	art->making = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	(void)pthread_mutex_init(&art->lock, NULL);
	(void)pthread_cond_init(&art->made, NULL);
	avu_http_server_add_route(server, &route, art);
	return art;
}

void
art_set_clients(Art *art, Clients *clients)
{
	art->clients = clients;
}

void
art_set_workers(Art *art, WorkerPool *pool)
{
	art->maker = art_maker_new(pool);
}

void
art_stop(Art *art)
{
	if (art->maker != NULL) {
		art_maker_stop(art->maker);
	}
}

void
art_free(Art *art)
{
	if (art == NULL) {
		return;
	}
	art_maker_free(art->maker);
	art_cache_free(art->cache);
	g_hash_table_unref(art->making);
	(void)pthread_cond_destroy(&art->made);
	(void)pthread_mutex_destroy(&art->lock);
	g_free(art);
}
