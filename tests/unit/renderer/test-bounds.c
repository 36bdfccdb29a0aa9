/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is too large to be decoded (SEC-188, LIM-46: 8192×4320, 768 kHz, 32 channels; stills
 * 16384 a side, 64 Mi pixels), at the limit and one above. */
#include "media/bounds.h"

typedef struct {
	const char *caps;
	bool good;
	const char *why;
} Row;

static const Row rows[] = {
	{ "image/png", true, "nothing is told" },
	{ "image/png, width=8192, height=4320", true, "the largest" },
	{ "image/jpeg, width=4320, height=8192", true, "standing" },
	{ "image/png, width=8193, height=1", false, "wider" },
	{ "video/x-h264, width=8192, height=4321", false, "one row more" },
	{ "video/x-raw, width=60000, height=60000", false, "far more" },
	{ "image/png, width=2147483647, height=2147483647", false, "no overflow" },
	{ "video/x-raw, width=[1, 60000], height=60000", true, "a range is no picture" },
	{ "audio/x-raw, rate=768000, channels=32", true, "the most" },
	{ "audio/x-raw, rate=768001, channels=2", false, "more samples" },
	{ "audio/x-flac, rate=44100, channels=33", false, "more channels" },
	{ "audio/x-raw, rate=-1, channels=2", true, "of no number nothing is said" },
	{ "image/png, width=10, height=10; image/png, width=9000, height=10", false,
		"one of several" },
	{ "ANY", true, "anything" },
};

static const Row stills[] = {
	{ "image/jpeg, width=8160, height=6120", true, "a telephone's 50 megapixels" },
	{ "image/jpeg, width=8192, height=8192", true, "the most pixels" },
	{ "image/jpeg, width=8192, height=8193", false, "one row more" },
	{ "video/x-raw, width=4096, height=16384", true, "decoded, the longest side" },
	{ "image/png, width=16385, height=1", false, "longer" },
	{ "image/png, width=2147483647, height=2147483647", false, "no overflow" },
	{ "video/x-h264, width=8160, height=6120", false, "a film that calls itself a picture" },
	{ "audio/x-raw, rate=768001, channels=2", false, "its sound, if it had one" },
};

static void
check(const Row *row, bool still)
{
	g_autoptr(GstCaps) caps = gst_caps_from_string(row->caps);

	g_test_message("%s: %s", row->why, row->caps);
	g_assert_nonnull(caps);
	g_assert_cmpint(bounds_judge(caps, still) == NULL, ==, row->good);
}

static void
test_judge(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		check(&rows[i], /* still = */ false);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(stills); i++) {
		check(&stills[i], /* still = */ true);
	}
}

int
main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/bounds/judge", test_judge);
	return g_test_run();
}
