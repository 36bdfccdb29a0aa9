/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole files: limits, replacement, folders. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

static char *folder;
static GString
	*synced;     /* what was told to be on disk: "f" a file, "d" a folder; NULL: nobody looks */
static bool failing; /* folders cannot be synced */

/* In libc's place. */
int
fsync(int fd)
{
	struct stat info;

	if (synced == NULL) {
		return (int)syscall(SYS_fsync, fd);
	}
	g_assert_cmpint(fstat(fd, &info), ==, 0);
	g_string_append_c(synced, S_ISDIR(info.st_mode) ? 'd' : 'f');
	if (S_ISDIR(info.st_mode) && failing) {
		errno = EIO;
		return -1;
	}
	return 0;
}

static void
test_read(void)
{
	g_autofree char *path = g_build_filename(folder, "read", NULL);
	g_autoptr(GError) error = NULL;

	g_assert_null(avu_file_read(path, 10, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND);
	g_clear_error(&error);
	g_assert_true(g_file_set_contents(path, "0123456789", 10, NULL));

	g_autoptr(GBytes) whole = avu_file_read(path, 10, &error);

	g_assert_no_error(error);
	g_assert_cmpmem(g_bytes_get_data(whole, NULL), g_bytes_get_size(whole), "0123456789", 10);
	g_assert_null(avu_file_read(path, 9, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
	g_clear_error(&error);
	g_assert_null(avu_file_read(folder, 10, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_IO);
}

static void
test_replace(void)
{
	g_autofree char *path = g_build_filename(folder, "kept", NULL);
	g_autofree char *lost = g_build_filename(folder, "no-such-folder", "kept", NULL);
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;
	struct stat info;
	unsigned files = 0;

	g_assert_true(avu_file_replace(path, "one", 3, &error));
	g_assert_true(avu_file_replace(path, "second", 6, &error));
	g_assert_no_error(error);
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "second");
	g_assert_cmpint(stat(path, &info), ==, 0);
	g_assert_cmpint(info.st_mode & 0777, ==, 0600);
	g_assert_false(avu_file_replace(lost, "x", 1, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND);

	/* No temporary file stays behind. */
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

	for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
		files += g_str_has_prefix(name, "kept") ? 1 : 0;
	}
	g_assert_cmpuint(files, ==, 1);
}

/* SEC-128: the file before it takes the other's place, the folder after that; what was not said to be on disk is not
 * promised. */
static void
test_replace_lasts(void)
{
	g_autofree char *path = g_build_filename(folder, "lasting", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) order = synced = g_string_new(NULL);

	g_assert_true(avu_file_replace(path, "one", 3, &error));
	g_assert_cmpstr(order->str, ==, "fd");
	failing = true;
	g_assert_false(avu_file_replace(path, "two", 3, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_IO);
	failing = false;
	synced = NULL;
}

static void
test_directory(void)
{
	g_autofree char *deep = g_build_filename(folder, "a", "b", NULL);
	g_autofree char *file = g_build_filename(folder, "file", NULL);
	g_autoptr(GError) error = NULL;
	struct stat info;

	g_assert_true(avu_directory_make(deep, &error));
	g_assert_true(avu_directory_make(deep, &error)); /* is there already */
	g_assert_cmpint(stat(deep, &info), ==, 0);
	g_assert_cmpint(info.st_mode & 0777, ==, 0700);
	g_assert_true(g_file_set_contents(file, "", 0, NULL));
	g_assert_false(avu_directory_make(file, &error));
	g_assert_nonnull(error);
}

int
main(int argc, char **argv)
{
	int failed;

	g_test_init(&argc, &argv, NULL);
	folder = g_dir_make_tmp("avu-test-XXXXXX", NULL);
	g_test_add_func("/fd/read", test_read);
	g_test_add_func("/fd/replace", test_replace);
	g_test_add_func("/fd/replace-lasts", test_replace_lasts);
	g_test_add_func("/fd/directory", test_directory);
	failed = g_test_run();

	g_autofree char *command = g_strdup_printf("rm -r '%s'", folder);

	(void)!system(command);
	g_free(folder);
	return failed;
}
