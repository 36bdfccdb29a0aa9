/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Xing or Info frame of an MP3 with LAME's extension: encoder delay, padding, number of frames.
 *
 * Pure; foreign octets. Fields as LAME writes them and FFmpeg after it: behind the side information
 * "Xing" or "Info", flags, frames, octets, seek table and quality where the flags say so, then nine
 * letters of the encoder's name and, 21 octets from there, two numbers of twelve bits. */

#include <string.h>

#include "mp3-head.h"

#define ID3_HEADER 10
#define ID3_TAGS_MAX 4
#define ID3_FLAG_FOOTER 0x10
/* What every decoder adds in front: its filter bank answers so much later. */
#define MP3_DECODER_DELAY 529
#define MP3_FRAMES_MAX (1u << 28) /* 80 days: the field was meant for something else */

enum { XING_FRAMES = 1, XING_BYTES = 2, XING_TOC = 4, XING_QUALITY = 8 };

static uint32_t
mp3_u32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* @return samples of a layer 3 frame that begins so, 0: it is none; ret_side: where Xing would be */
static unsigned
mp3_frame(const uint8_t *at, size_t *ret_side)
{
	unsigned version = at[1] >> 3 & 3; /* 0: 2.5, 2: 2, 3: 1 */
	bool mono = at[3] >> 6 == 3;

	if (at[0] != 0xff || at[1] >> 5 != 7 || version == 1 || (at[1] >> 1 & 3) != 1 ||
		at[2] >> 4 == 15 || (at[2] >> 2 & 3) == 3) {
		return 0;
	}
	*ret_side = version == 3 ? (mono ? 4 + 17 : 4 + 32) : (mono ? 4 + 9 : 4 + 17);
	return version == 3 ? 1152 : 576;
}

/* A file of several joined ones still has the first one's numbers: their end is not its end. */
static bool
mp3_is_whole(uint64_t said_bytes, uint64_t offset, int64_t total_bytes)
{
	return said_bytes == 0 || total_bytes < 0 ||
	       (uint64_t)total_bytes <= offset + said_bytes + said_bytes / 2 + 1024u * 1024;
}

static void
mp3_head_parse(Mp3Head *head, const uint8_t *octets, int64_t total_bytes)
{
	size_t at = 0;
	unsigned samples = mp3_frame(octets, &at);

	if (samples == 0 ||
		(memcmp(octets + at, "Xing", 4) != 0 && memcmp(octets + at, "Info", 4) != 0)) {
		return;
	}
	uint32_t flags = mp3_u32(octets + at + 4), frames = 0, bytes = 0;

	at += 8;
	if ((flags & XING_FRAMES) != 0) {
		frames = mp3_u32(octets + at);
		at += 4;
	}
	if ((flags & XING_BYTES) != 0) {
		bytes = mp3_u32(octets + at);
		at += 4;
	}
	at += (flags & XING_TOC) != 0 ? 100 : 0;
	at += (flags & XING_QUALITY) != 0 ? 4 : 0;
	if (!g_ascii_isalpha(octets[at])) {
		return; /* nobody who says what was added */
	}
	unsigned delay = (unsigned)octets[at + 21] << 4 | octets[at + 22] >> 4;
	unsigned padding = (unsigned)(octets[at + 22] & 15) << 8 | octets[at + 23];
	uint64_t decoded = (uint64_t)frames * samples;

	head->found = true;
	head->extension = head->wanted + at;
	head->trim = (SoundTrim){ .front = delay + MP3_DECODER_DELAY, .total = UINT64_MAX };
	if (frames > 0 && frames <= MP3_FRAMES_MAX && decoded > delay + padding &&
		mp3_is_whole(bytes, head->wanted, total_bytes)) {
		head->trim.total = decoded - delay - padding;
	}
}

/* An ID3v2 tag is passed over. @return false: there is none */
static bool
mp3_head_skip_tag(Mp3Head *head, const uint8_t *at)
{
	if (memcmp(at, "ID3", 3) != 0 || head->tags >= ID3_TAGS_MAX) {
		return false;
	}
	head->wanted += ((uint64_t)(at[6] & 0x7f) << 21 | (uint64_t)(at[7] & 0x7f) << 14 |
				(uint64_t)(at[8] & 0x7f) << 7 | (at[9] & 0x7f)) +
			ID3_HEADER + ((at[5] & ID3_FLAG_FOOTER) != 0 ? ID3_HEADER : 0);
	head->tags++;
	return true;
}

void
mp3_head_see(Mp3Head *head, const uint8_t *octets, size_t len, int64_t total_bytes)
{
	if (len >= MP3_HEAD_BYTES && mp3_head_skip_tag(head, octets)) {
		return;
	}
	if (len >= MP3_HEAD_BYTES) {
		mp3_head_parse(head, octets, total_bytes);
	}
	head->done = true;
}

void
mp3_head_hide(const Mp3Head *head, uint64_t offset, uint8_t *octets, size_t len)
{
	uint64_t from = MAX(head->extension, offset);
	uint64_t to = MIN(head->extension + MP3_EXTENSION_BYTES, offset + len);

	if (head->found && from < to) {
		memset(octets + (from - offset), 0, (size_t)(to - from));
	}
}
