/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* hook: runs a program of the operator's for av-renderer, which never forks itself:
 *
 *     hook PROGRAM EVENT NAME=VALUE...
 *
 * No shell: the event is the program's one argument, the rest its environment. It leads a group of its
 * own, which is ended when its time is over; the end of this process tells av-renderer. */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <av-upnp/spawner.h>

#define HOOK_S 10
#define FIRST_VALUE 3

static void
become(char **argv)
{
	char *words[] = { argv[1], argv[2], NULL };
	sigset_t none;

	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGPIPE, SIG_DFL); /* as programs expect it */
	(void)close(AVU_HELPER_FD);
	for (unsigned i = FIRST_VALUE; argv[i] != NULL; i++) {
		(void)putenv(argv[i]); /* argv lives on; out of memory: one less */
	}
	(void)execv(words[0], words);
	(void)fprintf(stderr, "hook %s: %s\n", words[0], strerror(errno));
	_exit(127);
}

int
main(int argc, char **argv)
{
	const struct timespec patience = { .tv_sec = HOOK_S };
	sigset_t child;

	avu_helper_begin("hook");
	if (argc < FIRST_VALUE || argv[1][0] != '/') {
		return EXIT_FAILURE;
	}
	sigemptyset(&child);
	(void)sigaddset(&child, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &child, NULL);
	pid_t pid = fork();

	if (pid == 0) {
		become(argv);
	}
	if (pid < 0) {
		return EXIT_FAILURE;
	}
	if (sigtimedwait(&child, NULL, &patience) < 0) {
		(void)fprintf(stderr, "hook %s: ended after %d s\n", argv[1], HOOK_S);
	}
	/* what it left behind, too */
	(void)kill(-pid, SIGKILL);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	return EXIT_SUCCESS;
}
