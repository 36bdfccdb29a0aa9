/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A media process is started for one answer. */

#include "device-list.h"

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/loop.h>

#include "protocol.h"

#define LOOK_NS (20 * AVU_NS_PER_S) /* a first start reads all plug-ins */

typedef struct {
	AvuFrameChannel *channel;
	char *text;
	GError *error;
	bool late;
} Look;

static void
on_received(AvuFrame *frame, void *user_data)
{
	Look *look = user_data;
	AvuFrameReader in = avu_frame_reader(frame);

	if (look->text == NULL && look->error == NULL && frame->type == MEDIA_DEVICES) {
		look->text = avu_frame_take_string(&in, MEDIA_DEVICES_MAX);
	}
	if (look->text == NULL && look->error == NULL) {
		g_set_error(
			&look->error, AVU_ERROR, AVU_ERROR_SYNTAX, "no list of sound devices came");
	}
}

static void
on_closed(const GError *error, void *user_data)
{
	Look *look = user_data;

	if (look->text == NULL && look->error == NULL) {
		look->error = g_error_copy(error);
	}
}

static void
on_started(pid_t pid, AvuFrameChannel *channel, const GError *error, void *user_data)
{
	static const AvuFrameHandler handler = { on_received, on_closed };
	Look *look = user_data;

	(void)pid;
	if (error != NULL) {
		look->error = g_error_copy(error);
		return;
	}
	look->channel = channel;
	avu_frame_channel_set_handler(channel, &handler, look);
}

static void
on_late(void *data)
{
	Look *look = data;

	look->late = true;
}

char *
device_list_ask(AvuSpawner *spawner, GError **error)
{
	static const char *const argv[] = { MEDIA_LIST_DEVICES, NULL };
	static const char *const keep_env[] = { "HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME",
		"PULSE_SERVER", "PIPEWIRE_REMOTE", "WAYLAND_DISPLAY", "DISPLAY", "XAUTHORITY",
		"ALSA_CONFIG_PATH", "GST_REGISTRY", "GST_PLUGIN_SYSTEM_PATH_1_0", "ASAN_OPTIONS",
		"LSAN_OPTIONS", "UBSAN_OPTIONS", NULL };
	const AvuHelperSpec spec = { .name = MEDIA_HELPER, .argv = argv, .keep_env = keep_env };
	Look look = { NULL };
	g_autoptr(AvuTimer) timer = avu_timer_new(NULL, LOOK_NS, on_late, &look);

	/* nobody else is to be answered by this process */
	(void)avu_spawner_start(spawner, &spec, on_started, &look);
	while (look.text == NULL && look.error == NULL && !(look.late && look.channel != NULL)) {
		(void)g_main_context_iteration(NULL, /* may_block = */ TRUE);
	}
	avu_frame_channel_free(look.channel);
	if (look.error != NULL) {
		g_propagate_error(error, look.error);
	} else if (look.text == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT,
			"the list of sound devices did not come in time");
	}
	return look.text;
}
