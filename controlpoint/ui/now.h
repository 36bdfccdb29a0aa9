/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ui/now.h: what plays, as a line of a given width; and width of text. Pure. */
#pragma once

#include "ui/model.h"

/** "playing  1:23 / 3:25  ██████▌·····  volume 40". @param columns  that it fills  @return g_free() it */
char *now_format(const UiNow *now, unsigned columns);
/** Columns that text fills at a terminal. */
unsigned now_width(const char *text);
/** As much of the text as fits into so many columns, with "…" where something is missing. g_free() it. */
char *now_cut(const char *text, unsigned columns);
