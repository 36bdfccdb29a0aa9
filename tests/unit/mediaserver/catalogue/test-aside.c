/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Databases that are set aside again and again: which ones are kept, and that a log stays with its file. */
#include "mediaserver/catalogue/aside.h"

#include <glib/gstdio.h>

static char *top;

static char *
path_of(const char *name)
{
	return g_build_filename(top, name, NULL);
}

static void
write_file(const char *name, const char *text)
{
	g_autofree char *path = path_of(name);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* "-": no such file */
static void
expect(const char *name, const char *text)
{
	g_autofree char *path = path_of(name);
	g_autofree char *found = NULL;

	(void)g_file_get_contents(path, &found, NULL, NULL); /* may be missing */
	g_assert_cmpstr(found != NULL ? found : "-", ==, text);
}

static void
put_aside(void)
{
	g_autofree char *path = path_of("a.db");
	g_autoptr(GError) error = NULL;

	(void)aside_put(path, "old", &error);
	g_assert_no_error(error);
	expect("a.db", "-");
}

static void
test_order(void)
{
	write_file("a.db", "first");
	write_file("a.db-wal", "log of the first");
	put_aside();
	expect("a.db.old", "first");
	expect("a.db.old-wal", "log of the first");
	write_file("a.db", "second");
	put_aside();
	expect("a.db.old", "second");
	expect("a.db.old-wal", "-");
	expect("a.db.old.1", "first");
	expect("a.db.old.1-wal", "log of the first");
	write_file("a.db", "third");
	write_file("a.db-wal", "log of the third");
	put_aside();
	expect("a.db.old-wal", "log of the third");
	expect("a.db.old.1-wal", "-");
	expect("a.db.old.2", "first");
	write_file("a.db", "fourth");
	put_aside();
	expect("a.db.old", "fourth");
	expect("a.db.old.1", "third");
	expect("a.db.old.1-wal", "log of the third");
	expect("a.db.old.2", "second");
	expect("a.db.old.2-wal", "-");
	expect("a.db.old.3", "-");
}

static void
test_in_the_way(void)
{
	g_autofree char *path = path_of("a.db");
	g_autoptr(GError) error = NULL;

	/* a folder that is not empty, where the oldest copy would go: nothing is lost */
	g_autofree char *last = path_of("a.db.old.2");
	g_autofree char *last_inner = path_of("a.db.old.2/x");

	(void)g_unlink(last);
	g_assert_cmpint(g_mkdir(last, 0700), ==, 0);
	g_assert_true(g_file_set_contents(last_inner, "x", -1, NULL));
	write_file("a.db", "fifth");
	g_assert_false(aside_put(path, "old", &error));
	g_assert_nonnull(error);
	expect("a.db", "fifth");
	expect("a.db.old", "fourth");
	expect("a.db.old.1", "third");
	g_assert_cmpint(g_unlink(last_inner), ==, 0);
	g_assert_cmpint(g_rmdir(last), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	top = g_dir_make_tmp("aside-XXXXXX", NULL);
	g_test_add_func("/aside/order", test_order);
	g_test_add_func("/aside/in-the-way", test_in_the_way);
	int code = g_test_run();
	g_autoptr(GDir) dir = g_dir_open(top, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = path_of(name);

		(void)g_unlink(path);
	}
	(void)g_rmdir(top);
	g_free(top);
	return code;
}
