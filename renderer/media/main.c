/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* media: the helper of av-renderer that decodes and plays. It has no network: octets come through
 * rings, commands through descriptor 3. GStreamer lives here only. */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gst/gst.h>

#include <av-upnp/log.h>
#include <av-upnp/spawner.h>

#include "../engine/protocol.h"
#include "commands.h"
#include "confine.h"
#include "sink-protocols.h"

/* mpg123 comes before libav for MP3: it starts in a few milliseconds and 37 MB smaller. */
static void
media_rank_decoders(void)
{
	GstRegistry *registry = gst_registry_get();
	g_autoptr(GstPluginFeature) mpg123 =
		gst_registry_lookup_feature(registry, "mpg123audiodec");

	if (mpg123 != NULL) {
		gst_plugin_feature_set_rank(mpg123, GST_RANK_PRIMARY + 1);
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

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	avu_helper_begin(MEDIA_HELPER);
	media_take_args(argc, argv);
	(void)avu_log_init("av-renderer media", AVU_LOG_AUTO, g_getenv("AV_UPNP_LOG"), NULL);
	if (!gst_init_check(NULL, NULL, &error)) {
		g_warning("GStreamer does not start: %s", error->message);
		return EXIT_FAILURE;
	}
	media_rank_decoders();
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
