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
	uint8_t *out, unsigned width, unsigned height, const PictureOrder *colours)
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
	picture_look_apply(&look, &from, &to, colours);
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
			HEIGHT, &order);
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
	apply(AVU_VALUE_ROTATION, 90, AVU_VALUE_ZOOM, 100, in, out, 2, 2, &order);
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
	apply(AVU_VALUE_SHARPNESS, 0, AVU_VALUE_ZOOM, 100, in, out, 3, 3, &order);
	g_assert_cmpuint(out[4 * 4], ==, 0);  /* the mean of its neighbours */
	g_assert_cmpuint(out[1 * 4], ==, 25); /* one of four neighbours has 100 */
	apply(AVU_VALUE_SHARPNESS, 100, AVU_VALUE_ZOOM, 100, in, out, 3, 3, &order);
	g_assert_cmpuint(out[4 * 4], ==, 250); /* 100 + 1.5 · 100 */
	g_assert_cmpuint(out[0], ==, 0);
	/* turned and sharpened: both */
	apply(AVU_VALUE_SHARPNESS, 100, AVU_VALUE_ROTATION, 90, in, out, 3, 3, &order);
	g_assert_cmpuint(out[4 * 4], ==, 250);
}

static const uint8_t levels[] = { 0, 64, 128, 255 };

/* By hand: gain · level + black, then contrast around 127.5, then brightness. */
static const struct {
	AvuValue value;
	int32_t number;
	unsigned colour; /* 0: red, 1: green, 2: blue */
	uint8_t expected[G_N_ELEMENTS(levels)];
	const char *why;
} curves[] = {
	{ AVU_VALUE_CONTRAST, 100, 0, { 0, 1, 129, 255 }, "twice as far from the middle" },
	{ AVU_VALUE_CONTRAST, 25, 2, { 64, 96, 128, 191 }, "half as far" },
	{ AVU_VALUE_BRIGHTNESS, 75, 1, { 128, 192, 255, 255 }, "half the way to white" },
	{ AVU_VALUE_BRIGHTNESS, 0, 2, { 0, 0, 0, 0 }, "black" },
	{ AVU_VALUE_RED_GAIN, 25, 0, { 0, 32, 64, 128 }, "half as red" },
	{ AVU_VALUE_RED_GAIN, 25, 1, { 0, 64, 128, 255 }, "but as green" },
	{ AVU_VALUE_GREEN_GAIN, 100, 1, { 0, 128, 255, 255 }, "twice as green" },
	{ AVU_VALUE_GREEN_GAIN, 100, 2, { 0, 64, 128, 255 }, "but as blue" },
	{ AVU_VALUE_BLUE_GAIN, 0, 2, { 0, 0, 0, 0 }, "no blue" },
	{ AVU_VALUE_BLUE_GAIN, 0, 0, { 0, 64, 128, 255 }, "but as red" },
	{ AVU_VALUE_RED_BLACK, 50, 0, { 128, 192, 255, 255 }, "red where it was black" },
	{ AVU_VALUE_GREEN_BLACK, 50, 1, { 128, 192, 255, 255 }, "green" },
	{ AVU_VALUE_BLUE_BLACK, 50, 2, { 128, 192, 255, 255 }, "blue" },
	{ AVU_VALUE_BLUE_BLACK, 50, 0, { 0, 64, 128, 255 }, "blue alone" },
	{ AVU_VALUE_COLOR_TEMPERATURE, 0, 0, { 0, 64, 128, 255 }, "warm: red stays" },
	{ AVU_VALUE_COLOR_TEMPERATURE, 0, 1, { 0, 56, 112, 223 }, "an eighth of green goes" },
	{ AVU_VALUE_COLOR_TEMPERATURE, 0, 2, { 0, 32, 64, 128 }, "half of blue goes" },
	{ AVU_VALUE_COLOR_TEMPERATURE, 100, 0, { 0, 32, 64, 128 }, "cool: half of red goes" },
	{ AVU_VALUE_COLOR_TEMPERATURE, 100, 1, { 0, 56, 112, 223 }, "an eighth of green goes" },
	{ AVU_VALUE_COLOR_TEMPERATURE, 100, 2, { 0, 64, 128, 255 }, "blue stays" },
};

/* In whatever order a frame has its colours; what is no colour stays. */
static void
test_curves(void)
{
	static const PictureOrder orders[] = { { 0, 1, 2 }, { 2, 1, 0 }, { 1, 2, 3 } };

	for (size_t i = 0; i < G_N_ELEMENTS(curves) * G_N_ELEMENTS(orders); i++) {
		const PictureOrder *at = &orders[i % G_N_ELEMENTS(orders)];
		const unsigned places[] = { at->red, at->green, at->blue };
		const size_t row = i / G_N_ELEMENTS(orders);
		uint8_t in[sizeof(levels) * 4], out[sizeof(levels) * 4];

		g_test_message("%s", curves[row].why);
		for (size_t p = 0; p < sizeof(in); p++) {
			in[p] = levels[p / 4];
		}
		apply(curves[row].value, curves[row].number, curves[row].value, curves[row].number,
			in, out, sizeof(levels), 1, at);
		for (size_t p = 0; p < G_N_ELEMENTS(levels); p++) {
			g_assert_cmpuint(out[p * 4 + places[curves[row].colour]], ==,
				curves[row].expected[p]);
		}
	}
}

#define SIDE 8

/* What of a frame that is light all over is still there, as lit points of the first and last row and column. The slanting
 * edges of a trapezoid are straight: half a point from its corner they are a quarter of the way in. */
static const struct {
	AvuValue value;
	int32_t number;
	unsigned top, bottom, left, right, middle;
	const char *why;
} shapes[] = {
	{ AVU_VALUE_ZOOM, 100, 8, 8, 8, 8, 200, "as it is" },
	{ AVU_VALUE_ZOOM, 200, 8, 8, 8, 8, 200, "larger than the screen" },
	{ AVU_VALUE_ZOOM, 50, 0, 0, 0, 0, 200, "small, in the middle" },
	{ AVU_VALUE_HORIZONTAL_KEYSTONE, 100, 2, 2, 8, 4, 200, "the right edge is half as high" },
	{ AVU_VALUE_HORIZONTAL_KEYSTONE, -100, 2, 2, 4, 8, 200, "the left one" },
	{ AVU_VALUE_VERTICAL_KEYSTONE, 100, 4, 8, 2, 2, 200, "the upper edge is half as wide" },
	{ AVU_VALUE_VERTICAL_KEYSTONE, -100, 8, 4, 2, 2, 200, "the lower one" },
	{ AVU_VALUE_HORIZONTAL_PAN, 50, 4, 4, 8, 0, 0, "to the left: half is left" },
	{ AVU_VALUE_HORIZONTAL_PAN, -50, 4, 4, 0, 8, 200, "to the right" },
	{ AVU_VALUE_VERTICAL_PAN, 50, 0, 8, 4, 4, 200, "down" },
	{ AVU_VALUE_VERTICAL_PAN, -50, 8, 0, 4, 4, 0, "up" },
};

static unsigned
count(const uint8_t *frame, unsigned first, unsigned step)
{
	unsigned n = 0;

	for (unsigned i = 0; i < SIDE; i++) {
		n += frame[(first + i * step) * 4] >= 100;
	}
	return n;
}

static void
test_shapes(void)
{
	uint8_t in[SIDE * SIDE * 4], out[SIDE * SIDE * 4];

	memset(in, 200, sizeof(in));
	for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++) {
		g_test_message("%s", shapes[i].why);
		apply(shapes[i].value, shapes[i].number, shapes[i].value, shapes[i].number, in, out,
			SIDE, SIDE, &order);
		g_assert_cmpuint(count(out, 0, 1), ==, shapes[i].top);
		g_assert_cmpuint(count(out, SIDE * (SIDE - 1), 1), ==, shapes[i].bottom);
		g_assert_cmpuint(count(out, 0, SIDE), ==, shapes[i].left);
		g_assert_cmpuint(count(out, SIDE - 1, SIDE), ==, shapes[i].right);
		g_assert_cmpuint(out[(SIDE / 2 * SIDE + SIDE / 2) * 4], ==, shapes[i].middle);
	}
}

/* Twice as wide as high and turned by a quarter, it is half as large: as high as the screen, and a quarter of it
 * wide. */
static void
test_wide_turned(void)
{
	uint8_t in[8 * 4 * 4], out[8 * 4 * 4];

	memset(in, 200, sizeof(in));
	apply(AVU_VALUE_ROTATION, 90, AVU_VALUE_ROTATION, 90, in, out, 8, 4, &order);
	for (unsigned i = 0; i < 8 * 4; i++) {
		g_assert_cmpuint(out[(size_t)i * 4], ==, i % 8 == 3 || i % 8 == 4 ? 200 : 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/picture-frame/pixels", test_pixels);
	g_test_add_func("/picture-frame/square", test_a_square_turned);
	g_test_add_func("/picture-frame/sharpness", test_sharpness);
	g_test_add_func("/picture-frame/curves", test_curves);
	g_test_add_func("/picture-frame/shapes", test_shapes);
	g_test_add_func("/picture-frame/wide-turned", test_wide_turned);
	return g_test_run();
}
