/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <av-upnp/error.h>

#include "queue/queue.h"

/* Entries are single letters; "*" stands before the one that plays, or at the end. */
static Queue *
make(const char *picture)
{
	Queue *queue = queue_new();
	unsigned at = 0;

	for (unsigned n = 0; *picture != '\0'; picture++) {
		char title[] = { *picture, '\0' };
		const QueueEntry entry = { title, title, title, NULL, AVU_TIME_NONE };

		if (*picture == '*') {
			at = n;
			continue;
		}
		g_assert_true(queue_insert(queue, n++, &entry, NULL));
	}
	queue_set_at(queue, at);
	return queue;
}

static char *
draw(const Queue *queue)
{
	GString *picture = g_string_new(NULL);

	for (unsigned i = 0; i <= queue_get_n(queue); i++) {
		g_string_append(picture, i == queue_get_at(queue) ? "*" : "");
		g_string_append(picture, i < queue_get_n(queue) ? queue_get(queue, i)->title : "");
	}
	return g_string_free(picture, false);
}

static const struct {
	const char *before;
	enum { INSERT, MOVE, REMOVE } deed;
	unsigned from, to; /* REMOVE: how many */
	const char *after; /* NULL: no such position */
	const char *why;
} rows[] = {
	{ "*", INSERT, 0, 0, "*x", "the first" },
	{ "a*b", INSERT, 2, 0, "a*bx", "at the end" },
	{ "a*b", INSERT, 99, 0, "a*bx", "behind the end is the end" },
	{ "a*b", INSERT, 0, 0, "xa*b", "before what plays" },
	{ "a*b", INSERT, 1, 0, "ax*b", "right before what plays" },
	{ "ab*", INSERT, 2, 0, "ab*x", "all played: the new one is next" },
	{ "*abcd", MOVE, 0, 2, "bc*ad", "what plays moves" },
	{ "ab*cd", MOVE, 0, 3, "b*cda", "from before to behind" },
	{ "ab*cd", MOVE, 3, 0, "dab*c", "from behind to before" },
	{ "ab*cd", MOVE, 3, 2, "abd*c", "to where it plays" },
	{ "ab*cd", MOVE, 0, 2, "b*cad", "to right behind what plays" },
	{ "*ab", MOVE, 0, 2, NULL, "to no position" },
	{ "*ab", MOVE, 2, 0, NULL, "from no position" },
	{ "ab*cd", REMOVE, 0, 1, "b*cd", "before" },
	{ "ab*cd", REMOVE, 3, 1, "ab*c", "behind" },
	{ "ab*cd", REMOVE, 2, 1, "ab*d", "what plays" },
	{ "ab*cd", REMOVE, 1, 3, "a*", "with all behind it" },
	{ "abc*d", REMOVE, 1, 2, "a*d", "up to it" },
	{ "ab*", REMOVE, 0, 2, "*", "all" },
	{ "*ab", REMOVE, 1, 2, NULL, "more than there are" },
	{ "*ab", REMOVE, 0, 0, "*ab", "none" },
};

static void
test_deeds(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Queue) queue = make(rows[i].before);
		g_autoptr(GError) error = NULL;
		char x[] = "x";
		const QueueEntry entry = { x, x, x, NULL, AVU_TIME_NONE };
		const bool done = rows[i].deed == INSERT
					  ? queue_insert(queue, rows[i].from, &entry, &error)
				  : rows[i].deed == MOVE
					  ? queue_move(queue, rows[i].from, rows[i].to, &error)
					  : queue_remove(queue, rows[i].from, rows[i].to, &error);
		g_autofree char *picture = draw(queue);

		g_test_message("%s: %s", rows[i].before, rows[i].why);
		g_assert_cmpint(done, ==, rows[i].after != NULL);
		g_assert_cmpstr(
			picture, ==, rows[i].after != NULL ? rows[i].after : rows[i].before);
		if (!done) {
			g_assert_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND);
		}
	}
}

static void
test_json(void)
{
	g_autoptr(Queue) queue = make("ab*c");
	g_autoptr(GError) error = NULL;
	json_auto_t *json = queue_to_json(queue);
	g_autoptr(Queue) again = queue_from_json(json, &error);
	g_autofree char *picture = draw(again);

	g_assert_no_error(error);
	g_assert_cmpstr(picture, ==, "ab*c");
}

static void
test_bad_json(void)
{
	static const struct {
		const char *text;
		const char *why;
	} bad[] = {
		{ "[]", "no object" },
		{ "{\"at\":0}", "no entries" },
		{ "{\"at\":\"0\",\"entries\":[]}", "position is a text" },
		{ "{\"at\":0,\"entries\":[{}]}", "an entry without anything" },
		{ "{\"at\":0,\"entries\":[{\"title\":\"a\",\"uri\":1,\"metadata\":\"\"}]}",
			"a number for a URI" },
		{ "{\"at\":0,\"entries\":[7]}", "an entry that is none" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		json_auto_t *json = json_loads(bad[i].text, 0, NULL);

		g_test_message("%s", bad[i].why);
		g_assert_null(queue_from_json(json, &error));
		g_assert_error(error, AVU_ERROR, AVU_ERROR_SYNTAX);
	}
}

static void
test_full(void)
{
	g_autoptr(Queue) queue = queue_new();
	g_autoptr(GError) error = NULL;
	char x[] = "x";
	const QueueEntry entry = { x, x, x, NULL, AVU_TIME_NONE };

	for (unsigned i = 0; i < QUEUE_ENTRIES_MAX; i++) {
		g_assert_true(queue_insert(queue, i, &entry, NULL));
	}
	g_assert_false(queue_insert(queue, 0, &entry, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
	queue_clear(queue);
	g_assert_cmpuint(queue_get_n(queue), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/queue/deeds", test_deeds);
	g_test_add_func("/queue/json", test_json);
	g_test_add_func("/queue/bad-json", test_bad_json);
	g_test_add_func("/queue/full", test_full);
	return g_test_run();
}
