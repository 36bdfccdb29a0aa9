/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which names and paths a pattern means. */
#include <string.h>

#include <av-upnp/error.h>

#include "mediaserver/library/exclude.h"

static const struct {
	const char *pattern, *folder, *name; /* below /srv/music */
	bool left_out;
	const char *why;
} rows[] = {
	{ "Podcasts", "", "Podcasts", true, "a name" },
	{ "Podcasts", "A/B", "Podcasts", true, "the same, deep" },
	{ "Podcasts", "", "podcasts", false, "of a disk that knows upper and lower case" },
	{ "Podcasts", "", "My Podcasts", false, "the whole name" },
	{ "*.tmp", "A", "x.tmp", true, "an ending" },
	{ "*.tmp", "A", ".tmp", true, "of nothing" },
	{ "*.tmp", "A", "x.tmp.flac", false, "not the end" },
	{ "*.tmp", "A.tmp", "x", false, "its folder is another question" },
	{ "a*b*c", "", "aXbXbXc", true, "several" },
	{ "a*b*c", "", "acb", false, "in their order" },
	{ "*aab", "", "aaaab", true, "tried again behind what fits at first" },
	{ "?", "", "x", true, "one" },
	{ "?", "", "xy", false, "no more" },
	{ "?\xff*", "", "x\xff\xfe", true, "no UTF-8" },
	{ "*", "A", "x", true, "all there is" },
	{ "/srv/music/old", "", "old", true, "a path" },
	{ "/srv/music/old/", "", "old", true, "with a slash at its end" },
	{ "/srv/music/old", "A", "old", false, "the name elsewhere" },
	{ "/srv/music/*/old", "A", "old", true, "in each folder" },
	{ "/srv/music/*/old", "A/B", "old", false, "no star goes over a slash" },
	{ "/srv/music/*/old", "", "old", false, "nor under one" },
	{ "/srv/*/A/*.tmp", "A", "x.tmp", true, "a star on both sides of a slash" },
	{ "/srv/*c/A/*.tmp", "A", "x.flac", false, "and the end does not fit" },
	{ "/srv/music/?x", "", "/x", false, "nor a question mark" },
	{ "/srv/music/**.jpg", "", "x.jpg", true, "two stars: in the folder" },
	{ "/srv/music/**.jpg", "A/B", "x.jpg", true, "and deep below it" },
	{ "/srv/music/**.jpg", "A/B", "x.jpg.flac", false, "not the end" },
	{ "/srv/musi?/**/old", "A/B", "old", true, "whole folders between" },
	{ "/srv/music/**/old", "", "old", false, "at least one, with two slashes" },
	{ "/srv/**/B/*/old", "A/B/B/C", "old", true, "the first B is not the one" },
	{ "/srv/**/B/*/old", "A/B/C/D", "old", false, "one star is one name, still" },
	{ "**.tmp", "A", "x.tmp", true, "of a name, no more than one star" },
	{ "/srv", "", "x", false, "a folder above: what is shared is shared" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *const patterns[] = { "unlike", rows[i].pattern, "/un/like", NULL };
		g_autoptr(GError) error = NULL;
		g_autoptr(Exclude) exclude = exclude_new(patterns, &error);

		g_test_message("%s: %s", rows[i].pattern, rows[i].why);
		g_assert_no_error(error);
		g_assert_cmpint(exclude_has(exclude, "/srv/music", rows[i].folder, rows[i].name),
			==, rows[i].left_out);
	}
	g_assert_false(exclude_has(NULL, "/srv/music", "", "x"));
}

/* The root of all is a shared folder, too. */
static void
test_slash(void)
{
	const char *const patterns[] = { "/srv", NULL };
	g_autoptr(Exclude) exclude = exclude_new(patterns, NULL);

	g_assert_true(exclude_has(exclude, "/", "", "srv"));
	g_assert_false(exclude_has(exclude, "/", "", "usr"));
}

static void
test_refused(void)
{
	g_autofree char *endless = g_strnfill(8192, 'x');
	const char *const wrong[] = { "", "/", "Music/old", endless };

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		const char *const patterns[] = { wrong[i], NULL };
		g_autoptr(GError) error = NULL;

		g_assert_null(exclude_new(patterns, &error));
		g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
		g_assert_cmpuint(strlen(error->message), <, 200);
	}
}

/* Time is bounded: of a hundred stars and a long name. */
static void
test_stars(void)
{
	g_autoptr(GString) pattern = g_string_new(NULL);
	g_autofree char *name = g_strnfill(255, 'a');

	for (unsigned i = 0; i < 100; i++) {
		g_string_append(pattern, "*a");
	}
	g_string_append(pattern, "b");
	const char *const patterns[] = { pattern->str, NULL };
	g_autoptr(Exclude) exclude = exclude_new(patterns, NULL);

	g_assert_false(exclude_has(exclude, "/srv", "", name));
}

/* As the words say it, without a thought of time. */
static bool
fits_by_definition(const char *pattern, const char *text)
{
	if (pattern[0] == '\0') {
		return text[0] == '\0';
	}
	if (pattern[0] == '*') {
		const bool any = pattern[1] == '*';

		return fits_by_definition(pattern + (any ? strspn(pattern, "*") : 1), text) ||
		       (text[0] != '\0' && (any || text[0] != '/') &&
			       fits_by_definition(pattern, text + 1));
	}
	return text[0] != '\0' &&
	       (pattern[0] == text[0] || (pattern[0] == '?' && text[0] != '/')) &&
	       fits_by_definition(pattern + 1, text + 1);
}

static void
fill(char *text, const char *letters, size_t most)
{
	const size_t n = (size_t)g_test_rand_int_range(0, (int)most);

	for (size_t i = 0; i < n; i++) {
		text[i] = letters[g_test_rand_int_range(0, (int)strlen(letters))];
	}
	text[n] = 'a'; /* a slash at the end is taken away */
	text[n + 1] = '\0';
}

static void
test_definition(void)
{
	unsigned n_fit = 0;

	for (unsigned i = 0; i < 20000; i++) {
		char pattern[16] = "/", text[16] = "/";
		const char *const patterns[] = { pattern, NULL };

		fill(pattern + 1, "ab/?***", 9);
		fill(text + 1, "aab/", 9);
		g_autoptr(Exclude) exclude = exclude_new(patterns, NULL);
		const bool fits = fits_by_definition(pattern, text);

		g_test_message("%s of %s", pattern, text);
		g_assert_cmpint(exclude_has(exclude, "/", "", text + 1), ==, fits);
		n_fit += fits ? 1 : 0;
	}
	g_assert_cmpuint(n_fit, >, 500);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/exclude/rows", test_rows);
	g_test_add_func("/exclude/slash", test_slash);
	g_test_add_func("/exclude/refused", test_refused);
	g_test_add_func("/exclude/stars", test_stars);
	g_test_add_func("/exclude/definition", test_definition);
	return g_test_run();
}
