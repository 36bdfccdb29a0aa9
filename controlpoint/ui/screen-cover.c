/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* 256 colours, or those that terminfo says are red, green and blue ("RGB"). Main thread. */
#include "ui/screen-cover.h"

#include <curses.h>
#include <langinfo.h>
#include <string.h>
#include <term.h>

#undef columns /* term.h takes the word */

#define COLOURS_MIN 256
#define PAIRS_MIN 512         /* for every cell and all the rest */
#define COLOURS_RGB (1 << 24) /* 8 bits each */
#define COLOURS_NUMBERED 8    /* of those: the lowest are not what they say */
#define UPPER_HALF L"\u2580"

bool
screen_cover_is_possible(void)
{
	return has_colors() && COLORS >= COLOURS_MIN && COLOR_PAIRS >= PAIRS_MIN &&
	       strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static int
number_of(CoverColour colour)
{
	char name[] = "RGB";
	const int rgb = colour.red << 16 | colour.green << 8 | colour.blue;

	if (COLORS < COLOURS_RGB || tigetflag(name) != 1) {
		return cover_colour_find(colour);
	}
	return rgb < COLOURS_NUMBERED ? 0 : rgb;
}

void
screen_cover_draw(const CoverCells *cells, int y, int x, int first_pair)
{
	for (unsigned i = 0; i < cells->columns * cells->rows; i++) {
		const CoverCell *cell = &cells->cells[i];
		const int pair = first_pair + (int)i;
		cchar_t half;

		if (init_extended_pair(pair, number_of(cell->upper), number_of(cell->lower)) ==
				OK &&
			setcchar(&half, UPPER_HALF, A_NORMAL, (short)pair, NULL) == OK) {
			(void)mvadd_wch(y + (int)(i / cells->columns),
				x + (int)(i % cells->columns), &half);
		}
	}
}
