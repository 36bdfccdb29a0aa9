/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ui/screen-cover.h: a cover at the terminal, by half blocks in two colours. After curses has begun. Main thread. */
#pragma once

#include "ui/cover.h"

/** Has the terminal the colours and the characters for it? */
bool screen_cover_is_possible(void);
/** Draws it; takes pairs of colours from first_pair on, one for each cell. */
void screen_cover_draw(const CoverCells *cells, int y, int x, int first_pair);
