/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The order of titles: articles, numbers, letters of a language. The languages come from the C
 * library's sources of locales, compiled for this test; where there are none, that part is skipped. */
#include <glib/gstdio.h>
#include <string.h>

#include "mediaserver/catalogue/letters.h"
#include "mediaserver/catalogue/sort-key.h"

/* Titles in the order they must have. */
static const struct {
	const char *locale;   /* NULL: none */
	const char *articles; /* with blanks between */
	const char *titles[8];
	const char *why;
} rows[] = {
	{ NULL, "", { "Track 2", "track 10", "Track 100", NULL }, "numbers by value, any case" },
	{ NULL, "", { "Arger", "\303\204rgerer", "Arz", NULL }, "accents do not count" },
	{ NULL, "the a", { "The Beatles", "A Camp", "Dido", "The The", NULL },
		"articles do not count" },
	{ NULL, "the", { "The", "Then", "Theremin", NULL }, "nor do they where nothing follows" },
	{ NULL, "l'", { "L'Aigle", "Le Mans", NULL }, "an article that is joined" },
	{ NULL, "", { "Dido", "The Beatles", NULL }, "without the setting they count" },
	{ "de_DE", "", { "Ost", "\303\226tzi", "Oz", NULL }, "to a German it is an o" },
	{ "sv_SE", "", { "Oz", "Zz", "\303\205bo", "\303\204lg", "\303\226tzi", NULL },
		"to a Swede it comes after z" },
	{ "sv_SE", "the", { "The \303\205 9", "The \303\205 10", "\303\205b", NULL },
		"all together" },
};

/* @return whether that language is there now */
static bool
provide(const char *folder, const char *locale)
{
	g_autofree char *name = g_strconcat(locale, ".UTF-8", NULL);
	g_autofree char *path = g_build_filename(folder, name, NULL);
	/* the folder alone says nothing: without sources localedef leaves an empty one */
	g_autofree char *order = g_build_filename(path, "LC_COLLATE", NULL);
	const char *const command[] = { "localedef", "--no-archive", "-i", locale, "-f", "UTF-8",
		path, NULL };
	int status = 1;

	if (g_file_test(order, G_FILE_TEST_EXISTS)) {
		return true;
	}
	return g_spawn_sync(NULL, (char **)command, NULL,
		       G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL |
			       G_SPAWN_STDOUT_TO_DEV_NULL,
		       NULL, NULL, NULL, NULL, &status, NULL) &&
	       g_file_test(order, G_FILE_TEST_EXISTS);
}

static char *folder;

#if AVU_SANITIZED
/* What the C library keeps of a locale found through LOCPATH. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:argz_add_sep";
}
#endif

static void
test_order(const void *data)
{
	size_t i = GPOINTER_TO_SIZE(data);
	g_auto(GStrv) articles = g_strsplit(rows[i].articles, " ", -1);
	g_autofree char *locale =
		rows[i].locale != NULL ? g_strconcat(rows[i].locale, ".UTF-8", NULL) : NULL;
	g_autofree char *last = NULL;

	if (rows[i].articles[0] == '\0') {
		g_clear_pointer(&articles[0], g_free);
	}
	if (rows[i].locale != NULL && !provide(folder, rows[i].locale)) {
		g_test_skip("no sources of locales");
		return;
	}
	sort_key_configure((const char *const *)articles, locale);
	for (size_t t = 0; rows[i].titles[t] != NULL; t++) {
		char *key = sort_key_dup(rows[i].titles[t]);

		g_test_message("%s", rows[i].titles[t]);
		g_assert_true(g_utf8_validate(key, -1, NULL));
		g_assert_true(last == NULL || strcmp(last, key) < 0);
		g_free(last);
		last = key;
	}
	sort_key_configure(NULL, NULL);
}

static void
expect_letter(const char *title, const char *wanted)
{
	char letter[LETTER_MAX];
	g_autofree char *key = sort_key_dup(title);

	letter_of(key, letter);
	g_assert_cmpstr(letter, ==, wanted);
}

static void
test_letters(void)
{
	sort_key_configure(NULL, NULL);
	expect_letter("\303\226tzi", "O");
	expect_letter("", "#");
	expect_letter("(What)", "#");
	expect_letter("7 Seconds", "0\342\200\2239");
	expect_letter("\316\221\316\270\316\256\316\275\316\261", "\316\221"); /* Greek */
	int64_t plain = sort_key_get_signature();

	if (!provide(folder, "sv_SE")) {
		g_test_skip("no sources of locales");
		return;
	}
	sort_key_configure(NULL, "sv_SE.UTF-8");
	expect_letter("\303\226tzi", "\303\226");
	expect_letter("Zorn", "Z");
	g_assert_cmpint(sort_key_get_signature(), !=, plain);
	sort_key_configure(NULL, "xx_XX.UTF-8"); /* not there */
	expect_letter("\303\226tzi", "O");
}

static void
remove_tree(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *below = g_build_filename(path, name, NULL);

		remove_tree(below);
	}
	(void)g_remove(path);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	folder = g_dir_make_tmp("locales-XXXXXX", NULL);
	g_setenv("LOCPATH", folder, TRUE);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name = g_strdup_printf("/sort-key/%zu %s", i, rows[i].why);

		g_test_add_data_func(name, GSIZE_TO_POINTER(i), test_order);
	}
	g_test_add_func("/sort-key/letters", test_letters);
	int code = g_test_run();

	remove_tree(folder);
	g_free(folder);
	return code;
}
