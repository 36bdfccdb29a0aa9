/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of views when they are read again by a program that gave up its rights: what it never had is not missed, what
 * it had is. */
#include <glib/gstdio.h>
#include <unistd.h>

#include <av-upnp/error.h>

#include "mediaserver/catalogue/view-file.h"

#define NOBODY 65534

static const char *const none[] = { NULL };

static void
test_given_up(const void *config)
{
	g_autofree char *folder = g_build_filename(config, "av-upnp", NULL);
	g_autofree char *path = g_build_filename(folder, "views.conf", NULL);
	g_autoptr(GError) error = NULL;
	const uid_t own = geteuid();
	ViewSet *set;

	if (own != 0) {
		g_test_skip("only root has rights to give up");
		return;
	}
	g_assert_true(views_load(&error)); /* there is no file of one's own */
	g_assert_no_error(error);
	g_assert_cmpint(seteuid(NOBODY), ==, 0);
	set = view_set_load(none, &error);
	g_assert_no_error(error);
	g_clear_pointer(&set, view_set_free);
	g_assert_cmpint(seteuid(own), ==, 0);
	/* one that is in use is not forgotten */
	g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, "[own]\nTitle=Own\nItems=audio\n", -1, NULL));
	set = view_set_load(none, &error);
	g_assert_no_error(error);
	views_use(set);
	g_assert_cmpint(seteuid(NOBODY), ==, 0);
	g_assert_null(view_set_load(none, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_DENIED);
	g_assert_cmpint(seteuid(own), ==, 0);
	g_assert_cmpint(g_unlink(path), ==, 0);
	g_assert_cmpint(g_rmdir(folder), ==, 0);
}

/* The shipped views where anybody can read them, wherever the build tree is. @return the folder */
static char *
copy_shipped(void)
{
	g_autofree char *from = g_build_filename(g_getenv("AV_UPNP_DATADIR"), "views.conf", NULL);
	char *folder = g_dir_make_tmp("view-load-data-XXXXXX", NULL);
	g_autofree char *to = g_build_filename(folder, "views.conf", NULL);
	g_autofree char *text = NULL;

	g_assert_true(g_file_get_contents(from, &text, NULL, NULL));
	g_assert_true(g_file_set_contents(to, text, -1, NULL));
	g_assert_cmpint(g_chmod(to, 0644), ==, 0);
	g_assert_cmpint(g_chmod(folder, 0755), ==, 0);
	(void)g_setenv("AV_UPNP_DATADIR", folder, TRUE);
	return folder;
}

int
main(int argc, char **argv)
{
	g_autofree char *config = g_dir_make_tmp("view-load-XXXXXX", NULL); /* of the one user */

	(void)g_setenv("XDG_CONFIG_HOME", config, TRUE);
	g_test_init(&argc, &argv, NULL);
	g_autofree char *shipped = copy_shipped();
	g_autofree char *file = g_build_filename(shipped, "views.conf", NULL);
	g_test_add_data_func("/view-load/given-up", config, test_given_up);
	const int code = g_test_run();

	(void)g_rmdir(config);
	(void)g_unlink(file);
	(void)g_rmdir(shipped);
	return code;
}
