/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/sinks.h: where samples and pictures go */
#pragma once

#include <gst/gst.h>

#include <av-upnp/base.h>

#include "gain.h"
#include "mixer.h"
#include "picture.h"

G_BEGIN_DECLS

typedef struct {
	char *audio; /* gst-launch description; NULL: the system's */
	char *video;
	char *device; /* of sound, by the name people know it by; without audio only */
	GainWish gain;
	/* What happens to samples and pictures on the way; borrowed. NULL: nothing */
	Mixer *mixer;
	Picture *picture;
	struct Screen *screen; /* what is seen while no film is; NULL: nothing */
} Sinks;

void sinks_clear(Sinks *sinks);

/** @return floating element with one pad "sink"; NULL with AVU_ERROR_USAGE that quotes the
 *          description, or UNSUPPORTED. @thread any */
GstElement *sinks_make_audio(const Sinks *sinks, GError **error);
GstElement *sinks_make_video(const Sinks *sinks, GError **error);

/** Folders that the "location" of a described sink writes to, NULL-ended. g_strfreev() it. */
char **sinks_list_folders(const Sinks *sinks);

G_END_DECLS
