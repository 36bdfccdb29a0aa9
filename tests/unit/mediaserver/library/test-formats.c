/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Profiles of formats of one's own: added, deleted with their folder, and behind a folder that is closed. */
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "mediaserver/library/formats.h"

#define NOBODY 65534
#define OWN                                                                                     \
	"[audio OWN]\nCodec = tta\n\n[OWN_NAME]\nMime = audio/x-own\nContainer = tta\nAudio = " \
	"OWN\n"

static char *base, *folder, *file;

/* What a profile of its own alone gives a name. */
static bool
is_own_known(void)
{
	g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
	const char *mime = "audio/x-tta";
	ProbeResult result;

	probe_result_init(&result);
	result.outcome = PROBE_OK;
	result.container = (char *)"tta";
	result.audio_codec = (char *)"tta";
	return g_strcmp0(format_profile(&result, &mime, strings), "OWN_NAME") == 0;
}

static void
write_own(void)
{
	g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
	g_assert_true(g_file_set_contents(file, OWN, -1, NULL));
	g_assert_true(formats_load(NULL));
	g_assert_true(is_own_known());
}

static void
test_deleted(void)
{
	write_own();
	g_assert_cmpint(g_remove(file), ==, 0);
	g_assert_cmpint(g_rmdir(folder), ==, 0);
	formats_reload();
	g_assert_false(is_own_known());
	/* and comes again */
	g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
	g_assert_true(g_file_set_contents(file, OWN, -1, NULL));
	formats_reload();
	g_assert_true(is_own_known());
}

/* In a process that has given up root since, to which its owner's folder is closed. */
static void
test_closed(void)
{
	int status;

	write_own();
	g_assert_cmpint(chmod(base, geteuid() == 0 ? 0700 : 0), ==, 0);
	const pid_t child = fork();

	if (child == 0) {
		const bool dropped = geteuid() != 0 || setuid(NOBODY) == 0;

		g_test_expect_message(NULL, G_LOG_LEVEL_WARNING, "*closed to this user*");
		formats_reload();
		_exit(dropped && is_own_known() ? 0 : 1);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_cmpint(chmod(base, 0700), ==, 0);
	g_assert_cmpint(status, ==, 0);
}

int
main(int argc, char **argv)
{
	base = g_dir_make_tmp("av-upnp-formats-XXXXXX", NULL);
	folder = g_build_filename(base, "av-upnp", "formats", NULL);
	file = g_build_filename(folder, "own.profile", NULL);
	g_assert_true(g_setenv("XDG_CONFIG_HOME", base, TRUE));
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/library/formats/deleted", test_deleted);
	g_test_add_func("/library/formats/closed", test_closed);
	const int status = g_test_run();

	(void)g_remove(file);
	(void)g_rmdir(folder);
	g_autofree char *between = g_path_get_dirname(folder);

	(void)g_rmdir(between);
	(void)g_rmdir(base);
	g_free(file);
	g_free(folder);
	g_free(base);
	return status;
}
