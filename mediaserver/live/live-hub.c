/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each source has a thread while somebody listens to it. A pipe stays open behind that: its writer would be killed
 * by a signal when nobody reads from it, and is held up instead. */
#include "mediaserver/live/live-hub.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/library/udp-location.h"
#include "mediaserver/live/live-feeds.h"

typedef struct {
	LiveHub *hub;
	int64_t item;
	LiveChannel *channel;
	char *url, *mime;
	int pipe;               /* -1: a station, or a conversion */
	ConvertPlan plan;       /* of a conversion; without a recipe: as it comes */
	LiveListener *original; /* of a conversion, until its thread takes it */
	bool finished;          /* guarded by the hub's lock: its thread can be joined */
	pthread_t thread;
} Source;

struct LiveHub {
	const Roots *roots;
	AvuAddressPolicy policy, house;
	Conversions *conversions; /* may be NULL */
	pthread_mutex_t lock;
	/* guarded by the lock */
	GPtrArray *sources; /* Source */
	GHashTable *pipes;  /* item → descriptor, of pipes that were listened to */
	bool ended;
};

/* Without a thread. */
static void
source_discard(Source *source)
{
	live_listener_free(source->original);
	live_channel_unref(source->channel);
	avu_fd_cleanup(&source->pipe);
	g_free(source->url);
	g_free(source->mime);
	g_free(source);
}

static void
source_free(Source *source)
{
	(void)pthread_join(source->thread, NULL);
	source_discard(source);
}

static void
close_pipe(void *data)
{
	(void)close(GPOINTER_TO_INT(data));
}

LiveHub *
live_hub_new(const Roots *roots, const AvuAddressPolicy *policy, const AvuAddressPolicy *house,
	Conversions *conversions)
{
	LiveHub *hub = g_new0(LiveHub, 1);

	hub->roots = roots;
	hub->policy = *policy;
	hub->house = *house;
	hub->conversions = conversions;
	hub->sources = g_ptr_array_new();
	hub->pipes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, close_pipe);
	(void)pthread_mutex_init(&hub->lock, NULL);
	return hub;
}

void
live_hub_stop(LiveHub *hub)
{
	(void)pthread_mutex_lock(&hub->lock);
	hub->ended = true;
	for (guint i = 0; i < hub->sources->len; i++) {
		const Source *source = g_ptr_array_index(hub->sources, i);

		live_channel_abandon(source->channel);
	}
	(void)pthread_mutex_unlock(&hub->lock);
}

void
live_hub_free(LiveHub *hub)
{
	if (hub == NULL) {
		return;
	}
	live_hub_stop(hub);
	for (guint i = 0; i < hub->sources->len; i++) { /* nobody adds one any more */
		source_free(g_ptr_array_index(hub->sources, i));
	}
	g_ptr_array_unref(hub->sources);
	g_hash_table_unref(hub->pipes);
	(void)pthread_mutex_destroy(&hub->lock);
	g_free(hub);
}

/* The thread of a source. */
static void *
run(void *data)
{
	Source *source = data;
	LiveHub *hub = source->hub;

	if (source->plan.recipe != NULL) {
		live_feed_conversion(source->channel, source->item,
			g_steal_pointer(&source->original), hub->conversions, &source->plan);
	} else if (source->pipe >= 0) {
		live_feed_pipe(source->channel, source->pipe, source->mime);
	} else {
		const LiveStation station = { source->item, source->url, source->mime, &hub->policy,
			&hub->house, hub->conversions };

		(udp_location_parse(source->url, NULL) ? live_feed_udp : live_feed_station)(
			source->channel, &station);
	}
	(void)pthread_mutex_lock(&hub->lock);
	source->finished = true;
	(void)pthread_mutex_unlock(&hub->lock);
	return NULL;
}

/* Lock held. Those whose threads have come to their end: joining waits for nothing. */
static void
reap(LiveHub *hub)
{
	for (guint i = hub->sources->len; i > 0; i--) {
		Source *source = g_ptr_array_index(hub->sources, i - 1);

		if (source->finished) {
			g_ptr_array_remove_index_fast(hub->sources, i - 1);
			source_free(source);
		}
	}
}

/* @return descriptor, -1 with error */
static int
open_pipe(const LiveHub *hub, const CatalogueStation *station, GError **error)
{
	const Root *root = roots_find(hub->roots, station->root);
	avu_autofd int fd =
		root != NULL ? root_open(root, station->url + strlen(CATALOGUE_PIPE_SCHEME), 0)
			     : -1;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISFIFO(st.st_mode)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "there is no such pipe");
		return -1;
	}
	return avu_steal_fd(&fd);
}

/* Lock held. The one who read from it before may still be on its way out: both have it open. @param fd  taken */
static void
keep_open(LiveHub *hub, int64_t item, int fd)
{
	int64_t *key = g_new(int64_t, 1);

	*key = item;
	if (g_hash_table_size(hub->pipes) < LIVE_SOURCES_MAX ||
		g_hash_table_contains(hub->pipes, key)) {
		(void)g_hash_table_replace(hub->pipes, key, GINT_TO_POINTER(fd));
	} else {
		g_free(key);
		(void)close(fd);
	}
}

/* What somebody wants to listen to. */
typedef struct {
	int64_t item;
	const CatalogueStation *station;
	const ConvertPlan *plan; /* NULL: as it comes */
	int pipe;                /* taken when it is needed; -1: a station */
	LiveListener *original;  /* the same; of a conversion */
} Wish;

static bool
is_wished(const Source *source, const Wish *wish)
{
	const Recipe *recipe = wish->plan != NULL ? wish->plan->recipe : NULL;

	/* a smaller screen has an encoder of its own */
	return source->item == wish->item && source->plan.recipe == recipe &&
	       (recipe == NULL || (source->plan.width == wish->plan->width &&
					  source->plan.height == wish->plan->height)) &&
	       g_str_equal(source->url, wish->station->url);
}

/* Lock held. @return NULL with error */
static LiveListener *
begin(LiveHub *hub, Wish *wish, GError **error)
{
	reap(hub);
	if (hub->ended || hub->sources->len >= LIVE_SOURCES_MAX) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY, "too many stations are listened to");
		return NULL;
	}
	Source *source = g_new0(Source, 1);

	source->hub = hub;
	source->item = wish->item;
	source->channel = live_channel_new();
	source->url = g_strdup(wish->station->url);
	source->mime = g_strdup(wish->station->mime);
	source->pipe = wish->pipe >= 0 ? fcntl(wish->pipe, F_DUPFD_CLOEXEC, 0) : -1;
	source->plan = wish->plan != NULL ? *wish->plan : (ConvertPlan){ .recipe = NULL };
	source->original = g_steal_pointer(&wish->original);
	g_autoptr(LiveListener) listener = live_channel_listen(source->channel);

	if ((wish->pipe >= 0 && source->pipe < 0) ||
		pthread_create(&source->thread, NULL, run, source) != 0) {
		g_set_error(
			error, AVU_ERROR, AVU_ERROR_BUSY, "this machine has no room for it now");
		source_discard(source);
		return NULL;
	}
	if (wish->pipe >= 0) {
		keep_open(hub, wish->item, avu_steal_fd(&wish->pipe));
	}
	g_ptr_array_add(hub->sources, source);
	return g_steal_pointer(&listener);
}

/* Lock held. @return NULL: nobody listens to it yet */
static LiveListener *
find(const LiveHub *hub, const Wish *wish)
{
	LiveListener *listener = NULL;

	for (guint i = 0; !hub->ended && listener == NULL && i < hub->sources->len; i++) {
		const Source *source = g_ptr_array_index(hub->sources, i);

		if (is_wished(source, wish)) {
			listener = live_channel_listen(source->channel);
		}
	}
	return listener;
}

/* @param alone  a source of its own */
static LiveListener *
listen_to(LiveHub *hub, Wish *wish, bool alone, GError **error)
{
	(void)pthread_mutex_lock(&hub->lock);
	LiveListener *listener = alone ? NULL : find(hub, wish);

	if (listener == NULL) {
		listener = begin(hub, wish, error);
	}
	(void)pthread_mutex_unlock(&hub->lock);
	return listener;
}

static LiveListener *
join_original(LiveHub *hub, int64_t item, const CatalogueStation *station, GError **error)
{
	/* what comes apart is opened, and then its parts */
	const int64_t deadline_ns = avu_now_ns() + LIVE_OPEN_NS + LIVE_CONVERT_NS;
	const bool is_pipe = g_str_has_prefix(station->url, CATALOGUE_PIPE_SCHEME);
	/* before the lock: a disk that does not answer holds who asked for it only */
	avu_autofd int pipe = is_pipe ? open_pipe(hub, station, error) : -1;
	Wish wish = { .item = item, .station = station, .pipe = pipe };
	g_autoptr(GError) refusal = NULL;
	g_autoptr(LiveListener) listener =
		is_pipe && pipe < 0 ? NULL : listen_to(hub, &wish, /* alone = */ false, error);

	pipe = wish.pipe;
	if (listener == NULL) {
		return NULL;
	}
	if (live_listener_wait_open(listener, deadline_ns, &refusal)) {
		return g_steal_pointer(&listener);
	}
	if (is_pipe || !g_error_matches(refusal, AVU_ERROR, AVU_ERROR_BUSY)) {
		g_propagate_error(error, g_steal_pointer(&refusal));
		return NULL;
	}
	/* who else listens has it alone, from its beginning */
	g_clear_pointer(&listener, live_listener_free);
	listener = listen_to(hub, &wish, /* alone = */ true, error);
	return listener != NULL && live_listener_wait_open(listener, deadline_ns, error)
		       ? g_steal_pointer(&listener)
		       : NULL;
}

/* Of a conversion. @param listener  taken; NULL: with error */
static LiveListener *
wait_converted(LiveListener *listener, GError **error)
{
	g_autoptr(LiveListener) waiting = listener;

	return waiting != NULL && live_listener_wait_open(
					  waiting, avu_now_ns() + LIVE_CONVERT_NS, error)
		       ? g_steal_pointer(&waiting)
		       : NULL;
}

static LiveListener *
find_locking(LiveHub *hub, const Wish *wish)
{
	(void)pthread_mutex_lock(&hub->lock);
	LiveListener *listener = find(hub, wish);

	(void)pthread_mutex_unlock(&hub->lock);
	return listener;
}

LiveListener *
live_hub_join_others(LiveHub *hub, int64_t item, const CatalogueStation *station,
	const ConvertPlan *plan, GError **error)
{
	const Wish wish = { .item = item, .station = station, .plan = plan, .pipe = -1 };
	LiveListener *listener = find_locking(hub, &wish);

	if (listener == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY,
			"as much is converted as this machine can");
	}
	return wait_converted(listener, error);
}

LiveListener *
live_hub_join(LiveHub *hub, int64_t item, const CatalogueStation *station, const ConvertPlan *plan,
	GError **error)
{
	Wish wish = { .item = item, .station = station, .plan = plan, .pipe = -1 };

	if (plan == NULL) {
		return join_original(hub, item, station, error);
	}
	LiveListener *listener = find_locking(hub, &wish);

	if (listener == NULL) {
		/* it is heard before the lock; another one may have been faster */
		wish.original = join_original(hub, item, station, error);
		listener = wish.original != NULL ? listen_to(hub, &wish, /* alone = */ false, error)
						 : NULL;
		live_listener_free(wish.original);
	}
	return wait_converted(listener, error);
}

uint32_t
live_hub_get_recipes(LiveHub *hub, int64_t item)
{
	uint32_t recipes = 0;

	(void)pthread_mutex_lock(&hub->lock);
	for (guint i = 0; i < hub->sources->len; i++) {
		const Source *source = g_ptr_array_index(hub->sources, i);

		if (source->item == item && !source->finished && source->plan.recipe != NULL) {
			recipes |= 1u << recipe_index(source->plan.recipe);
		}
	}
	(void)pthread_mutex_unlock(&hub->lock);
	return recipes;
}

char *
live_hub_dup_title(LiveHub *hub, int64_t item)
{
	char *title = NULL;

	(void)pthread_mutex_lock(&hub->lock);
	for (guint i = 0; title == NULL && i < hub->sources->len; i++) {
		const Source *source = g_ptr_array_index(hub->sources, i);

		if (source->item == item && !source->finished && source->plan.recipe == NULL) {
			title = live_channel_dup_title(source->channel);
		}
	}
	(void)pthread_mutex_unlock(&hub->lock);
	return title;
}
