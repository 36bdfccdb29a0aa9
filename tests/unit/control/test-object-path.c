/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/object-path.h>

static const struct {
	const char *text;
	const char *device; /* NULL: none */
	const char *titles; /* joined by '|' */
	int code;           /* AvuError, -1: accepted */
	const char *why;
} paths[] = {
	{ "NAS:/Music/Post", "NAS", "Music|Post", -1, "plain" },
	{ "NAS:/", "NAS", "", -1, "root" },
	{ "NAS:", "NAS", "", -1, "root, slash left out" },
	{ "/Music", NULL, "Music", -1, "server from elsewhere" },
	{ "/", NULL, "", -1, "root of the server from elsewhere" },
	{ "A: B:/x", "A: B", "x", -1, "a colon alone does not separate" },
	{ "A:/b:/c", "A", "b:|c", -1, "the first \":/\" separates" },
	{ "NAS:/AC\\/DC/Back", "NAS", "AC/DC|Back", -1, "slash in a title" },
	{ "NAS:/a\\\\b", "NAS", "a\\b", -1, "backslash in a title" },
	{ "NAS:/a\\b", "NAS", "a\\b", -1, "a backslash before anything else is itself" },
	{ "NAS:/a\\\\/b", "NAS", "a\\|b", -1, "title that ends in a backslash" },
	{ "NAS:/a\\", "NAS", "a\\", -1, "backslash at the very end" },
	{ "NAS://a", NULL, "", AVU_ERROR_USAGE, "looks like a URL" },
	{ "http://192.0.2.1/a", NULL, "", AVU_ERROR_USAGE, "a URL" },
	{ "NAS:/a//b/", "NAS", "a|b", -1, "empty titles" },
	{ "64$1$0", NULL, "", AVU_ERROR_USAGE, "an object id" },
	{ ":/a", NULL, "", AVU_ERROR_USAGE, "no name before the separator" },
	{ ":", NULL, "", AVU_ERROR_USAGE, "a colon alone" },
	{ "", NULL, "", AVU_ERROR_USAGE, "empty" },
	{ "NAS:/\xff", NULL, "", AVU_ERROR_USAGE, "not UTF-8" },
};

static void
test_parse(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(AvuObjectPath) path = avu_object_path_parse(paths[i].text, &error);

		g_test_message("%s", paths[i].why);
		if (paths[i].code >= 0) {
			g_assert_null(path);
			g_assert_error(error, AVU_ERROR, paths[i].code);
			continue;
		}
		g_assert_no_error(error);
		g_autofree char *titles = g_strjoinv("|", path->titles);

		g_assert_cmpstr(path->device, ==, paths[i].device);
		g_assert_cmpstr(titles, ==, paths[i].titles);
	}
}

static void
test_limits(void)
{
	g_autofree char *long_title = g_strnfill(AVU_LIMIT_PATH, 'x');
	g_autofree char *too_long = g_strconcat("N:/", long_title, NULL);
	GString *deep = g_string_new("N:");
	g_autoptr(GError) error = NULL;

	g_assert_null(avu_object_path_parse(too_long, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
	g_clear_error(&error);
	for (unsigned i = 0; i < AVU_OBJECT_PATH_DEPTH_MAX; i++) {
		g_string_append(deep, "/x");
	}
	g_autoptr(AvuObjectPath) deepest = avu_object_path_parse(deep->str, &error);

	g_assert_no_error(error);
	g_assert_nonnull(deepest);
	g_string_append(deep, "/x");
	g_assert_null(avu_object_path_parse(deep->str, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
	g_string_free(deep, true);
}

static const struct {
	const char *title;
	const char *escaped;
} escapes[] = {
	{ "Post", "Post" },
	{ "AC/DC", "AC\\/DC" },
	{ "a\\b", "a\\\\b" },
	{ "", "" },
};

static void
test_escape(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(escapes); i++) {
		g_autofree char *escaped = avu_object_path_escape(escapes[i].title);

		g_assert_cmpstr(escaped, ==, escapes[i].escaped);
	}
}

static const struct {
	const char *title;
	const char *children; /* titles joined by '|'; ids are "0", "1", … */
	const char *id;       /* NULL: error */
	int code;
	const char *why;
} matches[] = {
	{ "Post", "Debut|Post", "1", 0, "the one" },
	{ "post", "Debut|Post", "1", 0, "case differs, no other" },
	{ "post", "Post|post|POST", "1", 0, "exact wins over case" },
	{ "pOST", "Post|post", NULL, AVU_ERROR_AMBIGUOUS, "two differ in case only" },
	{ "Post", "Post|x|Post", NULL, AVU_ERROR_AMBIGUOUS, "two are exactly equal" },
	{ "Pos", "Post", NULL, AVU_ERROR_NOT_FOUND, "a part is not enough" },
	{ "Post", "", NULL, AVU_ERROR_NOT_FOUND, "empty container" },
	{ "BJÖRK", "Björk", "0", 0, "case beyond ASCII" },
};

static void
test_match(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(matches); i++) {
		g_autoptr(AvuTitleMatcher) matcher = avu_title_matcher_new(matches[i].title);
		g_auto(GStrv) titles = g_strsplit(matches[i].children, "|", -1);
		g_autoptr(GError) error = NULL;

		g_test_message(
			"%s in %s: %s", matches[i].title, matches[i].children, matches[i].why);
		for (size_t j = 0; titles[j] != NULL; j++) {
			g_autofree char *id = g_strdup_printf("%zu", j);
			const AvuObject child = { .id = id, .title = titles[j] };

			avu_title_matcher_add(matcher, &child);
		}
		const char *found = avu_title_matcher_finish(matcher, "Artists", &error);

		g_assert_cmpstr(found, ==, matches[i].id);
		if (found == NULL) {
			g_assert_error(error, AVU_ERROR, matches[i].code);
		}
	}
}

static void
test_match_message(void)
{
	g_autoptr(AvuTitleMatcher) matcher = avu_title_matcher_new("a");
	const AvuObject hostile = { .id = "7", .title = "a" };
	const AvuObject twin = { .id = "8\x1b[2J", .title = "a" };
	const AvuObject without = { .id = "9", .title = NULL };
	g_autoptr(GError) error = NULL;

	avu_title_matcher_add(matcher, &hostile);
	avu_title_matcher_add(matcher, &twin);
	avu_title_matcher_add(matcher, &without);
	g_assert_null(avu_title_matcher_finish(matcher, "W", &error));
	g_assert_nonnull(strstr(error->message, "(id 7)"));
	g_assert_null(strchr(error->message, '\x1b'));
}

static const struct {
	const char *title, *children; /* as above */
	const char *told;             /* behind what was not found and where */
	const char *why;
} nearest[] = {
	{ "Psot", "Debut|Post|Homogenic", "; nearest: \"Post\"", "two letters swapped" },
	{ "vespert", "Debut|Vespertine|Post", "; nearest: \"Vespertine\"", "a part of it" },
	{ "Post (1995)", "Debut|Post", "; nearest: \"Post\"", "more than it" },
	{ "Pos", "Past|Pots|Post", "; nearest: \"Pots\", \"Post\"",
		"the nearest first, those too far left out" },
	{ "xyz", "a|b|c|d|e|f|g", "; there is \"a\", \"b\", \"c\", \"d\", \"e\"",
		"none is near: the first ones" },
	{ "Post", "", "", "nothing there" },
	{ "a", "a\x1b[2J", "; nearest: \"a[2J\"", "not what a terminal would obey" },
};

static void
test_nearest(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(nearest); i++) {
		g_autoptr(AvuTitleMatcher) matcher = avu_title_matcher_new(nearest[i].title);
		g_auto(GStrv) titles = g_strsplit(nearest[i].children, "|", -1);
		g_autofree char *told = g_strdup_printf(
			"nothing called \"%s\" in \"W\"%s", nearest[i].title, nearest[i].told);
		g_autoptr(GError) error = NULL;

		g_test_message(
			"%s in %s: %s", nearest[i].title, nearest[i].children, nearest[i].why);
		for (size_t j = 0; titles[j] != NULL; j++) {
			const AvuObject child = { .id = "1", .title = titles[j] };

			avu_title_matcher_add(matcher, &child);
		}
		g_assert_null(avu_title_matcher_finish(matcher, "W", &error));
		g_assert_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND);
		g_assert_cmpstr(error->message, ==, told);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/object-path/parse", test_parse);
	g_test_add_func("/object-path/limits", test_limits);
	g_test_add_func("/object-path/escape", test_escape);
	g_test_add_func("/object-path/match", test_match);
	g_test_add_func("/object-path/match-message", test_match_message);
	g_test_add_func("/object-path/nearest", test_nearest);
	return g_test_run();
}
