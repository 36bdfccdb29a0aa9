/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What comes from "avcp cover --ppm", as the text interface reads it: a picture that is taken makes cells in every room
 * there can be, and fills no more than that. */
#include "ui/cover.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree CoverPicture *picture = cover_picture_parse(data, size);

	for (unsigned rows = 0; picture != NULL && rows <= COVER_ROWS_MAX + 1; rows++) {
		for (unsigned columns = 0; columns <= COVER_COLUMNS_MAX + 1; columns++) {
			const bool room = rows > 0 && rows <= COVER_ROWS_MAX && columns > 0 &&
					  columns <= COVER_COLUMNS_MAX;
			CoverCells cells;

			g_assert_cmpint(cover_cells_make(picture, columns, rows, &cells), ==, room);
			if (room) {
				g_assert_cmpuint(cells.columns, >=, 1);
				g_assert_cmpuint(cells.columns, <=, columns);
				g_assert_cmpuint(cells.rows, >=, 1);
				g_assert_cmpuint(cells.rows, <=, rows);
				g_assert_cmpuint(cover_colour_find(cells.cells[0].upper), >=, 16);
			}
		}
	}
	return 0;
}
