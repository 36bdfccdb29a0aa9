/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* own-server: what av-controlpoint, which never forks itself, starts a media server through:
 *
 *     own-server PROGRAM ARGUMENT...
 *
 * It becomes that program. Descriptor 3 stays open in it: its end is how the starter learns of the
 * program's, and the program ends with SIGTERM as any helper does. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <av-upnp/spawner.h>

int
main(int argc, char **argv)
{
	sigset_t none;

	avu_helper_begin("own-server");
	if (argc < 2 || argv[1][0] != '/') {
		return EXIT_FAILURE;
	}
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	(void)fcntl(AVU_HELPER_FD, F_SETFD, 0);
	(void)execv(argv[1], argv + 1);
	(void)fprintf(stderr, "own-server %s: %s\n", argv[1], strerror(errno));
	return EXIT_FAILURE;
}
