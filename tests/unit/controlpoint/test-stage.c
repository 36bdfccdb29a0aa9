/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that are to be converted, from this file system and from another one. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <glib/gstdio.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "convert/convert.h"
#include "convert/stage.h"

#define OTHER_DISK "/dev/shm"

static bool
is_other_disk(const char *here)
{
	struct stat here_info, other;

	return stat(here, &here_info) == 0 && stat(OTHER_DISK, &other) == 0 &&
	       access(OTHER_DISK, W_OK) == 0 && here_info.st_dev != other.st_dev;
}

/* @param folder  of the file; the stage is below home */
static void
check(const char *folder)
{
	static const char text[] = "what is to be converted";
	g_autofree char *file = g_build_filename(folder, "Song.flac", NULL);
	g_autofree char *subtitles = g_build_filename(folder, "Song.srt", NULL);
	g_autofree char *got = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_set_contents(file, text, -1, NULL));
	g_assert_true(g_file_set_contents(subtitles, "1", -1, NULL));
	g_autofree char *staged = stage_file(file, &error);

	g_assert_no_error(error);
	g_assert_true(g_str_has_suffix(staged, "/Song.flac"));
	g_assert_true(g_file_get_contents(staged, &got, NULL, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(got, ==, text);
	g_autofree char *beside = g_path_get_dirname(staged);
	g_autofree char *there = g_build_filename(beside, "Song.srt", NULL);
	g_autofree char *part = g_strconcat(staged, ".part", NULL);

	g_assert_true(g_file_test(there, G_FILE_TEST_EXISTS));
	g_assert_false(g_file_test(part, G_FILE_TEST_EXISTS));
	g_autofree char *again = stage_file(file, &error); /* is there already */

	g_assert_cmpstr(again, ==, staged);
	(void)g_unlink(file);
	(void)g_unlink(subtitles);
	(void)g_unlink(staged);
	(void)g_unlink(there);
	(void)g_rmdir(beside);
}

static void
test_same_disk(void)
{
	g_autofree char *folder = g_dir_make_tmp("test-stage-XXXXXX", NULL);

	check(folder);
	(void)g_rmdir(folder);
}

static void
test_other_disk(void)
{
	g_autofree char *folder = g_strdup(OTHER_DISK "/test-stage-XXXXXX");

	if (!is_other_disk(g_get_user_state_dir())) {
		g_test_skip("there is no other file system");
		return;
	}
	g_assert_nonnull(g_mkdtemp(folder));
	check(folder);
	(void)g_rmdir(folder);
}

/* What is staged, when the newest of it is that old, and what becomes of it. */
static const struct {
	const char *name;
	int64_t folder_s, file_s;
	bool used, kept;
	const char *why;
} prunes[] = {
	{ "a", 100, 5000, false, true, "staged just now, of an old file" },
	{ "a", 5000, 5000, false, false, "in no use" },
	{ "a", 5000, 5000, true, true, "in a queue" },
	{ "a.part", 5000, 5000, false, false, "what was not fetched to its end" },
	{ "a.part", 5000, 5, false, true, "being fetched for longer than that" },
};

static bool
is_used(const char *path, void *data)
{
	(void)path;
	return *(const bool *)data;
}

static void
make_older(const char *path, int64_t by_s)
{
	const time_t then = time(NULL) - (time_t)by_s;
	const struct timespec times[] = { { .tv_sec = then }, { .tv_sec = then } };

	g_assert_cmpint(utimensat(AT_FDCWD, path, times, 0), ==, 0);
}

static void
test_prune(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(prunes); i++) {
		bool used = prunes[i].used;
		g_autofree char *path = stage_place(prunes[i].why, prunes[i].name, NULL);
		g_autofree char *folder = g_path_get_dirname(path);

		g_test_message("%s", prunes[i].why);
		g_assert_true(g_file_set_contents(path, "x", -1, NULL));
		make_older(path, prunes[i].file_s);
		make_older(folder, prunes[i].folder_s);
		stage_prune(STAGE_IDLE_S, is_used, &used);
		g_assert_cmpint(g_file_test(path, G_FILE_TEST_EXISTS), ==, prunes[i].kept);
		/* what is named again is wanted again */
		g_autofree char *again = stage_place(prunes[i].why, prunes[i].name, NULL);

		used = false;
		stage_prune(STAGE_IDLE_S, is_used, &used);
		g_assert_true(g_file_test(folder, G_FILE_TEST_EXISTS));
		(void)g_unlink(path);
		(void)g_rmdir(folder);
	}
}

/* Before anything is asked of the network. */
static void
test_endless_is_refused(void)
{
	g_auto(Conversion) conversion = { .staged = NULL };
	g_autoptr(GError) error = NULL;
	AvuObject object;

	avu_object_init(&object);
	avu_resource_init(&object.resources[0]);
	object.resources[0].uri = "http://192.0.2.1/station";
	object.resources[0].protocol_info = "http-get:*:audio/mpeg:*";
	object.n_resources = 1;
	g_assert_false(convert_object(NULL, NULL, NULL, &object, &conversion, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED);
	g_assert_nonnull(strstr(error->message, "no end"));
}

int
main(int argc, char **argv)
{
	static const char *const left[] = { "av-upnp/avcp/convert/files", "av-upnp/avcp/convert",
		"av-upnp/avcp", "av-upnp", "" };
	g_autofree char *home = g_dir_make_tmp("test-stage-home-XXXXXX", NULL);

	(void)g_setenv("XDG_STATE_HOME", home, true); /* before GLib reads it */
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stage/same-disk", test_same_disk);
	g_test_add_func("/stage/other-disk", test_other_disk);
	g_test_add_func("/stage/prune", test_prune);
	g_test_add_func("/stage/endless", test_endless_is_refused);
	const int code = g_test_run();

	for (size_t i = 0; i < G_N_ELEMENTS(left); i++) {
		g_autofree char *path = g_build_filename(home, left[i], NULL);

		(void)g_rmdir(path);
	}
	return code;
}
