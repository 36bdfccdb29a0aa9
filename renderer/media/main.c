/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* media: the helper of av-renderer that decodes and plays. It has no network: octets come through
 * rings, commands through descriptor 3. GStreamer lives here only. */

#include <signal.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gst/gst.h>

#include <av-upnp/log.h>
#include <av-upnp/spawner.h>

#include "../engine/protocol.h"
#include "commands.h"
#include "confine.h"
#include "devices.h"
#include "self-test.h"
#include "sink-protocols.h"
#include "sinks.h"

/* Frames of pictures go back to the system when they are freed, and each of a dozen threads does not
 * keep a heap of its own. */
static void
media_tune_memory(void)
{
	(void)mallopt(M_ARENA_MAX, 2);
	(void)mallopt(M_MMAP_THRESHOLD, 256 * 1024);
	(void)mallopt(M_TRIM_THRESHOLD, 256 * 1024);
}

static bool
media_is_older(const char *path, const char *folder)
{
	struct stat ours, theirs;

	return folder != NULL && stat(folder, &theirs) == 0 &&
	       (stat(path, &ours) != 0 || ours.st_mtime < theirs.st_mtime);
}

/* What the self-test found, beside the list of plug-ins. */
static char *
media_dup_tested_path(void)
{
	const char *path = g_getenv("GST_REGISTRY");

	return path != NULL ? g_strconcat(path, ".tested", NULL) : NULL;
}

/* To make the list of plug-ins loads all of them, 60 MB that nobody unloads: a child does it, and this
 * process reads what it wrote. Before any thread. */
static void
media_update_registry(void)
{
	const char *path = g_getenv("GST_REGISTRY");
	g_autofree char *tested = media_dup_tested_path();

	if (path == NULL ||
		(!media_is_older(path, GST_PLUGINS_DIR) && !media_is_older(tested, path) &&
			!media_is_older(path, g_getenv("GST_PLUGIN_SYSTEM_PATH_1_0")))) {
		return;
	}
	pid_t child = fork();

	if (child == 0) {
		/* one that a plug-in holds for ever goes with us */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(gst_init_check(NULL, NULL, NULL) && self_test_run(tested) ? EXIT_SUCCESS
										: EXIT_FAILURE);
	}
	if (child > 0) {
		/* How it ended does not matter: what it did not write is made here. */
		(void)waitpid(child, NULL, 0);
	}
}

/* "--registry=FILE": GStreamer's list of plug-ins, kept with the renderer's state unless the
 * environment names another. */
static void
media_take_args(int argc, char **argv)
{
	static const char option[] = "--registry=";

	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], option, sizeof(option) - 1) == 0) {
			(void)g_setenv("GST_REGISTRY", argv[i] + sizeof(option) - 1, FALSE);
		}
	}
	/* The list is read in this process: later there is no exec for a scanner. */
	(void)g_setenv("GST_REGISTRY_FORK", "no", TRUE);
}

static int
media_list_devices(void)
{
	g_auto(AvuFrameWriter) payload;
	g_autofree char *sound = devices_list();
	g_autofree char *pictures = sinks_list_video();
	g_autofree char *devices = g_strconcat(sound, pictures, NULL);
	g_autoptr(GError) error = NULL;

	avu_frame_writer_init(&payload);
	avu_frame_put_string(&payload, devices);
	return avu_frame_send(AVU_HELPER_FD, MEDIA_DEVICES, &payload, NULL, 0, &error)
		       ? EXIT_SUCCESS
		       : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	avu_helper_begin(MEDIA_HELPER);
	media_tune_memory();
	media_take_args(argc, argv);
	media_update_registry();
	(void)avu_log_init("av-renderer media", AVU_LOG_AUTO, g_getenv("AV_UPNP_LOG"), NULL);
	if (!gst_init_check(NULL, NULL, &error)) {
		g_warning("GStreamer does not start: %s", error->message);
		return EXIT_FAILURE;
	}
	if (argc > 1 && strcmp(argv[1], MEDIA_LIST_DEVICES) == 0) {
		return media_list_devices();
	}
	g_autofree char *tested = media_dup_tested_path();

	if (tested != NULL) {
		(void)self_test_apply(tested);
	}
	sink_protocols_rank();
	sink_protocols_preload();

	GMainLoop *loop = g_main_loop_new(NULL, FALSE);
	Commands *commands = commands_new(AVU_HELPER_FD, loop);

	commands_set_configured(commands, confine_media);
	g_main_loop_run(loop);
	commands_free(commands);
	g_main_loop_unref(loop);
	/* Nothing is left to be done, and exit handlers of foreign libraries may want what the sandbox
	 * took. */
	_exit(EXIT_SUCCESS);
}
