/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which deliveries are one session: rows of who fetched what, when. Minutes of the film and of the
 * clock; a session is told by the minute in which it began. */
#include "mediaserver/delivery/play-sessions.h"

#define MIN_NS (60 * AVU_NS_PER_S)

typedef struct {
	const char *peer;
	int64_t item, start, reached, at; /* reached 0: no delivery */
} Fetch;

static const struct {
	Fetch fetches[3];
	int64_t start, reached, begun; /* the session of the last one */
	const char *why;
} rows[] = {
	{ { { "192.0.2.1", 1, 5, 9, 1 } }, 5, 9, 1, "one delivery is a session" },
	{ { { "192.0.2.1", 1, 5, 9, 1 }, { "192.0.2.1", 1, 9, 12, 2 } }, 5, 12, 1, "goes on" },
	{ { { "192.0.2.1", 1, 5, 9, 1 }, { "192.0.2.1", 1, 7, 8, 2 } }, 5, 9, 1,
		"fetches again what it had" },
	{ { { "192.0.2.1", 1, 5, 9, 1 }, { "192.0.2.1", 1, 10, 12, 2 } }, 10, 12, 2, "a seek" },
	{ { { "192.0.2.1", 1, 5, 9, 1 }, { "192.0.2.1", 1, 4, 6, 2 } }, 4, 6, 2, "a seek back" },
	{ { { "192.0.2.1", 1, 5, 9, 1 }, { "192.0.2.1", 1, 99, 100, 1 },
		  { "192.0.2.1", 1, 9, 12, 2 } },
		5, 12, 1, "the end is looked at in between" },
	{ { { "192.0.2.1", 1, 5, 9, 1 }, { "192.0.2.2", 1, 9, 12, 2 } }, 9, 12, 2,
		"another player" },
	{ { { "192.0.2.1", 1, 5, 9, 1 }, { "192.0.2.1", 2, 9, 12, 2 } }, 9, 12, 2, "another film" },
	{ { { "192.0.2.1", 1, 5, 9, 1 }, { "192.0.2.1", 1, 9, 12, 4 } }, 9, 12, 4,
		"later than two minutes" },
};

static bool
fetch(PlaySessions *sessions, const Fetch *one, PlaySession *ret_session)
{
	AvuAddress peer;

	g_assert_true(avu_address_parse(one->peer, &peer));
	play_sessions_begin(
		sessions, &peer, one->item, one->start * MIN_NS, one->at * MIN_NS, one->at * 60);
	return play_sessions_end(sessions, &peer, one->item, one->start * MIN_NS,
		one->reached * MIN_NS, one->at * MIN_NS, ret_session);
}

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(PlaySessions) sessions = play_sessions_new();
		PlaySession session = { .item = 0 };

		g_test_message("%s", rows[i].why);
		for (size_t f = 0; f < 3 && rows[i].fetches[f].reached != 0; f++) {
			g_assert_true(fetch(sessions, &rows[i].fetches[f], &session));
		}
		g_assert_cmpint(session.start_ns, ==, rows[i].start * MIN_NS);
		g_assert_cmpint(session.reached_ns, ==, rows[i].reached * MIN_NS);
		g_assert_cmpint(session.begun_ns, ==, rows[i].begun * MIN_NS);
		g_assert_cmpint(session.begun_wall_s, ==, rows[i].begun * 60);
		g_assert_cmpint(session.kept_s, ==, -1);
	}
}

static void
test_bounds(void)
{
	g_autoptr(PlaySessions) sessions = play_sessions_new();
	const Fetch first = { "192.0.2.1", 1, 5, 9, 1 };
	PlaySession session;
	AvuAddress peer;

	g_assert_true(fetch(sessions, &first, &session));
	play_sessions_keep(sessions, &session, 8 * MIN_NS, 99);
	g_assert_true(fetch(sessions, &first, &session));
	g_assert_cmpint(session.kept_s, ==, 99);
	g_assert_cmpint(session.kept_ns, ==, 8 * MIN_NS);
	for (int64_t item = 2; item < 2 + PLAY_SESSIONS_MAX; item++) {
		const Fetch other = { "192.0.2.1", item, 5, 9, 2 };

		g_assert_true(fetch(sessions, &other, &session));
	}
	/* more than are remembered: the oldest went */
	g_assert_true(avu_address_parse(first.peer, &peer));
	g_assert_false(play_sessions_end(sessions, &peer, 1, 5 * MIN_NS, 9 * MIN_NS, 0, &session));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/play-sessions/rows", test_rows);
	g_test_add_func("/play-sessions/bounds", test_bounds);
	return g_test_run();
}
