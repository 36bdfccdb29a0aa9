/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Profiles are those of the servers, which a control point sees by what the device says of itself only.
 * Main thread; reads files. */
#include <string.h>

#include <av-upnp/data-dir.h>
#include <av-upnp/playback.h>

#include "item/taste.h"

#define FOLDER "clients"

struct Taste {
	char *sink;
	const AvuDeviceDescription *device;
	AvuClientProfiles *profiles;     /* NULL: not read yet */
	const AvuClientProfile *profile; /* NULL: nothing is known of it */
};

Taste *
taste_new(const char *sink, const AvuDeviceDescription *device)
{
	Taste *taste = g_new0(Taste, 1);

	taste->sink = g_strdup(sink);
	taste->device = device;
	return taste;
}

void
taste_free(Taste *taste)
{
	if (taste != NULL) {
		g_clear_pointer(&taste->profiles, avu_client_profiles_unref);
		g_free(taste->sink);
		g_free(taste);
	}
}

static const char *
evidence(const void *data, const char *what)
{
	const AvuDeviceDescription *device = data;
	const struct {
		const char *name, *value;
	} rows[] = {
		{ "Device.FriendlyName", device->friendly_name },
		{ "Device.Manufacturer", device->manufacturer },
		{ "Device.ModelName", device->model_name },
		{ "Device.ModelNumber", device->model_number },
		{ "Device.UDN", device->udn },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (strcmp(rows[i].name, what) == 0) {
			return rows[i].value;
		}
	}
	return NULL;
}

static const AvuClientProfile *
find_profile(Taste *taste)
{
	AvuClientMatch match;

	if (taste->profiles != NULL || taste->device == NULL) {
		return taste->profile;
	}
	g_auto(GStrv) folders = avu_dup_profile_folders(FOLDER);

	taste->profiles = avu_client_profiles_load((const char *const *)folders, NULL);
	if (avu_client_profiles_match(taste->profiles, evidence, taste->device, &match)) {
		taste->profile = match.profile;
	}
	return taste->profile;
}

int
taste_choose(Taste *taste, const AvuObject *object)
{
	const int listed = avu_playback_choose(object, taste->sink);

	return avu_playback_is_makeshift(object, listed)
		       ? avu_playback_choose_known(object, taste->sink, find_profile(taste))
		       : listed;
}

unsigned
taste_get_subtitles(Taste *taste)
{
	const AvuClientProfile *profile = find_profile(taste);

	return profile != NULL ? profile->subtitles : (unsigned)AVU_SUBTITLES_ALL;
}
