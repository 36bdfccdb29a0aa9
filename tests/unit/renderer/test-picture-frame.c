/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pixels by hand: a frame of 4 × 2 whose octets are told apart by place. */

#include <string.h>

#include <glib.h>

#include "media/picture-frame.h"

#define WIDTH 4
#define HEIGHT 2

static const PictureOrder order = { 0, 1, 2 };

static void
apply(AvuValue first, int32_t number, AvuValue second, int32_t other, const uint8_t *in,
	uint8_t *out, unsigned width, unsigned height)
{
	int32_t values[AVU_N_VALUES];
	PictureLook look;
	const PictureFrame from = { (uint8_t *)in, width * 4, width, height };
	const PictureFrame to = { out, width * 4, width, height };

	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		values[v] = avu_value_get_spec((AvuValue)v)->neutral;
	}
	values[first] = number;
	values[second] = other;
	picture_look_init(&look, values, (double)width / height);
	picture_look_apply(&look, &from, &to, &order);
}

/* The red of each pixel is its number. */
static void
fill(uint8_t *frame, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		memset(frame + (size_t)i * 4, 0, 4);
		frame[(size_t)i * 4] = (uint8_t)(10 + i);
	}
}

static const struct {
	AvuValue value;
	int32_t number;
	uint8_t expected[WIDTH * HEIGHT];
	const char *why;
} rows[] = {
	{ AVU_VALUE_ROTATION, 0, { 10, 11, 12, 13, 14, 15, 16, 17 }, "nothing" },
	{ AVU_VALUE_ROTATION, 180, { 17, 16, 15, 14, 13, 12, 11, 10 }, "upside down" },
	{ AVU_VALUE_HORIZONTAL_PAN, 50, { 12, 13, 0, 0, 16, 17, 0, 0 },
		"half a width to the right" },
	{ AVU_VALUE_VERTICAL_PAN, 50, { 0, 0, 0, 0, 10, 11, 12, 13 }, "half a height to the top" },
	{ AVU_VALUE_BRIGHTNESS, 100, { 255, 255, 255, 255, 255, 255, 255, 255 }, "all white" },
	{ AVU_VALUE_RED_GAIN, 100, { 20, 22, 24, 26, 28, 30, 32, 34 }, "twice as red" },
	{ AVU_VALUE_RED_GAIN, 0, { 0, 0, 0, 0, 0, 0, 0, 0 }, "no red" },
	{ AVU_VALUE_CONTRAST, 0, { 128, 128, 128, 128, 128, 128, 128, 128 }, "grey" },
};

static void
test_pixels(void)
{
	uint8_t in[WIDTH * HEIGHT * 4], out[WIDTH * HEIGHT * 4];

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		fill(in, WIDTH * HEIGHT);
		memset(out, 0xee, sizeof(out));
		apply(rows[i].value, rows[i].number, rows[i].value, rows[i].number, in, out, WIDTH,
			HEIGHT);
		for (size_t p = 0; p < G_N_ELEMENTS(rows[i].expected); p++) {
			g_assert_cmpuint(out[p * 4], ==, rows[i].expected[p]);
		}
	}
}

/* A square keeps its size: each corner moves on by one. */
static void
test_a_square_turned(void)
{
	uint8_t in[16], out[16];

	fill(in, 4);
	apply(AVU_VALUE_ROTATION, 90, AVU_VALUE_ZOOM, 100, in, out, 2, 2);
	g_assert_cmpuint(out[0], ==, 12); /* lower left came up */
	g_assert_cmpuint(out[4], ==, 10);
	g_assert_cmpuint(out[8], ==, 13);
	g_assert_cmpuint(out[12], ==, 11);
}

/* A light point among dark: sharper takes from it, softer gives it to its neighbours. */
static void
test_sharpness(void)
{
	uint8_t in[9 * 4] = { 0 }, out[9 * 4];

	in[4 * 4] = 100;
	apply(AVU_VALUE_SHARPNESS, 0, AVU_VALUE_ZOOM, 100, in, out, 3, 3);
	g_assert_cmpuint(out[4 * 4], ==, 0);  /* the mean of its neighbours */
	g_assert_cmpuint(out[1 * 4], ==, 25); /* one of four neighbours has 100 */
	apply(AVU_VALUE_SHARPNESS, 100, AVU_VALUE_ZOOM, 100, in, out, 3, 3);
	g_assert_cmpuint(out[4 * 4], ==, 250); /* 100 + 1.5 · 100 */
	g_assert_cmpuint(out[0], ==, 0);
	/* turned and sharpened: both */
	apply(AVU_VALUE_SHARPNESS, 100, AVU_VALUE_ROTATION, 90, in, out, 3, 3);
	g_assert_cmpuint(out[4 * 4], ==, 250);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/picture-frame/pixels", test_pixels);
	g_test_add_func("/picture-frame/square", test_a_square_turned);
	g_test_add_func("/picture-frame/sharpness", test_sharpness);
	return g_test_run();
}
