/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which lines are written and how they look, seen from a child whose stderr is a file. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/log.h>

static const struct {
	const char *levels;
	const char *topic;
	GLogLevelFlags level;
	const char *message;
	const char *want; /* whole stderr; with '*' a pattern */
	const char *why;
} rows[] = {
	{ NULL, "avu-net", G_LOG_LEVEL_MESSAGE, "hello", "prog: hello\n", "default level" },
	{ NULL, "avu-net", G_LOG_LEVEL_INFO, "hello", "", "below the default level" },
	{ "", "avu-net", G_LOG_LEVEL_MESSAGE, "hello", "prog: hello\n", "empty is the default" },
	{ "info", "avu-net", G_LOG_LEVEL_INFO, "hello", "prog: hello\n", "info asked for" },
	{ "warning", "avu-net", G_LOG_LEVEL_MESSAGE, "hello", "", "message not asked for" },
	{ "warning", NULL, G_LOG_LEVEL_WARNING, "hello", "prog: hello\n", "no topic" },
	{ "critical", "x", G_LOG_LEVEL_CRITICAL, "hello", "prog: hello\n", "critical" },
	{ "debug", "avu-net", G_LOG_LEVEL_DEBUG, "hello", "??:??:??.??? prog: avu-net: hello\n",
		"debug shows time and topic" },
	{ "warning,avu-net=debug", "avu-net", G_LOG_LEVEL_DEBUG, "hello",
		"??:??:??.??? prog: avu-net: hello\n", "one topic in detail" },
	{ "warning,avu-net=debug", "avu-upnp", G_LOG_LEVEL_DEBUG, "hello", "", "another topic" },
	{ "debug, avu-net=warning", "avu-net", G_LOG_LEVEL_INFO, "hello", "",
		"one topic silenced, blank after the comma" },
	{ "info", "x", G_LOG_LEVEL_INFO, "two\nlines \x1b[31m", "prog: two lines [31m\n",
		"one line, no terminal escapes" },
	{ "info", "x", G_LOG_LEVEL_INFO, "bad \xff", "prog: bad \xef\xbf\xbd\n", "not UTF-8" },
};

/* SEC-320, and which levels are seen. Logs row in a child with stderr in a file. @return what it wrote; g_free() it */
static char *
log_in_child(size_t row)
{
	g_autofree char *path = g_strdup_printf("%s/avu-log-%d", g_get_tmp_dir(), (int)getpid());
	char *text = NULL;
	int status;
	pid_t child = fork();

	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

		(void)dup2(fd, STDERR_FILENO);
		/* Newer GLib's test framework puts a handler of its own before the writer. */
		g_log_set_default_handler(g_log_default_handler, NULL);
		if (!avu_log_init("prog", AVU_LOG_AUTO, rows[row].levels, NULL)) {
			_exit(1);
		}
		g_log(rows[row].topic, rows[row].level, "%s", rows[row].message);
		_exit(0);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_cmpint(status, ==, 0);
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	(void)unlink(path);
	return text;
}

static void
test_lines(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = log_in_child(i);

		g_test_message("%s: \"%s\"", rows[i].why, got);
		g_assert_true(g_pattern_match_simple(rows[i].want, got));
	}
}

/* In a child whose stderr is a pipe. @return the pipe's other end; *ret_child logs and ends */
static int
begin_child(const char *levels, unsigned lines, GLogLevelFlags level, pid_t *ret_child)
{
	int ends[2];

	g_assert_cmpint(pipe(ends), ==, 0);
	*ret_child = fork();
	g_assert_cmpint(*ret_child, >=, 0);
	if (*ret_child > 0) {
		(void)close(ends[1]);
		return ends[0];
	}
	(void)close(ends[0]);
	(void)dup2(ends[1], STDERR_FILENO);
	g_log_set_default_handler(g_log_default_handler, NULL);
	if (!avu_log_init("prog", AVU_LOG_STDERR, levels, NULL)) {
		_exit(1);
	}
	for (unsigned i = 0; i < lines; i++) {
		g_log("x", level, "line %u %0200d", i, 0);
	}
	_exit(0);
}

static void
await(pid_t child)
{
	int status;

	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_cmpint(status, ==, 0);
}

static char *
read_all(int fd)
{
	GString *text = g_string_new(NULL);
	char block[4096];
	ssize_t got;

	while ((got = read(fd, block, sizeof(block))) > 0) {
		g_string_append_len(text, block, got);
	}
	(void)close(fd);
	return g_string_free(text, FALSE);
}

static unsigned
count_lines(const char *text)
{
	unsigned n = 0;

	for (; (text = strchr(text, '\n')) != NULL; text++) {
		n++;
	}
	return n;
}

/* FLT-16: who reads has stopped. The child ends all the same, and says nothing that is half a line. */
static void
test_full_pipe(void)
{
	pid_t child;
	int fd = begin_child("info", 2000, G_LOG_LEVEL_INFO, &child);

	await(child);

	g_autofree char *text = read_all(fd);

	g_assert_cmpuint(count_lines(text), >, 100);
	g_assert_cmpuint(count_lines(text), <, 2000);
	g_assert_true(g_str_has_suffix(text, "\n"));
}

/* FLT-16: and reads again after a while. */
static void
test_missing_lines(void)
{
	int ends[2];
	char block[65536];

	g_assert_cmpint(pipe(ends), ==, 0);
	pid_t child = fork();

	if (child == 0) {
		(void)dup2(ends[1], STDERR_FILENO);
		g_log_set_default_handler(g_log_default_handler, NULL);
		(void)avu_log_init("prog", AVU_LOG_STDERR, "info", NULL);
		for (unsigned i = 0; i < 2000; i++) {
			g_log("x", G_LOG_LEVEL_INFO, "line %u %0200d", i, 0);
		}
		(void)!read(ends[0], block, sizeof(block)); /* all that a pipe holds */
		g_log("x", G_LOG_LEVEL_INFO, "the last one");
		_exit(0);
	}
	(void)close(ends[1]);
	await(child);

	g_autofree char *text = read_all(ends[0]);

	g_assert_true(g_pattern_match_simple(
		"*prog: * lines are missing here: nobody read them\nprog: the last one\n", text));
}

/* SEC-321: what comes by the hundred is cut short, in any number of lines that is one a stranger can cause. */
static void
test_flood(void)
{
	pid_t child;
	int fd = begin_child(NULL, 150, G_LOG_LEVEL_MESSAGE, &child);

	await(child);

	g_autofree char *text = read_all(fd);

	g_assert_cmpuint(count_lines(text), >=, 50);
	g_assert_cmpuint(count_lines(text), <, 150);
}

/* Who wants to see more sees all. */
static void
test_flood_wanted(void)
{
	pid_t child;
	int fd = begin_child("info", 150, G_LOG_LEVEL_MESSAGE, &child);

	await(child);

	g_autofree char *text = read_all(fd);

	g_assert_cmpuint(count_lines(text), ==, 150);
}

static const char *const bad_levels[] = { "loud", "info,avu-net=loud", "=info",
	"avu-net=", "avu-net=debug=info" };

static void
test_bad_levels(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(bad_levels); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("\"%s\"", bad_levels[i]);
		g_assert_false(avu_log_init("prog", AVU_LOG_STDERR, bad_levels[i], &error));
		g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	/* Else a warning ends the child that writes it. */
	(void)g_log_set_always_fatal(G_LOG_FATAL_MASK);
	g_test_add_func("/log/lines", test_lines);
	g_test_add_func("/log/full-pipe", test_full_pipe);
	g_test_add_func("/log/missing-lines", test_missing_lines);
	g_test_add_func("/log/flood", test_flood);
	g_test_add_func("/log/flood-wanted", test_flood_wanted);
	g_test_add_func("/log/bad-levels", test_bad_levels);
	return g_test_run();
}
