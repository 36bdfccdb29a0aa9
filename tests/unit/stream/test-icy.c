/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Titles taken out of a radio stream, in pieces of every size. */

#include <string.h>

#include <av-upnp/icy.h>

static const struct {
	size_t interval;
	const char *
		block; /* after "abcd", filled up with NUL; then comes "efgh"; NULL: no octet of it */
	unsigned pieces;            /* of 16 octets, that its first octet says */
	const char *media, *titles; /* titles, each with a bar behind it */
	const char *why;
} rows[] = {
	{ 0, NULL, 0, "abcdefgh", "", "no metadata announced" },
	{ 4, "", 0, "abcdefgh", "", "an empty block" },
	{ 4, "StreamTitle='';", 1, "abcdefgh", "|", "an empty title" },
	{ 4, "StreamTitle='A - B';", 2, "abcdefgh", "A - B|", "filled up" },
	{ 4, "StreamTitle='It's';", 2, "abcdefgh", "It's|", "an apostrophe" },
	{ 4, "StreamUrl='u';StreamTitle='x';", 2, "abcdefgh", "x|", "another key first" },
	{ 4, "StreamUrl='u';", 1, "abcdefgh", "", "no title" },
	{ 4, "StreamTitle='Bj\xf6rk';", 2, "abcdefgh", "Bj\xc3\xb6rk|", "Latin-1" },
	{ 4, "StreamTitle='a\x1b[1mb';", 2, "abcdefgh", "a[1mb|", "control characters vanish" },
	{ 4, "StreamTitle='never closed", 2, "abcdefgh", "", "no end" },
	{ 4, "StreamTitle='cut off';", 5, "abcd", "", "the stream ends in the block" },
};

static void
run(size_t interval, const char *octets, size_t len, size_t piece, GString *media, GString *titles)
{
	AvuIcy icy;

	avu_icy_init(&icy, interval);
	for (size_t at = 0; at < len;) {
		size_t n = MIN(piece, len - at);
		size_t here = avu_icy_count_media(&icy, n);
		g_autofree char *title = NULL;

		if (here > 0) {
			g_string_append_len(media, octets + at, (gssize)here);
			avu_icy_pass_media(&icy, here);
			at += here;
			continue;
		}
		at += avu_icy_take_block(&icy, octets + at, n, &title);
		if (title != NULL) {
			g_string_append_printf(titles, "%s|", title);
		}
	}
}

static void
test_streams(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char octets[4 + 1 + 32 + 4] = "abcd";
		size_t len = 4;

		if (rows[i].block != NULL) {
			octets[len++] = (char)rows[i].pieces;
			memcpy(octets + len, rows[i].block, strlen(rows[i].block));
			len += MIN(rows[i].pieces, 2u) * 16;
		}
		memcpy(octets + len, "efgh", 4);
		len += 4;
		for (size_t piece = 1; piece <= 50; piece++) {
			g_autoptr(GString) media = g_string_new(NULL);
			g_autoptr(GString) titles = g_string_new(NULL);

			run(rows[i].interval, octets, len, piece, media, titles);
			g_test_message("%s, in pieces of %zu", rows[i].why, piece);
			g_assert_cmpstr(media->str, ==, rows[i].media);
			g_assert_cmpstr(titles->str, ==, rows[i].titles);
		}
	}
}

/* The longest block there can be, and a title that is cut at 512 octets. */
static void
test_longest(void)
{
	g_autoptr(GString) octets = g_string_new("abcd\xff");
	g_autoptr(GString) media = g_string_new(NULL);
	g_autoptr(GString) titles = g_string_new(NULL);

	g_string_append(octets, "StreamTitle='");
	while (octets->len < 5 + AVU_ICY_TEXT_MAX - 2) {
		g_string_append_c(octets, 'x');
	}
	g_string_append(octets, "';efgh");
	run(4, octets->str, octets->len, SIZE_MAX, media, titles);
	g_assert_cmpstr(media->str, ==, "abcdefgh");
	g_assert_cmpuint(titles->len, ==, 512 + 1);
}

/* What is written can be read again. */
static const struct {
	const char *title, *read;
	size_t octets;
	const char *why;
} written[] = {
	{ NULL, "", 1, "nothing new" },
	{ "", "|", 1 + 16, "nothing is played" },
	{ "a", "a|", 1 + 16, "filled up to 16" },
	{ "ab", "ab|", 1 + 32, "one more than 16" },
	{ "It's; here", "It's; here|", 1 + 32, "apostrophe and semicolon" },
	{ "Bj\xc3\xb6rk", "Bj\xc3\xb6rk|", 1 + 32, "more octets than letters" },
};

static void
test_written(void)
{
	char block[AVU_ICY_BLOCK_MAX];

	for (size_t i = 0; i < G_N_ELEMENTS(written); i++) {
		g_autoptr(GString) octets = g_string_new("abcd");
		g_autoptr(GString) media = g_string_new(NULL);
		g_autoptr(GString) titles = g_string_new(NULL);
		const size_t len = avu_icy_format_block(written[i].title, block);

		g_test_message("%s", written[i].why);
		g_assert_cmpuint(len, ==, written[i].octets);
		g_string_append_len(octets, block, (gssize)len);
		g_string_append(octets, "efgh");
		run(4, octets->str, octets->len, SIZE_MAX, media, titles);
		g_assert_cmpstr(media->str, ==, "abcdefgh");
		g_assert_cmpstr(titles->str, ==, written[i].read);
	}
}

/* A title longer than a block is cut between two letters. */
static void
test_written_cut(void)
{
	char block[AVU_ICY_BLOCK_MAX];
	g_autoptr(GString) title = g_string_new("x");

	while (title->len < AVU_ICY_BLOCK_MAX) {
		g_string_append(title, "\xc3\xb6");
	}
	g_assert_cmpuint(avu_icy_format_block(title->str, block), ==, AVU_ICY_BLOCK_MAX);
	g_assert_true(
		g_utf8_validate(block + 1, (gssize)strnlen(block + 1, AVU_ICY_TEXT_MAX), NULL));
	g_assert_nonnull(memmem(block, sizeof block, "\xb6';", 3));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/icy/streams", test_streams);
	g_test_add_func("/icy/longest", test_longest);
	g_test_add_func("/icy/written", test_written);
	g_test_add_func("/icy/written-cut", test_written_cut);
	return g_test_run();
}
