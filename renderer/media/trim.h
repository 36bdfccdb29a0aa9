/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/trim.h: cuts what encoder and decoder of MP3 and AAC added, in front and at the end */
#pragma once

#include <gst/gst.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** Watches a sink pad that takes raw samples; lives as long as the pad.
 *  @param source  avsrc that the samples come from; borrowed, lives as long as the pad */
void trim_watch(GstPad *pad, GstElement *source);
/** Of the samples that are passed on. @return AVU_TIME_NONE: nothing is cut, or it is not known */
int64_t trim_get_duration_ns(GstPad *pad, GstElement *source);

G_END_DECLS
