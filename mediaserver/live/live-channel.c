/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ring of octets under a lock. Places count from the first octet that was ever put. */
#include "mediaserver/live/live-channel.h"

#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/random.h>

/* As many as can be waiting in the ring; an older one is forgotten. */
#define TITLES_MAX 8
/* Players look at a stream before they play it: who comes back soon finds it going on. What is converted lingers
 * twice, as itself and as what it is made of, and is to end within two seconds. */
#define LINGER_NS (800 * AVU_NS_PER_MS)

typedef struct {
	uint64_t at; /* of the first octet it belongs to */
	uint64_t number;
	char *text;
} Title;

struct LiveChannel {
	int refs; /* atomic */
	int wake; /* eventfd */
	char *quoted_id;
	char *mime, *station;
	size_t unit, bytes; /* bytes: of the ring */
	bool whole;
	pthread_mutex_t lock;
	pthread_cond_t moved; /* something was put, or the state changed */
	/* guarded by the lock */
	bool open, closed, abandoned;
	bool full; /* the feed waits for room */
	GError *error;
	GPtrArray *listeners; /* borrowed */
	Title titles[TITLES_MAX];
	unsigned n_titles;
	uint64_t last_number; /* of a title */
	uint64_t end;         /* behind the newest octet */
	uint64_t furthest;    /* that somebody has read to */
	int64_t left_ns;      /* when the last listener left */
	char *ring;           /* of bytes, from when it is opened */
};

struct LiveListener {
	LiveChannel *channel;
	uint64_t at;      /* guarded by the channel's lock */
	bool interrupted; /* guarded by the channel's lock */
	uint64_t titled;  /* number of the title that was given last */
};

LiveChannel *
live_channel_new(void)
{
	LiveChannel *channel = g_new0(LiveChannel, 1);
	pthread_condattr_t attributes;

	channel->refs = 1;
	channel->bytes = LIVE_CHANNEL_BYTES;
	channel->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	channel->listeners = g_ptr_array_new();
	g_autofree char *id = avu_random_uuid();

	channel->quoted_id = g_strconcat("\"", id, "\"", NULL);
	(void)pthread_mutex_init(&channel->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&channel->moved, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	return channel;
}

LiveChannel *
live_channel_ref(LiveChannel *channel)
{
	g_atomic_int_inc(&channel->refs);
	return channel;
}

void
live_channel_unref(LiveChannel *channel)
{
	if (!g_atomic_int_dec_and_test(&channel->refs)) {
		return;
	}
	for (unsigned i = 0; i < channel->n_titles; i++) {
		g_free(channel->titles[i].text);
	}
	(void)pthread_cond_destroy(&channel->moved);
	(void)pthread_mutex_destroy(&channel->lock);
	g_ptr_array_unref(channel->listeners);
	g_clear_error(&channel->error);
	avu_fd_cleanup(&channel->wake);
	g_free(channel->quoted_id);
	g_free(channel->mime);
	g_free(channel->station);
	g_free(channel->ring);
	g_free(channel);
}

static void
lock(LiveChannel *channel)
{
	(void)pthread_mutex_lock(&channel->lock);
}

static void
unlock(LiveChannel *channel)
{
	(void)pthread_mutex_unlock(&channel->lock);
}

static void
wake_feed(const LiveChannel *channel)
{
	const uint64_t one = 1;

	(void)!write(channel->wake, &one, sizeof one); /* full: it is awake */
}

/* The feed's part */

int
live_channel_get_wake(const LiveChannel *channel)
{
	return channel->wake;
}

void
live_channel_clear_wake(const LiveChannel *channel)
{
	uint64_t count;

	(void)!read(channel->wake, &count, sizeof count); /* does not wait */
}

bool
live_channel_is_wanted(LiveChannel *channel)
{
	lock(channel);
	const bool lingers = channel->unit > 0 && avu_now_ns() - channel->left_ns < LINGER_NS;
	const bool wanted = !channel->abandoned && (channel->listeners->len > 0 || lingers);

	/* its feed ends: who comes now is not to wait for what nobody feeds */
	channel->abandoned = !wanted;
	unlock(channel);
	return wanted;
}

void
live_channel_open(LiveChannel *channel, const LiveFormat *format)
{
	lock(channel);
	channel->mime = g_strdup(format->mime);
	channel->station = g_strdup(format->station);
	channel->unit = format->unit;
	channel->whole = format->whole;
	if (g_ascii_strncasecmp(format->mime, "video/", strlen("video/")) == 0) {
		channel->bytes = LIVE_VIDEO_BYTES;
	}
	channel->ring = g_malloc(channel->bytes);
	channel->open = true;
	(void)pthread_cond_broadcast(&channel->moved);
	unlock(channel);
}

/* Lock held. */
static size_t
room_of(const LiveChannel *channel)
{
	return (size_t)(channel->furthest + channel->bytes - channel->end);
}

size_t
live_channel_get_room(LiveChannel *channel)
{
	lock(channel);
	const size_t room = room_of(channel);

	channel->full = room == 0;
	unlock(channel);
	return room;
}

size_t
live_channel_put(LiveChannel *channel, const char *octets, size_t len)
{
	lock(channel);
	const size_t taken = MIN(len, room_of(channel));
	const size_t place = (size_t)(channel->end % channel->bytes);
	const size_t first = MIN(taken, channel->bytes - place);

	memcpy(channel->ring + place, octets, first);
	memcpy(channel->ring, octets + first, taken - first);
	channel->end += taken;
	channel->full = taken < len;
	if (taken > 0) {
		(void)pthread_cond_broadcast(&channel->moved);
	}
	unlock(channel);
	return taken;
}

void
live_channel_set_title(LiveChannel *channel, const char *title)
{
	lock(channel);
	if (channel->n_titles == TITLES_MAX) {
		g_free(channel->titles[0].text);
		memmove(channel->titles, channel->titles + 1,
			--channel->n_titles * sizeof channel->titles[0]);
	}
	channel->titles[channel->n_titles++] =
		(Title){ channel->end, ++channel->last_number, g_strdup(title) };
	unlock(channel);
}

void
live_channel_close(LiveChannel *channel, const GError *error)
{
	lock(channel);
	channel->closed = true;
	channel->error = error != NULL ? g_error_copy(error) : NULL;
	(void)pthread_cond_broadcast(&channel->moved);
	unlock(channel);
}

/* Any thread */

void
live_channel_abandon(LiveChannel *channel)
{
	lock(channel);
	channel->abandoned = true;
	(void)pthread_cond_broadcast(&channel->moved);
	unlock(channel);
	wake_feed(channel);
}

char *
live_channel_dup_title(LiveChannel *channel)
{
	lock(channel);
	char *title = channel->n_titles > 0 && !channel->closed
			      ? g_strdup(channel->titles[channel->n_titles - 1].text)
			      : NULL;

	unlock(channel);
	return title;
}

LiveListener *
live_channel_listen(LiveChannel *channel)
{
	LiveListener *listener = NULL;

	lock(channel);
	if (!channel->closed && !channel->abandoned && (!channel->open || channel->unit > 0)) {
		const uint64_t kept = MIN(channel->end, channel->bytes / LIVE_BURST_PART);
		const uint64_t start = channel->end - kept;

		listener = g_new0(LiveListener, 1);
		listener->channel = live_channel_ref(channel);
		listener->at = channel->unit > 0
				       ? (start + channel->unit - 1) / channel->unit * channel->unit
				       : start;
		listener->at = MIN(listener->at, channel->end);
		channel->furthest = MAX(channel->furthest, listener->at);
		g_ptr_array_add(channel->listeners, listener);
	}
	unlock(channel);
	return listener;
}

/* The listener's part */

void
live_listener_free(LiveListener *listener)
{
	if (listener == NULL) {
		return;
	}
	lock(listener->channel);
	(void)g_ptr_array_remove(listener->channel->listeners, listener);
	listener->channel->left_ns = avu_now_ns();
	unlock(listener->channel);
	wake_feed(listener->channel);
	live_channel_unref(listener->channel);
	g_free(listener);
}

/* Lock held. @return false: in vain */
static bool
wait_for_move(LiveChannel *channel, int64_t deadline_ns)
{
	const struct timespec until = { deadline_ns / AVU_NS_PER_S, deadline_ns % AVU_NS_PER_S };

	return pthread_cond_timedwait(&channel->moved, &channel->lock, &until) == 0;
}

/* Lock held. */
static bool
say_why_not_open(const LiveListener *listener, GError **error)
{
	const LiveChannel *channel = listener->channel;

	if (channel->error != NULL) {
		g_propagate_error(error, g_error_copy(channel->error));
		return false;
	}
	if (!channel->open) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT, "nothing was heard of it");
		return false;
	}
	if (channel->unit == 0 && g_ptr_array_index(channel->listeners, 0) != listener) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY, "it is for one listener at a time");
		return false;
	}
	return true;
}

bool
live_listener_wait_open(LiveListener *listener, int64_t deadline_ns, GError **error)
{
	LiveChannel *channel = listener->channel;

	lock(channel);
	while (!channel->open && !channel->closed && !channel->abandoned &&
		wait_for_move(channel, deadline_ns)) {
	}
	const bool open = say_why_not_open(listener, error);

	unlock(channel);
	return open;
}

const char *
live_listener_get_mime(const LiveListener *listener)
{
	return listener->channel->mime;
}

const char *
live_listener_get_station(const LiveListener *listener)
{
	return listener->channel->station;
}

/* Lock held. Who goes to the oldest ones is to be served before they are overwritten, and television comes in pieces
 * of some megabytes. */
static uint64_t
first_within_reach(const LiveChannel *channel)
{
	const uint64_t kept = channel->bytes / 2;

	return channel->end > kept ? channel->end - kept : 0;
}

bool
live_listener_get_reach(LiveListener *listener, uint64_t *ret_first, uint64_t *ret_end)
{
	LiveChannel *channel = listener->channel;

	lock(channel);
	*ret_first = first_within_reach(channel);
	*ret_end = channel->end;
	const bool can = channel->unit > 0;

	unlock(channel);
	return can;
}

bool
live_listener_go(LiveListener *listener, uint64_t place)
{
	LiveChannel *channel = listener->channel;

	lock(channel);
	const bool there = channel->unit > 0 && place <= channel->end &&
			   channel->end - place <= channel->bytes;

	if (there) {
		listener->at = place;
		channel->furthest = MAX(channel->furthest, place);
	}
	unlock(channel);
	return there;
}

const char *
live_listener_get_mark(const LiveListener *listener)
{
	return listener->channel->quoted_id;
}

bool
live_listener_is_whole(const LiveListener *listener)
{
	return listener->channel->whole;
}

/* Lock held. @return octets from the listener's place on; 0: wait; -1: they are gone */
static ssize_t
copy_from(LiveListener *listener, char *buffer, size_t max)
{
	LiveChannel *channel = listener->channel;
	const uint64_t behind = channel->end - listener->at;
	const size_t place = (size_t)(listener->at % channel->bytes);

	if (behind > channel->bytes) {
		return -1;
	}
	const size_t n = MIN(max, (size_t)behind);
	const size_t first = MIN(n, channel->bytes - place);

	if (n > 0) {
		memcpy(buffer, channel->ring + place, first);
		memcpy(buffer + first, channel->ring, n - first);
	}
	listener->at += n;
	channel->furthest = MAX(channel->furthest, listener->at);
	return (ssize_t)n;
}

void
live_listener_interrupt(LiveListener *listener)
{
	lock(listener->channel);
	listener->interrupted = true;
	(void)pthread_cond_broadcast(&listener->channel->moved);
	unlock(listener->channel);
}

ssize_t
live_listener_read(LiveListener *listener, char *buffer, size_t max)
{
	LiveChannel *channel = listener->channel;
	const int64_t deadline_ns = avu_now_ns() + LIVE_SILENCE_NS;
	ssize_t got;

	lock(channel);
	while ((got = copy_from(listener, buffer, max)) == 0) {
		if (channel->abandoned || listener->interrupted ||
			(channel->closed && channel->error != NULL)) {
			got = -1;
			break;
		}
		if (channel->closed) {
			break;
		}
		if (!wait_for_move(channel, deadline_ns)) {
			got = -1;
			break;
		}
	}
	const bool room_made = got > 0 && channel->full;

	channel->full = channel->full && !room_made;
	unlock(channel);
	if (room_made) {
		wake_feed(channel);
	}
	return got;
}

bool
live_listener_take_title(LiveListener *listener, char **ret_title)
{
	LiveChannel *channel = listener->channel;
	const Title *found = NULL;

	lock(channel);
	for (unsigned i = 0; i < channel->n_titles && channel->titles[i].at <= listener->at; i++) {
		found = &channel->titles[i];
	}
	const bool another = found != NULL && found->number != listener->titled;

	if (another) {
		listener->titled = found->number;
		*ret_title = g_strdup(found->text);
	}
	unlock(channel);
	return another;
}
