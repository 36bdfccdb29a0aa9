/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The start that programs share: which words end it, what a faulty file stops, exit statuses. What
 * cannot be taken back (log, rights, mask) happens in children. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <av-upnp/error.h>
#include <av-upnp/program.h>

#define PROGRAM "test-program"

static const AvuSettingSpec specs[] = {
	AVU_SERVICE_SETTINGS("Service"),
	AVU_PROGRAM_SETTINGS,
	{ .key = NULL },
};

static char *folder, *good_file, *faulty_file;

static bool
load(AvuSettings *settings, const char *line, GError **error)
{
	g_autofree char *whole = g_strdup_printf(PROGRAM " %s", line);
	g_auto(GStrv) words = g_strsplit(whole, " ", -1);
	/* what is taken out of the list must still be freed */
	g_autofree char **argv = g_memdup2(words, (g_strv_length(words) + 1) * sizeof *words);
	char **rest = argv;
	int argc = (int)g_strv_length(words);

	return avu_program_load(settings, &argc, &rest, error);
}

static void
test_answers(void)
{
	static const struct {
		const char *line;    /* %s: the file */
		bool faulty;         /* which file */
		const char *answer;  /* NULL: none, it goes on; else what stands in it */
		const char *refusal; /* in the message; NULL: it loads */
	} rows[] = {
		{ "--config %s", false, NULL, NULL },
		{ "-c %s", false, NULL, NULL },
		{ "--config %s", true, NULL, ":2:" },
		{ "--config %s --check-config", false, "", NULL },
		{ "--config %s --check-config", true, NULL, "FriendlyName" },
		{ "--config %s --print-config", false, "\nFriendlyName = Attic\n", NULL },
		/* help with a file is needed most when the file is faulty */
		{ "--config %s --version", true, PROGRAM " (av-upnp) ", NULL },
		{ "--config %s -V", true, PROGRAM " (av-upnp) ", NULL },
		{ "--config %s --help", true, NULL, NULL },
		{ "--config %s -h", true, NULL, NULL },
		{ "--config %s --version --print-config", false, PROGRAM " (av-upnp) ", NULL },
		{ "--config %s --log-target sylog", false, NULL, "sylog" },
		{ "--config %s --port 65536", false, NULL, "65536" },
		{ "--config %s --nmae X", false, NULL, "--nmae" },
		{ "--config /nonexistent/file.conf", false, NULL, "/nonexistent/file.conf" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(AvuSettings) settings = avu_settings_new(PROGRAM, specs);
		g_auto(GStrv) parts = g_strsplit(rows[i].line, "%s", 2);
		g_autofree char *line = g_strjoinv(rows[i].faulty ? faulty_file : good_file, parts);
		g_autoptr(GError) error = NULL;

		g_test_message("%s", line);
		const bool loaded = load(settings, line, &error);

		g_test_message("%s", error != NULL ? error->message : "loaded");
		g_assert_cmpint(loaded, ==, rows[i].refusal == NULL);
		if (rows[i].refusal != NULL) {
			g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
			g_assert_nonnull(strstr(error->message, rows[i].refusal));
			continue;
		}
		g_autofree char *answer = avu_program_format_answer(settings, PROGRAM);

		g_assert_cmpint(answer == NULL, ==, rows[i].answer == NULL);
		if (rows[i].answer != NULL && rows[i].answer[0] == '\0') {
			g_assert_cmpstr(answer, ==, "");
		} else if (rows[i].answer != NULL) {
			g_assert_nonnull(strstr(answer, rows[i].answer));
		}
	}
}

static void
test_operands_stay(void)
{
	g_autoptr(AvuSettings) settings = avu_settings_new(PROGRAM, specs);
	g_autoptr(GError) error = NULL;
	const char *words[] = { "/usr/bin/x", "--name", "N", "one", "-c", good_file, "two", NULL };
	char **argv = (char **)(void *)words;
	int argc = (int)G_N_ELEMENTS(words) - 1;

	g_assert_true(avu_program_load(settings, &argc, &argv, &error));
	g_assert_cmpint(argc, ==, 3);
	g_assert_cmpstr(argv[1], ==, "one");
	g_assert_cmpstr(argv[2], ==, "two");
	/* the flag wins over the file */
	g_assert_cmpstr(avu_settings_get_string(settings, "FriendlyName"), ==, "N");
}

static void
test_report(void)
{
	static const struct {
		AvuError code;
		int status;
	} rows[] = {
		{ AVU_ERROR_USAGE, 2 },
		{ AVU_ERROR_BUSY, 3 },
		{ AVU_ERROR_IO, 1 },
		{ AVU_ERROR_DENIED, 1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = g_error_new(AVU_ERROR, (int)rows[i].code, "why");

		g_assert_cmpint(avu_program_report(PROGRAM, error), ==, rows[i].status);
	}
	/* the same number of another domain means something else */
	g_autoptr(GError) other = g_error_new(G_FILE_ERROR, (int)AVU_ERROR_BUSY, "why");

	g_assert_cmpint(avu_program_report(PROGRAM, other), ==, 1);
}

static void
test_report_is_one_line(void)
{
	if (g_test_subprocess()) {
		GError *error = g_error_new(AVU_ERROR, AVU_ERROR_IO, "first\nsecond \x1b[31mred");
		int status = avu_program_report(PROGRAM, error);

		g_error_free(error); /* exit() leaves no scope that would */
		exit(status);
	}
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr(PROGRAM ": first*second*red\n");
	g_test_trap_assert_stderr_unmatched("*\n*\n*");
	g_test_trap_assert_stderr_unmatched("*\x1b*");
}

/* Runs the start of a service in a child. @return its exit status: 0, or what report said */
static int
start_in_child(const char *line)
{
	int status;
	pid_t child = fork();

	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		g_autoptr(AvuSettings) settings = avu_settings_new(PROGRAM, specs);
		g_autoptr(AvuSpawner) spawner = NULL;
		g_autoptr(AvuStateDir) state_dir = NULL;
		g_autoptr(GError) error = NULL;

		(void)umask(0);
		if (!load(settings, line, &error) ||
			!avu_service_start(settings, PROGRAM, &spawner, &state_dir, &error)) {
			_exit(avu_program_report(PROGRAM, error));
		}
		g_autofree char *file = avu_state_dir_build_path(state_dir, "made");
		struct stat info;

		g_assert_nonnull(spawner);
		g_assert_true(g_file_set_contents_full(
			file, "x", 1, G_FILE_SET_CONTENTS_NONE, 0666, NULL));
		g_assert_cmpint(stat(file, &info), ==, 0);
		g_assert_cmpuint(info.st_mode & 0777, ==, 0600);
		g_assert_cmpuint(info.st_uid, ==, geteuid());
		g_assert_cmpuint(geteuid(), !=, 0); /* or it would keep the rights of root */
		g_clear_pointer(&spawner, avu_spawner_free);
		_exit(0);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
test_service(void)
{
	static const struct {
		const char *line; /* %s: a folder that is not there yet */
		int status;
		bool made; /* the folder, afterwards */
	} rows[] = {
		{ "--state-dir %s", 0, true },
		/* words that cannot be meant leave nothing behind */
		{ "--state-dir %s --log-level loud", 2, false },
		{ "--state-dir %s --user no-such-user-of-any-host", 1, false },
		{ "--state-dir /proc/nowhere/x%s", 1, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name = g_strdup_printf("state-%zu", i);
		g_autofree char *state = g_build_filename(folder, name, NULL);
		g_auto(GStrv) parts = g_strsplit(rows[i].line, "%s", 2);
		g_autofree char *options = g_strjoinv(state, parts);
		g_autofree char *line = g_strdup_printf("%s -c %s", options, good_file);

		g_test_message("%s", line);
		g_assert_cmpint(start_in_child(line), ==, rows[i].status);
		g_assert_cmpint(g_file_test(state, G_FILE_TEST_IS_DIR), ==, rows[i].made);
	}
}

static void
test_state_path(void)
{
	static const char *const tails[] = { "/var/lib/av-upnp/" PROGRAM, "/av-upnp/" PROGRAM };
	g_autoptr(AvuSettings) settings = avu_settings_new(PROGRAM, specs);
	g_autofree char *usual = avu_service_dup_state_path(settings, PROGRAM);
	g_autoptr(GError) error = NULL;

	g_assert_true(g_str_has_suffix(usual, tails[geteuid() == 0 ? 0 : 1]));
	g_assert_true(load(settings, "--help --state-dir /srv/state", &error));
	g_autofree char *given = avu_service_dup_state_path(settings, PROGRAM);

	g_assert_cmpstr(given, ==, "/srv/state");
}

static void
make_files(void)
{
	folder = g_dir_make_tmp("avu-program-XXXXXX", NULL);
	good_file = g_build_filename(folder, "good.conf", NULL);
	faulty_file = g_build_filename(folder, "faulty.conf", NULL);
	g_assert_cmpint(g_chmod(folder, 0755), ==, 0); /* open to whom root becomes */
	g_assert_true(
		g_file_set_contents(good_file, "[Service]\nFriendlyName = Attic\n", -1, NULL));
	g_assert_true(g_file_set_contents(faulty_file, "[Service]\nFreindlyName = X\n", -1, NULL));
}

static void
remove_files(void)
{
	g_autofree char *state = g_build_filename(folder, "state-0", NULL);
	GDir *dir = g_dir_open(state, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(state, name, NULL);

		(void)g_unlink(path);
	}
	g_clear_pointer(&dir, g_dir_close);
	(void)g_rmdir(state);
	(void)g_unlink(good_file);
	(void)g_unlink(faulty_file);
	(void)g_rmdir(folder);
	g_free(folder);
	g_free(good_file);
	g_free(faulty_file);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	make_files();
	g_test_add_func("/program/answers", test_answers);
	g_test_add_func("/program/operands-stay", test_operands_stay);
	g_test_add_func("/program/report", test_report);
	g_test_add_func("/program/report-is-one-line", test_report_is_one_line);
	g_test_add_func("/program/service", test_service);
	g_test_add_func("/program/state-path", test_state_path);
	int status = g_test_run();

	remove_files();
	return status;
}
