/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The keys of mpc's family: those of ncmpcpp where it has one for it, and of vi for moving. Constant. */
#include "ui/keys.h"

static const struct {
	UiAction action;
	const char *names;
	const char *help;
	uint32_t keys[4]; /* 0 ends them */
} bindings[] = {
	{ UI_DEVICES, "1", "devices", { '1' } },
	{ UI_BROWSE, "2", "what the server has", { '2' } },
	{ UI_QUEUE, "3", "the renderer's queue", { '3' } },
	{ UI_NEXT_PANE, "Tab", "the next of these", { '\t' } },
	{ UI_UP, "Up k", "up", { UI_KEY_UP, 'k' } },
	{ UI_DOWN, "Down j", "down", { UI_KEY_DOWN, 'j' } },
	{ UI_PAGE_UP, "PgUp Ctrl-B", "a screen up", { UI_KEY_PAGE_UP, 'b' - 'a' + 1 } },
	{ UI_PAGE_DOWN, "PgDn Ctrl-F", "a screen down", { UI_KEY_PAGE_DOWN, 'f' - 'a' + 1 } },
	{ UI_TOP, "Home g", "to the first", { UI_KEY_HOME, 'g' } },
	{ UI_BOTTOM, "End G", "to the last", { UI_KEY_END, 'G' } },
	{ UI_ENTER, "Enter l", "use, open, play", { '\r', '\n', 'l' } },
	{ UI_BACK, "Backspace h", "the folder above", { UI_KEY_BACKSPACE, 127, 8, 'h' } },
	{ UI_ADD, "Space a", "add to the queue", { ' ', 'a' } },
	{ UI_TOGGLE, "p", "pause, go on", { 'p' } },
	{ UI_STOP, "s", "stop", { 's' } },
	{ UI_NEXT, ">", "next track", { '>' } },
	{ UI_PREVIOUS, "<", "track before", { '<' } },
	{ UI_FORWARD, "f", "10 seconds on", { 'f' } },
	{ UI_BACKWARD, "b", "10 seconds back", { 'b' } },
	{ UI_LOUDER, "+ Right", "louder", { '+', '=', UI_KEY_RIGHT } },
	{ UI_SOFTER, "- Left", "softer", { '-', UI_KEY_LEFT } },
	{ UI_MUTE, "M", "mute on and off", { 'M' } },
	{ UI_DELETE, "d Del", "take out of the queue", { 'd', UI_KEY_DELETE } },
	{ UI_CLEAR, "c", "empty the queue", { 'c' } },
	{ UI_MOVE_UP, "m", "move the entry up", { 'm' } },
	{ UI_MOVE_DOWN, "n", "move the entry down", { 'n' } },
	{ UI_SHUFFLE, "z", "shuffle, or in order", { 'z' } },
	{ UI_REPEAT, "r", "repeat all, or not", { 'r' } },
	{ UI_REPEAT_ONE, "y", "repeat one, or not", { 'y' } },
	{ UI_FIND, "/", "find in the list", { '/' } },
	{ UI_FIND_AGAIN, ".", "find again", { '.' } },
	{ UI_FIND_BACK, ",", "find the one before", { ',' } },
	{ UI_TO_CURRENT, "o", "to the entry that plays", { 'o' } },
	{ UI_RELOAD, "u Ctrl-L", "ask and draw anew", { 'u', 'l' - 'a' + 1 } },
	{ UI_HELP, "F1 ?", "this help", { UI_KEY_F1, '?' } },
	{ UI_QUIT, "q Ctrl-C", "end", { 'q', 'c' - 'a' + 1 } },
};

UiAction
ui_keys_find(uint32_t key)
{
	for (size_t i = 0; i < G_N_ELEMENTS(bindings); i++) {
		for (size_t k = 0; k < G_N_ELEMENTS(bindings[i].keys) && bindings[i].keys[k] != 0;
			k++) {
			if (bindings[i].keys[k] == key) {
				return bindings[i].action;
			}
		}
	}
	return UI_NOTHING;
}

unsigned
ui_keys_count(void)
{
	return G_N_ELEMENTS(bindings);
}

char *
ui_keys_format_help(void)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(bindings); i++) {
		g_string_append_printf(text, "  %-11s  %s\n", bindings[i].names, bindings[i].help);
	}
	return g_string_free(text, false);
}
