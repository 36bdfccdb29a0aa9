/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Built without libcec's headers: there is no bus, and a sentence says so. */
#include "bus.h"

#include <av-upnp/error.h>

CecBus *
cec_bus_new(const char *name G_GNUC_UNUSED, const CecBusEvents *events G_GNUC_UNUSED,
	void *data G_GNUC_UNUSED, GError **error)
{
	g_set_error_literal(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
		"this program was built without HDMI-CEC (libcec-dev was missing)");
	return NULL;
}

void
cec_bus_free(CecBus *bus G_GNUC_UNUSED)
{
}

bool
cec_bus_open(CecBus *bus G_GNUC_UNUSED, const char *port G_GNUC_UNUSED,
	char **ret_adapter G_GNUC_UNUSED, GError **error)
{
	g_set_error_literal(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "there is no bus");
	return false;
}

void
cec_bus_close(CecBus *bus G_GNUC_UNUSED)
{
}

bool
cec_bus_wake(CecBus *bus G_GNUC_UNUSED)
{
	return false;
}

bool
cec_bus_standby(CecBus *bus G_GNUC_UNUSED)
{
	return false;
}

CecAudio
cec_bus_get_audio(CecBus *bus G_GNUC_UNUSED)
{
	return (CecAudio){ -1, false };
}

CecAudio
cec_bus_step(CecBus *bus G_GNUC_UNUSED, int direction G_GNUC_UNUSED)
{
	return (CecAudio){ -1, false };
}

CecAudio
cec_bus_mute(CecBus *bus G_GNUC_UNUSED, bool mute G_GNUC_UNUSED)
{
	return (CecAudio){ -1, false };
}
