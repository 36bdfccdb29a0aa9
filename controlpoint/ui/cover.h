/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ui/cover.h: a picture as characters: each cell is two square pixels, one above the other. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#define COVER_SIDE 64 /* pixels that are asked for; a picture has no more */
#define COVER_COLUMNS_MAX 24
#define COVER_ROWS_MAX 12

typedef struct {
	uint8_t red, green, blue;
} CoverColour;

typedef struct CoverPicture CoverPicture;

/** Reads a PPM as "avcp cover --ppm" writes it: P6, 8 bits a colour, no comment, nothing behind it.
 *  @return NULL: it is none, or too large; g_free() it */
CoverPicture *cover_picture_parse(const void *octets, size_t len);

typedef struct {
	CoverColour upper, lower;
} CoverCell;

/* What is drawn, in rows from the top. */
typedef struct {
	unsigned columns, rows; /* at least 1 */
	CoverCell cells[COVER_COLUMNS_MAX * COVER_ROWS_MAX];
} CoverCells;

/** Fills as much of so many cells as it can without becoming broader or higher than it is.
 *  @param columns,rows  at most COVER_COLUMNS_MAX, COVER_ROWS_MAX  @return false: there is no room */
bool cover_cells_make(
	const CoverPicture *picture, unsigned columns, unsigned rows, CoverCells *ret_cells);

/** Nearest of the 240 fixed ones of xterm's 256 colours. */
uint8_t cover_colour_find(CoverColour colour);
