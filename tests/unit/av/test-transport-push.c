/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text of pushed playlists: lengths as control points may count them, and where lines are cut. */
#include <av-upnp/error.h>

#include "libav-upnp/av/transport-push.h"

static const struct {
	const char *text;
	uint32_t length;
	int code;
	const char *why;
} lengths[] = {
	{ "abc", 3, 0, "nothing is escaped" },
	{ "a&b", 7, 0, "a&amp;b" },
	{ "\"", 6, 0, "&quot;" },
	{ "\"", 1, 0, "a quote need not be" },
	{ "\xc3\xa4", 1, 0, "characters are counted" },
	{ "\xc3\xa4", 2, 0, "octets are" },
	{ "\xc3\xa4", 6, 0, "&#228;" },
	{ "abc", 2, 735, "less than there is" },
	{ "abc", 0, 735, "none" },
	{ "", 0, 735, "nothing" },
	{ "", 1, 735, "nothing, said to be something" },
	{ "abc", 31, 735, "more than any way to escape gives" },
	{ "abc", UINT32_MAX, 735, "far more" },
};

static void
test_lengths(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autoptr(TransportPush) push = transport_push_new(false, "a/b", "*");
		g_autoptr(GError) error = NULL;

		g_test_message("%s", lengths[i].why);
		g_assert_cmpint(
			transport_push_add(push, lengths[i].text, lengths[i].length, &error), ==,
			lengths[i].code == 0);
		g_assert_cmpuint(push->length, ==, lengths[i].code == 0 ? lengths[i].length : 0);
		g_assert_cmpint(error != NULL ? error->code : 0, ==, lengths[i].code);
	}
}

/* At the limit and one above: of a piece, of what was declared, of all. */
static void
test_limits(void)
{
	g_autoptr(TransportPush) push = transport_push_new(true, "a/b", "*");
	g_autofree char *piece = g_strnfill(TRANSPORT_PUSH_CHUNK_MAX + 1, 'a');
	const uint32_t rest = TRANSPORT_PUSH_TOTAL_MAX % TRANSPORT_PUSH_CHUNK_MAX;

	g_assert_false(transport_push_add(push, piece, TRANSPORT_PUSH_CHUNK_MAX + 1, NULL));
	piece[TRANSPORT_PUSH_CHUNK_MAX] = '\0';
	for (unsigned i = 0; i < TRANSPORT_PUSH_TOTAL_MAX / TRANSPORT_PUSH_CHUNK_MAX; i++) {
		g_assert_true(transport_push_add(push, piece, TRANSPORT_PUSH_CHUNK_MAX, NULL));
	}
	piece[rest + 1] = '\0';
	g_assert_false(transport_push_add(push, piece, rest + 1, NULL));
	piece[rest] = '\0';
	g_assert_true(transport_push_add(push, piece, rest, NULL));
	g_assert_true(transport_push_is_whole(push));
	g_assert_false(transport_push_add(push, "a", 1, NULL));

	g_autoptr(TransportPush) small = transport_push_new(false, "a/b", "*");

	small->total = 5;
	g_assert_true(transport_push_add(small, "abc", 3, NULL));
	g_assert_false(transport_push_is_whole(small));
	g_assert_false(transport_push_add(small, "abc", 3, NULL));
	g_assert_true(transport_push_add(small, "de", 2, NULL));
	g_assert_true(transport_push_is_whole(small));
}

static const struct {
	const char *piece;
	const char *lines; /* NULL: none yet */
	const char *why;
} cuts[] = {
	{ "#EXTM3U\n", NULL, "no track is named" },
	{ "#EXTINF:1,a\nhttp://x/1", NULL, "the line is not over" },
	{ "\n#EXTINF:1,b\n", "#EXTM3U\n#EXTINF:1,a\nhttp://x/1\n", "now it is; the title stays" },
	{ "http://x/2\r\n\r\nhttp://x/3\r\n#", "#EXTINF:1,b\nhttp://x/2\r\n\r\nhttp://x/3\r",
		"two" },
	{ "\n", NULL, "a comment" },
	{ "http://x/4", NULL, "the last one" },
};

static void
test_lines(void)
{
	g_autoptr(TransportPush) push = transport_push_new(true, "a/b", "*");

	for (size_t i = 0; i < G_N_ELEMENTS(cuts); i++) {
		g_test_message("%s", cuts[i].why);
		g_assert_true(transport_push_add(
			push, cuts[i].piece, (uint32_t)strlen(cuts[i].piece), NULL));
		g_autofree char *lines = transport_push_take_lines(push);

		g_assert_cmpstr(lines, ==, cuts[i].lines);
	}
	push->open = false;
	g_autofree char *rest = transport_push_take_lines(push);

	g_assert_cmpstr(rest, ==, "\n#\nhttp://x/4");
	g_assert_null(transport_push_take_lines(push));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/transport-push/lengths", test_lengths);
	g_test_add_func("/transport-push/limits", test_limits);
	g_test_add_func("/transport-push/lines", test_lines);
	return g_test_run();
}
