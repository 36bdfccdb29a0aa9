/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Speeds of the player: what is heard of a track, and for how long. */

#include <string.h>

#include <av-upnp/loop.h>

#include "player-house.h"
#include "tracks.h"

static const struct {
	const char *encoder; /* NULL: the WAV itself */
	AvuPlaySpeed speed;
	int64_t from_ns;
	bool late;       /* asked for when it is paused, else before its first sample */
	unsigned frames; /* heard, of three seconds */
	const char *why;
} speeds[] = {
	{ NULL, { 2, 1 }, 0, true, 3 * RATE / 2, "twice" },
	{ NULL, { 1, 2 }, 0, false, 3 * RATE * 2, "half" },
	{ "flacenc", { 4, 1 }, AVU_NS_PER_S, true, 2 * RATE / 4, "four times, from a place" },
	{ "flacenc", { 32, 1 }, 0, false, 3 * RATE / 32, "as fast as it gets" },
	{ NULL, { -2, 1 }, 2 * AVU_NS_PER_S, true, RATE,
		"backwards, where the demuxer cannot: goes on at 1" },
	{ "flacenc", { -2, 1 }, 2 * AVU_NS_PER_S, true, 2 * RATE / 2 + 3 * RATE,
		"backwards, and from the beginning" },
};

#define STRIDE (RATE / 30) /* what scaletempo works in */

static void
test_speeds(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(speeds); i++) {
		House house;
		g_autofree char *octets = NULL;
		gsize len = 0;

		g_test_message("%s", speeds[i].why);
		house_open(&house, NULL, false);
		GByteArray *wav = make_wav(1, 3 * RATE);
		Origin *origin =
			origin_new(speeds[i].encoder != NULL
					   ? make_encoded(house.folder, speeds[i].encoder, wav)
					   : g_byte_array_ref(wav),
				true, SIZE_MAX);

		g_byte_array_unref(wav);
		player_load(house.player, origin_track(origin, 1, NULL, speeds[i].from_ns));
		if (speeds[i].late) {
			house_wait(&house, "paused:1");
		}
		player_set_speed(house.player, speeds[i].speed);
		player_play(house.player);
		house_wait(&house, "ended:1");
		g_assert_true(g_file_get_contents(house.out_path, &octets, &len, NULL));
		g_assert_cmpuint(len / FRAME_BYTES, >, speeds[i].frames * 9 / 10);
		g_assert_cmpuint(len / FRAME_BYTES, <, speeds[i].frames * 11 / 10 + STRIDE);
		g_assert_cmpint(strstr(house.log->str, "speed-1/1:1") != NULL, ==,
			speeds[i].speed.numerator < 0);
		house_close(&house);
		origin_free(origin);
	}
}

/* What cannot be sought plays on at 1, and says so. */
static void
test_no_speed(void)
{
	g_autoptr(GByteArray) expected = g_byte_array_new();
	House house;

	house_open(&house, NULL, false);
	Origin *origin = origin_new(make_wav(1, RATE), false, SIZE_MAX);

	player_load(house.player, origin_track(origin, 1, NULL, 0));
	house_wait(&house, "paused:1");
	player_set_speed(house.player, (AvuPlaySpeed){ 2, 1 });
	g_assert_nonnull(strstr(house.log->str, "speed-1/1:1"));
	player_play(house.player);
	house_wait(&house, "ended:1");
	put_frames(expected, 1, 0, RATE);
	house_check_samples(&house, expected, true);
	house_close(&house);
	origin_free(origin);
}

int
main(int argc, char **argv)
{
	player_test_init(&argc, &argv);
	g_test_add_func("/player/speeds", test_speeds);
	g_test_add_func("/player/no-speed", test_no_speed);
	return g_test_run();
}
