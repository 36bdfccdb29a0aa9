/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which way to a picture is taken, by what a session has and what of it opens. */
#include "engine/display.h"
#include "engine/protocol.h"

#include <string.h>

#define WAY(way) (1u << (way))
#define ALL (WAY(DISPLAY_WAYLAND) | WAY(DISPLAY_X) | WAY(DISPLAY_CONSOLE))

typedef struct {
	unsigned opens;
	GString *asked; /* names, in the order in which they were tried */
} Trial;

static bool
opens(DisplayWay way, const char *name, void *data)
{
	Trial *trial = data;

	g_string_append_printf(trial->asked, "%s%s", trial->asked->len > 0 ? ", " : "", name);
	return (trial->opens & WAY(way)) != 0;
}

static const struct {
	const char *wayland, *x, *card;
	unsigned opens;
	DisplayWay chosen;
	const char *asked;
	const char *why;
} rows[] = {
	{ "wayland-0", ":0", "/dev/dri/card0", ALL, DISPLAY_WAYLAND, "Wayland wayland-0",
		"a desktop of today: X is there for old programs" },
	{ NULL, ":0", "/dev/dri/card0", ALL, DISPLAY_X, "X :0",
		"a desktop with X, which has the card" },
	{ NULL, NULL, "/dev/dri/card1", ALL, DISPLAY_CONSOLE, "console /dev/dri/card1",
		"a service on a board without a desktop" },
	{ "", "", "/dev/dri/card0", ALL, DISPLAY_CONSOLE, "console /dev/dri/card0",
		"empty variables are no servers" },
	{ "gone-0", ":0", NULL, WAY(DISPLAY_X), DISPLAY_X, "Wayland gone-0, X :0",
		"a compositor that has ended" },
	{ "gone-0", ":9", "/dev/dri/card0", WAY(DISPLAY_CONSOLE), DISPLAY_CONSOLE,
		"Wayland gone-0, X :9, console /dev/dri/card0", "both servers have ended" },
	{ NULL, NULL, "/dev/dri/card0", 0, DISPLAY_N_WAYS, "console /dev/dri/card0",
		"another program holds the card" },
	{ NULL, NULL, NULL, ALL, DISPLAY_N_WAYS, "", "a loudspeaker" },
};

static void
test_choice(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const DisplaySession session = { { [DISPLAY_WAYLAND] = (char *)rows[i].wayland,
			[DISPLAY_X] = (char *)rows[i].x,
			[DISPLAY_CONSOLE] = (char *)rows[i].card } };
		Trial trial = { rows[i].opens, g_string_new(NULL) };

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(display_choose(&session, opens, &trial), ==, rows[i].chosen);
		g_assert_cmpstr(trial.asked->str, ==, rows[i].asked);
		g_string_free(trial.asked, TRUE);
	}
}

/* From the environment. */
static void
test_session(void)
{
	g_auto(DisplaySession) session = { { NULL } };

	(void)g_setenv("WAYLAND_DISPLAY", "wayland-7", TRUE);
	(void)g_setenv("DISPLAY", ":7", TRUE);
	display_session_init(&session);
	g_assert_cmpstr(session.where[DISPLAY_WAYLAND], ==, "wayland-7");
	g_assert_cmpstr(session.where[DISPLAY_X], ==, ":7");
	g_assert_true(session.where[DISPLAY_CONSOLE] == NULL ||
		      g_str_has_prefix(session.where[DISPLAY_CONSOLE], "/dev/dri/card"));
	g_assert_true(display_is_there());
}

/* LIM-21. */
static void
test_attachments(void)
{
	g_assert_cmpuint(media_attachment_max(MEDIA_COVER), ==, 8 * 1024 * 1024);
	g_assert_cmpuint(media_attachment_max(MEDIA_SUBTITLES), ==, 2 * 1024 * 1024);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/display/choice", test_choice);
	g_test_add_func("/display/session", test_session);
	g_test_add_func("/engine/attachments", test_attachments);
	return g_test_run();
}
