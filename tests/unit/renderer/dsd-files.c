/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* By hand, from DSF 1.01 and DSDIFF 1.5. */

#include <string.h>

#include "dsd-files.h"
#include "tracks.h"

/* Bit n of a channel: whatever, but known. */
bool
dsd_bit(unsigned channel, uint64_t n)
{
	uint64_t x = (n + 1) * 0x9e3779b97f4a7c15ull + channel * 0x12345ull;

	x ^= x >> 29;
	x *= 0xbf58476d1ce4e5b9ull;
	return (x >> 40 & 1) != 0;
}

uint8_t
dsd_eight_bits(unsigned channel, uint64_t octet, bool low_first)
{
	unsigned value = 0;

	for (unsigned i = 0; i < 8; i++) {
		value |= (unsigned)dsd_bit(channel, octet * 8 + i) << (low_first ? i : 7 - i);
	}
	return (uint8_t)value;
}

static void
put_be(GByteArray *out, uint64_t value, unsigned bytes)
{
	while (bytes > 0) {
		uint8_t octet = (uint8_t)(value >> 8 * --bytes);

		g_byte_array_append(out, &octet, 1);
	}
}

static void
put_text(GByteArray *out, const char *text)
{
	g_byte_array_append(out, (const uint8_t *)text, (guint)strlen(text));
}

static void
put_le64(GByteArray *out, uint64_t value)
{
	put_le(out, (uint32_t)value, 4);
	put_le(out, (uint32_t)(value >> 32), 4);
}

/* Blocks of each channel in turn, the last one filled up. */
GByteArray *
dsf_new(unsigned rate, unsigned channels, unsigned octets)
{
	const unsigned blocks = (octets + DSF_BLOCK - 1) / DSF_BLOCK;
	const uint64_t data = (uint64_t)blocks * DSF_BLOCK * channels;
	GByteArray *out = g_byte_array_new();

	put_text(out, "DSD ");
	put_le64(out, 28);
	put_le64(out, 28 + 52 + 12 + data);
	put_le64(out, 0);
	put_text(out, "fmt ");
	put_le64(out, 52);
	/* a type of its own for six */
	const uint32_t format[] = { 1, 0, channels == 6 ? 7 : channels, channels, rate, 1 };

	for (size_t i = 0; i < G_N_ELEMENTS(format); i++) {
		put_le(out, format[i], 4);
	}
	put_le64(out, (uint64_t)octets * 8);
	put_le(out, DSF_BLOCK, 4);
	put_le(out, 0, 4);
	put_text(out, "data");
	put_le64(out, 12 + data);
	for (unsigned b = 0; b < blocks; b++) {
		for (unsigned c = 0; c < channels; c++) {
			for (unsigned i = b * DSF_BLOCK; i < (b + 1) * DSF_BLOCK; i++) {
				uint8_t octet = i < octets ? dsd_eight_bits(c, i, true) : 0;

				g_byte_array_append(out, &octet, 1);
			}
		}
	}
	return out;
}

/* Octets of each channel in turn. */
GByteArray *
dff_new(unsigned rate, unsigned channels, unsigned octets, const char *packing, unsigned comment)
{
	/* two channels or one, then those of six */
	static const char *const names[] = { "SLFT", "SRGT", "MLFT", "MRGT", "C   ", "LFE ", "LS  ",
		"RS  " };
	GByteArray *out = g_byte_array_new();

	put_text(out, "FRM8");
	put_be(out,
		4 + 16 + 12 + 4 + 16 + 14 + 4 * channels + 32 + 12 + (uint64_t)octets * channels +
			(comment > 0 ? 12 + (comment + 1) / 2 * 2 : 0),
		8);
	put_text(out, "DSD FVER");
	put_be(out, 4, 8);
	put_be(out, 0x01050000, 4);
	if (comment > 0) {
		put_text(out, "PAD ");
		put_be(out, comment, 8);
		g_byte_array_set_size(out, out->len + (comment + 1) / 2 * 2);
		memset(out->data + out->len - (comment + 1) / 2 * 2, 'c', (comment + 1) / 2 * 2);
	}
	put_text(out, "PROP");
	put_be(out, 4 + (12 + 4) + (12 + 2 + 4 * channels) + (12 + 4 + 1 + 14 + 1), 8);
	put_text(out, "SND FS  ");
	put_be(out, 4, 8);
	put_be(out, rate, 4);
	put_text(out, "CHNL");
	put_be(out, 2 + 4 * channels, 8);
	put_be(out, channels, 2);
	for (unsigned c = 0; c < channels; c++) {
		put_text(out, channels <= 2 ? names[c] : names[2 + c % 6]);
	}
	put_text(out, "CMPR");
	put_be(out, 4 + 1 + 14, 8); /* odd: one octet follows that belongs to nobody */
	put_text(out, packing);
	put_be(out, 14, 1);
	put_text(out, "not compressed");
	put_be(out, 0, 1);
	put_text(out, "DSD ");
	put_be(out, (uint64_t)octets * channels, 8);
	for (unsigned i = 0; i < octets; i++) {
		for (unsigned c = 0; c < channels; c++) {
			put_be(out, dsd_eight_bits(c, i, false), 1);
		}
	}
	return out;
}
