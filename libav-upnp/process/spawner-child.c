/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/spawner-child.c: the spawner process: one thread, two descriptors, fork and exec.
 *
 * It believes its parent (same program, same build) but still bounds every field. It ends when the
 * parent's end closes, whatever the reason, and takes along what it started. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/fd.h>
#include <av-upnp/sandbox.h>

#include "spawner-protocol.h"

#define TERM_GRACE_NS AVU_NS_PER_S

typedef struct {
	int fd;
	int signal_fd;
	const char *folder;
	GArray *children; /* pid_t */
} Spawner;

typedef struct {
	GPtrArray *argv; /* ends with NULL */
	GPtrArray *env;
	uint32_t number;
	pid_t spawner; /* whose child the helper is */
} StartRequest;

static void
start_request_clear(StartRequest *request)
{
	g_clear_pointer(&request->argv, g_ptr_array_unref);
	g_clear_pointer(&request->env, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StartRequest, start_request_clear)

static GPtrArray *
take_list(AvuFrameReader *reader)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	uint32_t n = avu_frame_take_u32(reader);

	for (uint32_t i = 0; i < n && i < SPAWNER_ARGUMENTS_MAX && !reader->failed; i++) {
		char *text = avu_frame_take_string(reader, SPAWNER_ARGUMENT_MAX);

		if (text != NULL) {
			g_ptr_array_add(list, text);
		}
	}
	g_ptr_array_add(list, NULL);
	return list;
}

/* The channel's first frame, in place of the helper's own: nobody here waits for exec. */
static void
tell_not_run(int failure)
{
	g_auto(AvuFrameWriter) told = { 0 };

	avu_frame_writer_init(&told);
	avu_frame_put_u32(&told, (uint32_t)failure);
	(void)avu_frame_send(AVU_HELPER_FD, HELPER_NOT_RUN, &told, NULL, 0, NULL);
}

/* The child's side of fork: nothing returns. */
static void
become_helper(const char *path, const StartRequest *request, int channel, const AvuFrame *frame)
{
	sigset_t none;
	const pid_t spawner = request->spawner;
	int high[SPAWNER_EXTRA_FDS_MAX + 1];
	unsigned n = 0;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* Everything first moves out of the way of the numbers it is to be put on. */
	high[n++] = fcntl(channel, F_DUPFD_CLOEXEC, 64);
	for (unsigned i = 0; i < frame->n_fds; i++) {
		high[n++] = fcntl(frame->fds[i], F_DUPFD_CLOEXEC, 64);
	}
	(void)dup2(null, STDIN_FILENO);
	(void)dup2(STDERR_FILENO, STDOUT_FILENO);
	for (unsigned i = 0; i < n; i++) {
		(void)dup2(high[i], AVU_HELPER_FD + (int)i);
	}
	avu_sandbox_close_fds(AVU_HELPER_FD + (int)n, NULL, 0);
	(void)!chdir("/");
	/* Whoever kills the spawner ends the helpers with it: nobody else would reap them. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != spawner) {
		_exit(127);
	}
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGHUP, SIG_DFL);
	(void)signal(SIGPIPE, SIG_DFL); /* Ctrl-C (SIGINT) stays ignored: the program's to handle */
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)execve(path, (char **)request->argv->pdata, (char **)request->env->pdata);
	tell_not_run(errno);
	_exit(127);
}

/* Waits for nothing: exec from a disk that sleeps holds that helper alone.
 * @return 0, or the errno of fork */
static int
fork_helper(const Spawner *self, const StartRequest *request, const AvuFrame *frame, pid_t *ret_pid,
	int *ret_channel)
{
	const char *name = request->argv->pdata[0];
	g_autofree char *path = g_build_filename(self->folder, name, NULL);
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		return errno;
	}

	const pid_t pid = fork();

	if (pid == 0) {
		become_helper(path, request, pair[1], frame);
	}

	const int failure = pid < 0 ? errno : 0;

	(void)close(pair[1]);
	if (failure != 0) {
		(void)close(pair[0]);
		return failure;
	}
	*ret_pid = pid;
	*ret_channel = pair[0];
	return 0;
}

static void
handle_start(Spawner *self, AvuFrame *frame)
{
	AvuFrameReader reader = avu_frame_reader(frame);
	g_auto(AvuFrameWriter) reply = { 0 };
	g_auto(StartRequest) request = { 0 };
	avu_autofd int channel = -1;
	pid_t pid = 0;
	int failure = EINVAL;

	request.number = avu_frame_take_u32(&reader);
	request.argv = take_list(&reader);
	request.env = take_list(&reader);
	request.spawner = getpid();
	/* A plain name only: nothing outside the helper folder can be started. */
	if (avu_frame_reader_finish(&reader) && request.argv->len >= 2 &&
		frame->n_fds <= SPAWNER_EXTRA_FDS_MAX &&
		strchr(request.argv->pdata[0], '/') == NULL) {
		failure = fork_helper(self, &request, frame, &pid, &channel);
	}
	avu_frame_close_fds(frame);
	avu_frame_writer_init(&reply);
	avu_frame_put_u32(&reply, request.number);
	if (failure != 0) {
		avu_frame_put_u32(&reply, (uint32_t)failure);
		(void)avu_frame_send(self->fd, SPAWNER_FAILED, &reply, NULL, 0, NULL);
		return;
	}
	g_array_append_val(self->children, pid);
	avu_frame_put_u32(&reply, (uint32_t)pid);
	(void)avu_frame_send(self->fd, SPAWNER_STARTED, &reply, &channel, 1, NULL);
}

static bool
is_child(const Spawner *self, pid_t pid)
{
	for (guint i = 0; i < self->children->len; i++) {
		if (g_array_index(self->children, pid_t, i) == pid) {
			return true;
		}
	}
	return false;
}

static void
handle_kill(const Spawner *self, const AvuFrame *frame)
{
	AvuFrameReader reader = avu_frame_reader(frame);
	pid_t pid = (pid_t)avu_frame_take_u32(&reader);
	int signum = (int)avu_frame_take_u32(&reader);

	/* Not yet reaped, so the number cannot have gone to another process. */
	if (avu_frame_reader_finish(&reader) && is_child(self, pid)) {
		(void)kill(pid, signum);
	}
}

static void
reap(Spawner *self, bool tell)
{
	struct signalfd_siginfo info;
	pid_t pid;
	int status;

	(void)!read(self->signal_fd, &info, sizeof info);
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (guint i = 0; i < self->children->len; i++) {
			if (g_array_index(self->children, pid_t, i) == pid) {
				g_array_remove_index_fast(self->children, i);
				break;
			}
		}
		if (tell) {
			g_auto(AvuFrameWriter) exited = { 0 };

			avu_frame_writer_init(&exited);
			avu_frame_put_u32(&exited, (uint32_t)pid);
			avu_frame_put_u32(&exited, (uint32_t)status);
			(void)avu_frame_send(self->fd, SPAWNER_EXITED, &exited, NULL, 0, NULL);
		}
	}
}

static void
end_children(Spawner *self)
{
	int64_t deadline = avu_now_ns() + TERM_GRACE_NS;
	struct pollfd wait = { .fd = self->signal_fd, .events = POLLIN };

	for (guint i = 0; i < self->children->len; i++) {
		(void)kill(g_array_index(self->children, pid_t, i), SIGTERM);
	}
	while (self->children->len > 0 && avu_now_ns() < deadline) {
		(void)poll(&wait, 1, (int)((deadline - avu_now_ns()) / AVU_NS_PER_MS) + 1);
		reap(self, false);
	}
	for (guint i = 0; i < self->children->len; i++) {
		(void)kill(g_array_index(self->children, pid_t, i), SIGKILL);
	}
}

int
spawner_run(int fd, const char *folder)
{
	Spawner self = {
		.fd = fd, .folder = folder, .children = g_array_new(FALSE, FALSE, sizeof(pid_t))
	};
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	sigset_t set;
	AvuFrame frame;

	/* A group of its own, so that Ctrl-C in the terminal reaches the program alone; and a service
	 * manager that signals every process must not cut the program's farewell short: the end of
	 * the program is what ends us. */
	(void)setpgid(0, 0);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	avu_sandbox_close_fds(STDERR_FILENO + 1, &fd, 1);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	self.signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);

	struct pollfd wait[2] = { { .fd = fd, .events = POLLIN },
		{ .fd = self.signal_fd, .events = POLLIN } };

	for (;;) {
		if (poll(wait, 2, -1) < 0) {
			if (errno == EINTR) {
				continue;
			}
			break;
		}
		if (wait[1].revents != 0) {
			reap(&self, true);
		}
		if (wait[0].revents == 0) {
			continue;
		}
		if (!avu_frame_receive(fd, buffer, &frame, NULL)) {
			break;
		}
		if (frame.type == SPAWNER_START) {
			handle_start(&self, &frame);
		} else if (frame.type == SPAWNER_KILL) {
			handle_kill(&self, &frame);
		}
		avu_frame_close_fds(&frame);
	}
	end_children(&self);
	g_array_unref(self.children);
	return 0;
}
