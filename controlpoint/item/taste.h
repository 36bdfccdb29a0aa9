/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* item/taste.h: what a renderer plays: by its own list, and by what is known of it. Main thread. */
#pragma once

#include <av-upnp/client-profile.h>
#include <av-upnp/description.h>
#include <av-upnp/object.h>

typedef struct Taste Taste;

/** @param sink    its list from GetProtocolInfo
 *  @param device  what it says of itself; NULL: nothing is known of it. Outlives the taste */
Taste *taste_new(const char *sink, const AvuDeviceDescription *device);
void taste_free(Taste *taste);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Taste, taste_free)

/** Index of the resource that suits it best, -1: none. Profiles are read the first time that its own list
 *  does not decide. */
int taste_choose(Taste *taste, const AvuObject *object);
/** Ways to tell it of subtitles: of AvuSubtitleForm. */
unsigned taste_get_subtitles(Taste *taste);
