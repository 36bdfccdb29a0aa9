/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is done to the sound on its way: conversions of what no sink takes. */

#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>

#include <av-upnp/loop.h>

#include "player-house.h"
#include "tracks.h"

/* A second of DSD without a sound (0x69 is its silence) in Sony's file: it is decoded to samples. */
static void
test_dsd(void)
{
	const unsigned rate = 2822400, block = 4096,
		       blocks = 86; /* 86 × 4096 × 8 is just below it */
	GByteArray *out = g_byte_array_new();
	House house;
	g_autofree char *octets = NULL;
	gsize len = 0;

	g_byte_array_append(out, (const uint8_t *)"DSD ", 4);
	const struct {
		uint64_t value;
		unsigned bytes;
	} fields[] = { { 28, 8 }, { 28 + 52 + 12 + 2 * block * blocks, 8 }, { 0, 8 },
		{ 0x20746d66, 4 }, { 52, 8 }, { 1, 4 }, { 0, 4 }, { 2, 4 }, { 2, 4 }, { rate, 4 },
		{ 1, 4 }, { block * blocks * 8, 8 }, { block, 4 }, { 0, 4 }, { 0x61746164, 4 },
		{ 12 + 2 * block * blocks, 8 } };

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		put_le(out, (uint32_t)fields[i].value, 4);
		if (fields[i].bytes == 8) {
			put_le(out, 0, 4);
		}
	}
	guint head = out->len;

	g_byte_array_set_size(out, head + 2 * block * blocks);
	memset(out->data + head, 0x69, 2 * block * blocks);
	house_open(&house,
		"audioconvert ! audioresample ! capsfilter caps=audio/x-raw,format=S16LE,"
		"rate=44100 ! filesink buffer-mode=unbuffered location=@",
		false);
	Origin *origin = origin_new(out, true, SIZE_MAX);

	player_load(house.player, origin_track(origin, 1, "audio/x-dsf", 0));
	player_play(house.player);
	house_wait(&house, "ended:1");
	g_assert_true(g_file_get_contents(house.out_path, &octets, &len, NULL));
	g_assert_cmpuint(len / FRAME_BYTES, >, RATE * 98 / 100);
	g_assert_cmpuint(len / FRAME_BYTES, <, RATE * 102 / 100);
	house_close(&house);
	origin_free(origin);
}

/* A FLAC that says how loud it is. */
static GByteArray *
make_tagged(const House *house, unsigned track, unsigned frames, const char *tags)
{
	g_autoptr(GByteArray) wav = make_wav(track, frames);
	g_autofree char *encoder = g_strdup_printf("taginject tags=\"%s\" ! flacenc", tags);

	return make_encoded(house->folder, encoder, wav);
}

static const struct {
	const char *tags;
	unsigned frames, divisor[MEDIA_N_GAINS];
	GainTags said;
} loud_tracks[] = {
	{ "replaygain-track-gain=-6.020599913", 44103, { 1, 2, 2 },
		{ .has_track = true, .track_db = -20 } },
	{ "title=x", 30011, { 1, 1, 1 }, { .has_track = false } },
	{ "replaygain-track-gain=-6.020599913,replaygain-album-gain=-12.041199827", 22051,
		{ 1, 2, 4 }, { .has_track = false } },
	{ "title=x", 22051, { 1, 4, 2 },
		{ .has_track = true,
			.track_db = -12.041199827,
			.has_album = true,
			.album_db = -6.020599913 } },
};

/* One is made half as loud, the next has no tag, the third belongs to a soft album, of the last only its
 * server knows, which is not asked about the first: to the sample, and without a gap. */
static void
test_gain(void)
{
	for (unsigned mode = 0; mode < MEDIA_N_GAINS; mode++) {
		const Sinks sinks = { .gain = { (MediaGain)mode, 0 } };
		Origin *origins[G_N_ELEMENTS(loud_tracks)];
		g_autofree char *octets = NULL;
		gsize len = 0, at = 0;
		House house;

		house_open_with(&house, &sinks, NULL, true);
		for (unsigned i = 0; i < G_N_ELEMENTS(loud_tracks); i++) {
			origins[i] = origin_new(
				make_tagged(&house, i, loud_tracks[i].frames, loud_tracks[i].tags),
				true, SIZE_MAX);
		}
		for (unsigned i = 0; i < G_N_ELEMENTS(loud_tracks); i++) {
			Track *track = origin_track(origins[i], i + 1, NULL, 0);

			track->said = loud_tracks[i].said;
			if (i == 0) {
				player_load(house.player, track);
				player_play(house.player);
			} else {
				house_give(&house, track);
			}
		}
		house_wait(&house, "ended:4");
		g_assert_true(g_file_get_contents(house.out_path, &octets, &len, NULL));
		const int16_t *heard = (const int16_t *)(const void *)octets;

		for (unsigned i = 0; i < G_N_ELEMENTS(loud_tracks); i++) {
			g_autoptr(GByteArray) whole = g_byte_array_new();

			put_frames(whole, i, 0, loud_tracks[i].frames);
			const int16_t *samples = (const int16_t *)(const void *)whole->data;

			g_assert_cmpuint(len / sizeof(int16_t), >=, at + loud_tracks[i].frames * 2);
			for (gsize n = 0; n < loud_tracks[i].frames * 2; n++) {
				int loud = heard[at + n] * (int)loud_tracks[i].divisor[mode];

				g_assert_cmpint(abs(loud - samples[n]), <=,
					(int)loud_tracks[i].divisor[mode] - 1);
			}
			at += loud_tracks[i].frames * 2;
		}
		g_assert_cmpuint(len / sizeof(int16_t), ==, at);
		house_close(&house);
		for (unsigned i = 0; i < G_N_ELEMENTS(loud_tracks); i++) {
			origin_free(origins[i]);
		}
	}
}

/* Where samples reach the output as they are, a track of another rate follows when the one before it
 * has ended, and is not converted; elsewhere it is joined without a gap. */
static void
test_exact(void)
{
	const unsigned frames[] = { 44103, 48005 };

	for (unsigned exact = 0; exact < 2; exact++) {
		const Sinks sinks = { .exact = exact };
		g_autoptr(GByteArray) expected = g_byte_array_new();
		GByteArray *wavs[] = { make_wav(0, frames[0]), make_wav(1, frames[1]) };
		House house;

		wavs[1]->data[24] = 48000 & 0xff; /* its rate, and octets a second */
		wavs[1]->data[25] = 48000 >> 8;
		wavs[1]->data[28] = (48000 * FRAME_BYTES) & 0xff;
		wavs[1]->data[29] = (48000 * FRAME_BYTES) >> 8 & 0xff;
		house_open_with(&house, &sinks, NULL, true);
		Origin *first = origin_new(wavs[0], true, SIZE_MAX);
		Origin *second = origin_new(wavs[1], true, SIZE_MAX);

		player_load(house.player, origin_track(first, 1, "audio/wav", 0));
		player_load_next(house.player, origin_track(second, 2, "audio/wav", 0));
		player_play(house.player);
		house_wait(&house, "started:2");
		house_wait(&house, "ended:2");
		g_autofree char *octets = NULL;
		gsize len = 0;

		g_assert_true(g_file_get_contents(house.out_path, &octets, &len, NULL));
		put_frames(expected, 0, 0, frames[0]);
		put_frames(expected, 1, 0, frames[1]);
		if (exact) {
			g_assert_cmpmem(octets, len, expected->data, expected->len);
		} else {
			/* 48005 at 48000 Hz are 44104 or 44105 at 44100 Hz */
			g_assert_cmpuint(len / FRAME_BYTES, >=, frames[0] + 44100);
			g_assert_cmpuint(len / FRAME_BYTES, <=, frames[0] + 44110);
		}
		house_close(&house);
		origin_free(first);
		origin_free(second);
	}
}

/* The same where nothing is known of the second when all of the first has left: what fits follows in one
 * stream, and of what does not no sample is converted. */
static void
test_late_exact(void)
{
	/* 0: it is stopped instead, while the end of the first waits */
	static const unsigned rates[] = { 44100, 48000, 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(rates); i++) {
		const Sinks sinks = { .exact = true };
		const unsigned frames[] = { 11027, 12007 };
		g_autoptr(GByteArray) expected = g_byte_array_new();
		GByteArray *wav = make_wav(1, frames[1]);
		GStatBuf facts;
		House house;

		wav->data[24] = rates[i] & 0xff;
		wav->data[25] = (uint8_t)(rates[i] >> 8);
		wav->data[28] = (rates[i] * FRAME_BYTES) & 0xff;
		wav->data[29] = (rates[i] * FRAME_BYTES) >> 8 & 0xff;
		house_open_with(&house, &sinks, NULL, true);
		Origin *first = origin_new(make_wav(0, frames[0]), true, SIZE_MAX);
		Origin *second = origin_new_late(wav, true, SIZE_MAX);

		player_load(house.player, origin_track(first, 1, "audio/wav", 0));
		player_load_next(house.player, origin_track(second, 2, "audio/wav", 0));
		player_play(house.player);
		do {
			house_run(20 * AVU_NS_PER_MS);
			g_assert_cmpint(g_stat(house.out_path, &facts), ==, 0);
		} while (facts.st_size < frames[0] * FRAME_BYTES);
		house_run(100 * AVU_NS_PER_MS);
		g_assert_null(strstr(house.log->str, "started:2"));
		if (rates[i] == 0) {
			player_stop(house.player);
		}
		origin_go(second);
		house_wait(&house, rates[i] == 0 ? "stopped:1" : "ended:2");
		put_frames(expected, 0, 0, frames[0]);
		put_frames(expected, 1, 0, rates[i] == 0 ? 0 : frames[1]);
		house_check_samples(&house, expected, true);
		house_close(&house);
		origin_free(first);
		origin_free(second);
	}
}

int
main(int argc, char **argv)
{
	player_test_init(&argc, &argv);
	g_test_add_func("/player/dsd", test_dsd);
	g_test_add_func("/player/gain", test_gain);
	g_test_add_func("/player/exact", test_exact);
	g_test_add_func("/player/late-exact", test_late_exact);
	return g_test_run();
}
