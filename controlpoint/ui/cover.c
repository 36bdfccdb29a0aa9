/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The octets are those of a program of ours, and are checked all the same. Pure. */
#include "ui/cover.h"

#include <string.h>

#include <av-upnp/cursor.h>

#define MAGIC "P6\n"
#define OCTETS 3 /* of a pixel */
#define FULL 255

struct CoverPicture {
	unsigned width, height;
	uint8_t pixels[];
};

static bool
take_number(AvuCursor *in, uint64_t max, char end, uint64_t *ret_value)
{
	if (!avu_cursor_take_uint(in, max, ret_value) || in->at == in->end || *in->at != end) {
		return false;
	}
	in->at++;
	return *ret_value > 0;
}

CoverPicture *
cover_picture_parse(const void *octets, size_t len)
{
	const size_t head = strlen(MAGIC);
	uint64_t width, height, full;

	if (len < head || memcmp(octets, MAGIC, head) != 0) {
		return NULL;
	}
	AvuCursor in = { (const char *)octets + head, (const char *)octets + len };

	if (!take_number(&in, COVER_SIDE, ' ', &width) ||
		!take_number(&in, COVER_SIDE, '\n', &height) ||
		!take_number(&in, FULL, '\n', &full) || full != FULL ||
		(size_t)(in.end - in.at) != width * height * OCTETS) {
		return NULL;
	}
	CoverPicture *picture = g_malloc(sizeof *picture + width * height * OCTETS);

	picture->width = (unsigned)width;
	picture->height = (unsigned)height;
	memcpy(picture->pixels, in.at, width * height * OCTETS);
	return picture;
}

/* Mean of what lies below one pixel of width × height; the nearest where the picture is smaller. */
static CoverColour
sample(const CoverPicture *picture, unsigned x, unsigned y, unsigned width, unsigned height)
{
	const unsigned left = x * picture->width / width, top = y * picture->height / height;
	const unsigned right = MAX((x + 1) * picture->width / width, left + 1);
	const unsigned bottom = MAX((y + 1) * picture->height / height, top + 1);
	const unsigned n = (right - left) * (bottom - top);
	unsigned sums[OCTETS] = { 0 };

	for (unsigned row = top; row < bottom; row++) {
		for (unsigned column = left; column < right; column++) {
			const uint8_t *pixel =
				picture->pixels + (row * picture->width + column) * OCTETS;

			for (size_t i = 0; i < OCTETS; i++) {
				sums[i] += pixel[i];
			}
		}
	}
	return (CoverColour){ (uint8_t)(sums[0] / n), (uint8_t)(sums[1] / n),
		(uint8_t)(sums[2] / n) };
}

bool
cover_cells_make(
	const CoverPicture *picture, unsigned columns, unsigned rows, CoverCells *ret_cells)
{
	if (columns == 0 || rows == 0 || columns > COVER_COLUMNS_MAX || rows > COVER_ROWS_MAX) {
		return false;
	}
	unsigned width = columns;
	unsigned height = width * picture->height / picture->width;

	if (height > 2 * rows) {
		height = 2 * rows;
		width = MAX(height * picture->width / picture->height, 1);
	}
	/* whole cells: an odd row of pixels more is one row of them too high */
	ret_cells->columns = width;
	ret_cells->rows = MAX((height + 1) / 2, 1);
	height = 2 * ret_cells->rows;
	for (unsigned y = 0; y < ret_cells->rows; y++) {
		for (unsigned x = 0; x < width; x++) {
			ret_cells->cells[y * width + x] =
				(CoverCell){ sample(picture, x, 2 * y, width, height),
					sample(picture, x, 2 * y + 1, width, height) };
		}
	}
	return true;
}

static unsigned
distance(CoverColour a, unsigned red, unsigned green, unsigned blue)
{
	const int r = (int)a.red - (int)red, g = (int)a.green - (int)green,
		  b = (int)a.blue - (int)blue;

	return (unsigned)(r * r + g * g + b * b);
}

uint8_t
cover_colour_find(CoverColour colour)
{
	/* 16 to 231 are a cube with these edges, 232 to 255 are greys of 8, 18, … 238 */
	static const unsigned steps[] = { 0, 95, 135, 175, 215, 255 };
	enum { CUBE = 16, GREYS = 232, N_GREYS = 24, GREY_FIRST = 8, GREY_STEP = 10 };
	const uint8_t parts[OCTETS] = { colour.red, colour.green, colour.blue };
	unsigned at[OCTETS] = { 0 };

	for (size_t i = 0; i < OCTETS; i++) {
		for (unsigned step = 1; step < G_N_ELEMENTS(steps); step++) {
			if (2U * parts[i] >= steps[step - 1] + steps[step]) {
				at[i] = step;
			}
		}
	}
	const unsigned mean = ((unsigned)colour.red + colour.green + colour.blue) / OCTETS;
	const unsigned grey =
		mean < GREY_FIRST
			? 0
			: MIN((mean - GREY_FIRST + GREY_STEP / 2) / GREY_STEP, N_GREYS - 1);
	const unsigned level = GREY_FIRST + GREY_STEP * grey;

	return (uint8_t)(distance(colour, level, level, level) <
					 distance(colour, steps[at[0]], steps[at[1]], steps[at[2]])
				 ? GREYS + grey
				 : CUBE + 36 * at[0] + 6 * at[1] + at[2]);
}
