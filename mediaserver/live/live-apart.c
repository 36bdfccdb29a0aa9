/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A station whose lists have pictures and sound apart, as the feed of a channel: each is fed into a channel of its own,
 * and a worker puts their packets one behind the other, as they are. Five threads: the feed's own, one for each of both
 * sources, and one for each that fills the worker's pipes. */
#include <pthread.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/library/live-format.h"
#include "mediaserver/live/live-pump.h"

#define LEGS 2

/* One of both. */
typedef struct {
	LivePiecesPart part;
	AvuPiecesKind kind;
	const LiveStation *station;
	LiveChannel *channel;
	LiveListener *listener;
	bool runs;
	pthread_t thread;
	LivePump *pump;
	int fd; /* that the worker reads; -1: it has it */
} Leg;

static void *
run(void *data)
{
	Leg *leg = data;

	(void)live_feed_pieces(leg->channel, leg->kind, leg->station, leg->part);
	return NULL;
}

static bool
leg_start(Leg *leg, LivePiecesPart part, AvuPiecesKind kind, const LiveStation *station,
	GError **error)
{
	*leg = (Leg){ .part = part, .kind = kind, .station = station, .fd = -1 };
	leg->channel = live_channel_new();
	leg->listener = live_channel_listen(leg->channel);
	leg->runs = pthread_create(&leg->thread, NULL, run, leg) == 0;
	if (!leg->runs) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY, "no thread is left");
	}
	return leg->runs;
}

/* A pump waits for nothing but its listener and the worker, which is gone. */
static void
leg_clear(Leg *leg)
{
	avu_fd_cleanup(&leg->fd);
	live_pump_free(leg->pump);
	live_listener_free(leg->listener);
	if (leg->channel == NULL) {
		return; /* it did not start */
	}
	live_channel_abandon(leg->channel);
	if (leg->runs) {
		(void)pthread_join(leg->thread, NULL);
	}
	live_channel_unref(leg->channel);
}

/* Waits until both send, or nobody listens any more. @return false with error */
static bool
wait_open(LiveChannel *channel, Leg *leg, GError **error)
{
	const int64_t deadline_ns = avu_now_ns() + LIVE_OPEN_NS + AVU_NS_PER_S;

	while (live_channel_is_wanted(channel)) {
		const int64_t look_ns = MIN(deadline_ns, avu_now_ns() + LIVE_LOOK_NS);
		g_autoptr(GError) cause = NULL;

		if (live_listener_wait_open(leg->listener, look_ns, &cause)) {
			return true;
		}
		if (!g_error_matches(cause, AVU_ERROR, AVU_ERROR_TIMEOUT) ||
			avu_now_ns() >= deadline_ns) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return false;
		}
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_CANCELLED, "nobody listens");
	return false;
}

/* Packets of a transport stream, if it takes their codecs. */
static LiveFormat
describe(const char *octets, size_t len, const void *data)
{
	const Leg *pictures = data;
	const bool whole = live_listener_is_whole(pictures->listener);
	const char *mime = len > 0 && octets[0] == 'G' ? "video/mpeg" : "video/x-matroska";

	return (LiveFormat){ mime, NULL, whole ? 0 : live_format_get_unit(mime), whole };
}

static void
join(LiveChannel *channel, Leg *legs, const LiveStation *station, GError **error)
{
	for (unsigned i = 0; i < LEGS; i++) {
		if (!wait_open(channel, &legs[i], error)) {
			return;
		}
	}
	for (unsigned i = 0; i < LEGS; i++) {
		legs[i].pump = live_pump_new(legs[i].listener, &legs[i].fd, error);
		if (legs[i].pump == NULL) {
			return;
		}
	}
	Conversion *conversion = conversion_begin_join(station->conversions,
		avu_steal_fd(&legs[0].fd), avu_steal_fd(&legs[1].fd), station->item, error);

	if (conversion != NULL) {
		(void)live_pass_on(channel, conversion, describe, &legs[0], error);
		conversion_end(conversion); /* its ends of the pipes go with it */
	}
}

void
live_feed_apart(LiveChannel *channel, AvuPiecesKind kind, const LiveStation *station)
{
	g_autoptr(GError) error = NULL;
	Leg legs[LEGS] = { { .fd = -1 }, { .fd = -1 } };

	if (station->conversions == NULL) {
		g_set_error(&error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"the station's list has its sound apart, and nothing is converted");
	} else if (leg_start(&legs[0], LIVE_PIECES_PICTURES, kind, station, &error) &&
		   leg_start(&legs[1], LIVE_PIECES_SOUND, kind, station, &error)) {
		join(channel, legs, station, &error);
	}
	live_channel_close(channel, error);
	for (unsigned i = 0; i < LEGS; i++) {
		leg_clear(&legs[i]);
	}
}
