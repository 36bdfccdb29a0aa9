/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/codec-header.h: the few octets in front of coded sound and pictures that say what
 * avformat_find_stream_info would decode frames to learn */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct {
	uint32_t sample_hz;
	uint32_t bitrate_bps;
	unsigned channels;
	unsigned layer;
} MpegAudioHeader;

/** The first frame header in data: a valid one is looked for within len octets, and confirmed by the
 *  next frame when that lies inside data. @clause ISO 11172-3 2.4.1.3, ISO 13818-3 */
bool mpeg_audio_header_find(const uint8_t *data, size_t len, MpegAudioHeader *ret_header);

/** STREAMINFO of FLAC: 34 octets. */
bool flac_stream_info(
	const uint8_t *data, size_t len, int64_t *ret_hz, int64_t *ret_channels, int64_t *ret_bits);

/** avcC (ISO 14496-15): profile_idc, constrained baseline as 578, level_idc. */
bool avc_configuration(const uint8_t *data, size_t len, int64_t *ret_profile, int64_t *ret_level);

/** AudioSpecificConfig (ISO 14496-3 1.6.2.1): audio object type, -1 when there is none. */
int64_t aac_object_type(const uint8_t *data, size_t len);

G_END_DECLS
