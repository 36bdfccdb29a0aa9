/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <av-upnp/error.h>

#include "item/local-file.h"

/* Made once, in the folder that is the current one. */
static const struct {
	const char *path;
	const char *text;
} files[] = {
	{ "a10.mp3", "x" },
	{ "a9.mp3", "x" },
	{ ".hidden.mp3", "x" },
	{ "notes.txt", "x" },
	{ "sub/b%20c.flac", "x" },
	{ "sub/d e.ogg", "x" },
	{ "list.m3u", "#EXTM3U\n#EXTINF:12,Nine\na9.mp3\nsub/d%20e.ogg\nsub/b%20c.flac\n"
		      "http://192.0.2.1/radio\nnotes.txt\ngone.mp3\n" },
	{ "bad.xspf", "<playlist" },
	{ "i0123456789abcde", "x" },
};

static void
make_files(const char *folder)
{
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(folder, files[i].path, NULL);
		g_autofree char *parent = g_path_get_dirname(path);

		g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
		g_assert_true(g_file_set_contents(path, files[i].text, -1, NULL));
	}
	g_assert_cmpint(symlink("..", "sub/loop"), ==, 0);
}

static const struct {
	const char *operand;
	bool server_named;
	bool meant;
	const char *why;
} words[] = {
	{ "a9.mp3", false, true, "a media file here" },
	{ "list.m3u", false, true, "a playlist here" },
	{ "gone.mp3", false, false, "that is not there" },
	{ "i0123456789abcde", false, false, "a word that is an object id" },
	{ "./i0123456789abcde", false, true, "unless its folder is named" },
	{ "sub", false, false, "a folder that may be meant otherwise" },
	{ "sub/", false, true, "a folder" },
	{ ".", false, true, "this folder" },
	{ "..", true, true, "the one above, which no server has" },
	{ "/tmp", false, true, "a whole path" },
	{ "/tmp", true, false, "which is the server's when one is named" },
	{ "a9.mp3", true, true, "what cannot be the server's" },
	{ "NAS:/Music", false, false, "a path on a server" },
	{ "/dev/null", false, false, "no file and no folder" },
};

static void
test_is_meant(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		g_test_message("%s: %s", words[i].operand, words[i].why);
		g_assert_cmpint(local_file_is_meant(words[i].operand, words[i].server_named), ==,
			words[i].meant);
	}
}

static bool
collect(const char *file, const char *title, int64_t duration_ns, void *data)
{
	GString *text = data;
	g_autofree char *path = g_filename_from_uri(file, NULL, NULL);
	g_autofree char *here = g_get_current_dir();
	const char *name = path != NULL ? path + strlen(here) + 1 : file;

	g_string_append_printf(text, "%s|%s|%d ", name, title,
		duration_ns == AVU_TIME_NONE ? -1 : (int)(duration_ns / AVU_NS_PER_S));
	return strstr(text->str, "STOP") == NULL;
}

static const struct {
	const char *operand;
	const char *files;
	const char *why;
} lists[] = {
	{ "a9.mp3", "a9.mp3|a9.mp3|-1 ", "a file" },
	{ "./sub/../a9.mp3", "a9.mp3|a9.mp3|-1 ", "by its plain name" },
	{ ".",
		"a9.mp3|a9.mp3|-1 a10.mp3|a10.mp3|-1 sub/b%20c.flac|b%20c.flac|-1 sub/d e.ogg|d "
		"e.ogg|-1 ",
		"a folder: numbers by value, nothing hidden, no links to folders, media only" },
	{ "list.m3u",
		"a9.mp3|Nine|12 sub/d e.ogg|d e.ogg|-1 sub/b%20c.flac|b%20c.flac|-1 "
		"http://192.0.2.1/radio|http://192.0.2.1/radio|-1 gone.mp3|gone.mp3|-1 ",
		"a playlist: escapes where the file is called otherwise" },
};

static void
test_list(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(GError) error = NULL;

		g_test_message("%s: %s", lists[i].operand, lists[i].why);
		g_assert_true(local_file_list(lists[i].operand, collect, text, &error));
		g_assert_no_error(error);
		g_assert_cmpstr(text->str, ==, lists[i].files);
	}
}

static bool
take_one(const char *file, const char *title, int64_t duration_ns, void *data)
{
	unsigned *n = data;

	(void)file, (void)title, (void)duration_ns;
	(*n)++;
	return false;
}

static void
test_enough(void)
{
	static const char *const operands[] = { ".", "list.m3u" };

	for (size_t i = 0; i < G_N_ELEMENTS(operands); i++) {
		unsigned n = 0;

		g_assert_true(local_file_list(operands[i], take_one, &n, NULL));
		g_assert_cmpuint(n, ==, 1);
	}
}

static void
test_wrong(void)
{
	static const struct {
		const char *operand;
		AvuError code;
	} rows[] = {
		{ "gone.mp3", AVU_ERROR_NOT_FOUND },
		{ "bad.xspf", AVU_ERROR_SYNTAX },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		unsigned n = 0;

		g_assert_false(local_file_list(rows[i].operand, take_one, &n, &error));
		g_assert_error(error, AVU_ERROR, (int)rows[i].code);
		g_assert_nonnull(strstr(error->message, rows[i].operand));
		g_assert_cmpuint(n, ==, 0);
	}
}

static void
remove_files(void)
{
	g_assert_cmpint(unlink("sub/loop"), ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		g_assert_cmpint(unlink(files[i].path), ==, 0);
	}
	g_assert_cmpint(rmdir("sub"), ==, 0);
}

int
main(int argc, char **argv)
{
	g_autofree char *folder = g_dir_make_tmp("local-file-XXXXXX", NULL);

	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(chdir(folder), ==, 0);
	g_assert_cmpint(g_mkdir("sub", 0700), ==, 0);
	make_files(folder);
	g_test_add_func("/local-file/is-meant", test_is_meant);
	g_test_add_func("/local-file/list", test_list);
	g_test_add_func("/local-file/enough", test_enough);
	g_test_add_func("/local-file/wrong", test_wrong);
	const int status = g_test_run();

	remove_files();
	(void)chdir("/");
	(void)rmdir(folder);
	return status;
}
