/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Colours whose way was computed by hand from BT.2100, BT.2087 and BT.709: a page's white of 203 cd/m²,
 * 1000 as the peak, x (1 + x/24.27) / (1 + x) of 203 between. */
#include "mediaserver/worker/tone.h"

static const struct {
	ToneCurve curve;
	unsigned from[3];
	int to[3];
	const char *why;
} rows[] = {
	{ TONE_PQ, { 64, 512, 512 }, { 16, 128, 128 }, "black" },
	{ TONE_PQ, { 573, 512, 512 }, { 183, 128, 128 }, "203 cd/m²: 0.5206 of white" },
	{ TONE_PQ, { 723, 512, 512 }, { 235, 128, 128 }, "1000 cd/m²: white" },
	{ TONE_PQ, { 940, 512, 512 }, { 235, 128, 128 }, "10,000: no more than white" },
	{ TONE_HLG, { 64, 512, 512 }, { 16, 128, 128 }, "black" },
	{ TONE_HLG, { 721, 512, 512 }, { 183, 128, 128 }, "75 %: 203 cd/m²" },
	{ TONE_HLG, { 940, 512, 512 }, { 235, 128, 128 }, "the peak" },
	/* light 127.4, 14.03, 3.33 cd/m²: signals 0.5325, 0.3270, 0.2201 of PQ */
	{ TONE_PQ, { 392, 438, 608 }, { 54, 107, 220 }, "the red of BT.709 stays red" },
};

static void
test_colours(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Tone *tone = tone_new(rows[i].curve);
		const uint16_t y = (uint16_t)rows[i].from[0], cb = (uint16_t)rows[i].from[1],
			       cr = (uint16_t)rows[i].from[2];
		const uint16_t luma[] = { y, y, y, y };
		uint8_t to_luma[4], to_cb, to_cr;
		const TonePicture picture = { 2, 2, { luma, &cb, &cr }, { 4, 2, 2 },
			{ to_luma, &to_cb, &to_cr }, { 2, 1, 1 } };

		g_test_message("%s", rows[i].why);
		tone_run(tone, &picture);
		/* codes are whole numbers; where a colour ends at the edge of BT.709 the curve is
		 * bent between two knots */
		const int most = cb == 512 ? 2 : 8;

		for (size_t j = 0; j < G_N_ELEMENTS(to_luma); j++) {
			g_assert_cmpint(ABS(to_luma[j] - rows[i].to[0]), <=, most);
		}
		g_assert_cmpint(ABS(to_cb - rows[i].to[1]), <=, most);
		g_assert_cmpint(ABS(to_cr - rows[i].to[2]), <=, most);
		tone_free(tone);
	}
}

/* Brighter stays brighter, and what is out of range does no harm. */
static void
test_order(void)
{
	Tone *tone = tone_new(TONE_PQ);
	uint16_t luma[2 * 1024], colour[1024];
	uint8_t to_luma[2 * 1024], to_cb[1024], to_cr[1024];
	const TonePicture picture = { 1024, 2, { luma, colour, colour }, { 2048, 1024, 1024 },
		{ to_luma, to_cb, to_cr }, { 1024, 512, 512 } };

	for (unsigned i = 0; i < 1024; i++) {
		luma[i] = luma[1024 + i] = (uint16_t)i;
		colour[i] = 512;
	}
	tone_run(tone, &picture);
	for (unsigned i = 1; i < 1024; i++) {
		g_assert_cmpuint(to_luma[i], >=, to_luma[i - 1]);
	}
	for (unsigned i = 0; i < 1024; i++) {
		luma[i] = luma[1024 + i] = colour[i] = UINT16_MAX;
	}
	tone_run(tone, &picture);
	tone_free(tone);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker/tone/colours", test_colours);
	g_test_add_func("/worker/tone/order", test_order);
	return g_test_run();
}
