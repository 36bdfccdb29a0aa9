/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A request arrives as it was sent, or not at all. */
#include "mediaserver/workers/convert-request.h"

#include <string.h>

/* Numbers in the order of the table, from the first that is named. */
enum { RECIPE, HZ, CHANNELS, BITS, WIDTH, HEIGHT, RATE, BPS, PRESET, THREADS, SPEED = 15, OWN };

static const struct {
	unsigned field;
	int64_t value;
	bool good;
	const char *why;
} rows[] = {
	{ RECIPE, 0, true, "the first recipe" },
	{ RECIPE, 31, false, "behind the last recipe" },
	{ RECIPE, -1, false, "no recipe" },
	{ HZ, -1, true, "as in the file" },
	{ HZ, 7999, false, "below every rate" },
	{ HZ, 192000, true, "the highest" },
	{ HZ, INT64_MAX, false, "overflow" },
	{ CHANNELS, 0, false, "no channel" },
	{ CHANNELS, 9, false, "too many" },
	{ BITS, 8, false, "too few" },
	{ WIDTH, 8193, false, "too wide" },
	{ BPS, 0, false, "no octet" },
	{ PRESET, 3, false, "no such preset" },
	{ THREADS, CONVERT_THREADS_MAX + 1, false, "LIM-42" },
	{ SPEED, -32, true, "backwards" },
	{ SPEED, 33, false, "too fast" },
	{ SPEED, 0, false, "it would stand still" },
	{ OWN, 1, true, "in the file's own container" },
	{ OWN, 2, false, "neither yes nor no" },
};

static bool
take(const AvuFrameWriter *writer, size_t len, ConvertRequest *ret_request)
{
	const AvuFrame frame = { .data = writer->bytes->data, .len = len };
	AvuFrameReader reader = avu_frame_reader(&frame);

	return convert_request_take(&reader, ret_request);
}

static void
test_round_trip(void)
{
	g_auto(ConvertRequest) sent = { 0 };
	g_auto(ConvertRequest) got = { 0 };
	g_auto(AvuFrameWriter) writer = { NULL };

	convert_request_init(&sent);
	sent.recipe = recipe_index(recipe_find("mp3"));
	sent.from_ns = 5 * AVU_NS_PER_S;
	sent.threads = 2;
	sent.hint = g_strdup("flac");
	avu_frame_writer_init(&writer);
	convert_request_put(&sent, &writer);
	g_assert_true(take(&writer, writer.bytes->len, &got));
	g_assert_cmpint(got.recipe, ==, sent.recipe);
	g_assert_cmpint(got.from_ns, ==, sent.from_ns);
	g_assert_cmpint(got.to_ns, ==, -1);
	g_assert_cmpint(got.sample_hz, ==, -1);
	g_assert_cmpstr(got.hint, ==, "flac");
	for (size_t len = 0; len < writer.bytes->len; len++) { /* cut anywhere */
		g_auto(ConvertRequest) cut = { 0 };

		g_assert_false(take(&writer, len, &cut));
	}
}

static void
test_ranges(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(ConvertRequest) request = { 0 };
		g_auto(ConvertRequest) got = { 0 };
		g_auto(AvuFrameWriter) writer = { NULL };

		convert_request_init(&request);
		request.threads = 1;
		avu_frame_writer_init(&writer);
		convert_request_put(&request, &writer);
		memcpy(writer.bytes->data + rows[i].field * sizeof(int64_t), &rows[i].value,
			sizeof(int64_t));
		g_test_message("%s", rows[i].why);
		g_assert_true(take(&writer, writer.bytes->len, &got) == rows[i].good);
	}
}

static void
test_ability(void)
{
	const ConvertAbility no_mp3 = { .no_audio = 1u << RECIPE_MP3_AUDIO };
	const ConvertAbility no_ts = { .no_container = 1u << RECIPE_TS };
	const ConvertAbility no_x264 = { .no_video = 1u << RECIPE_H264 };

	g_assert_false(convert_ability_has(&no_mp3, recipe_find("mp3")));
	g_assert_true(convert_ability_has(&no_mp3, recipe_find("lpcm")));
	g_assert_false(convert_ability_has(&no_ts, recipe_find("copy-ts")));
	g_assert_true(convert_ability_has(&no_ts, recipe_find("copy-mp4")));
	g_assert_false(convert_ability_has(&no_x264, recipe_find("avc-mp4")));
	g_assert_true(convert_ability_has(&no_x264, recipe_find("mpeg-ps-pal")));

	/* each decoder that is missing is the same one at both ends */
	for (unsigned n = 0; decodable_nth(n) != NULL; n++) {
		g_auto(AvuFrameWriter) writer = { NULL };
		ConvertAbility sent = { 0 }, got;

		decodable_set_missing(&sent.gaps, n);
		avu_frame_writer_init(&writer);
		convert_ability_put(&sent, &writer);
		const AvuFrame frame = { .data = writer.bytes->data, .len = writer.bytes->len };
		AvuFrameReader reader = avu_frame_reader(&frame);

		g_assert_true(convert_ability_take(&reader, &got));
		for (unsigned i = 0; decodable_nth(i) != NULL; i++) {
			g_assert_true(decodable_has(&got.gaps, decodable_nth(i)) == (i != n));
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/workers/convert-request/round-trip", test_round_trip);
	g_test_add_func("/workers/convert-request/ranges", test_ranges);
	g_test_add_func("/workers/convert-request/ability", test_ability);
	return g_test_run();
}
