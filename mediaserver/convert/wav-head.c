/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RIFF WAVE, little-endian: the plain form for two channels of 16 bits, WAVE_FORMAT_EXTENSIBLE for
 * more. Pure. */
#include "mediaserver/convert/wav-head.h"

#include <string.h>

#define FORMAT_PCM 1
#define FORMAT_EXTENSIBLE 0xfffe
#define BITS_PER_OCTET 8
#define RIFF_HEAD 8

static void
put16(GByteArray *to, uint64_t value)
{
	const uint8_t octets[] = { (uint8_t)value, (uint8_t)(value >> 8) };

	g_byte_array_append(to, octets, sizeof(octets));
}

static void
put32(GByteArray *to, uint64_t value)
{
	put16(to, value & 0xffff);
	put16(to, value >> 16 & 0xffff);
}

static void
put_tag(GByteArray *to, const char *tag)
{
	g_byte_array_append(to, (const uint8_t *)tag, (guint)strlen(tag));
}

/* Which loudspeakers: FFmpeg's usual layouts of so many channels are these bits. */
static uint32_t
speakers(int64_t channels)
{
	static const uint32_t masks[] = { 0, 0x4, 0x3, 0xb, 0x107, 0x37, 0x3f, 0x70f, 0x63f };

	return channels >= 0 && channels < (int64_t)G_N_ELEMENTS(masks) ? masks[channels] : 0;
}

GBytes *
wav_head_new(const ConvertPlan *plan, uint64_t data_bytes)
{
	/* the rest of the GUID KSDATAFORMAT_SUBTYPE_PCM */
	static const uint8_t guid[] = { 0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa,
		0x00, 0x38, 0x9b, 0x71 };
	const uint64_t len = convert_plan_get_head(plan);
	const uint64_t frame = convert_plan_get_frame(plan);
	const bool plain = len == 44;
	/* longer than the field: as streams of unknown length have it */
	const bool fits = data_bytes <= UINT32_MAX - len;
	GByteArray *head = g_byte_array_sized_new((guint)len);

	put_tag(head, "RIFF");
	put32(head, fits ? len - RIFF_HEAD + data_bytes : UINT32_MAX);
	put_tag(head, "WAVEfmt ");
	put32(head, plain ? 16 : 40);
	put16(head, plain ? FORMAT_PCM : FORMAT_EXTENSIBLE);
	put16(head, (uint64_t)plan->channels);
	put32(head, (uint64_t)plan->sample_hz);
	put32(head, (uint64_t)plan->sample_hz * frame);
	put16(head, frame);
	put16(head, (uint64_t)plan->bits);
	if (!plain) {
		put16(head, 22);
		put16(head, (uint64_t)plan->bits);
		put32(head, speakers(plan->channels));
		put16(head, FORMAT_PCM);
		g_byte_array_append(head, guid, sizeof(guid));
	}
	put_tag(head, "data");
	put32(head, fits ? data_bytes : UINT32_MAX);
	return g_byte_array_free_to_bytes(head);
}
