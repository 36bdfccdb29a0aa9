/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The worker: a warm parent that has FFmpeg loaded, reads frames from the server and forks a
 * sandboxed child for each batch of files, each job, and each conversion when it was started for those.
 * One thread. It opens nothing itself and ends with its channel. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/sandbox.h>
#include <av-upnp/spawner.h>

#include "mediaserver/worker/batch.h"
#include "mediaserver/worker/convert-run.h"
#include "mediaserver/worker/convert.h"
#include "mediaserver/worker/job.h"
#include "mediaserver/worker/probe.h"
#include "mediaserver/worker/subtitle.h"
#include "mediaserver/worker/thumb.h"
#include "mediaserver/workers/job.h"

/* Files and network are gone for parent and children; calls are filtered in the children, since the
 * parent has to fork. */
static const AvuSandboxProfile parent_profile = { .name = "worker-parent" };

/* A kernel without one of the layers is told of: it protects less, and whoever runs this may choose another. The parent
 * has all of them but the filter of system calls, without which a child reads nothing. */
static void
tell_what_is_missing(void)
{
	g_autofree char *held = avu_sandbox_describe();

	if (strstr(held, "(files") == NULL) {
		g_printerr(
			"worker: the sandbox of what reads media is weaker than it may be: %s. The "
			"filter of system calls alone keeps it from files and network\n",
			held);
	}
}

/* The same of the worker that encodes by a graphics card: in each child the driver is loaded before the calls are
 * filtered and the rest is taken away. The parent reads no media. Of the system's files there are those that
 * ld.so, libdrm, libva and Mesa look for. */
static const AvuSandboxPath card_paths[] = { { "/dev/dri", AVU_SANDBOX_READ | AVU_SANDBOX_WRITE },
	{ "/usr", AVU_SANDBOX_READ | AVU_SANDBOX_EXECUTE },
	{ "/lib", AVU_SANDBOX_READ | AVU_SANDBOX_EXECUTE },
	{ "/etc/ld.so.cache", AVU_SANDBOX_READ }, { "/etc/drirc", AVU_SANDBOX_READ },
	{ "/etc/libva.conf", AVU_SANDBOX_READ }, { "/sys/dev/char", AVU_SANDBOX_READ },
	{ "/sys/devices", AVU_SANDBOX_READ }, { "/proc/self", AVU_SANDBOX_READ }, { NULL, 0 } };
static const AvuSandboxProfile card_parent_profile = { .name = "worker-parent",
	.paths = card_paths };

static bool
serve(int channel, GError **error)
{
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	g_autoptr(GError) cause = NULL;
	AvuFrame frame = { 0 };

	while (avu_frame_receive(channel, buffer, &frame, &cause)) {
		bool good = frame.type == WORKER_JOB ? job_serve(channel, &frame, &cause)
						     : batch_serve(channel, &frame, &cause);

		if (!good) {
			break;
		}
	}
	if (g_error_matches(cause, AVU_ERROR, AVU_ERROR_GONE)) {
		return true;
	}
	g_propagate_error(error, g_steal_pointer(&cause));
	return false;
}

/* "worker convert 10", "worker convert 10 /dev/dri/renderD128" @return CONVERT_NICENESS when there is none */
static int
parse_niceness(int argc, char **argv)
{
	int64_t niceness = CONVERT_NICENESS;
	AvuCursor in = avu_cursor_string(argc > 2 ? argv[2] : "");

	return avu_cursor_take_int(&in, 0, 19, &niceness) ? (int)niceness : CONVERT_NICENESS;
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	const bool converts = argc > 1 && g_str_equal(argv[1], "convert");
	const char *device = converts && argc > 3 && vaapi_is_device(argv[3]) ? argv[3] : NULL;

	avu_helper_begin("worker");
	if (converts && argc > 3 && device == NULL) {
		g_printerr(
			"worker: %s is no device of VAAPI, which are below /dev/dri. The processor "
			"encodes instead\n",
			argv[3]);
	}
	probe_warm();
	thumb_warm();
	subtitle_warm();
	if (converts) {
		convert_warm();
	}
	if (!avu_sandbox_enter(device != NULL ? &card_parent_profile : &parent_profile, &error)) {
		g_printerr("worker: no sandbox, media is not read: %s\n", error->message);
		return EXIT_FAILURE;
	}
	tell_what_is_missing();
	bool gone =
		converts ? convert_serve(AVU_HELPER_FD, parse_niceness(argc, argv), device, &error)
			 : serve(AVU_HELPER_FD, &error);

	if (!gone) {
		g_printerr("worker: %s\n", error->message);
	}
	/* nothing to flush, and leak checkers want calls that the sandbox has taken */
	_exit(gone ? EXIT_SUCCESS : EXIT_FAILURE);
}
