/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tracks of the player, to the sample. Each track's samples are a counter, so a lost or an added one
 * shows; the expected samples are made here, by hand, not by our pipeline. */

#include <stdlib.h>
#include <string.h>

#include <av-upnp/loop.h>

#include "media/player-private.h"
#include "player-house.h"
#include "tracks.h"

/* The same samples as LPCM of DLNA: big endian, no header. */
static GByteArray *
make_pcm(unsigned track, unsigned frames)
{
	GByteArray *out = g_byte_array_new();

	put_frames(out, track, 0, frames);
	for (guint i = 0; i + 1 < out->len; i += 2) {
		uint8_t low = out->data[i];

		out->data[i] = out->data[i + 1];
		out->data[i + 1] = low;
	}
	return out;
}

static const struct {
	const char *name;
	const char *encoder; /* NULL: the WAV itself */
	const char *mime;
	bool seekable;
} formats[] = {
	{ "wav", NULL, "audio/wav", true },
	{ "wav without ranges", NULL, "audio/wav", false },
	{ "flac", "flacenc", "audio/flac", true },
	{ "flac without ranges", "flacenc", NULL, false },
	{ "flac in matroska", "flacenc ! matroskamux", "audio/x-matroska", true },
	{ "lpcm", "lpcm", "audio/L16;rate=44100;channels=2", true },
};

static void
test_bit_exact(void)
{
	const unsigned frames = 132307; /* no multiple of any block */

	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		g_autoptr(GByteArray) expected = g_byte_array_new();
		House house;

		g_test_message("%s", formats[i].name);
		house_open(&house, NULL, false);
		GByteArray *octets = make_wav(1, frames);

		if (g_strcmp0(formats[i].encoder, "lpcm") == 0) {
			g_byte_array_unref(octets);
			octets = make_pcm(1, frames);
		} else if (formats[i].encoder != NULL) {
			GByteArray *wav = octets;

			octets = make_encoded(house.folder, formats[i].encoder, wav);
			g_byte_array_unref(wav);
		}
		Origin *origin = origin_new(octets, formats[i].seekable, SIZE_MAX);

		player_load(house.player, origin_track(origin, 7, formats[i].mime, 0));
		house_wait(&house, "paused:7");
		player_play(house.player);
		house_wait(&house, "ended:7");
		put_frames(expected, 1, 0, frames);
		house_check_samples(&house, expected, true);
		if (formats[i].seekable) {
			g_assert_true(house.seekable);
			g_assert_cmpint(house.duration_ns / AVU_NS_PER_MS, ==, 3000);
		}
		house_close(&house);
		origin_free(origin);
	}
}

static void
test_gapless(void)
{
	const unsigned frames[] = { 44103, 30011, 22051 };
	g_autoptr(GByteArray) expected = g_byte_array_new();
	Origin *origins[3];
	House house;

	house_open(&house, NULL, true);
	for (unsigned i = 0; i < 3; i++) {
		g_autoptr(GByteArray) wav = make_wav(i, frames[i]);

		origins[i] = origin_new(
			i == 1 ? g_byte_array_ref(wav) : make_encoded(house.folder, "flacenc", wav),
			true, SIZE_MAX);
		put_frames(expected, i, 0, frames[i]);
	}
	player_load(house.player, origin_track(origins[0], 1, NULL, 0));
	player_load_next(house.player, origin_track(origins[1], 2, NULL, 0));
	house_wait(&house, "paused:1");
	player_play(house.player);
	house_wait(&house, "started:2");
	player_load_next(house.player, origin_track(origins[2], 3, NULL, 0));
	house_wait(&house, "ended:3");
	house_check_samples(&house, expected, true);
	house_close(&house);
	for (unsigned i = 0; i < 3; i++) {
		origin_free(origins[i]);
	}
}

/* What was heard so far are the first samples of track 1. */
static void
check_heard(const House *house)
{
	g_autoptr(GByteArray) expected = g_byte_array_new();
	g_autofree char *octets = NULL;
	gsize len = 0;

	g_assert_true(g_file_get_contents(house->out_path, &octets, &len, NULL));
	put_frames(expected, 1, 0, (unsigned)(len / FRAME_BYTES));
	g_assert_cmpmem(octets, len / FRAME_BYTES * FRAME_BYTES, expected->data, expected->len);
}

/* What is wrong with the next track does not touch the one that plays, be it heard already or not. */
static void
check_bad_next(bool paced)
{
	/* in real time longer than a busy machine takes for the others */
	const unsigned frames = paced ? 20 * RATE : 3 * 22051;
	g_autoptr(GByteArray) expected = g_byte_array_new();
	GByteArray *junk = g_byte_array_new();
	House house;

	house_open(&house, NULL, paced);
	for (unsigned i = 0; i < 5000; i++) {
		put_le(junk, i * 2654435761u, 4);
	}
	GByteArray *text = g_byte_array_new();

	g_byte_array_append(text, (const uint8_t *)"no media\n", 9);
	Origin *good = origin_new(make_wav(1, frames), true, SIZE_MAX);
	Origin *bad = origin_new(junk, true, SIZE_MAX);
	Origin *dead = origin_new(make_wav(2, 44103), true, 0);
	Origin *words = origin_new(text, true, SIZE_MAX);

	player_load(house.player, origin_track(good, 1, "audio/wav", 0));
	if (paced) {
		player_play(house.player);
	}
	house_wait(&house, paced ? "playing:1" : "paused:1");
	player_load_next(house.player, origin_track(bad, 2, NULL, 0));
	house_wait(&house, "failed:2");
	player_load_next(house.player, origin_track(dead, 3, NULL, 0));
	house_wait(&house, "failed:3");
	player_load_next(house.player, origin_track(words, 4, NULL, 0));
	house_wait(&house, "failed:4");
	/* One that is fine, and taken back. */
	player_load_next(house.player, origin_track(good, 5, NULL, 0));
	player_drop_next(house.player, 5);
	player_play(house.player);
	if (paced) {
		check_heard(&house);
		player_seek(house.player, 1, 19 * AVU_NS_PER_S + AVU_NS_PER_S / 2);
	}
	house_wait(&house, "ended:1");
	put_frames(expected, 1, paced ? frames - RATE / 2 : 0, frames);
	house_check_samples(&house, expected, !paced);
	house_close(&house);
	origin_free(good);
	origin_free(bad);
	origin_free(dead);
	origin_free(words);
}

/* It fails while the pipeline is on its way to PLAYING. */
static void
check_early_bad_next(void)
{
	g_autoptr(GByteArray) expected = g_byte_array_new();
	GByteArray *text = g_byte_array_new();
	House house;

	house_open(&house, NULL, true);
	g_byte_array_append(text, (const uint8_t *)"no media\n", 9);
	Origin *good = origin_new(make_wav(1, 20 * RATE), true, SIZE_MAX);
	Origin *words = origin_new(text, true, SIZE_MAX);

	player_load(house.player, origin_track(good, 1, "audio/wav", 0));
	player_play(house.player);
	player_load_next(house.player, origin_track(words, 2, NULL, 0));
	house_wait(&house, "failed:2");
	player_seek(house.player, 1, 19 * AVU_NS_PER_S + AVU_NS_PER_S / 2);
	house_wait(&house, "ended:1");
	put_frames(expected, 1, 20 * RATE - RATE / 2, 20 * RATE);
	house_check_samples(&house, expected, false);
	house_close(&house);
	origin_free(good);
	origin_free(words);
}

static void
test_bad_next(void)
{
	for (unsigned i = 0; i < 3; i++) {
		check_early_bad_next();
	}
	check_bad_next(/* paced = */ false);
	check_bad_next(/* paced = */ true);
}

static const struct {
	const char *why;
	size_t fails_at;
	bool junk;
} broken[] = {
	{ "nothing comes", 0, false },
	{ "ends in the middle of the header", 20, false },
	{ "no media at all", SIZE_MAX, true },
};

static void
test_broken(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(broken); i++) {
		House house;
		GByteArray *octets = make_wav(1, 44100);

		g_test_message("%s", broken[i].why);
		if (broken[i].junk) {
			memset(octets->data, 0x5a, octets->len);
		}
		Origin *origin = origin_new(octets, true, broken[i].fails_at);
		Origin *good = origin_new(make_wav(2, 44103), true, SIZE_MAX);
		g_autoptr(GByteArray) expected = g_byte_array_new();

		house_open(&house, NULL, false);
		player_load(house.player, origin_track(origin, 1, NULL, 0));
		player_play(house.player);
		house_wait(&house, "failed:1");
		g_assert_null(strstr(house.log->str, "ended"));
		/* And it is alive. */
		player_load(house.player, origin_track(good, 2, NULL, 0));
		player_play(house.player);
		house_wait(&house, "ended:2");
		put_frames(expected, 2, 0, 44103);
		house_check_samples(&house, expected, true);
		house_close(&house);
		origin_free(origin);
		origin_free(good);
	}
}

static void
test_seek(void)
{
	g_autoptr(GByteArray) expected = g_byte_array_new();
	House house;

	house_open(&house, NULL, false);
	g_autoptr(GByteArray) wav = make_wav(1, 132300);
	Origin *origin = origin_new(make_encoded(house.folder, "flacenc", wav), true, SIZE_MAX);

	/* Before the first sample, and then again in pause. */
	player_load(house.player, origin_track(origin, 1, NULL, AVU_NS_PER_S));
	player_seek(house.player, 1, 2 * AVU_NS_PER_S);
	house_wait(&house, "paused:1");
	g_assert_cmpint(house.position_ns, ==, 2 * AVU_NS_PER_S);
	g_string_truncate(house.log, 0);
	player_seek(house.player, 1, AVU_NS_PER_S);
	house_wait(&house, "paused:1");
	g_assert_cmpint(house.position_ns, ==, AVU_NS_PER_S);
	player_play(house.player);
	house_wait(&house, "ended:1");
	put_frames(expected, 1, 44100, 132300);
	house_check_samples(&house, expected, true);
	house_close(&house);
	origin_free(origin);
}

/* A pause is done, and before that is heard a place is asked for: what is told then is that place. */
static void
test_seek_behind_pause(void)
{
	House house;

	house_open(&house, "fakesink sync=true", true);
	Origin *origin = origin_new(make_wav(1, 20 * RATE), true, SIZE_MAX);

	player_load(house.player, origin_track(origin, 1, NULL, 0));
	for (unsigned i = 0; i < 10; i++) { /* not each pause needs another sample to be done */
		player_play(house.player);
		house_wait(&house, "playing:1");
		player_pause(house.player);
		g_assert_cmpint(
			gst_element_get_state(house.player->audio->pipeline, NULL, NULL, WAIT_NS),
			==, GST_STATE_CHANGE_SUCCESS);
		g_string_truncate(house.log, 0);
		player_seek(house.player, 1, i * AVU_NS_PER_S);
		house_wait(&house, "paused:1");
		g_assert_cmpint(house.position_ns, ==, i * AVU_NS_PER_S);
		g_string_truncate(house.log, 0);
	}
	house_close(&house);
	origin_free(origin);
}

static void
test_states(void)
{
	House house;

	house_open(&house, "fakesink sync=true", true);
	Origin *origin = origin_new(make_wav(1, 20 * RATE), true, SIZE_MAX);

	player_load(house.player, origin_track(origin, 1, NULL, 0));
	player_play(house.player);
	house_wait(&house, "transitioning:1 playing:1");
	player_pause(house.player);
	house_wait(&house, "paused:1");
	g_string_truncate(house.log, 0);
	player_play(house.player);
	house_wait(&house, "playing:1");
	player_seek(house.player, 1, 10 * AVU_NS_PER_S);
	house_wait(&house, "transitioning:1 playing:1");
	g_assert_cmpint(house.position_ns, >=, 10 * AVU_NS_PER_S);
	g_assert_cmpint(house.position_ns, <, 12 * AVU_NS_PER_S);
	player_stop(house.player);
	g_assert_nonnull(strstr(house.log->str, "stopped:1"));
	/* Of a dropped track nothing more is heard. */
	g_string_truncate(house.log, 0);
	player_load(house.player, origin_track(origin, 2, NULL, 0));
	house_wait(&house, "paused:2");
	g_assert_null(strstr(house.log->str, ":1"));
	house_close(&house);
	origin_free(origin);
}

/* An endless stream is interrupted at once, wherever its reader waits. */
static void
test_stop_while_starved(void)
{
	House house;
	GByteArray *octets = make_wav(1, RATE);
	Origin *origin = g_new0(Origin, 1);

	house_open(&house, NULL, false);
	origin->writer = avu_ring_writer_new(NULL);
	avu_ring_writer_describe(origin->writer, octets->len, true);
	g_assert_cmpuint(avu_ring_writer_put(origin->writer, 0, octets->data, 30000), ==, 30000);
	player_load(house.player, origin_track(origin, 1, NULL, 0));
	player_play(house.player);
	for (unsigned i = 0; i < 20; i++) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_usleep(10 * 1000);
	}
	int64_t before_us = g_get_monotonic_time();

	player_stop(house.player);
	g_assert_cmpint(g_get_monotonic_time() - before_us, <, 500 * 1000);
	house_close(&house);
	avu_ring_writer_free(origin->writer);
	g_byte_array_unref(octets);
	g_free(origin);
}

/* Commands in any order and at any moment: nothing hangs, and what is loaded last plays whole. */
static void
storm_step(House *house, GRand *rand, Origin *const origins[3], uint32_t *token)
{
	Origin *origin = origins[g_rand_int_range(rand, 0, 3)];

	switch (g_rand_int_range(rand, 0, 10)) {
	case 0:
		player_load(house->player, origin_track(origin, ++*token, NULL, 0));
		break;
	case 1:
	case 2:
		player_load_next(house->player, origin_track(origin, ++*token, NULL, 0));
		break;
	case 3:
		player_drop_next(house->player, *token);
		break;
	case 4:
		player_pause(house->player);
		break;
	case 5:
		player_seek(house->player, *token - (uint32_t)g_rand_int_range(rand, 0, 2),
			g_rand_int_range(rand, 0, 1200) * AVU_NS_PER_MS);
		break;
	case 6:
		mixer_set(house->sinks.mixer, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER,
			g_rand_int_range(rand, -75 * 256, 1));
		break;
	case 7:
		player_stop(house->player);
		break;
	case 8:
		player_set_speed(
			house->player, (AvuPlaySpeed){ g_rand_int_range(rand, 0, 2) * 6 - 2, 1 });
		break;
	default:
		player_play(house->player);
		break;
	}
	for (int i = g_rand_int_range(rand, 0, 8); i > 0; i--) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_usleep((gulong)g_rand_int_range(rand, 0, 3000));
	}
}

static void
test_storm(void)
{
	const unsigned frames = 44103;
	g_autoptr(GRand) rand = g_rand_new_with_seed((guint32)g_test_rand_int());
	g_autoptr(GByteArray) expected = g_byte_array_new();
	uint32_t token = 0;
	House house;

	house_open(&house, NULL, true);
	GByteArray *junk = g_byte_array_new();

	for (unsigned i = 0; i < 3000; i++) {
		put_le(junk, i * 2654435761u, 4);
	}
	Origin *const origins[] = { origin_new(make_wav(1, frames), true, SIZE_MAX),
		origin_new(make_wav(2, frames), false, SIZE_MAX),
		origin_new(junk, true, SIZE_MAX) };

	for (unsigned i = 0; i < 400; i++) {
		storm_step(&house, rand, origins, &token);
	}
	g_string_truncate(house.log, 0);
	mixer_set(house.sinks.mixer, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, 0);
	player_load(house.player, origin_track(origins[0], 1000, NULL, 0));
	player_play(house.player);
	house_wait(&house, "ended:1000");
	put_frames(expected, 1, 0, frames);
	house_check_samples(&house, expected, false);
	house_close(&house);
	for (size_t i = 0; i < G_N_ELEMENTS(origins); i++) {
		origin_free(origins[i]);
	}
}

int
main(int argc, char **argv)
{
	player_test_init(&argc, &argv);
	g_test_add_func("/player/bit-exact", test_bit_exact);
	g_test_add_func("/player/gapless", test_gapless);
	g_test_add_func("/player/bad-next", test_bad_next);
	g_test_add_func("/player/broken", test_broken);
	g_test_add_func("/player/seek", test_seek);
	g_test_add_func("/player/seek-behind-pause", test_seek_behind_pause);
	g_test_add_func("/player/states", test_states);
	g_test_add_func("/player/stop-while-starved", test_stop_while_starved);
	g_test_add_func("/player/storm", test_storm);
	return g_test_run();
}
