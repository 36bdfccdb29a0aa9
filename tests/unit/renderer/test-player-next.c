/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A next track whose octets do not come, or that cannot be played: the current one does not suffer, and what
 * becomes of the next one is told. */

#include <string.h>

#include "player-house.h"
#include "tracks.h"

#define FRAMES 8820 /* 200 ms */
#define LONG (60 * 44100)

typedef struct {
	House house;
	Origin *first, *next;
	GByteArray *expected;
} Pair;

/* The first is all there, of the next nothing comes before origin_go(). */
static void
pair_open(Pair *pair, const Sinks *sinks, unsigned frames)
{
	pair->first = origin_new(make_wav(0, frames), true, SIZE_MAX);
	pair->next = origin_new_late(make_wav(1, FRAMES), true, SIZE_MAX);
	pair->expected = g_byte_array_new();
	put_frames(pair->expected, 0, 0, frames);
	put_frames(pair->expected, 1, 0, FRAMES);
	house_open_with(&pair->house, sinks, NULL, true);
	player_load(pair->house.player, origin_track(pair->first, 1, "audio/wav", 0));
	house_wait(&pair->house, "paused:1 ");
	player_load_next(pair->house.player, origin_track(pair->next, 2, "audio/wav", 0));
}

static void
pair_close(Pair *pair)
{
	house_close(&pair->house);
	origin_free(pair->first);
	origin_free(pair->next);
	g_byte_array_unref(pair->expected);
}

static void
test_hangs(void)
{
	const Sinks sinks = { NULL };
	Pair pair;

	pair_open(&pair, &sinks, LONG);
	player_play(pair.house.player);
	house_wait(&pair.house, "playing:1 ");
	g_string_truncate(pair.house.log, 0);
	player_pause(pair.house.player);
	house_wait(&pair.house, "paused:1 ");
	player_play(pair.house.player);
	house_wait(&pair.house, "playing:1 ");
	origin_go(pair.next);
	pair_close(&pair);
}

/* Where samples go out as they are, the end waits for the kind of the next ones, but not for long. */
static void
test_hangs_exactly(void)
{
	const Sinks sinks = { .exact = true };
	Pair pair;

	pair_open(&pair, &sinks, FRAMES);
	player_play(pair.house.player);
	house_wait(&pair.house, "playing:1 ");
	house_wait(&pair.house, "transitioning:2 "); /* opened by itself: that is what is told */
	origin_go(pair.next);
	house_wait(&pair.house, "ended:2 ");
	house_check_samples(&pair.house, pair.expected, true);
	pair_close(&pair);
}

/* It cannot be joined to a picture, and when it is its turn, it is no sound: it is the one that failed, and
 * nothing plays any more. */
static void
test_fails_in_its_turn(void)
{
	House house;
	GByteArray *noise = g_byte_array_new();

	for (unsigned i = 0; i < 5000; i++) {
		g_byte_array_append(noise, (const guint8 *)"nonsense ", 9);
	}
	house_open(&house, NULL, true);
	Origin *picture = origin_new(
		make_piped(house.folder, "videotestsrc num-buffers=1 ! pngenc"), true, SIZE_MAX);
	Origin *broken = origin_new(noise, true, SIZE_MAX);
	Track *shown = origin_track(picture, 1, "image/png", 0);

	shown->show_ns = 100 * AVU_NS_PER_MS;
	player_load(house.player, shown);
	player_play(house.player);
	player_load_next(house.player, origin_track(broken, 2, "audio/wav", 0));
	house_wait(&house, "failed:2 ");
	g_assert_nonnull(strstr(house.log->str, "started:2 "));
	g_assert_nonnull(house.sentence);
	house_close(&house);
	origin_free(picture);
	origin_free(broken);
}

int
main(int argc, char **argv)
{
	player_test_init(&argc, &argv);
	g_test_add_func("/player-next/hangs", test_hangs);
	g_test_add_func("/player-next/hangs-exactly", test_hangs_exactly);
	g_test_add_func("/player-next/fails-in-its-turn", test_fails_in_its_turn);
	return g_test_run();
}
