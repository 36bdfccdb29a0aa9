/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DSD that is decoded to samples, compared with those of FFmpeg, which reads the same file by itself. */

#include <string.h>

#include <gst/gst.h>

#include "dsd-files.h"
#include "media/dsd-head.h"
#include "media/sink-protocols.h"
#include "player-house.h"

#define LEN (RATE64 / 8 / 4) /* a quarter of a second */

/* @return NULL: there is no ffmpeg */
static GByteArray *
decode(const House *house, const GByteArray *file)
{
	g_autofree char *in = g_build_filename(house->folder, "in.dsd", NULL);
	g_autofree char *out = g_build_filename(house->folder, "out.f32", NULL);
	const char *const argv[] = { "ffmpeg", "-v", "error", "-y", "-i", in, "-f", "f32le", out,
		NULL };
	char *octets = NULL;
	gsize len = 0;
	int status = 1;

	g_assert_true(g_file_set_contents(in, (const char *)file->data, (gssize)file->len, NULL));
	if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
		    &status, NULL)) {
		return NULL;
	}
	g_assert_cmpint(status, ==, 0);
	g_assert_true(g_file_get_contents(out, &octets, &len, NULL));
	return g_byte_array_new_take((guint8 *)octets, len);
}

/* The output takes whatever comes: rate and channels of the file, and its samples side by side. */
static void
open_house(House *house)
{
	const Sinks sinks = { .exact = true };

	house_open_with(house, &sinks,
		"capsfilter caps=audio/x-raw,format=F32LE ! filesink buffer-mode=unbuffered "
		"sync=false location=@",
		false);
}

static const struct {
	bool philips;
	unsigned rate, channels, octets, comment;
	size_t cut; /* so many of its last octets are not there */
	bool seekable;
	const char *why;
} files[] = {
	{ true, RATE64, 2, LEN, 0, 0, true, "DSDIFF as it is in shops" },
	{ true, RATE64, 2, LEN + 1, 0, 0, true, "an odd number of octets" },
	{ true, 2 * RATE64, 2, LEN, 0, 0, true, "DSD128" },
	{ true, 4 * RATE64, 2, LEN, 0, 0, true, "DSD256: more than 768 kHz" },
	{ true, 8 * RATE64, 2, LEN, 0, 0, true, "DSD512" },
	{ true, RATE64, 1, LEN, 0, 0, true, "one channel" },
	{ true, RATE64, 6, LEN, 0, 0, true, "six" },
	{ true, RATE64, 2, LEN, 41, 0, true, "an odd comment before" },
	{ true, RATE64, 2, LEN, 100001, 0, true, "one larger than a look" },
	{ true, RATE64, 2, LEN, 100001, 0, false, "in a stream without places" },
	{ true, RATE64, 2, LEN, 0, 10000, true, "its end is missing" },
	{ false, RATE64, 2, 21 * DSF_BLOCK, 0, 0, true, "DSF" },
	{ false, RATE64, 2, 21 * DSF_BLOCK, 0, 0, false, "in a stream without places" },
	{ false, 4 * RATE64, 2, 21 * DSF_BLOCK, 0, 0, true, "DSD256" },
	{ false, RATE64, 6, 7 * DSF_BLOCK, 0, 0, true, "six channels" },
};

static GByteArray *
make_file(size_t i)
{
	GByteArray *file = files[i].philips
				   ? dff_new(files[i].rate, files[i].channels, files[i].octets,
					     "DSD ", files[i].comment)
				   : dsf_new(files[i].rate, files[i].channels, files[i].octets);

	g_byte_array_set_size(file, file->len - (guint)files[i].cut);
	return file;
}

/* FFmpeg lets DSF begin behind another silence than DSDIFF, whose bits are the other way round. The filter is
 * twelve octets long. */
static void
check_samples(House *house, GByteArray *expected, size_t i)
{
	const guint begin = files[i].philips ? 0 : 12 * files[i].channels * sizeof(float);

	g_byte_array_remove_range(expected, 0, begin);
	house_check_samples(house, expected, begin == 0);
}

static void
test_samples(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		House house;

		g_test_message("%s", files[i].why);
		open_house(&house);
		GByteArray *file = make_file(i);
		g_autoptr(GByteArray) expected = decode(&house, file);

		if (expected == NULL) {
			g_test_skip("needs ffmpeg");
			g_byte_array_unref(file);
			house_close(&house);
			return;
		}
		g_assert_cmpuint(expected->len, ==,
			(files[i].octets * files[i].channels - files[i].cut) * sizeof(float));
		Origin *origin = origin_new(file, files[i].seekable, SIZE_MAX);

		player_load(house.player, origin_track(origin, 1, "audio/x-dsd", 0));
		player_play(house.player);
		house_wait(&house, "ended:1");
		check_samples(&house, expected, i);
		g_assert_cmpint(house.duration_ns / 1000, ==,
			(int64_t)(files[i].octets * 8ull * AVU_NS_PER_S / files[i].rate / 1000));
		house_close(&house);
		origin_free(origin);
	}
}

/* From a place in it, and another one behind it: no sample is wrong, missing or more. */
static void
test_seek_and_next(void)
{
	House house;

	open_house(&house);
	GByteArray *parts[] = { dff_new(RATE64, 2, LEN, "DSD ", 50001),
		dsf_new(RATE64, 2, 20 * DSF_BLOCK) };
	g_autoptr(GByteArray) first = decode(&house, parts[0]);
	g_autoptr(GByteArray) second = decode(&house, parts[1]);

	if (first == NULL || second == NULL) {
		g_test_skip("needs ffmpeg");
		g_byte_array_unref(parts[0]);
		g_byte_array_unref(parts[1]);
		house_close(&house);
		return;
	}
	Origin *origins[] = { origin_new(parts[0], true, SIZE_MAX),
		origin_new(parts[1], true, SIZE_MAX) };

	player_load(house.player, origin_track(origins[0], 1, "audio/x-dff", AVU_NS_PER_S / 10));
	house_wait(&house, "paused:1"); /* else it may be over before the next one is there */
	player_load_next(house.player, origin_track(origins[1], 2, "audio/x-dsf", 0));
	player_play(house.player);
	house_wait(&house, "started:2");
	house_wait(&house, "ended:2");
	/* a tenth of a second: 35280 samples of two floats */
	g_byte_array_remove_range(first, 0, 35280 * 2 * sizeof(float));
	const guint begin = 12 * 2 * sizeof(float);
	g_autofree char *heard = NULL;
	gsize len = 0;

	g_assert_true(g_file_get_contents(house.out_path, &heard, &len, NULL));
	g_assert_cmpuint(len, ==, first->len + second->len);
	g_assert_cmpmem(heard, first->len, first->data, first->len);
	g_assert_cmpmem(heard + first->len + begin, second->len - begin, second->data + begin,
		second->len - begin);
	house_close(&house);
	origin_free(origins[0]);
	origin_free(origins[1]);
}

/* ---- what cannot be played is told at once */

static GByteArray *
make_bad(const char *what)
{
	if (g_str_equal(what, "packed")) {
		return dff_new(RATE64, 2, 40000, "DST ", 0);
	}
	if (g_str_equal(what, "slow")) {
		return dff_new(44100, 2, 40000, "DSD ", 0);
	}
	if (g_str_equal(what, "many")) {
		return dff_new(RATE64, 7, 40000, "DSD ", 0);
	}
	GByteArray *file = dff_new(RATE64, 2, 40000, "DSD ", 20000);

	if (g_str_equal(what, "cut")) {
		g_byte_array_set_size(file, 10000);
	} else if (g_str_equal(what, "endless")) {
		memset(file->data + 16 + 16 + 4, 0x7f, 8); /* the length of its comment */
	} else {
		/* a head, and then chunks without end */
		g_byte_array_set_size(file, 16);
		for (unsigned i = 0; i < 1000; i++) {
			g_byte_array_append(file, (const uint8_t *)"NULL\0\0\0\0\0\0\0\0", 12);
		}
	}
	return file;
}

static void
test_refused(void)
{
	static const struct {
		const char *what, *sentence;
	} rows[] = {
		{ "packed", "It is DSD that is packed (DST), which nothing here plays." },
		{ "slow", "It is DSD of a rate, or of channels, that nothing here plays." },
		{ "many", "It is DSD of a rate, or of channels, that nothing here plays." },
		{ "cut", "It ends before its sound begins." },
		{ "endless", "It is no whole DSD file." },
		{ "chunks", "It is no whole DSD file." },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		House house;

		open_house(&house);
		Origin *origin = origin_new(make_bad(rows[i].what), true, SIZE_MAX);

		player_load(house.player, origin_track(origin, 1, "audio/x-dff", 0));
		player_play(house.player);
		house_wait(&house, "failed:1");
		g_assert_cmpstr(house.sentence, ==, rows[i].sentence);
		house_close(&house);
		origin_free(origin);
	}
}

/* Who asks for the list is told both names. */
static void
test_offered(void)
{
	g_autofree char *list = sink_protocols_list();

	g_assert_nonnull(strstr(list, "http-get:*:audio/x-dff:*"));
	g_assert_nonnull(strstr(list, "http-get:*:audio/x-dsf:*"));
	g_assert_nonnull(strstr(list, "http-get:*:audio/dsd:*"));
}

int
main(int argc, char **argv)
{
	player_test_init(&argc, &argv);
	g_test_add_func("/dsd/samples", test_samples);
	g_test_add_func("/dsd/seek-and-next", test_seek_and_next);
	g_test_add_func("/dsd/refused", test_refused);
	g_test_add_func("/dsd/offered", test_offered);
	return g_test_run();
}
