/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starting helpers: what they get, what is refused, what is told when they end, and that none
 * outlives the program, however that ends. */
#include <stdio.h>
#include <sys/wait.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "tests/unit/process/helper.h"

/* A process we do not wait for is gone when its number names nothing, or only a zombie. */
static bool
is_gone(pid_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int)pid);
	g_autofree char *text = NULL;
	const char *state;

	if (!g_file_get_contents(path, &text, NULL, NULL)) {
		return true;
	}
	state = strrchr(text, ')');
	return state != NULL && state[2] == 'Z';
}

static void
assert_gone_within(pid_t pid, int64_t ns)
{
	int64_t deadline = avu_now_ns() + ns;

	while (!is_gone(pid) && avu_now_ns() < deadline) {
		g_usleep(5000);
	}
	g_assert_true(is_gone(pid));
}

static void
ask(const AvuHelper *helper, uint16_t type, uint32_t value)
{
	g_auto(AvuFrameWriter) payload = { 0 };

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, value);
	g_assert_true(avu_frame_send(helper->channel_fd, type, &payload, NULL, 0, NULL));
}

static void
test_start(void)
{
	static const char *const argv[] = { "first argument", NULL };
	static const char *const keep[] = { "KEPT", "NEVER_SET", NULL };
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	g_autoptr(GError) error = NULL;
	int pipes[2];
	AvuHelper helper;
	AvuFrame frame;

	g_setenv("KEPT", "kept", TRUE);
	g_setenv("NOT_KEPT", "secret", TRUE);
	g_assert_cmpint(pipe(pipes), ==, 0);
	g_assert_cmpint(write(pipes[1], "through", 7), ==, 7);

	g_autoptr(AvuSpawner) spawner = avu_spawner_new(&error);

	g_assert_true(avu_spawner_start(spawner, "echo", argv, keep, pipes, 1, &helper, &error));
	g_assert_no_error(error);
	g_assert_cmpint(helper.pid, >, 0);
	ask(&helper, ASK_REPORT, 0);
	g_assert_true(avu_frame_receive(helper.channel_fd, buffer, &frame, NULL));

	AvuFrameReader reader = avu_frame_reader(&frame);
	g_autofree char *argument = avu_frame_take_string(&reader, 100);
	g_autofree char *kept = avu_frame_take_string(&reader, 100);
	g_autofree char *not_kept = avu_frame_take_string(&reader, 100);
	g_autofree char *cwd = avu_frame_take_string(&reader, 100);
	g_autofree char *octets = avu_frame_take_string(&reader, 100);

	g_assert_cmpuint(frame.type, ==, TELL_REPORT);
	g_assert_cmpstr(argument, ==, "first argument");
	g_assert_cmpstr(kept, ==, "kept");
	g_assert_null(not_kept);
	g_assert_cmpstr(cwd, ==, "/");
	g_assert_cmpstr(octets, ==, "through");
	/* 0, 1, 2, channel, the one extra: nothing of ours, nothing of the spawner's. */
	g_assert_cmpuint(avu_frame_take_u32(&reader), ==, 5);
	g_assert_true(avu_frame_reader_finish(&reader));
	(void)close(helper.channel_fd);
	(void)close(pipes[0]);
	(void)close(pipes[1]);
}

static const struct {
	const char *name;
	int code;
	const char *why;
} refused[] = {
	{ "no-such-helper", AVU_ERROR_NOT_FOUND, "not there" },
	{ "liar", AVU_ERROR_UNSUPPORTED, "says it is somebody else" },
	{ "dying", AVU_ERROR_GONE, "ends before its first word" },
	{ "../echo", AVU_ERROR_IO, "out of the folder" },
	{ "/bin/true", AVU_ERROR_IO, "a path" },
};

static void
test_refused(void)
{
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(NULL);
	AvuHelper helper;

	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%s", refused[i].why);
		g_assert_false(avu_spawner_start(
			spawner, refused[i].name, NULL, NULL, NULL, 0, &helper, &error));
		g_assert_error(error, AVU_ERROR, refused[i].code);
		g_assert_nonnull(strstr(error->message, refused[i].name));
	}
	/* And it still works. */
	g_assert_true(avu_spawner_start(spawner, "echo", NULL, NULL, NULL, 0, &helper, NULL));
	(void)close(helper.channel_fd);
}

typedef struct {
	unsigned told;
	pid_t pid;
	int status;
} Exits;

static void
on_exited(pid_t pid, int status, void *user_data)
{
	Exits *exits = user_data;

	exits->told++;
	exits->pid = pid;
	exits->status = status;
}

static void
wait_told(GMainContext *context, const Exits *exits, unsigned n)
{
	int64_t deadline = avu_now_ns() + 10 * AVU_NS_PER_S;

	while (exits->told < n && avu_now_ns() < deadline) {
		(void)g_main_context_iteration(context, FALSE);
		g_usleep(1000);
	}
	g_assert_cmpuint(exits->told, ==, n);
}

static void
test_exits(void)
{
	g_autoptr(GMainContext) context = g_main_context_new();
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(NULL);
	Exits exits = { 0 };
	AvuHelper one, two;

	avu_spawner_set_exit_handler(spawner, context, on_exited, &exits);
	g_assert_true(avu_spawner_start(spawner, "echo", NULL, NULL, NULL, 0, &one, NULL));
	ask(&one, ASK_EXIT, 7);
	/* Its end is told while the next start waits for its own answer, and is not lost. */
	assert_gone_within(one.pid, 10 * AVU_NS_PER_S);
	g_assert_true(avu_spawner_start(spawner, "echo", NULL, NULL, NULL, 0, &two, NULL));
	wait_told(context, &exits, 1);
	g_assert_cmpint(exits.pid, ==, one.pid);
	g_assert_true(WIFEXITED(exits.status));
	g_assert_cmpint(WEXITSTATUS(exits.status), ==, 7);

	avu_spawner_kill(spawner, one.pid, SIGKILL);  /* long gone: nothing happens */
	avu_spawner_kill(spawner, getpid(), SIGKILL); /* not its child: nothing happens */
	avu_spawner_kill(spawner, two.pid, SIGTERM);
	wait_told(context, &exits, 2);
	g_assert_cmpint(exits.pid, ==, two.pid);
	g_assert_cmpint(WTERMSIG(exits.status), ==, SIGTERM);
	(void)close(one.channel_fd);
	(void)close(two.channel_fd);
}

/* Freed: those that ignore the polite signal are gone a second later. */
static void
test_free(void)
{
	AvuSpawner *spawner = avu_spawner_new(NULL);
	int64_t start = avu_now_ns();
	AvuHelper helper;

	g_assert_true(avu_spawner_start(spawner, "stubborn", NULL, NULL, NULL, 0, &helper, NULL));
	avu_spawner_free(spawner);
	assert_gone_within(helper.pid, 10 * AVU_NS_PER_S);
	g_assert_cmpint(avu_now_ns() - start, <, 5 * AVU_NS_PER_S);
	(void)close(helper.channel_fd);
	avu_spawner_free(NULL);
}

/* Runs a program of its own that starts a stubborn helper.
 * @return the program's pid; its helper's and its spawner's in ret_pids */
static pid_t
start_program(pid_t ret_pids[2])
{
	int pipes[2];
	pid_t program;

	g_assert_cmpint(pipe(pipes), ==, 0);
	program = fork();
	if (program == 0) {
		AvuSpawner *spawner = avu_spawner_new(NULL);
		AvuHelper helper = { 0 };
		pid_t pids[2];
		g_autofree char *path = NULL;
		g_autofree char *children = NULL;

		(void)avu_spawner_start(spawner, "stubborn", NULL, NULL, NULL, 0, &helper, NULL);
		path = g_strdup_printf("/proc/self/task/%d/children", (int)getpid());
		pids[0] = helper.pid;
		/* Our only child is the spawner. */
		pids[1] = g_file_get_contents(path, &children, NULL, NULL) ? atoi(children) : 0;
		(void)!write(pipes[1], pids, sizeof pids);
		for (;;) {
			(void)pause();
		}
	}
	(void)close(pipes[1]);
	g_assert_cmpint(read(pipes[0], ret_pids, 2 * sizeof *ret_pids), ==, 2 * sizeof *ret_pids);
	(void)close(pipes[0]);
	g_assert_cmpint(ret_pids[0], >, 0);
	g_assert_false(is_gone(ret_pids[0]));
	return program;
}

static void
test_program_killed(void)
{
	pid_t pids[2];
	pid_t program = start_program(pids);

	g_assert_cmpint(kill(program, SIGKILL), ==, 0);
	g_assert_cmpint(waitpid(program, NULL, 0), ==, program);
	assert_gone_within(pids[0], 10 * AVU_NS_PER_S);
}

/* The spawner outlives SIGTERM, as a service manager sends it to all; killed, it takes its helpers
 * along. */
static void
test_spawner_killed(void)
{
	pid_t pids[2];
	pid_t program = start_program(pids);

	if (pids[1] == 0) {
		(void)kill(program, SIGKILL);
		(void)waitpid(program, NULL, 0);
		g_test_skip("this kernel does not list children");
		return;
	}
	g_assert_cmpint(kill(pids[1], SIGTERM), ==, 0);
	g_usleep(100 * 1000);
	g_assert_false(is_gone(pids[1]));
	g_assert_cmpint(kill(pids[1], SIGKILL), ==, 0);
	assert_gone_within(pids[0], 10 * AVU_NS_PER_S);
	g_assert_cmpint(kill(program, SIGKILL), ==, 0);
	g_assert_cmpint(waitpid(program, NULL, 0), ==, program);
}

/* By hand: no socket on descriptor 3. */
static void
test_by_hand(void)
{
	g_autofree char *path = g_build_filename(getenv("AV_UPNP_LIBEXECDIR"), "echo", NULL);
	g_autofree char *command = g_strdup_printf("'%s' 2>&1 3>&-", path);
	FILE *out = popen(command, "r");
	char text[200] = "";

	g_assert_nonnull(fgets(text, sizeof text, out));
	g_assert_nonnull(strstr(text, "not by hand"));
	g_assert_cmpint(WEXITSTATUS(pclose(out)), ==, 2);
}

int
main(int argc, char **argv)
{
	char *folder;
	int status;

	if (helper_main(argv, &status)) {
		return status;
	}
	g_test_init(&argc, &argv, NULL);
	folder = helper_folder_make();
	g_test_add_func("/spawner/start", test_start);
	g_test_add_func("/spawner/refused", test_refused);
	g_test_add_func("/spawner/exits", test_exits);
	g_test_add_func("/spawner/free", test_free);
	g_test_add_func("/spawner/program-killed", test_program_killed);
	g_test_add_func("/spawner/spawner-killed", test_spawner_killed);
	g_test_add_func("/spawner/by-hand", test_by_hand);
	status = g_test_run();
	helper_folder_remove(folder);
	return status;
}
