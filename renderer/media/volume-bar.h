/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/volume-bar.h: the volume over a film, for a moment after it was changed */
#pragma once

#include <gst/gst.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct VolumeBar VolumeBar;

VolumeBar *volume_bar_new(void);
/** After all the pads it paints on. */
void volume_bar_free(VolumeBar *bar);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VolumeBar, volume_bar_free)

/** To be seen for so long. @param percent  0…100. @thread any */
void volume_bar_show(VolumeBar *bar, unsigned percent, bool mute, int64_t for_ns);
/** Frames that pass this pad carry it while it is to be seen. @thread any */
void volume_bar_paint_on(VolumeBar *bar, GstPad *pad);

G_END_DECLS
