/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ui/keys.h: which key does what, and the help that is made of it. Pure; no terminal. */
#pragma once

#include <av-upnp/base.h>

typedef enum {
	UI_NOTHING,
	UI_QUIT,
	UI_HELP,
	UI_DEVICES,
	UI_BROWSE,
	UI_QUEUE,
	UI_NEXT_PANE,
	UI_UP,
	UI_DOWN,
	UI_PAGE_UP,
	UI_PAGE_DOWN,
	UI_TOP,
	UI_BOTTOM,
	UI_ENTER,
	UI_BACK,
	UI_ADD,
	UI_TOGGLE,
	UI_STOP,
	UI_NEXT,
	UI_PREVIOUS,
	UI_FORWARD,
	UI_BACKWARD,
	UI_LOUDER,
	UI_SOFTER,
	UI_MUTE,
	UI_DELETE,
	UI_CLEAR,
	UI_MOVE_UP,
	UI_MOVE_DOWN,
	UI_SHUFFLE,
	UI_REPEAT,
	UI_REPEAT_ONE,
	UI_FIND,
	UI_FIND_AGAIN,
	UI_FIND_BACK,
	UI_TO_CURRENT,
	UI_RELOAD,
} UiAction;

/* Keys that are no characters. */
typedef enum {
	UI_KEY_UP = 0x110000, /* behind the last character */
	UI_KEY_DOWN,
	UI_KEY_LEFT,
	UI_KEY_RIGHT,
	UI_KEY_PAGE_UP,
	UI_KEY_PAGE_DOWN,
	UI_KEY_HOME,
	UI_KEY_END,
	UI_KEY_DELETE,
	UI_KEY_BACKSPACE,
	UI_KEY_F1,
} UiKey;

/** @param key  a character, or one of UiKey */
UiAction ui_keys_find(uint32_t key);
/** How many lines of help there are. */
unsigned ui_keys_count(void);
/** Lines of help: "  p  pause, go on". g_free() it. */
char *ui_keys_format_help(void);
