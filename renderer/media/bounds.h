/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/bounds.h: what is too large to be decoded */
#pragma once

#include <gst/gst.h>

#include <av-upnp/base.h>

/** By what typefinders, demuxers and parsers tell of it.
 *  @param still  one picture is shown of it: it may be larger than those of a film, unless it is coded as a film is
 *  @return NULL: it may be decoded; else why not, in words for people */
const char *bounds_judge(const GstCaps *caps, bool still);
/** Lets a decodebin stop with an error in place of making a decoder for what is too large. */
void bounds_watch(GstElement *decodebin, bool still);
