/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/spawner-protocol.h: the frames between a program and its spawner */
#pragma once

#include <av-upnp/spawner.h>

#define SPAWNER_NAME_MAX 64
#define SPAWNER_ARGUMENTS_MAX 64
#define SPAWNER_ARGUMENT_MAX 4096
#define SPAWNER_EXTRA_FDS_MAX 16
#define SPAWNER_FIRST_EXTRA_FD (3 + 1)

enum {
	/* to the spawner */
	SPAWNER_START = 1, /* u32 number; u32 n, n × string argv; u32 n, n × string "NAME=value";
			    * extra descriptors */
	SPAWNER_KILL,      /* u32 pid, u32 signal */
	/* from the spawner; of one helper in this order */
	SPAWNER_STARTED, /* u32 number, u32 pid; descriptor: our end of the channel */
	SPAWNER_FAILED,  /* instead: u32 number, u32 errno */
	SPAWNER_EXITED,  /* u32 pid, u32 status */
};

/* By the channel instead of AVU_HELPER_HELLO: u32 errno of exec. */
#define HELPER_NOT_RUN UINT16_MAX

/* Who speaks to a spawner over this socket, which is taken.
 * @param pid  waited for at the end; 0: it has no process  @param patience_ns  for a start */
AvuSpawner *spawner_new_over(
	int fd, pid_t pid, const char *folder, int64_t patience_ns, GMainContext *context);

/* Body of the spawner process; returns its exit status when the program's end of fd closes. */
int spawner_run(int fd, const char *folder);
