/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/source.h: avsrc, the GStreamer element through which octets come from a ring */
#pragma once

#include <stdatomic.h>

#include <gst/gst.h>

#include <av-upnp/ring.h>

#include "mp3-head.h"

G_BEGIN_DECLS

/* Name of the element message that says: no more octets will come although it is not the end. What
 * came before is played; the end that follows is not the regular one. */
#define AV_SOURCE_BROKEN "av-source-broken"

/** @param fds  of a ring, taken. @return floating element; NULL with AVU_ERROR */
GstElement *av_source_new(const int fds[AVU_RING_FDS], GError **error);
/** What the resource is, from the first octets that are there by now; nothing is waited for.
 *  @return NULL: they do not tell; gst_caps_unref() it */
GstCaps *av_source_guess_caps(GstElement *source);
/** Copies what is there of the first octets. @return octets copied */
size_t av_source_peek(GstElement *source, void *octets, size_t len);
/** What a source of the ring returns for what the ring said. @param broken  that was told  @thread any */
GstFlowReturn av_source_flow(GstElement *element, atomic_bool *broken, AvuRingResult result);
/** What an MP3 among the octets read so far says about samples to cut.
 *  @return false: nothing. @thread any */
bool av_source_get_trim(GstElement *source, SoundTrim *ret_trim);
/** The resource can be read at any offset. */
bool av_source_is_seekable(GstElement *source);

G_END_DECLS
