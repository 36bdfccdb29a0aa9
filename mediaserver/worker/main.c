/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The worker: a warm parent that has FFmpeg loaded, reads frames from the server and forks a
 * sandboxed child for each batch of files and each job. One thread. It opens nothing itself and ends with its
 * channel. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/sandbox.h>
#include <av-upnp/spawner.h>

#include "mediaserver/worker/batch.h"
#include "mediaserver/worker/job.h"
#include "mediaserver/worker/probe.h"
#include "mediaserver/worker/thumb.h"
#include "mediaserver/workers/job.h"

/* Files and network are gone for parent and children; calls are filtered in the children, since the
 * parent has to fork. */
static const AvuSandboxProfile parent_profile = { .name = "worker-parent" };

int
main(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	AvuFrame frame = { 0 };

	avu_helper_begin("worker");
	(void)signal(SIGPIPE, SIG_IGN);
	probe_warm();
	thumb_warm();
	if (!avu_sandbox_enter(&parent_profile, &error)) {
		g_printerr("worker: no sandbox, media is not read: %s\n", error->message);
		return EXIT_FAILURE;
	}
	while (avu_frame_receive(AVU_HELPER_FD, buffer, &frame, &error)) {
		bool good = frame.type == WORKER_JOB ? job_serve(AVU_HELPER_FD, &frame, &error)
						     : batch_serve(AVU_HELPER_FD, &frame, &error);

		if (!good) {
			break;
		}
	}
	bool gone = g_error_matches(error, AVU_ERROR, AVU_ERROR_GONE);

	if (!gone) {
		g_printerr("worker: %s\n", error->message);
	}
	/* nothing to flush, and leak checkers want calls that the sandbox has taken */
	_exit(gone ? EXIT_SUCCESS : EXIT_FAILURE);
}
