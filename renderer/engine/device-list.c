/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A media process is started for one answer. */

#include "device-list.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/frame.h>

#include "protocol.h"

#define LOOK_S 20 /* a first start reads all plug-ins */

char *
device_list_ask(AvuSpawner *spawner, GError **error)
{
	static const char *const argv[] = { MEDIA_LIST_DEVICES, NULL };
	static const char *const keep_env[] = { "HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME",
		"PULSE_SERVER", "PIPEWIRE_REMOTE", "WAYLAND_DISPLAY", "DISPLAY", "XAUTHORITY",
		"ALSA_CONFIG_PATH", "GST_REGISTRY", "GST_PLUGIN_SYSTEM_PATH_1_0", "ASAN_OPTIONS",
		"LSAN_OPTIONS", "UBSAN_OPTIONS", NULL };
	const struct timeval patience = { .tv_sec = LOOK_S };
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	AvuHelper helper;
	AvuFrame frame;

	if (!avu_spawner_start(spawner, MEDIA_HELPER, argv, keep_env, NULL, 0, &helper, error)) {
		return NULL;
	}
	avu_autofd int fd = helper.channel_fd;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (!avu_frame_receive(fd, buffer, &frame, error)) {
		return NULL;
	}
	AvuFrameReader in = avu_frame_reader(&frame);
	char *text = avu_frame_take_string(&in, MEDIA_DEVICES_MAX);

	avu_frame_close_fds(&frame);
	if (text == NULL || frame.type != MEDIA_DEVICES) {
		g_free(text);
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "no list of sound devices came");
		return NULL;
	}
	return text;
}
