/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/sinks.h: where samples and pictures go */
#pragma once

#include <gst/gst.h>

#include <av-upnp/base.h>

#include "gain.h"
#include "mixer.h"
#include "picture.h"
#include "volume-bar.h"
#include "window.h"

G_BEGIN_DECLS

typedef struct {
	char *audio; /* gst-launch description; NULL: the system's */
	char *video;
	const char *video_factory; /* without video: the element that was chosen; NULL: none */
	bool of_x;                 /* that element draws into windows of X */
	char *device;              /* of sound, by the name people know it by; without audio only */
	bool exact;                /* samples reach the output as they are */
	int64_t idle_ns;           /* after the last track the output is let go of; 0: 30 s */
	bool dop;                  /* DSD goes into samples as it is, where they stay so */
	GainWish gain;
	/* What happens to samples and pictures on the way; borrowed. NULL: nothing */
	Mixer *mixer;
	Picture *picture;
	VolumeBar *volume_bar; /* over films */
	struct Screen *screen; /* what is seen while no film is; NULL: nothing */
	Window *window;        /* of X, for all that is seen; NULL: sinks are of other kinds */
} Sinks;

void sinks_clear(Sinks *sinks);

/** Looks for a screen, best first; what is found is used from then on. Without one of its own only. */
void sinks_choose_video(Sinks *sinks);
/** There is one, or the operator named where pictures go. Else they go nowhere, in their time. */
bool sinks_have_screen(const Sinks *sinks);
/** Pictures go to an element that draws into a window of X. */
bool sinks_want_window(const Sinks *sinks);
/** One line for each that the session has: name, tab, element and whether it is used. g_free() it. */
char *sinks_list_video(void);

/** @return floating element with one pad "sink"; NULL with AVU_ERROR_USAGE that quotes the
 *          description, or UNSUPPORTED. @thread any */
GstElement *sinks_make_audio(const Sinks *sinks, GError **error);
GstElement *sinks_make_video(const Sinks *sinks, GError **error);

/** Folders that the "location" of a described sink writes to, NULL-ended. g_strfreev() it. */
char **sinks_list_folders(const Sinks *sinks);

G_END_DECLS
