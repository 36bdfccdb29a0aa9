/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers of MPEG audio, FLAC, AVC and AAC. Pure functions over octets of the file; nothing is read
 * beyond len. */
#include "mediaserver/worker/codec-header.h"

/* kbit/s by [row][index]; rows: MPEG-1 layer 1, 2, 3; MPEG-2 and 2.5 layer 1; layers 2 and 3 */
static const uint16_t bitrates[5][15] = {
	{ 0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448 },
	{ 0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384 },
	{ 0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320 },
	{ 0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256 },
	{ 0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160 },
};
static const uint32_t rates_hz[3] = { 44100, 48000, 32000 }; /* MPEG-1; 2: half; 2.5: a quarter */

static bool
frame_header(const uint8_t *p, MpegAudioHeader *ret_header, size_t *ret_frame_len)
{
	unsigned version = p[1] >> 3 & 3; /* 0: 2.5, 2: 2, 3: 1 */
	unsigned layer = 4 - (p[1] >> 1 & 3);
	unsigned bitrate_index = p[2] >> 4;
	unsigned rate_index = p[2] >> 2 & 3;

	if (p[0] != 0xff || (p[1] & 0xe0) != 0xe0 || version == 1 || layer == 4 ||
		bitrate_index == 0 || bitrate_index == 15 || rate_index == 3) {
		return false;
	}
	unsigned row = version == 3 ? layer - 1 : layer == 1 ? 3 : 4;
	uint32_t bps = bitrates[row][bitrate_index] * 1000u;
	uint32_t hz = rates_hz[rate_index] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
	uint32_t padding = p[2] >> 1 & 1;
	uint32_t samples = layer == 1 ? 384 : layer == 3 && version != 3 ? 576 : 1152;

	*ret_header = (MpegAudioHeader){ .sample_hz = hz,
		.bitrate_bps = bps,
		.channels = p[3] >> 6 == 3 ? 1 : 2,
		.layer = layer };
	*ret_frame_len = layer == 1 ? (size_t)(12 * bps / hz + padding) * 4
				    : samples / 8 * bps / hz + padding;
	return true;
}

bool
mpeg_audio_header_find(const uint8_t *data, size_t len, MpegAudioHeader *ret_header)
{
	for (size_t at = 0; len >= 4 && at <= len - 4; at++) {
		MpegAudioHeader header, next;
		size_t frame_len, next_len;

		if (!frame_header(data + at, &header, &frame_len)) {
			continue;
		}
		/* sync patterns occur inside sound and covers: the next frame must agree */
		if (frame_len > len - 4 - at ||
			(frame_header(data + at + frame_len, &next, &next_len) &&
				next.sample_hz == header.sample_hz && next.layer == header.layer)) {
			*ret_header = header;
			return true;
		}
	}
	return false;
}

bool
flac_stream_info(
	const uint8_t *data, size_t len, int64_t *ret_hz, int64_t *ret_channels, int64_t *ret_bits)
{
	if (len < 34) {
		return false;
	}
	*ret_hz = (int64_t)data[10] << 12 | (int64_t)data[11] << 4 | data[12] >> 4;
	*ret_channels = (data[12] >> 1 & 7) + 1;
	*ret_bits = ((data[12] & 1) << 4 | data[13] >> 4) + 1;
	return *ret_hz > 0;
}

bool
avc_configuration(const uint8_t *data, size_t len, int64_t *ret_profile, int64_t *ret_level)
{
	if (len < 4 || data[0] != 1) {
		return false;
	}
	bool constrained = data[1] == 66 && (data[2] & 0x40) != 0; /* constraint_set1_flag */

	*ret_profile = constrained ? 578 : data[1];
	*ret_level = data[3];
	return true;
}

int64_t
aac_object_type(const uint8_t *data, size_t len)
{
	if (len < 2) {
		return -1;
	}
	unsigned type = data[0] >> 3;

	if (type == 31) { /* escape: six more bits */
		type = 32 + ((data[0] & 7u) << 3 | data[1] >> 5);
	}
	return type == 0 ? -1 : (int64_t)type;
}
