/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/media-format.h: what form a track is in, by what its metadata says. Pure. */
#pragma once

#include <jansson.h>

#include <av-upnp/base.h>

/** Of the resource at uri in a metadata document; where none has that address, of its first one.
 *  @param didl_text  DIDL-Lite as a device sent it  @param uri  may be NULL
 *  @return {mime, codec, profile, sample_hz, bits, channels, bitrate_bps, width, height}, each null
 *          when it is not told; JSON null when nothing is told of a resource. New reference */
json_t *media_format_record(const char *didl_text, const char *uri);
/** An OutputCell: "FLAC, 44.1 kHz, 16 bit, stereo, 921 kbit/s" of such a record. */
char *media_format_cell(const json_t *record, const char *key);
