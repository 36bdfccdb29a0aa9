/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state machine against the table of spec/upnp-av-avtransport.md 5, pair by pair. */
#include <string.h>

#include "libav-upnp/av/transport-rules.h"

/* '=' the standard allows it, '!' answers 701, '?' "may succeed or may answer 701"; Play without
 * contents may answer 702. */
static const struct {
	TransportAction action;
	const char *states; /* NO_MEDIA_PRESENT STOPPED PLAYING PAUSED_PLAYBACK TRANSITIONING */
} standard[] = {
	{ TRANSPORT_SET_URI, "=====" },
	{ TRANSPORT_SET_NEXT_URI, "=====" },
	{ TRANSPORT_PLAY, "?===?" },
	{ TRANSPORT_STOP, "!====" },
	{ TRANSPORT_PAUSE, "?\?=?\?" },
	{ TRANSPORT_SEEK, "?==??" },
	{ TRANSPORT_NEXT, "?==??" },
	{ TRANSPORT_PREVIOUS, "?==??" },
	{ TRANSPORT_SET_MODE, "=====" },
	{ TRANSPORT_PUSH, "=====" },
};

static void
test_checks(void)
{
	g_assert_cmpint(G_N_ELEMENTS(standard), ==, TRANSPORT_N_ACTIONS);
	for (size_t i = 0; i < G_N_ELEMENTS(standard); i++) {
		for (unsigned state = 0; state < TRANSPORT_N_STATES; state++) {
			const int code =
				transport_rules_check((TransportState)state, standard[i].action);
			const char rule = standard[i].states[state];

			g_test_message("action %d in %s", standard[i].action,
				transport_rules_name((TransportState)state));
			g_assert_true(rule != '=' || code == 0);
			g_assert_true(rule != '!' || code == 701);
			g_assert_true(rule != '?' || code == 0 || code == 701 ||
				      (standard[i].action == TRANSPORT_PLAY && code == 702));
		}
	}
	/* "never a toggle" */
	g_assert_cmpint(transport_rules_check(TRANSPORT_PAUSED_PLAYBACK, TRANSPORT_PAUSE), ==, 701);
}

/* 735: "transport action before the total was reached" */
static void
test_arriving(void)
{
	static const struct {
		TransportAction action;
		int code;
	} rows[] = { { TRANSPORT_SET_URI, 0 }, { TRANSPORT_SET_NEXT_URI, 0 },
		{ TRANSPORT_PLAY, 735 }, { TRANSPORT_STOP, 735 }, { TRANSPORT_PAUSE, 735 },
		{ TRANSPORT_SEEK, 735 }, { TRANSPORT_NEXT, 735 }, { TRANSPORT_PREVIOUS, 735 },
		{ TRANSPORT_SET_MODE, 0 }, { TRANSPORT_PUSH, 0 }, { TRANSPORT_ASK, 0 } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_assert_cmpint(transport_rules_check_arriving(rows[i].action), ==, rows[i].code);
	}
}

static void
test_asking(void)
{
	for (unsigned state = 0; state < TRANSPORT_N_STATES; state++) {
		g_assert_cmpint(transport_rules_check((TransportState)state, TRANSPORT_ASK), ==, 0);
	}
}

static const struct {
	bool has_media;
	TransportWish wish;
	AvuEngineState engine;
	const char *shown;
} shows[] = {
	{ false, TRANSPORT_WISH_STOP, AVU_ENGINE_STOPPED, "NO_MEDIA_PRESENT" },
	{ true, TRANSPORT_WISH_STOP, AVU_ENGINE_STOPPED, "STOPPED" },
	{ true, TRANSPORT_WISH_STOP, AVU_ENGINE_TRANSITIONING, "STOPPED" }, /* loads ahead */
	{ true, TRANSPORT_WISH_STOP, AVU_ENGINE_PAUSED, "STOPPED" },        /* is loaded */
	{ true, TRANSPORT_WISH_STOP, AVU_ENGINE_PLAYING, "STOPPED" },
	{ true, TRANSPORT_WISH_PLAY, AVU_ENGINE_STOPPED, "TRANSITIONING" },
	{ true, TRANSPORT_WISH_PLAY, AVU_ENGINE_TRANSITIONING, "TRANSITIONING" },
	{ true, TRANSPORT_WISH_PLAY, AVU_ENGINE_PAUSED, "TRANSITIONING" }, /* asked to go on */
	{ true, TRANSPORT_WISH_PLAY, AVU_ENGINE_PLAYING, "PLAYING" },
	{ true, TRANSPORT_WISH_PAUSE, AVU_ENGINE_PLAYING, "PLAYING" }, /* still sounds */
	{ true, TRANSPORT_WISH_PAUSE, AVU_ENGINE_PAUSED, "PAUSED_PLAYBACK" },
	{ true, TRANSPORT_WISH_PAUSE, AVU_ENGINE_TRANSITIONING, "PAUSED_PLAYBACK" },
	{ true, TRANSPORT_WISH_PAUSE, AVU_ENGINE_STOPPED, "PAUSED_PLAYBACK" },
};

static void
test_shown(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(shows); i++) {
		g_assert_cmpstr(transport_rules_name(transport_rules_show(
					shows[i].has_media, shows[i].wish, shows[i].engine)),
			==, shows[i].shown);
	}
}

/* Nothing is offered that would be refused. */
static const struct {
	TransportState state;
	unsigned facts;
	const char *actions;
} offers[] = {
	{ TRANSPORT_NO_MEDIA_PRESENT, TRANSPORT_HAS_NEXT | TRANSPORT_IS_SEEKABLE, "" },
	{ TRANSPORT_STOPPED, TRANSPORT_IS_SEEKABLE, "Play,Stop,Seek" },
	{ TRANSPORT_PLAYING, TRANSPORT_IS_SEEKABLE, "Play,Stop,Pause,Seek" },
	{ TRANSPORT_PLAYING, 0, "Play,Stop,Pause" },
	{ TRANSPORT_PLAYING, TRANSPORT_HAS_NEXT | TRANSPORT_IS_SEEKABLE,
		"Play,Stop,Pause,Seek,Next" },
	{ TRANSPORT_PAUSED_PLAYBACK, TRANSPORT_IS_SEEKABLE, "Play,Stop,Seek" },
	{ TRANSPORT_TRANSITIONING, 0, "Play,Stop,Pause" },
};

static void
test_offers(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(offers); i++) {
		g_autofree char *actions =
			transport_rules_format_actions(offers[i].state, offers[i].facts);

		g_assert_cmpstr(actions, ==, offers[i].actions);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/transport-rules/checks", test_checks);
	g_test_add_func("/transport-rules/asking", test_asking);
	g_test_add_func("/transport-rules/arriving", test_arriving);
	g_test_add_func("/transport-rules/shown", test_shown);
	g_test_add_func("/transport-rules/offers", test_offers);
	return g_test_run();
}
