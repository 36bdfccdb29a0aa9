/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/spawner.c: the program's side of the spawner, and a helper's first words.
 *
 * Main context's thread. Launching waits for a local exec, starting for the helper's first words as well (both bounded by AVU_HELPER_START_NS); all else is posted. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/loop.h>
#include <av-upnp/spawner.h>

#include "spawner-protocol.h"

typedef struct {
	pid_t pid;
	int status;
} Exit;

struct AvuSpawner {
	pid_t pid;
	int fd;
	char *folder;
	GByteArray *buffer;
	GArray *exits; /* Exit: told by the spawner while we waited for something else */
	GSource *watch;
	AvuTimer *deliver_timer;
	void (*exited)(pid_t pid, int status, void *user_data);
	void *user_data;
};

static char *
helper_folder(void)
{
	const char *folder = getauxval(AT_SECURE) == 0 ? getenv("AV_UPNP_LIBEXECDIR") : NULL;

	return g_strdup(folder != NULL && folder[0] == '/' ? folder : AVU_LIBEXEC_DIR);
}

AvuSpawner *
avu_spawner_new(GError **error)
{
	g_autofree char *folder = helper_folder();
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		avu_set_errno(error, errno, "spawner");
		return NULL;
	}
	pid = fork();
	if (pid == 0) {
		(void)close(pair[0]);
		_exit(spawner_run(pair[1], folder));
	}
	(void)close(pair[1]);
	if (pid < 0) {
		avu_set_errno(error, errno, "spawner");
		(void)close(pair[0]);
		return NULL;
	}

	AvuSpawner *spawner = g_new0(AvuSpawner, 1);

	spawner->pid = pid;
	spawner->fd = pair[0];
	spawner->folder = g_steal_pointer(&folder);
	spawner->buffer = g_byte_array_new();
	spawner->exits = g_array_new(FALSE, FALSE, sizeof(Exit));
	return spawner;
}

void
avu_spawner_free(AvuSpawner *spawner)
{
	if (spawner == NULL) {
		return;
	}
	if (spawner->watch != NULL) {
		g_source_destroy(spawner->watch);
		g_source_unref(spawner->watch);
	}
	avu_timer_free(spawner->deliver_timer);
	(void)close(spawner->fd);
	(void)waitpid(spawner->pid, NULL, 0);
	g_byte_array_unref(spawner->buffer);
	g_array_unref(spawner->exits);
	g_free(spawner->folder);
	g_free(spawner);
}

static bool
note_exit(AvuSpawner *spawner, const AvuFrame *frame)
{
	AvuFrameReader reader = avu_frame_reader(frame);
	Exit noted = { .pid = (pid_t)avu_frame_take_u32(&reader) };

	noted.status = (int)avu_frame_take_u32(&reader);
	if (frame->type != SPAWNER_EXITED || !avu_frame_reader_finish(&reader)) {
		return false;
	}
	g_array_append_val(spawner->exits, noted);
	return true;
}

static void
deliver_exits(void *data)
{
	AvuSpawner *spawner = data;

	while (spawner->exits->len > 0 && spawner->exited != NULL) {
		Exit first = g_array_index(spawner->exits, Exit, 0);

		g_array_remove_index(spawner->exits, 0);
		spawner->exited(first.pid, first.status, spawner->user_data);
	}
}

static bool
on_spawner_readable(int fd, GIOCondition condition, void *data)
{
	AvuSpawner *spawner = data;
	AvuFrame frame;

	(void)condition;
	if (!avu_frame_receive(fd, spawner->buffer, &frame, NULL)) {
		g_critical("the spawner has died: no helper can be started any more");
		return G_SOURCE_REMOVE;
	}
	(void)note_exit(spawner, &frame);
	avu_frame_close_fds(&frame);
	deliver_exits(spawner);
	return G_SOURCE_CONTINUE;
}

void
avu_spawner_set_exit_handler(AvuSpawner *spawner, GMainContext *context,
	void (*exited)(pid_t pid, int status, void *user_data), void *user_data)
{
	spawner->exited = exited;
	spawner->user_data = user_data;
	if (exited == NULL || spawner->watch != NULL) {
		return;
	}
	spawner->watch = avu_watch_fd(
		context, spawner->fd, G_IO_IN | G_IO_HUP, on_spawner_readable, spawner);
	spawner->deliver_timer = avu_timer_new(context, AVU_TIME_NONE, deliver_exits, spawner);
}

static bool
wait_readable(int fd, int64_t deadline_ns, GError **error)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	int64_t left_ms;

	do {
		left_ms = MAX((deadline_ns - avu_now_ns()) / AVU_NS_PER_MS, 0);
		if (poll(&wait, 1, (int)left_ms) > 0) {
			return true;
		}
	} while (left_ms > 0);
	g_set_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT, "no answer within %d s",
		(int)(AVU_HELPER_START_NS / AVU_NS_PER_S));
	return false;
}

static void
put_environment(AvuFrameWriter *payload, const char *const *keep)
{
	/* Without these a helper of a sanitizer build would judge by other rules than its parent. */
	static const char *const always[] = { "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS",
		"TSAN_OPTIONS", NULL };
	const char *const *lists[] = { keep, AVU_SANITIZED ? always : NULL };
	g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		for (const char *const *name = lists[i]; name != NULL && *name != NULL; name++) {
			const char *value = getenv(*name);

			if (value != NULL && strlen(value) < SPAWNER_ARGUMENT_MAX / 2) {
				g_ptr_array_add(pairs, g_strconcat(*name, "=", value, NULL));
			}
		}
	}
	avu_frame_put_u32(payload, pairs->len);
	for (guint i = 0; i < pairs->len; i++) {
		avu_frame_put_string(payload, pairs->pdata[i]);
	}
}

static bool
send_start(AvuSpawner *spawner, const char *name, const char *const *argv,
	const char *const *keep_env, const int *extra_fds, unsigned n_extra_fds, GError **error)
{
	g_auto(AvuFrameWriter) payload = { 0 };
	guint n = argv != NULL ? g_strv_length((char **)argv) : 0;

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, n + 1);
	avu_frame_put_string(&payload, name);
	for (guint i = 0; i < n; i++) {
		avu_frame_put_string(&payload, argv[i]);
	}
	put_environment(&payload, keep_env);
	return avu_frame_send(spawner->fd, SPAWNER_START, &payload, extra_fds, n_extra_fds, error);
}

/* The answer to START; exits told meanwhile are kept for their handler. */
static bool
receive_started(AvuSpawner *spawner, const char *name, AvuHelper *ret_helper, GError **error)
{
	const int64_t deadline_ns = avu_now_ns() + AVU_HELPER_START_NS;
	AvuFrame frame;

	do {
		if (!wait_readable(spawner->fd, deadline_ns, error) ||
			!avu_frame_receive(spawner->fd, spawner->buffer, &frame, error)) {
			return false;
		}
	} while (note_exit(spawner, &frame));

	AvuFrameReader reader = avu_frame_reader(&frame);
	uint32_t value = avu_frame_take_u32(&reader);

	if (frame.type == SPAWNER_STARTED && avu_frame_reader_finish(&reader) && frame.n_fds == 1) {
		ret_helper->pid = (pid_t)value;
		ret_helper->channel_fd = frame.fds[0];
		return true;
	}
	avu_frame_close_fds(&frame);
	avu_set_errno(error, frame.type == SPAWNER_FAILED ? (int)value : EPROTO, "helper '%s/%s'",
		spawner->folder, name);
	return false;
}

bool
avu_spawner_check_hello(const AvuFrame *frame, const char *name, GError **error)
{
	AvuFrameReader reader = avu_frame_reader(frame);
	g_autofree char *version = avu_frame_take_string(&reader, 64);
	g_autofree char *said = avu_frame_take_string(&reader, SPAWNER_NAME_MAX);

	if (frame->type != AVU_HELPER_HELLO || !avu_frame_reader_finish(&reader) ||
		g_strcmp0(version, AVU_VERSION) != 0 || g_strcmp0(said, name) != 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"helper '%s' is of another version than this program (%s): install both "
			"anew",
			name, AVU_VERSION);
		return false;
	}
	return true;
}

static bool
receive_hello(const AvuHelper *helper, const char *name, GError **error)
{
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	AvuFrame frame;

	if (!wait_readable(helper->channel_fd, avu_now_ns() + AVU_HELPER_START_NS, error) ||
		!avu_frame_receive(helper->channel_fd, buffer, &frame, error)) {
		g_prefix_error(error, "helper '%s': ", name);
		return false;
	}
	avu_frame_close_fds(&frame);
	return avu_spawner_check_hello(&frame, name, error);
}

bool
avu_spawner_launch(AvuSpawner *spawner, const char *name, const char *const *argv,
	const char *const *keep_env, const int *extra_fds, unsigned n_extra_fds,
	AvuHelper *ret_helper, GError **error)
{
	if (!send_start(spawner, name, argv, keep_env, extra_fds, n_extra_fds, error) ||
		!receive_started(spawner, name, ret_helper, error)) {
		return false;
	}
	if (spawner->exits->len > 0 && spawner->deliver_timer != NULL) {
		avu_timer_set(spawner->deliver_timer, 0);
	}
	return true;
}

bool
avu_spawner_start(AvuSpawner *spawner, const char *name, const char *const *argv,
	const char *const *keep_env, const int *extra_fds, unsigned n_extra_fds,
	AvuHelper *ret_helper, GError **error)
{
	AvuHelper helper = { .channel_fd = -1 };

	if (!avu_spawner_launch(
		    spawner, name, argv, keep_env, extra_fds, n_extra_fds, &helper, error)) {
		return false;
	}
	if (!receive_hello(&helper, name, error)) {
		avu_spawner_kill(spawner, helper.pid, SIGKILL);
		(void)close(helper.channel_fd);
		return false;
	}
	*ret_helper = helper;
	return true;
}

void
avu_spawner_kill(AvuSpawner *spawner, pid_t pid, int signum)
{
	g_auto(AvuFrameWriter) payload = { 0 };

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, (uint32_t)pid);
	avu_frame_put_u32(&payload, (uint32_t)signum);
	(void)avu_frame_send(spawner->fd, SPAWNER_KILL, &payload, NULL, 0, NULL);
}

void
avu_helper_begin(const char *name)
{
	g_auto(AvuFrameWriter) hello = { 0 };
	struct stat info;

	if (fstat(AVU_HELPER_FD, &info) != 0 || !S_ISSOCK(info.st_mode)) {
		fprintf(stderr, "%s: a helper of av-upnp, started by its programs, not by hand\n",
			name);
		exit(2);
	}
	(void)fcntl(AVU_HELPER_FD, F_SETFD, FD_CLOEXEC);
	(void)signal(SIGPIPE, SIG_IGN); /* who reads what it says may leave (FLT-16) */
	avu_frame_writer_init(&hello);
	avu_frame_put_string(&hello, AVU_VERSION);
	avu_frame_put_string(&hello, name);
	if (!avu_frame_send(AVU_HELPER_FD, AVU_HELPER_HELLO, &hello, NULL, 0, NULL)) {
		exit(1);
	}
}
