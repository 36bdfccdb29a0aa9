/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/spawner-protocol.h: the frames between a program and its spawner */
#pragma once

#include <av-upnp/frame.h>

#define SPAWNER_NAME_MAX 64
#define SPAWNER_ARGUMENTS_MAX 64
#define SPAWNER_ARGUMENT_MAX 4096
#define SPAWNER_EXTRA_FDS_MAX 16
#define SPAWNER_FIRST_EXTRA_FD (3 + 1)

enum {
	/* to the spawner */
	SPAWNER_START =
		1, /* u32 n, n × string argv; u32 n, n × string "NAME=value"; extra descriptors */
	SPAWNER_KILL, /* u32 pid, u32 signal */
	/* from the spawner */
	SPAWNER_STARTED, /* u32 pid; descriptor: our end of the channel */
	SPAWNER_FAILED,  /* u32 errno */
	SPAWNER_EXITED,  /* u32 pid, u32 status */
};

/* Body of the spawner process; returns its exit status when the program's end of fd closes. */
int spawner_run(int fd, const char *folder);
