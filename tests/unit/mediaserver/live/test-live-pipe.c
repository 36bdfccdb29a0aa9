/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A pipe as the feed of a channel; the fake is the program that writes into it. */
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "mediaserver/live/live-feeds.h"

typedef struct {
	LiveChannel *channel;
	int ends[2];
	const char *mime;
	pthread_t thread;
} Fed;

static void *
run(void *data)
{
	Fed *fed = data;

	live_feed_pipe(fed->channel, fed->ends[0], fed->mime);
	return NULL;
}

/* @param stale  is in the pipe before somebody listens */
static LiveListener *
begin(Fed *fed, const char *mime, const char *stale)
{
	*fed = (Fed){ .channel = live_channel_new(), .mime = mime };
	g_assert_cmpint(pipe2(fed->ends, O_CLOEXEC), ==, 0);
	g_assert_cmpint(fcntl(fed->ends[0], F_SETFL, O_NONBLOCK), ==, 0);
	g_assert_cmpint(write(fed->ends[1], stale, strlen(stale)), ==, (ssize_t)strlen(stale));
	LiveListener *listener = live_channel_listen(fed->channel);

	g_assert_cmpint(pthread_create(&fed->thread, NULL, run, fed), ==, 0);
	return listener;
}

/* The writer went, or nobody listens: the feed ends. */
static void
end(Fed *fed)
{
	if (fed->ends[1] >= 0) {
		(void)close(fed->ends[1]);
	}
	(void)pthread_join(fed->thread, NULL);
	(void)close(fed->ends[0]);
	live_channel_unref(fed->channel);
}

/* All up to its end. */
static char *
read_all(LiveListener *listener)
{
	GString *text = g_string_new(NULL);
	char octets[64];
	ssize_t got;

	while ((got = live_listener_read(listener, octets, sizeof octets)) > 0) {
		g_string_append_len(text, octets, got);
	}
	g_assert_cmpint(got, ==, 0);
	return g_string_free(text, FALSE);
}

/* Nobody listens any more: it does not wait for the writer. */
static void
test_nobody_listens(void)
{
	Fed fed;
	LiveListener *listener = begin(&fed, "audio/wav", "all");
	char octets[8];

	g_assert_cmpint(live_listener_read(listener, octets, sizeof octets), ==, 3);
	live_listener_free(listener);
	(void)pthread_join(fed.thread, NULL); /* or this never ends */
	g_assert_null(live_channel_listen(fed.channel));
	(void)close(fed.ends[0]);
	(void)close(fed.ends[1]);
	live_channel_unref(fed.channel);
}

/* A read that somebody else gave up, as the end of a conversion does. */
static void
test_interrupted(void)
{
	Fed fed;
	g_autoptr(LiveListener) listener = begin(&fed, "audio/wav", "all");
	char octets[8];

	g_assert_cmpint(live_listener_read(listener, octets, sizeof octets), ==, 3);
	live_listener_interrupt(listener);
	g_assert_cmpint(live_listener_read(listener, octets, sizeof octets), ==, -1);
	end(&fed);
}

/* What waited is old where a player can do without its beginning, and is the beginning where it cannot. */
static void
test_what_waited(void)
{
	static const struct {
		const char *mime, *heard, *why;
	} rows[] = {
		{ "audio/mpeg", "new", "frames: from now on" },
		{ "video/mpeg", "new", "packets, too" },
		{ "audio/wav", "oldnew", "a head: all of it" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Fed fed;
		g_autoptr(LiveListener) listener = begin(&fed, rows[i].mime, "old");

		g_test_message("%s: %s", rows[i].mime, rows[i].why);
		/* it may still be dropping when the first comes */
		do {
			g_assert_cmpint(write(fed.ends[1], "new", 3), ==, 3);
		} while (!live_listener_wait_open(
			listener, avu_now_ns() + 10 * AVU_NS_PER_MS, NULL));
		(void)close(fed.ends[1]);
		fed.ends[1] = -1;
		g_assert_cmpstr(live_listener_get_mime(listener), ==, rows[i].mime);
		g_autofree char *heard = read_all(listener);

		g_assert_true(g_str_has_prefix(heard, rows[i].heard));
		g_assert_cmpint(
			strstr(heard, "old") != NULL, ==, strstr(rows[i].heard, "old") != NULL);
		end(&fed);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/live/pipe/what-waited", test_what_waited);
	g_test_add_func("/live/pipe/nobody-listens", test_nobody_listens);
	g_test_add_func("/live/pipe/interrupted", test_interrupted);
	return g_test_run();
}
