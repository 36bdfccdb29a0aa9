/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nothing is opened here: a variable says where the server is, a node that there is a card. */

#include "display.h"

#include <unistd.h>

#define CARDS_MAX 8

/* Wayland before X: where both are, X is the one that is emulated. */
static const struct {
	const char *name;
	const char *variable; /* NULL: a card */
} ways[DISPLAY_N_WAYS] = {
	[DISPLAY_WAYLAND] = { "Wayland", "WAYLAND_DISPLAY" },
	[DISPLAY_X] = { "X", "DISPLAY" },
	[DISPLAY_CONSOLE] = { "console", NULL },
};

static char *
find_card(void)
{
	for (unsigned i = 0; i < CARDS_MAX; i++) {
		g_autofree char *path = g_strdup_printf("/dev/dri/card%u", i);

		if (access(path, R_OK | W_OK) == 0) {
			return g_steal_pointer(&path);
		}
	}
	return NULL;
}

char *
display_dup_name(DisplayWay way)
{
	const char *variable = ways[way].variable;
	g_autofree char *where = variable != NULL ? g_strdup(g_getenv(variable)) : find_card();

	return where != NULL && *where != '\0' ? g_strconcat(ways[way].name, " ", where, NULL)
					       : NULL;
}

bool
display_is_there(void)
{
	for (unsigned i = 0; i < DISPLAY_N_WAYS; i++) {
		g_autofree char *name = display_dup_name((DisplayWay)i);

		if (name != NULL) {
			return true;
		}
	}
	return false;
}
