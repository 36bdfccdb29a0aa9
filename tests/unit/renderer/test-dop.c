/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DSD over PCM: every bit of the file stands in the samples that the output gets, in its order. */

#include <string.h>

#include "dsd-files.h"
#include "media/dop.h"
#include "player-house.h"
#include "tracks.h"

/* DoP 1.1: the marker stands above sixteen bits, the oldest of them highest. */
static void
check_samples(const House *house, unsigned channels, uint64_t first, uint64_t n_frames)
{
	g_autofree char *octets = NULL;
	gsize len = 0;

	g_assert_true(g_file_get_contents(house->out_path, &octets, &len, NULL));
	g_assert_cmpuint(len, ==, n_frames * channels * 4);
	for (uint64_t f = 0; f < n_frames; f++) {
		for (unsigned c = 0; c < channels; c++) {
			uint32_t expected = (first + f) % 2 == 0 ? 0x05 : 0xfa;
			uint32_t sample = 0;

			for (unsigned i = 0; i < 16; i++) {
				expected = expected << 1 | dsd_bit(c, (first + f) * 16 + i);
			}
			memcpy(&sample, octets + (f * channels + c) * 4, 4);
			g_assert_cmphex(GUINT32_FROM_LE(sample), ==, expected << 8);
		}
	}
}

/* A track is loaded when its first octets are there: who sends it sees to that. */
static Track *
track_of(const Origin *origin, const char *mime, int64_t start_ns)
{
	Track *track = origin_track(origin, 1, mime, start_ns);
	DsdHead head;

	while (!dop_look(track, &head)) {
		g_thread_yield();
	}
	return track;
}

static char *
sink_of(unsigned rate)
{
	return g_strdup_printf("capsfilter caps=audio/x-raw,format=S32LE,rate=%u ! filesink "
			       "buffer-mode=unbuffered sync=false location=@",
		rate);
}

static const struct {
	const char *mime;
	unsigned rate, channels, octets;
	bool philips;
} files[] = {
	{ "audio/x-dsf", RATE64, 2, 3 * DSF_BLOCK + 100, false },
	{ "audio/x-dsf", 2 * RATE64, 2, 5 * DSF_BLOCK, false },
	{ "audio/x-dsf", RATE64, 1, DSF_BLOCK + 2 * 7 * 2, false },
	{ "audio/x-dff", RATE64, 2, 20000, true },
	{ "audio/x-dff", 2 * RATE64, 2, 9000, true },
};

static GByteArray *
make_file(size_t i)
{
	return files[i].philips
		       ? dff_new(files[i].rate, files[i].channels, files[i].octets, "DSD ", 0)
		       : dsf_new(files[i].rate, files[i].channels, files[i].octets);
}

static void
test_every_bit(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		const Sinks sinks = { .exact = true, .dop = true };
		g_autofree char *sink = sink_of(files[i].rate / 16);
		House house;

		house_open_with(&house, &sinks, sink, false);
		Origin *origin = origin_new(make_file(i), true, SIZE_MAX);

		player_load(house.player, track_of(origin, files[i].mime, 0));
		player_play(house.player);
		house_wait(&house, "ended:1");
		check_samples(&house, files[i].channels, 0, files[i].octets / 4 * 2);
		g_assert_cmpint(house.duration_ns / 1000, ==,
			files[i].octets / 4 * 32 * AVU_NS_PER_S / files[i].rate / 1000);
		house_close(&house);
		origin_free(origin);
	}
}

/* From a place in the middle: the markers still fit. */
static void
test_seek(void)
{
	const Sinks sinks = { .exact = true, .dop = true };
	const unsigned octets = RATE64 / 8; /* a second */
	g_autofree char *sink = sink_of(RATE64 / 16);
	House house;

	house_open_with(&house, &sinks, sink, false);
	Origin *origin = origin_new(dsf_new(RATE64, 2, octets), true, SIZE_MAX);

	player_load(house.player, track_of(origin, "audio/x-dsf", AVU_NS_PER_S / 2));
	player_play(house.player);
	house_wait(&house, "ended:1");
	/* what was there before the seek was never played: the file is written from the place on */
	check_samples(&house, 2, RATE64 / 16 / 2, RATE64 / 16 / 2);
	house_close(&house);
	origin_free(origin);
}

/* One behind the other, the second in the file of the other maker: no sample is between them, and the markers
 * go on taking turns, which a converter listens for. */
static void
test_next(void)
{
	const Sinks sinks = { .exact = true, .dop = true };
	const unsigned octets = RATE64 / 8;
	const uint64_t frames = octets / 2;
	g_autofree char *sink = sink_of(RATE64 / 16);
	g_autofree char *samples = NULL;
	gsize len = 0;
	House house;

	house_open_with(&house, &sinks, sink, false);
	Origin *first = origin_new(dsf_new(RATE64, 2, octets), true, SIZE_MAX);
	Origin *second = origin_new(dff_new(RATE64, 2, octets, "DSD ", 0), true, SIZE_MAX);
	Track *next = track_of(second, "audio/x-dff", 0);

	next->token = 2;
	player_load(house.player, track_of(first, "audio/x-dsf", 0));
	house_wait(&house, "paused:1"); /* else it may be over before the next one is there */
	player_load_next(house.player, next);
	player_play(house.player);
	house_wait(&house, "ended:2");
	g_assert_null(strstr(house.log->str, "transitioning:2")); /* nothing was opened anew */
	g_assert_true(g_file_get_contents(house.out_path, &samples, &len, NULL));
	g_assert_cmpuint(len, ==, 2 * frames * 2 * 4);
	for (uint64_t f = 0; f < 2 * frames; f++) {
		const uint32_t high = dsd_bit(0, f % frames * 16),
			       marker = f % 2 == 0 ? 0x05 : 0xfa;
		uint32_t sample = 0;

		memcpy(&sample, samples + f * 8, 4);
		g_assert_cmphex(GUINT32_FROM_LE(sample) >> 24, ==, marker);
		g_assert_cmphex(GUINT32_FROM_LE(sample) >> 23 & 1, ==, high);
	}
	house_close(&house);
	origin_free(first);
	origin_free(second);
}

/* At another speed there are samples, and at the usual one the bits again. */
static void
test_speed(void)
{
	const Sinks sinks = { .exact = true, .dop = true };
	g_autofree char *only = sink_of(RATE64 / 16);
	g_autofree char *octets = NULL;
	gsize len = 0;
	House house;

	house_open_with(&house, &sinks, only, false);
	Origin *origin = origin_new(dsf_new(RATE64, 2, RATE64 / 8), true, SIZE_MAX);

	player_load(house.player, track_of(origin, "audio/x-dsf", 0));
	house_wait(&house, "paused:1");
	player_set_speed(house.player, (AvuPlaySpeed){ 2, 1 });
	player_play(house.player);
	house_wait(&house, "ended:1");
	g_assert_true(g_file_get_contents(house.out_path, &octets, &len, NULL));
	g_assert_cmpuint(len, >, RATE64 / 16 * 8 / 4);
	g_assert_cmpuint(len, <, RATE64 / 16 * 8 * 3 / 4);
	unsigned markers = 0;

	for (gsize at = 3; at < len; at += 4) {
		markers += (uint8_t)octets[at] == 0x05 || (uint8_t)octets[at] == 0xfa;
	}
	g_assert_cmpuint(markers, <, len / 4 / 4);
	house_close(&house);
	origin_free(origin);
}

/* Wherever a bit could be changed, samples are made of them. */
static void
test_falls_back(void)
{
	static const struct {
		Sinks sinks;
		unsigned rate;
		const char *before, *why;
	} rows[] = {
		{ { .exact = true, .dop = true }, 44100, "", "the output has no such rate" },
		{ { .exact = false, .dop = true }, 176400, "", "there is a volume" },
		{ { .exact = true, .dop = false }, 176400, "", "nobody asked for it" },
		{ { .exact = true, .dop = true }, 176400, "audioconvert ! audioresample ! ",
			"what stands before the output may change them" },
		{ { .exact = true, .dop = true, .gain = { MEDIA_GAIN_TRACK, 0 } }, 176400, "",
			"loudness by the tags" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *only = sink_of(rows[i].rate);
		g_autofree char *sink = g_strdup_printf("audioconvert ! audioresample ! %s", only);
		g_autofree char *octets = NULL;
		gsize len = 0;
		House house;

		g_test_message("%s", rows[i].why);
		house_open_with(&house, &rows[i].sinks, sink, false);
		Origin *origin = origin_new(dsf_new(RATE64, 2, 20 * DSF_BLOCK), true, SIZE_MAX);

		player_load(house.player, track_of(origin, "audio/x-dsf", 0));
		player_play(house.player);
		house_wait(&house, "ended:1");
		g_assert_true(g_file_get_contents(house.out_path, &octets, &len, NULL));
		g_assert_cmpuint(len, >, 800);
		/* markers would be there in each sample */
		unsigned markers = 0;

		for (gsize at = 3; at < 800; at += 4) {
			markers += (uint8_t)octets[at] == 0x05 || (uint8_t)octets[at] == 0xfa;
		}
		g_assert_cmpuint(markers, <, 100);
		house_close(&house);
		origin_free(origin);
	}
}

/* ---- heads */

static void
test_heads(void)
{
	g_autoptr(GByteArray) dsf = dsf_new(RATE64, 2, 10000);
	g_autoptr(GByteArray) dff = dff_new(RATE64, 2, 10000, "DSD ", 0);
	g_autoptr(GByteArray) packed = dff_new(RATE64, 2, 100, "DST ", 0);
	g_autoptr(GByteArray) slow = dsf_new(44100, 2, 100);
	g_autoptr(GByteArray) many = dsf_new(RATE64, 7, 100);
	DsdHead head;

	g_assert_true(dsd_head_parse(dsf->data, 92, &head));
	g_assert_cmpuint(head.rate_hz, ==, RATE64);
	g_assert_cmpuint(head.channel_octets, ==, 10000);
	/* 92 octets of head, two blocks of each channel before, and one of the left */
	g_assert_cmpuint(dsd_head_place(&head, 1, 2 * DSF_BLOCK + 5), ==,
		92 + 4 * DSF_BLOCK + DSF_BLOCK + 5);
	g_assert_true(dsd_head_parse(dff->data, 200, &head));
	g_assert_cmpuint(head.channel_octets, ==, 10000);
	g_assert_cmpuint(dsd_head_place(&head, 1, 3), ==, head.data_at + 7);
	g_assert_false(dsd_head_parse(dsf->data, 91, &head));
	g_assert_false(dsd_head_parse(dff->data, 100, &head));
	g_assert_false(dsd_head_parse(packed->data, packed->len, &head));
	g_assert_false(dsd_head_parse(slow->data, slow->len, &head));
	g_assert_false(dsd_head_parse(many->data, many->len, &head));
	/* it says that there is more than its data chunk holds */
	memset(dsf->data + 64, 0xff, 7);
	g_assert_true(dsd_head_parse(dsf->data, 92, &head));
	g_assert_cmpuint(head.channel_octets, ==, 3 * DSF_BLOCK);
}

int
main(int argc, char **argv)
{
	player_test_init(&argc, &argv);
	g_test_add_func("/dop/heads", test_heads);
	g_test_add_func("/dop/every-bit", test_every_bit);
	g_test_add_func("/dop/seek", test_seek);
	g_test_add_func("/dop/next", test_next);
	g_test_add_func("/dop/speed", test_speed);
	g_test_add_func("/dop/falls-back", test_falls_back);
	return g_test_run();
}
