/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/helper.c: a helper's first words. Its only thread yet; it may end the process. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <av-upnp/spawner.h>

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
