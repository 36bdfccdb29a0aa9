/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One watcher of the services' variables for all that is told on this host. Main thread. */

#include "local.h"

#include <av-upnp/local-control.h>

struct Local {
	LocalDevice device;
	AvuLocalControl *control;
	Mpris *mpris;
	Hooks *hooks;
	Television *television;
};

static char *
on_request(const char *request, void *data)
{
	return deeds_answer(&((const Local *)data)->device, request);
}

static void
on_change(void *data)
{
	Local *local = data;

	mpris_note_change(local->mpris);
	hooks_note_change(local->hooks);
	television_note_change(local->television);
}

void
local_note_change(Local *local)
{
	hooks_note_change(local->hooks);
}

static void
watch(Local *local, void (*fn)(void *data))
{
	avu_variables_watch(avu_service_get_variables(local->device.transport), fn, local);
	avu_variables_watch(avu_service_get_variables(local->device.rendering_service), fn, local);
}

Local *
local_new(const LocalDevice *device, const AvuSettings *settings, AvuStateDir *state,
	AvuSpawner *spawner, Television *television, GError **error)
{
	Local *local = g_new0(Local, 1);

	local->device = *device;
	local->control =
		avu_local_control_new(avu_state_dir_get_path(state), on_request, local, error);
	if (local->control == NULL) {
		g_free(local);
		return NULL;
	}
	if (avu_settings_get_bool(settings, "Mpris")) {
		local->mpris = mpris_new(&local->device);
	}
	local->hooks =
		hooks_new(spawner, &local->device, avu_settings_get_string(settings, "Hook"));
	local->television = television;
	television_set_device(television, &local->device);
	watch(local, on_change);
	return local;
}

void
local_free(Local *local)
{
	if (local == NULL) {
		return;
	}
	watch(local, NULL);
	television_set_device(local->television, NULL);
	avu_local_control_free(local->control);
	mpris_free(local->mpris);
	hooks_free(local->hooks);
	g_free(local);
}
