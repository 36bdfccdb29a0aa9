/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ui/screen.h: the terminal: draws a model, reads keys. The only place that knows curses. Main thread. */
#pragma once

#include "ui/model.h"

typedef struct UiScreen UiScreen;

/** Takes the terminal over. @return NULL with UNSUPPORTED (none, or one that cannot be drawn on) */
UiScreen *ui_screen_new(GError **error);
/** Gives the terminal back as it was. */
void ui_screen_free(UiScreen *screen);
/** The window has another size. */
void ui_screen_resize(UiScreen *screen);
/** Can it draw covers? */
bool ui_screen_shows_covers(const UiScreen *screen);
void ui_screen_draw(UiScreen *screen, UiModel *model);
/** The next key that waits, a character or one of UiKey. @return false: none does */
bool ui_screen_read_key(UiScreen *screen, uint32_t *ret_key);
/** The line at the bottom while something is typed; NULL: nothing is. */
void ui_screen_set_line(UiScreen *screen, const char *text);
