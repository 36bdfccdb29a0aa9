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

void
display_session_init(DisplaySession *session)
{
	for (unsigned i = 0; i < DISPLAY_N_WAYS; i++) {
		session->where[i] = ways[i].variable != NULL ? g_strdup(g_getenv(ways[i].variable))
							     : find_card();
	}
}

void
display_session_clear(DisplaySession *session)
{
	for (unsigned i = 0; i < DISPLAY_N_WAYS; i++) {
		g_clear_pointer(&session->where[i], g_free);
	}
}

char *
display_dup_name(const DisplaySession *session, DisplayWay way)
{
	const char *where = session->where[way];

	return where != NULL && *where != '\0' ? g_strconcat(ways[way].name, " ", where, NULL)
					       : NULL;
}

DisplayWay
display_choose(const DisplaySession *session,
	bool (*opens)(DisplayWay way, const char *name, void *data), void *data)
{
	for (unsigned i = 0; i < DISPLAY_N_WAYS; i++) {
		g_autofree char *name = display_dup_name(session, (DisplayWay)i);

		if (name != NULL && opens((DisplayWay)i, name, data)) {
			return (DisplayWay)i;
		}
	}
	return DISPLAY_N_WAYS;
}

static bool
is_enough(DisplayWay way G_GNUC_UNUSED, const char *name G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
	return true;
}

bool
display_is_there(void)
{
	g_auto(DisplaySession) session = { { NULL } };

	display_session_init(&session);
	return display_choose(&session, is_enough, NULL) != DISPLAY_N_WAYS;
}
