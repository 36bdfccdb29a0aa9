/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Octets to a picture, a picture to cells. */
#include <string.h>

#include "ui/cover.h"

#define RED "\xff\0\0"
#define GREEN "\0\xff\0"
#define BLUE "\0\0\xff"
#define WHITE "\xff\xff\xff"
#define ROW(text) text, sizeof(text) - 1

static const struct {
	const char *octets;
	size_t len;
	bool good;
	const char *why;
} files[] = {
	{ ROW("P6\n1 1\n255\n" RED), true, "one pixel" },
	{ ROW("P6\n2 2\n255\n" RED GREEN BLUE WHITE), true, "four" },
	{ ROW(""), false, "nothing" },
	{ ROW("P6\n"), false, "no size" },
	{ ROW("P5\n1 1\n255\n\1"), false, "grey" },
	{ ROW("P6\n1 1\n255\n" RED "\0"), false, "an octet too many" },
	{ ROW("P6\n2 2\n255\n" RED GREEN BLUE "\xff\xff"), false, "an octet too few" },
	{ ROW("P6\n0 1\n255\n"), false, "no width" },
	{ ROW("P6\n1 0\n255\n"), false, "no height" },
	{ ROW("P6\n65 1\n255\n"), false, "wider than asked for" },
	{ ROW("P6\n-1 1\n255\n" RED), false, "a sign" },
	{ ROW("P6\n18446744073709551617 1\n255\n" RED), false, "beyond 64 bits" },
	{ ROW("P6\n1 1\n254\n" RED), false, "another depth" },
	{ ROW("P6\n1 1\n65535\n" RED RED), false, "16 bits" },
	{ ROW("P6\n# x\n1 1\n255\n" RED), false, "a comment, which we do not write" },
};

static void
test_files(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		/* of exactly that size, so that reading behind it is seen */
		g_autofree char *octets = g_memdup2(files[i].octets, files[i].len);
		g_autofree CoverPicture *picture = cover_picture_parse(octets, files[i].len);

		g_test_message("%s", files[i].why);
		g_assert_cmpint(picture != NULL, ==, files[i].good);
	}
}

/* Rooms and what is filled of them: a cell is as high as two are wide. */
static const struct {
	unsigned width, height;         /* of the picture */
	unsigned columns, rows;         /* of the room */
	unsigned ret_columns, ret_rows; /* 0: there is none */
	const char *why;
} rooms[] = {
	{ 64, 64, 14, 7, 14, 7, "a square fills a square" },
	{ 64, 64, 24, 7, 14, 7, "no broader than it is" },
	{ 64, 64, 6, 7, 6, 3, "no higher" },
	{ 64, 32, 12, 6, 12, 3, "broad" },
	{ 32, 64, 12, 6, 6, 6, "high" },
	{ 64, 1, 12, 6, 12, 1, "a line has a cell's height" },
	{ 1, 64, 12, 6, 1, 6, "and a cell's width" },
	{ 2, 2, 8, 4, 8, 4, "a small one grows" },
	{ 64, 64, 1, 1, 1, 1, "the smallest room" },
	{ 64, 64, 24, 12, 24, 12, "the largest" },
	{ 64, 64, 0, 4, 0, 0, "no width" },
	{ 64, 64, 4, 0, 0, 0, "no height" },
	{ 64, 64, 25, 12, 0, 0, "too broad" },
	{ 64, 64, 24, 13, 0, 0, "too high" },
};

static CoverPicture *
make_picture(unsigned width, unsigned height)
{
	g_autofree char *head = g_strdup_printf("P6\n%u %u\n255\n", width, height);
	GByteArray *octets = g_byte_array_new();

	g_byte_array_append(octets, (const uint8_t *)head, (guint)strlen(head));
	for (unsigned y = 0; y < height; y++) {
		for (unsigned x = 0; x < width; x++) {
			const char *const quarters[] = { RED, GREEN, BLUE, WHITE };

			g_byte_array_append(octets,
				(const uint8_t *)quarters[2 * (2 * y / height) + 2 * x / width], 3);
		}
	}
	CoverPicture *picture = cover_picture_parse(octets->data, octets->len);

	g_byte_array_unref(octets);
	g_assert_nonnull(picture);
	return picture;
}

static void
test_rooms(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rooms); i++) {
		g_autofree CoverPicture *picture = make_picture(rooms[i].width, rooms[i].height);
		CoverCells cells = { 0 };

		g_test_message("%s", rooms[i].why);
		g_assert_cmpint(cover_cells_make(picture, rooms[i].columns, rooms[i].rows, &cells),
			==, rooms[i].ret_columns > 0);
		g_assert_cmpuint(cells.columns, ==, rooms[i].ret_columns);
		g_assert_cmpuint(cells.rows, ==, rooms[i].ret_rows);
	}
}

static void
assert_colour(CoverColour colour, const char *octets)
{
	g_assert_cmpmem(&colour, sizeof colour, octets, 3);
}

static void
test_quarters(void)
{
	static const unsigned sides[] = { 2, 8, 64 };

	for (size_t i = 0; i < G_N_ELEMENTS(sides); i++) {
		g_autofree CoverPicture *picture = make_picture(sides[i], sides[i]);
		CoverCells cells;

		/* 2 × 1 cells are 2 × 2 pixels: one of each colour */
		g_assert_true(cover_cells_make(picture, 2, 1, &cells));
		g_assert_cmpuint(cells.columns, ==, 2);
		g_assert_cmpuint(cells.rows, ==, 1);
		assert_colour(cells.cells[0].upper, RED);
		assert_colour(cells.cells[1].upper, GREEN);
		assert_colour(cells.cells[0].lower, BLUE);
		assert_colour(cells.cells[1].lower, WHITE);
		/* 4 × 2: each twice as broad and as high */
		g_assert_true(cover_cells_make(picture, 4, 2, &cells));
		assert_colour(cells.cells[1].lower, RED);
		assert_colour(cells.cells[2].lower, GREEN);
		assert_colour(cells.cells[4].upper, BLUE);
		assert_colour(cells.cells[7].lower, WHITE);
	}
}

static void
test_mean(void)
{
	/* a column of four in one cell: the mean of two, and of two */
	static const char octets[] = "P6\n2 4\n255\n"
				     "\0\0\0\xc8\x64\x02"
				     "\0\0\0\xc8\x64\x02"
				     "\x0a\x0a\x0a\x0a\x0a\x0a"
				     "\x0a\x0a\x0a\x0a\x0a\x0a";
	g_autofree CoverPicture *picture = cover_picture_parse(octets, sizeof octets - 1);
	CoverCells cells;

	g_assert_nonnull(picture);
	g_assert_true(cover_cells_make(picture, 1, 1, &cells));
	assert_colour(cells.cells[0].upper, "\x64\x32\x01");
	assert_colour(cells.cells[0].lower, "\x0a\x0a\x0a");
}

/* By the table of xterm: 16 + 36 r + 6 g + b with edges 0, 95, 135, 175, 215, 255; greys 8 + 10 n. */
static const struct {
	CoverColour colour;
	uint8_t number;
} colours[] = {
	{ { 0, 0, 0 }, 16 }, { { 255, 255, 255 }, 231 }, { { 255, 0, 0 }, 196 },
	{ { 0, 255, 0 }, 46 }, { { 0, 0, 255 }, 21 }, { { 95, 135, 175 }, 67 },
	{ { 128, 128, 128 }, 244 }, /* 8 + 10 * 12; of the cube 135 is nearest */
	{ { 238, 238, 238 }, 255 }, { { 8, 8, 8 }, 232 },
	{ { 94, 94, 96 }, 59 },  /* 95 of the cube is nearer than 98 */
	{ { 250, 5, 47 }, 196 }, /* below the half to 95 */
	{ { 250, 5, 48 }, 197 }, /* above it */
};

static void
test_colours(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(colours); i++) {
		g_assert_cmpuint(cover_colour_find(colours[i].colour), ==, colours[i].number);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cover/files", test_files);
	g_test_add_func("/cover/rooms", test_rooms);
	g_test_add_func("/cover/quarters", test_quarters);
	g_test_add_func("/cover/mean", test_mean);
	g_test_add_func("/cover/colours", test_colours);
	return g_test_run();
}
