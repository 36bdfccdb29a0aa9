/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SEC-120: a folder that nothing leads out of; both ways to open must agree. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <av-upnp/fd.h>

#include "mediaserver/library/beneath.h"

/* The tree:  top/one  top/deep/er/two  top/fifo  top/out -> ..  top/in -> deep  top/to -> one
 *            secret */
static const struct {
	const char *path;
	int flags;
	const char *content; /* NULL: not opened; "": opened, nothing to read */
	const char *why;
} rows[] = {
	{ "one", 0, "1", "a file" },
	{ "deep/er/two", 0, "2", "a file some folders down" },
	{ "deep//er/./two", 0, "2", "empty steps and steps on the spot" },
	{ "", O_DIRECTORY, "", "the folder itself" },
	{ "deep/er", O_DIRECTORY, "", "a folder" },
	{ "deep/er/", O_DIRECTORY, "", "a folder with a slash behind" },
	{ "fifo", 0, "", "a FIFO without a writer does not block" },
	{ "none", 0, NULL, "not there" },
	{ "one", O_DIRECTORY, NULL, "a file where a folder is wanted" },
	{ "one/two", 0, NULL, "below a file" },
	{ "../secret", 0, NULL, "up" },
	{ "deep/../../secret", 0, NULL, "down and up twice" },
	{ "..", O_DIRECTORY, NULL, "up alone" },
	{ "/etc/passwd", 0, NULL, "absolute" },
	{ "out/secret", 0, NULL, "a link that leads out" },
	{ "out", O_DIRECTORY, NULL, "the link itself" },
	{ "in/er/two", 0, NULL, "a link that stays inside is not followed either" },
	{ "to", 0, NULL, "a link to a file" },
};

static char *
make_tree(void)
{
	g_autofree char *base = g_dir_make_tmp("av-upnp-beneath-XXXXXX", NULL);
	char *top = g_build_filename(base, "top", NULL);
	g_autofree char *er = g_build_filename(top, "deep/er", NULL);
	g_autofree char *one = g_build_filename(top, "one", NULL);
	g_autofree char *two = g_build_filename(er, "two", NULL);
	g_autofree char *secret = g_build_filename(base, "secret", NULL);
	g_autofree char *fifo = g_build_filename(top, "fifo", NULL);
	g_autofree char *out = g_build_filename(top, "out", NULL);
	g_autofree char *in = g_build_filename(top, "in", NULL);
	g_autofree char *to = g_build_filename(top, "to", NULL);

	g_assert_cmpint(g_mkdir_with_parents(er, 0755), ==, 0);
	g_assert_true(g_file_set_contents(one, "1", 1, NULL));
	g_assert_true(g_file_set_contents(two, "2", 1, NULL));
	g_assert_true(g_file_set_contents(secret, "s", 1, NULL));
	g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
	g_assert_cmpint(symlink("..", out), ==, 0);
	g_assert_cmpint(symlink("deep", in), ==, 0);
	g_assert_cmpint(symlink("one", to), ==, 0);
	return top;
}

static void
remove_tree(const char *top)
{
	char rm[] = "rm", recursive[] = "-r";
	g_autofree char *base = g_path_get_dirname(top);
	char *argv[] = { rm, recursive, base, NULL };

	g_assert_true(g_spawn_sync(
		NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
}

static void
test_rows(gconstpointer data)
{
	int (*const *open_below)(int, const char *, int) = data;
	g_autofree char *top = make_tree();
	avu_autofd int folder = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		avu_autofd int fd = (*open_below)(folder, rows[i].path, rows[i].flags);
		char text[8] = "";

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(fd >= 0, ==, rows[i].content != NULL);
		if (rows[i].content != NULL && rows[i].content[0] != '\0') {
			g_assert_cmpint(read(fd, text, sizeof text - 1), >, 0);
			g_assert_cmpstr(text, ==, rows[i].content);
		}
	}
	remove_tree(top);
}

static void
test_long_name(void)
{
	g_autofree char *name = g_strnfill(300, 'x');

	g_assert_cmpint(beneath_open_by_steps(AT_FDCWD, name, 0), ==, -1);
	g_assert_cmpint(errno, ==, ENAMETOOLONG);
}

int
main(int argc, char **argv)
{
	static int (*const at_once)(int, const char *, int) = beneath_open;
	static int (*const by_steps)(int, const char *, int) = beneath_open_by_steps;

	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/library/beneath/at-once", &at_once, test_rows);
	g_test_add_data_func("/library/beneath/by-steps", &by_steps, test_rows);
	g_test_add_func("/library/beneath/long-name", test_long_name);
	return g_test_run();
}
