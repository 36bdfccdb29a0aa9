/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One feed, several listeners, on threads of their own. Octet n of the stream is n modulo 251, so that a place is
 * told by the octets there. */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "mediaserver/library/live-format.h"
#include "mediaserver/live/live-channel.h"
#include "mediaserver/live/live-feeds.h"

#define LIVE_BURST_BYTES (LIVE_CHANNEL_BYTES / LIVE_BURST_PART)

#define PRIME 251
#define WAIT_NS (30 * AVU_NS_PER_S)

static void
fill(char *octets, size_t len, uint64_t at)
{
	for (size_t i = 0; i < len; i++) {
		octets[i] = (char)((at + i) % PRIME);
	}
}

static LiveChannel *
open_channel(size_t unit)
{
	const LiveFormat format = { "audio/mpeg", "Radio", unit };
	LiveChannel *channel = live_channel_new();

	live_channel_open(channel, &format);
	return channel;
}

static size_t
put(LiveChannel *channel, uint64_t at, size_t len)
{
	g_autofree char *octets = g_malloc(len + 1);

	fill(octets, len, at);
	return live_channel_put(channel, octets, len);
}

static void
assert_reads(LiveListener *listener, uint64_t at, size_t len)
{
	g_autofree char *octets = g_malloc(len), *expected = g_malloc(len);

	fill(expected, len, at);
	for (size_t done = 0; done < len;) {
		const ssize_t got = live_listener_read(listener, octets + done, len - done);

		g_assert_cmpint(got, >, 0);
		done += (size_t)got;
	}
	g_assert_cmpmem(octets, len, expected, len);
}

/* Where a listener comes in who comes when so much was fed. */
static const struct {
	size_t unit, fed, start;
	const char *why;
} arrivals[] = {
	{ 1, 0, 0, "nothing yet" },
	{ 1, 1000, 0, "less than is given at once" },
	{ 1, LIVE_BURST_BYTES + 1, 1, "the newest" },
	{ 188, LIVE_BURST_BYTES + 1, 188, "at the next whole packet" },
	{ 188, LIVE_BURST_BYTES + 188, 188, "packet by chance" },
	{ 4, LIVE_CHANNEL_BYTES, LIVE_CHANNEL_BYTES - LIVE_BURST_BYTES, "the ring is full" },
};

static void
test_arrival(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(arrivals); i++) {
		g_autoptr(LiveChannel) channel = open_channel(arrivals[i].unit);

		g_test_message("%s", arrivals[i].why);
		g_assert_cmpuint(put(channel, 0, arrivals[i].fed), ==, arrivals[i].fed);
		g_autoptr(LiveListener) listener = live_channel_listen(channel);

		g_assert_cmpuint(put(channel, arrivals[i].fed, 1), ==, 1);
		assert_reads(listener, arrivals[i].start, arrivals[i].fed + 1 - arrivals[i].start);
	}
}

#define KEPT (LIVE_CHANNEL_BYTES / 2)

/* What can be gone back to: the newest octets, and so many that they are not overwritten next. */
static void
test_reach(void)
{
	static const struct {
		size_t unit, fed;
		bool can;
		uint64_t first;
		const char *why;
	} rows[] = {
		{ 1, 0, true, 0, "nothing yet" },
		{ 1, 1000, true, 0, "all of it" },
		{ 188, KEPT, true, 0, "all that is kept" },
		{ 1, KEPT + 1, true, 1, "its beginning moves on" },
		{ 1, LIVE_CHANNEL_BYTES, true, KEPT, "the ring is full" },
		{ 0, 1000, false, 0, "a file: its beginning is needed" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const LiveFormat format = { "audio/mpeg", "Radio", rows[i].unit };
		g_autoptr(LiveChannel) channel = live_channel_new();
		g_autoptr(LiveListener) listener = live_channel_listen(channel);
		uint64_t first = 1, end = 1;

		live_channel_open(channel, &format);
		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(put(channel, 0, rows[i].fed), ==, rows[i].fed);
		g_assert_cmpint(live_listener_get_reach(listener, &first, &end), ==, rows[i].can);
		g_assert_cmpint(live_listener_go(listener, first), ==, rows[i].can);
		g_assert_false(live_listener_go(listener, rows[i].fed + 1));
		if (rows[i].can) {
			g_assert_cmpuint(first, ==, rows[i].first);
			g_assert_cmpuint(end, ==, rows[i].fed);
			assert_reads(listener, first, (size_t)(end - first));
		}
	}
}

/* Who goes to a place reads on from there, and holds nobody else up; what was overwritten is no place. */
static void
test_going(void)
{
	g_autoptr(LiveChannel) channel = open_channel(1), other = open_channel(1);
	g_autoptr(LiveListener) there = live_channel_listen(channel);
	g_autoptr(LiveListener) back = live_channel_listen(channel);
	g_autoptr(LiveListener) elsewhere = live_channel_listen(other);

	g_assert_cmpuint(put(channel, 0, LIVE_CHANNEL_BYTES), ==, LIVE_CHANNEL_BYTES);
	assert_reads(there, 0, LIVE_CHANNEL_BYTES);
	g_assert_cmpuint(put(channel, LIVE_CHANNEL_BYTES, 100), ==, 100);
	g_assert_false(live_listener_go(back, 99));
	g_assert_true(live_listener_go(back, 100));
	assert_reads(back, 100, 50);
	g_assert_cmpuint(live_channel_get_room(channel), ==, LIVE_CHANNEL_BYTES - 100);
	assert_reads(there, LIVE_CHANNEL_BYTES, 100);
	g_assert_cmpstr(live_listener_get_mark(there), ==, live_listener_get_mark(back));
	g_assert_cmpstr(live_listener_get_mark(there), !=, live_listener_get_mark(elsewhere));
	g_assert_cmpint(live_listener_get_mark(there)[0], ==, '"');
}

/* The feed is held up by the one who is furthest, and who is too far behind is out. */
static void
test_room(void)
{
	g_autoptr(LiveChannel) channel = open_channel(1);
	g_autoptr(LiveListener) quick = live_channel_listen(channel);
	g_autoptr(LiveListener) slow = live_channel_listen(channel);
	char octet;

	g_assert_cmpuint(put(channel, 0, LIVE_CHANNEL_BYTES + 7), ==, LIVE_CHANNEL_BYTES);
	g_assert_cmpuint(live_channel_get_room(channel), ==, 0);
	assert_reads(quick, 0, 10);
	g_assert_cmpuint(live_channel_get_room(channel), ==, 10);
	assert_reads(slow, 0, 4);
	g_assert_cmpuint(put(channel, LIVE_CHANNEL_BYTES, 10), ==, 10);
	g_assert_cmpint(live_listener_read(slow, &octet, 1), ==, -1);
	assert_reads(quick, 10, LIVE_CHANNEL_BYTES);
}

static void
test_ends(void)
{
	g_autoptr(GError) failure = g_error_new(AVU_ERROR, AVU_ERROR_UNREACHABLE, "gone");
	g_autoptr(GError) error = NULL;
	char octets[8];

	/* its regular end comes behind the last octet */
	g_autoptr(LiveChannel) whole = open_channel(1);
	g_autoptr(LiveListener) first = live_channel_listen(whole);

	put(whole, 0, 3);
	live_channel_close(whole, NULL);
	assert_reads(first, 0, 3);
	g_assert_cmpint(live_listener_read(first, octets, sizeof octets), ==, 0);
	g_assert_null(live_channel_listen(whole));

	/* a fault is no end */
	g_autoptr(LiveChannel) broken = open_channel(1);
	g_autoptr(LiveListener) second = live_channel_listen(broken);

	live_channel_close(broken, failure);
	g_assert_cmpint(live_listener_read(second, octets, sizeof octets), ==, -1);

	/* one that never began says why */
	g_autoptr(LiveChannel) never = live_channel_new();
	g_autoptr(LiveListener) third = live_channel_listen(never);

	live_channel_close(never, failure);
	g_assert_false(live_listener_wait_open(third, avu_now_ns() + WAIT_NS, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE);
	g_clear_error(&error);

	/* nothing at all: not for ever */
	g_autoptr(LiveChannel) silent = live_channel_new();
	g_autoptr(LiveListener) fourth = live_channel_listen(silent);

	g_assert_false(live_listener_wait_open(fourth, avu_now_ns(), &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT);
}

/* What has a beginning is for one. */
static void
test_alone(void)
{
	const LiveFormat format = { "audio/wav", NULL, 0 };
	g_autoptr(LiveChannel) channel = live_channel_new();
	g_autoptr(LiveListener) first = live_channel_listen(channel);
	g_autoptr(LiveListener) early = live_channel_listen(channel);
	g_autoptr(GError) error = NULL;

	live_channel_open(channel, &format);
	g_assert_true(live_listener_wait_open(first, avu_now_ns() + WAIT_NS, NULL));
	g_assert_false(live_listener_wait_open(early, avu_now_ns() + WAIT_NS, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_BUSY);
	g_assert_null(live_channel_listen(channel));
	g_clear_pointer(&early, live_listener_free);
	g_assert_true(live_channel_is_wanted(channel));
	g_clear_pointer(&first, live_listener_free);
	g_assert_false(live_channel_is_wanted(channel)); /* nobody can come back to it */
}

/* A feed that was told to end may still be at it: who comes then needs another one. */
static void
test_unwanted(void)
{
	g_autoptr(LiveChannel) channel = live_channel_new();
	g_autoptr(LiveListener) first = live_channel_listen(channel);

	g_clear_pointer(&first, live_listener_free);
	g_assert_false(live_channel_is_wanted(channel));
	g_assert_null(live_channel_listen(channel));
	g_assert_false(live_channel_is_wanted(channel));
}

static void
test_titles(void)
{
	g_autoptr(LiveChannel) channel = open_channel(1);
	g_autoptr(LiveListener) listener = live_channel_listen(channel);
	g_autofree char *first = NULL, *second = NULL, *newest = NULL;

	g_assert_null(live_channel_dup_title(channel));
	live_channel_set_title(channel, "One");
	put(channel, 0, 10);
	live_channel_set_title(channel, "Two");
	put(channel, 10, 10);
	newest = live_channel_dup_title(channel);
	g_assert_cmpstr(newest, ==, "Two");
	assert_reads(listener, 0, 9);
	g_assert_true(live_listener_take_title(listener, &first));
	g_assert_cmpstr(first, ==, "One");
	g_assert_false(live_listener_take_title(listener, &second)); /* nothing new */
	assert_reads(listener, 9, 2);
	g_assert_true(live_listener_take_title(listener, &second));
	g_assert_cmpstr(second, ==, "Two");
}

#define STREAM_BYTES (5 * (size_t)LIVE_CHANNEL_BYTES + 77)

static void *
feed(void *data)
{
	LiveChannel *channel = data;

	for (uint64_t at = 0; at < STREAM_BYTES;) {
		const size_t len = MIN(10007, STREAM_BYTES - (size_t)at);
		const size_t taken = put(channel, at, len);

		at += taken;
		if (taken < len) {
			g_usleep(100);
		}
	}
	live_channel_close(channel, NULL);
	return NULL;
}

/* @return octets read, each what it should be; 0: it fell behind, perhaps before it began */
static void *
hear(void *data)
{
	g_autoptr(LiveListener) listener = data;
	g_autofree char *octets = g_malloc(4096), *expected = g_malloc(4096);
	uint64_t at = 0;
	ssize_t got;

	while ((got = live_listener_read(listener, octets, 4096)) > 0) {
		fill(expected, (size_t)got, at);
		g_assert_cmpmem(octets, (size_t)got, expected, (size_t)got);
		at += (uint64_t)got;
	}
	return GSIZE_TO_POINTER(got == 0 ? at : 0);
}

/* The one who is furthest gets all of it; another may fall behind, but hears nothing wrong. */
static void
test_threads(void)
{
	g_autoptr(LiveChannel) channel = open_channel(1);
	GThread *listeners[3];
	size_t complete = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(listeners); i++) {
		listeners[i] = g_thread_new("hear", hear, live_channel_listen(channel));
	}
	GThread *feeder = g_thread_new("feed", feed, channel);

	for (size_t i = 0; i < G_N_ELEMENTS(listeners); i++) {
		complete += GPOINTER_TO_SIZE(g_thread_join(listeners[i])) == STREAM_BYTES;
	}
	g_assert_cmpuint(complete, >, 0);
	(void)g_thread_join(feeder);
}

static const struct {
	const char *mime;
	size_t unit;
} formats[] = {
	{ "audio/mpeg", 1 },
	{ "AUDIO/MPEG; charset=x", 1 },
	{ "audio/L16;rate=44100;channels=2", 24 },
	{ "video/mp2t", 188 },
	{ "audio/wav", 0 },
	{ "audio/ogg", 0 },
	{ "audio/mpegurl", 0 },
	{ "", 0 },
};

static void
test_units(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		g_test_message("%s", formats[i].mime);
		g_assert_cmpuint(live_format_get_unit(formats[i].mime), ==, formats[i].unit);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/live-channel/arrival", test_arrival);
	g_test_add_func("/live-channel/reach", test_reach);
	g_test_add_func("/live-channel/going", test_going);
	g_test_add_func("/live-channel/room", test_room);
	g_test_add_func("/live-channel/ends", test_ends);
	g_test_add_func("/live-channel/alone", test_alone);
	g_test_add_func("/live-channel/unwanted", test_unwanted);
	g_test_add_func("/live-channel/titles", test_titles);
	g_test_add_func("/live-channel/threads", test_threads);
	g_test_add_func("/live-channel/units", test_units);
	return g_test_run();
}
