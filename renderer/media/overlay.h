/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/overlay.h: what is painted once and blended into many frames */
#pragma once

#include <cairo.h>
#include <gst/video/video.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef GstVideoOverlayComposition Overlay;

/** @param surface  taken, as wide as the frames; NULL: nothing could be painted
 *  @param y        its place in them
 *  @return NULL without surface; overlay_clear() it */
Overlay *overlay_new(cairo_surface_t *surface, unsigned y);
/** *overlay may be NULL, and is afterwards. */
void overlay_clear(Overlay **overlay);
/** Blends it into the frame that a probe on a pad has; the probe's buffer may be another one then.
 *  @param frames  how they look */
void overlay_blend(Overlay *overlay, GstPadProbeInfo *info, const GstVideoInfo *frames);
/** Of a CAPS event. @return false: no format of pictures, or smaller than side_min in one direction */
bool overlay_read_caps(GstEvent *event, int side_min, GstVideoInfo *ret_frames);
/** Format and segment of a pad that had them before a probe was there to hear them: who waits for the events
 *  alone would paint nothing on all of a film. @thread that of the pad */
void overlay_tell_before(GstPad *pad, void (*heard)(void *painter, GstEvent *event), void *painter);

G_END_DECLS
