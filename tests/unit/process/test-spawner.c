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

/* One start and what is heard of it. */
typedef struct {
	GMainContext *context;
	unsigned told, frames;
	pid_t pid;
	AvuFrameChannel *channel;
	GError *error;
	char *texts[5]; /* of the last report */
	uint32_t number;
	bool whole;
} Heard;

static void
heard_clear(Heard *heard)
{
	g_clear_pointer(&heard->channel, avu_frame_channel_free);
	g_clear_error(&heard->error);
	for (size_t i = 0; i < G_N_ELEMENTS(heard->texts); i++) {
		g_clear_pointer(&heard->texts[i], g_free);
	}
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Heard, heard_clear)

static void
on_frame(AvuFrame *frame, void *user_data)
{
	Heard *heard = user_data;
	AvuFrameReader reader = avu_frame_reader(frame);

	g_assert_cmpuint(frame->type, ==, TELL_REPORT);
	heard->frames++;
	for (size_t i = 0; i < G_N_ELEMENTS(heard->texts); i++) {
		g_free(heard->texts[i]);
		heard->texts[i] = avu_frame_take_string(&reader, 100);
	}
	heard->number = avu_frame_take_u32(&reader);
	heard->whole = avu_frame_reader_finish(&reader);
}

static void
on_end(const GError *error, void *user_data)
{
	(void)error, (void)user_data;
}

static void
on_started(pid_t pid, AvuFrameChannel *channel, const GError *error, void *user_data)
{
	static const AvuFrameHandler handler = { on_frame, on_end };
	Heard *heard = user_data;

	heard->told++;
	heard->pid = pid;
	heard->channel = channel;
	if (channel != NULL) {
		avu_frame_channel_set_handler(channel, &handler, heard);
	}
	g_clear_error(&heard->error);
	heard->error = error != NULL ? g_error_copy(error) : NULL;
	g_assert_true((pid != 0) == (channel != NULL) && (pid != 0) == (error == NULL));
}

static void
run_until(GMainContext *context, const unsigned *counter, unsigned value)
{
	const int64_t deadline = avu_now_ns() + 60 * AVU_NS_PER_S;

	while (*counter < value && avu_now_ns() < deadline) {
		(void)g_main_context_iteration(context, FALSE);
		g_usleep(1000);
	}
	g_assert_cmpuint(*counter, ==, value);
}

/* Starts it and waits until that is done. */
static void
start_spec(AvuSpawner *spawner, const AvuHelperSpec *spec, Heard *heard)
{
	const unsigned before = heard->told;

	(void)avu_spawner_start(spawner, spec, on_started, heard);
	g_assert_cmpuint(heard->told, ==, before);
	run_until(heard->context, &heard->told, before + 1);
}

static void
start(AvuSpawner *spawner, const char *name, Heard *heard)
{
	const AvuHelperSpec spec = { .name = name };

	start_spec(spawner, &spec, heard);
}

static void
ask(const Heard *heard, uint16_t type, uint32_t value)
{
	g_auto(AvuFrameWriter) payload = { 0 };

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, value);
	g_assert_true(avu_frame_channel_send(heard->channel, type, &payload, NULL, 0, NULL));
}

static void
test_start(void)
{
	static const char *const argv[] = { "first argument", NULL };
	static const char *const keep[] = { "KEPT", "NEVER_SET", NULL };
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(NULL, NULL);
	g_auto(Heard) heard = { NULL };
	int pipes[2];

	g_setenv("KEPT", "kept", TRUE);
	g_setenv("NOT_KEPT", "secret", TRUE);
	g_assert_cmpint(pipe(pipes), ==, 0);
	g_assert_cmpint(write(pipes[1], "through", 7), ==, 7);
	const AvuHelperSpec spec = {
		.name = "echo", .argv = argv, .keep_env = keep, .fds = pipes, .n_fds = 1
	};

	start_spec(spawner, &spec, &heard);
	g_assert_no_error(heard.error);
	ask(&heard, ASK_REPORT, 0);
	run_until(NULL, &heard.frames, 1);
	g_assert_cmpstr(heard.texts[0], ==, "first argument");
	g_assert_cmpstr(heard.texts[1], ==, "kept");
	g_assert_null(heard.texts[2]);
	g_assert_cmpstr(heard.texts[3], ==, "/");
	g_assert_cmpstr(heard.texts[4], ==, "through");
	/* 0, 1, 2, channel, the one extra: nothing of ours, nothing of the spawner's. */
	g_assert_cmpuint(heard.number, ==, 5);
	g_assert_true(heard.whole);
	(void)close(pipes[0]);
	(void)close(pipes[1]);
}

static const struct {
	const char *name;
	int code;
	const char *why;
} refused[] = {
	{ "no-such-helper", AVU_ERROR_NOT_FOUND, "not there" },
	{ "no-program", AVU_ERROR_DENIED, "there, and nothing that can be run" },
	{ "liar", AVU_ERROR_UNSUPPORTED, "says it is somebody else" },
	{ "dying", AVU_ERROR_GONE, "ends before its first word" },
	{ "../echo", AVU_ERROR_IO, "out of the folder" },
	{ "/bin/true", AVU_ERROR_IO, "a path" },
};

static void
test_refused(void)
{
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(NULL, NULL);
	g_auto(Heard) heard = { NULL };

	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_test_message("%s", refused[i].why);
		start(spawner, refused[i].name, &heard);
		g_assert_error(heard.error, AVU_ERROR, refused[i].code);
		g_assert_nonnull(strstr(heard.error->message, refused[i].name));
	}
	/* And it still works. */
	start(spawner, "echo", &heard);
	g_assert_no_error(heard.error);
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
test_exits(void)
{
	g_autoptr(GMainContext) context = g_main_context_new();
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(context, NULL);
	g_auto(Heard) one = { context }, two = { context };
	Exits exits = { 0 };

	avu_spawner_set_exit_handler(spawner, on_exited, &exits);
	start(spawner, "echo", &one);
	ask(&one, ASK_EXIT, 7);
	/* Its end is told while the next start is under way, and is not lost. */
	assert_gone_within(one.pid, 10 * AVU_NS_PER_S);
	start(spawner, "echo", &two);
	run_until(context, &exits.told, 1);
	g_assert_cmpint(exits.pid, ==, one.pid);
	g_assert_true(WIFEXITED(exits.status));
	g_assert_cmpint(WEXITSTATUS(exits.status), ==, 7);

	avu_spawner_kill(spawner, one.pid, SIGKILL);  /* long gone: nothing happens */
	avu_spawner_kill(spawner, getpid(), SIGKILL); /* not its child: nothing happens */
	avu_spawner_kill(spawner, two.pid, SIGTERM);
	run_until(context, &exits.told, 2);
	g_assert_cmpint(exits.pid, ==, two.pid);
	g_assert_cmpint(WTERMSIG(exits.status), ==, SIGTERM);
}

static char *
tell(const char *word)
{
	char *path = g_build_filename(getenv("AV_UPNP_LIBEXECDIR"), "word", NULL);

	g_assert_true(g_file_set_contents(path, word, -1, NULL));
	return path;
}

/* One that hangs holds nobody up, and can be let go of: it ends then. */
static void
test_hangs(void)
{
	g_autofree char *path = tell("wait");
	const char *const argv[] = { path, NULL };
	const AvuHelperSpec spec = { .name = "told", .argv = argv };
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(NULL, NULL);
	g_auto(Heard) slow = { NULL }, cancelled = { NULL }, other = { NULL };
	Exits exits = { 0 };

	avu_spawner_set_exit_handler(spawner, on_exited, &exits);
	AvuStart *under_way = avu_spawner_start(spawner, &spec, on_started, &cancelled);

	(void)avu_spawner_start(spawner, &spec, on_started, &slow);
	start(spawner, "echo", &other);
	g_assert_no_error(other.error);
	g_assert_cmpuint(slow.told + cancelled.told, ==, 0);
	avu_start_cancel(under_way);
	run_until(NULL, &exits.told, 1);
	g_assert_cmpint(WTERMSIG(exits.status), ==, SIGKILL);
	g_assert_cmpint(unlink(path), ==, 0);
	run_until(NULL, &slow.told, 1);
	g_assert_no_error(slow.error);
	g_assert_cmpuint(cancelled.told, ==, 0);
	/* asked for, and let go of before the spawner knows */
	avu_start_cancel(avu_spawner_start(spawner, &spec, on_started, &cancelled));
	run_until(NULL, &exits.told, 2);
	g_assert_cmpuint(cancelled.told, ==, 0);
}

/* Freed: those that ignore the polite signal are gone a second later. */
static void
test_free(void)
{
	AvuSpawner *spawner = avu_spawner_new(NULL, NULL);
	g_auto(Heard) heard = { NULL };
	int64_t begun;

	start(spawner, "stubborn", &heard);
	begun = avu_now_ns();
	avu_spawner_free(spawner);
	assert_gone_within(heard.pid, 10 * AVU_NS_PER_S);
	g_assert_cmpint(avu_now_ns() - begun, <, 5 * AVU_NS_PER_S);
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
		AvuSpawner *spawner = avu_spawner_new(NULL, NULL);
		Heard heard = { NULL };
		pid_t pids[2];
		g_autofree char *path = NULL;
		g_autofree char *children = NULL;

		start(spawner, "stubborn", &heard);
		path = g_strdup_printf("/proc/self/task/%d/children", (int)getpid());
		pids[0] = heard.pid;
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
	g_test_add_func("/spawner/hangs", test_hangs);
	g_test_add_func("/spawner/free", test_free);
	g_test_add_func("/spawner/program-killed", test_program_killed);
	g_test_add_func("/spawner/spawner-killed", test_spawner_killed);
	g_test_add_func("/spawner/by-hand", test_by_hand);
	status = g_test_run();
	helper_folder_remove(folder);
	return status;
}
