/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/pcm.h: samples without a header, which only their MIME type describes */
#pragma once

#include <gst/gst.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct {
	unsigned rate_hz;
	unsigned channels;
} PcmFormat;

/** "audio/L16;rate=44100;channels=2" (RFC 2586, DLNA's LPCM): 16 bit, signed, big endian. Rate and
 *  channels default to 44100 and 2. @return false: another type, or values out of range */
bool pcm_parse_mime(const char *mime, PcmFormat *ret_format);
/** @return floating element that gives such samples form; NULL: mime (may be NULL) is no such type,
 *          or the element is missing */
GstElement *pcm_parser_new(const char *mime);

G_END_DECLS
