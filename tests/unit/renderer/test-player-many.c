/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Short tracks, each given as next about when the one before it ends: before, behind, and in the midst of it.
 * Each is heard once, in order, whichever comes first. */

#include <stdatomic.h>
#include <string.h>

#include "media/player-private.h"
#include "player-house.h"
#include "tracks.h"

#define N_TRACKS 60
#define FRAMES 882 /* 20 ms, but nothing waits for a clock */

/* Runs for this long: what the player tells meanwhile is heard. */
static void
many_let_pass(int64_t us)
{
	const int64_t until_us = g_get_monotonic_time() + us;

	while (g_get_monotonic_time() < until_us) {
		(void)g_main_context_iteration(NULL, FALSE);
	}
}

static void
test_at_any_moment(void)
{
	House house;
	Origin *origins[N_TRACKS];
	g_autoptr(GByteArray) expected = g_byte_array_new();

	house_open(&house, NULL, false);
	for (unsigned i = 0; i < N_TRACKS; i++) {
		origins[i] = origin_new(make_wav(i, FRAMES), true, SIZE_MAX);
		put_frames(expected, i, 0, FRAMES);
	}
	player_load(house.player, origin_track(origins[0], 1, "audio/wav", 0));
	player_play(house.player);
	house_wait(&house, "playing:1 ");
	for (unsigned i = 1; i < N_TRACKS; i++) {
		many_let_pass(g_test_rand_int_range(0, 4000));
		house_give(&house, origin_track(origins[i], i + 1, "audio/wav", 0));
	}
	house_wait(&house, "ended:60 ");
	house_check_samples(&house, expected, true);
	house_close(&house);
	for (unsigned i = 0; i < N_TRACKS; i++) {
		origin_free(origins[i]);
	}
}

/* ---- the moments that hurt, held until the other thread has come */

typedef struct {
	GstElement *concat;
	Line *line;           /* who hears of its switches */
	atomic_bool at_end;   /* concat has turned away from the first track */
	atomic_bool given;    /* the next track is joined, or refused */
	GstIterator *counted; /* links of the pipeline; NULL: nobody counts */
	unsigned n_reached;   /* elements that a state change comes to by them */
} Moment;

/* So long a thread is waited for that may never come. */
#define MOMENT_US (10 * G_USEC_PER_SEC)

static void
moment_wait(atomic_bool *flag)
{
	const int64_t until_us = g_get_monotonic_time() + MOMENT_US;

	while (!atomic_load(flag) && g_get_monotonic_time() < until_us) {
		g_usleep(500);
	}
}

/* GStreamer's thread, inside of concat's handling of the end. */
static void
moment_on_switch(GstElement *concat, GParamSpec *spec G_GNUC_UNUSED, void *data)
{
	Moment *moment = data;
	g_autoptr(GstPad) active = NULL;

	g_object_get(concat, "active-pad", &active, NULL);
	if (active == NULL && !atomic_exchange(&moment->at_end, true)) {
		moment_wait(&moment->given);
	}
}

static void
moment_init(Moment *moment, House *house)
{
	g_autoptr(GstIterator) all =
		gst_bin_iterate_elements(GST_BIN(house->player->audio->pipeline));
	GValue item = G_VALUE_INIT;

	memset(moment, 0, sizeof(*moment));
	moment->line = house->player->audio;
	while (moment->concat == NULL && gst_iterator_next(all, &item) == GST_ITERATOR_OK) {
		GstElement *element = g_value_get_object(&item);
		GstElementFactory *factory = gst_element_get_factory(element);

		if (factory != NULL && g_str_equal(GST_OBJECT_NAME(factory), "concat")) {
			moment->concat = element;
		}
		g_value_unset(&item);
	}
	g_assert_nonnull(moment->concat);
}

/* Two tracks, the first of which is loaded and paused. */
typedef struct {
	House house;
	Moment moment;
	Origin *origins[2];
	GByteArray *expected;
} Duo;

static void
duo_open(Duo *duo)
{
	house_open(&duo->house, NULL, false);
	duo->expected = g_byte_array_new();
	for (unsigned i = 0; i < G_N_ELEMENTS(duo->origins); i++) {
		duo->origins[i] = origin_new(make_wav(i, FRAMES), true, SIZE_MAX);
		put_frames(duo->expected, i, 0, FRAMES);
	}
	moment_init(&duo->moment, &duo->house);
	player_load(duo->house.player, origin_track(duo->origins[0], 1, "audio/wav", 0));
	house_wait(&duo->house, "paused:1 ");
}

/* Both were heard, each once. */
static void
duo_finish(Duo *duo)
{
	house_wait(&duo->house, "started:2 ");
	house_wait(&duo->house, "ended:2 ");
	house_check_samples(&duo->house, duo->expected, true);
	house_close(&duo->house);
	for (unsigned i = 0; i < G_N_ELEMENTS(duo->origins); i++) {
		origin_free(duo->origins[i]);
	}
	g_byte_array_unref(duo->expected);
}

/* Concat has decided that nothing follows: the track is not lost. */
static void
test_behind_the_end(void)
{
	Duo duo;

	duo_open(&duo);
	g_signal_connect(
		duo.moment.concat, "notify::active-pad", G_CALLBACK(moment_on_switch), &duo.moment);
	player_play(duo.house.player);
	moment_wait(&duo.moment.at_end);
	g_assert_true(atomic_load(&duo.moment.at_end));
	player_load_next(duo.house.player, origin_track(duo.origins[1], 2, "audio/wav", 0));
	atomic_store(&duo.moment.given, true);
	duo_finish(&duo);
}

/* GStreamer's thread: the line does not hear of the first switch, as when that thread is held up there. */
static void
moment_on_unheard(GstElement *concat, GParamSpec *spec G_GNUC_UNUSED, void *data)
{
	Moment *moment = data;

	if (!atomic_exchange(&moment->at_end, true)) {
		(void)g_signal_handlers_unblock_matched(
			concat, G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, moment->line);
	}
}

/* All of it has passed before the line hears that it began: it is not played once more. */
static void
test_begun_unheard(void)
{
	Duo duo;

	duo_open(&duo);
	player_load_next(duo.house.player, origin_track(duo.origins[1], 2, "audio/wav", 0));
	g_assert_true(duo.house.player->joined);
	g_assert_cmpuint(g_signal_handlers_block_matched(duo.moment.concat, G_SIGNAL_MATCH_DATA, 0,
				 0, NULL, NULL, duo.moment.line),
		==, 1);
	g_signal_connect(duo.moment.concat, "notify::active-pad", G_CALLBACK(moment_on_unheard),
		&duo.moment);
	player_play(duo.house.player);
	duo_finish(&duo);
}

/* GStreamer's thread: the second track has begun, and none of it gets out. */
static GstPadProbeReturn
moment_on_samples(GstPad *pad G_GNUC_UNUSED, GstPadProbeInfo *info G_GNUC_UNUSED, void *data)
{
	Moment *moment = data;
	g_autoptr(GstPad) active = NULL;

	g_object_get(moment->concat, "active-pad", &active, NULL);
	if (active == NULL || g_str_equal(GST_OBJECT_NAME(active), "sink_0")) {
		return GST_PAD_PROBE_PASS;
	}
	atomic_store(&moment->at_end, true);
	return GST_PAD_PROBE_OK; /* they wait */
}

/* A place in the first track is asked for when the second has begun, be that before or after the word of it has
 * come: it is not taken for one in the second. */
static void
test_seek_at_the_join(void)
{
	for (unsigned heard = 0; heard < 2; heard++) {
		House house;
		Moment moment;
		Origin *origins[2];
		g_autoptr(GByteArray) expected = g_byte_array_new();

		house_open(&house, NULL, false);
		for (unsigned i = 0; i < G_N_ELEMENTS(origins); i++) {
			origins[i] = origin_new(make_wav(i, FRAMES), true, SIZE_MAX);
			put_frames(expected, i, 0, FRAMES);
		}
		moment_init(&moment, &house);
		g_autoptr(GstPad) out = gst_element_get_static_pad(moment.concat, "src");

		player_load(house.player, origin_track(origins[0], 1, "audio/wav", 0));
		house_wait(&house, "paused:1 ");
		player_load_next(house.player, origin_track(origins[1], 2, "audio/wav", 0));
		g_assert_true(house.player->joined);
		const gulong held =
			gst_pad_add_probe(out, GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER,
				moment_on_samples, &moment, NULL);

		player_play(house.player);
		moment_wait(&moment.at_end);
		g_assert_true(atomic_load(&moment.at_end));
		if (heard) {
			house_wait(&house, "started:2 ");
		}
		player_pause(house.player);
		g_string_truncate(house.log, 0);
		player_seek(house.player, 1, 0);
		gst_pad_remove_probe(out, held);
		if (!heard) { /* it is still the one that plays, from its begin now */
			house_wait(&house, "paused:1 ");
			g_assert_null(strstr(house.log->str, "started:2 "));
		}
		player_play(house.player);
		house_wait(&house, "ended:2 ");
		house_check_samples(&house, expected, true);
		house_close(&house);
		for (unsigned i = 0; i < G_N_ELEMENTS(origins); i++) {
			origin_free(origins[i]);
		}
	}
}

/* The link of the first track is gone, and whoever counts links was told that it goes: else GStreamer warns of a
 * loop, which ends this program. */
static void
moment_on_unlinked(GstPad *pad G_GNUC_UNUSED, GstPad *peer G_GNUC_UNUSED, void *data)
{
	Moment *moment = data;
	GValue item = G_VALUE_INIT;

	while (gst_iterator_next(moment->counted, &item) == GST_ITERATOR_OK) {
		moment->n_reached++;
		g_value_unset(&item);
	}
}

/* A track is taken apart while a state change of the pipeline goes on in another thread. */
static void
test_links_are_counted(void)
{
	House house;
	Moment moment;
	Origin *origins[2];

	house_open(&house, NULL, false);
	for (unsigned i = 0; i < G_N_ELEMENTS(origins); i++) {
		origins[i] = origin_new(make_wav(i, FRAMES), true, SIZE_MAX);
	}
	moment_init(&moment, &house);
	player_load(house.player, origin_track(origins[0], 1, "audio/wav", 0));
	house_wait(&house, "paused:1 ");
	player_load_next(house.player, origin_track(origins[1], 2, "audio/wav", 0));
	g_assert_true(house.player->joined);
	g_autoptr(GstPad) first = gst_element_get_static_pad(moment.concat, "sink_0");

	g_signal_connect(first, "unlinked", G_CALLBACK(moment_on_unlinked), &moment);
	/* a state change begins, and goes on when the first track is taken apart */
	moment.counted = gst_bin_iterate_sorted(GST_BIN(moment.line->pipeline));
	player_play(house.player);
	house_wait(&house, "started:2 ");
	g_assert_cmpuint(moment.n_reached, ==, 5); /* two tracks, concat, mixer and sink */
	gst_iterator_free(moment.counted);
	house_wait(&house, "ended:2 ");
	house_close(&house);
	for (unsigned i = 0; i < G_N_ELEMENTS(origins); i++) {
		origin_free(origins[i]);
	}
}

int
main(int argc, char **argv)
{
	player_test_init(&argc, &argv);
	g_test_add_func("/player/at-any-moment", test_at_any_moment);
	g_test_add_func("/player/behind-the-end", test_behind_the_end);
	g_test_add_func("/player/begun-unheard", test_begun_unheard);
	g_test_add_func("/player/seek-at-the-join", test_seek_at_the_join);
	g_test_add_func("/player/links-are-counted", test_links_are_counted);
	return g_test_run();
}
