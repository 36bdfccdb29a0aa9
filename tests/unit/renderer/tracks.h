/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tracks for tests of the renderer, made by hand: their samples are a counter. */
#pragma once

#include <glib.h>

#define RATE 44100
#define CHANNELS 2
#define FRAME_BYTES 4

/* The sample of frame n in both channels; neighbouring tracks count differently. */
static inline void
put_frames(GByteArray *out, unsigned track, unsigned from, unsigned to)
{
	for (unsigned n = from; n < to; n++) {
		int16_t left = (int16_t)((n * 7 + track * 1000) & 0x7fff);
		int16_t right = (int16_t)-left;

		g_byte_array_append(out, (const uint8_t *)&left, sizeof(left));
		g_byte_array_append(out, (const uint8_t *)&right, sizeof(right));
	}
}

static inline void
put_le(GByteArray *out, uint32_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++) {
		uint8_t octet = (uint8_t)(value >> (8 * i));

		g_byte_array_append(out, &octet, 1);
	}
}

static inline GByteArray *
make_wav_from(unsigned track, unsigned from, unsigned to)
{
	unsigned frames = to - from;
	GByteArray *out = g_byte_array_new();

	g_byte_array_append(out, (const uint8_t *)"RIFF", 4);
	put_le(out, 36 + frames * FRAME_BYTES, 4);
	g_byte_array_append(out, (const uint8_t *)"WAVEfmt ", 8);
	put_le(out, 16, 4);
	put_le(out, 1, 2); /* PCM */
	put_le(out, CHANNELS, 2);
	put_le(out, RATE, 4);
	put_le(out, RATE * FRAME_BYTES, 4);
	put_le(out, FRAME_BYTES, 2);
	put_le(out, 16, 2);
	g_byte_array_append(out, (const uint8_t *)"data", 4);
	put_le(out, frames * FRAME_BYTES, 4);
	put_frames(out, track, from, to);
	return out;
}

static inline GByteArray *
make_wav(unsigned track, unsigned frames)
{
	return make_wav_from(track, 0, frames);
}
