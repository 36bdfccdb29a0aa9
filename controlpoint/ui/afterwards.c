/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A forked process that has nothing of the terminal. GLib has a thread of its own here, so after fork() there are
 * system calls only. Each order has deadlines of its own, and there are at most as many as fit into the line. */
#include "ui/afterwards.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define UNREACHABLE 5 /* exit code of avcp */

/* The terminal is for others now; so are the signals that this process had taken over. */
static bool
detach(void)
{
	static const int taken[] = { SIGTERM, SIGHUP, SIGINT, SIGWINCH };
	const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
		(void)signal(taken[i], SIG_DFL);
	}
	return nothing >= 0 && setsid() >= 0 && dup2(nothing, STDIN_FILENO) >= 0 &&
	       dup2(nothing, STDOUT_FILENO) >= 0 && dup2(nothing, STDERR_FILENO) >= 0;
}

static void
await_end(int process)
{
	struct pollfd ended = { .fd = process, .events = POLLIN };

	while (poll(&ended, 1, -1) < 0 && errno == EINTR) {
	}
}

/* @return false: there is nothing more to be had from this device */
static bool
carry_out(const char *program, char *const *order)
{
	int status = 0;
	const pid_t pid = fork();

	if (pid == 0) {
		(void)execv(program, order);
		_exit(UNREACHABLE);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) != UNREACHABLE;
}

void
ui_afterwards_run(pid_t before, const char *program, char *const *const *orders)
{
	/* Here, where that process cannot be another one yet. */
	const int process = pidfd_open(before, 0);
	const pid_t pid = process >= 0 ? fork() : -1;

	if (pid == 0) {
		if (!detach()) {
			_exit(1);
		}
		await_end(process);
		while (*orders != NULL && carry_out(program, *orders)) {
			orders++;
		}
		_exit(0);
	}
	if (process >= 0) {
		(void)close(process);
	}
}
