/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A rename replaces nothing, also where the file system cannot see to that. */
#include "mediaserver/import/new-name.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include <av-upnp/fd.h>

typedef int (*Rename)(int from_folder, const char *from, int to_folder, const char *to);

static const struct {
	const char *from, *to;
	int problem; /* 0: it is done */
	const char *why;
} rows[] = {
	{ "file", "new", 0, "a file" },
	{ "file", "other", EEXIST, "there is a file" },
	{ "file", "folder", EEXIST, "there is a folder" },
	{ "folder", "new", 0, "a folder" },
	{ "folder", "other", EEXIST, "a folder where a file is" },
	{ "folder", "empty", EEXIST, "a folder where an empty one is" },
	{ "folder", "folder/in", EINVAL, "into itself" },
	{ "none", "new", ENOENT, "nothing" },
	{ "file", "none/new", ENOENT, "nowhere" },
};

static void
put(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	g_assert_true(g_file_set_contents(path, name, -1, NULL));
}

static void
test_row(Rename rename_it, size_t row)
{
	g_autofree char *folder = g_dir_make_tmp("new-name-XXXXXX", NULL);
	avu_autofd int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	g_test_message("%s", rows[row].why);
	put(folder, "file");
	put(folder, "other");
	g_assert_cmpint(mkdirat(fd, "folder", 0700), ==, 0);
	g_assert_cmpint(mkdirat(fd, "empty", 0700), ==, 0);
	const int done = rename_it(fd, rows[row].from, fd, rows[row].to);

	g_assert_cmpint(done < 0 ? errno : 0, ==, rows[row].problem);
	if (done == 0) {
		g_assert_cmpint(faccessat(fd, rows[row].to, F_OK, 0), ==, 0);
		g_assert_cmpint(faccessat(fd, rows[row].from, F_OK, 0), <, 0);
	}
	g_autofree char *other = g_build_filename(folder, "other", NULL);
	g_autofree char *text = NULL;

	g_assert_true(g_file_get_contents(other, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "other");
	static const char *const files[] = { "file", "other", "new" };

	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		(void)unlinkat(fd, files[i], 0);
		(void)unlinkat(fd, files[i], AT_REMOVEDIR);
	}
	(void)unlinkat(fd, "folder", AT_REMOVEDIR);
	(void)unlinkat(fd, "empty", AT_REMOVEDIR);
	g_assert_cmpint(g_rmdir(folder), ==, 0);
}

static void
test_rows(const void *rename_it)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		test_row(*(const Rename *)rename_it, i);
	}
}

int
main(int argc, char **argv)
{
	static const Rename whole = new_name_rename, steps = new_name_rename_by_steps;

	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/new-name/one-step", &whole, test_rows);
	g_test_add_data_func("/new-name/by-steps", &steps, test_rows);
	return g_test_run();
}
