/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Encoder delay and padding of AAC in MP4.
 *
 * An edit list counts its end in units of the movie, often milliseconds, while the times of the samples
 * (stts) count in samples: where both say the same but for that rounding, the samples are right. Pure;
 * foreign octets; ISO 14496-12, boxes 8.1 to 8.6, and iTunes' comment iTunSMPB, whose second to fourth
 * numbers are delay, padding and music. */

#include <string.h>

#include "mp4-head.h"

#define BOX_HEADER 8u
#define MP4_DELAY_MAX 8192 /* samples: AAC encoders answer 576 to 2624 late */
#define MP4_SAMPLES_MAX (1ull << 40)
#define MP4_ENTRIES_MAX (1u << 20)
#define MP4_ROUND_MS 3 /* of the edit list's end */
#define SMPB_NUMBERS 4
#define SMPB_BYTES_MAX 256

typedef struct {
	uint8_t *at;
	size_t len;
} Box;

static uint32_t
mp4_u32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint64_t
mp4_u64(const uint8_t *at)
{
	return (uint64_t)mp4_u32(at) << 32 | mp4_u32(at + 4);
}

/* The first box of rest, which goes on behind it. @return false: there is none */
static bool
mp4_next(Box *rest, Box *ret_body, const uint8_t **ret_type)
{
	if (rest->len < BOX_HEADER) {
		return false;
	}
	const uint32_t size = mp4_u32(rest->at);

	if (size < BOX_HEADER || size > rest->len) {
		return false;
	}
	*ret_type = rest->at + 4;
	*ret_body = (Box){ rest->at + BOX_HEADER, size - BOX_HEADER };
	*rest = (Box){ rest->at + size, rest->len - size };
	return true;
}

static bool
mp4_find(Box in, const char *type, Box *ret_body)
{
	const uint8_t *found;

	while (mp4_next(&in, ret_body, &found)) {
		if (memcmp(found, type, 4) == 0) {
			return true;
		}
	}
	return false;
}

/* @param path  types between slashes, from within */
static bool
mp4_find_path(Box in, const char *path, Box *ret_body)
{
	for (; *path != '\0'; path += path[4] == '/' ? 5 : 4) {
		if (!mp4_find(in, path, ret_body)) {
			return false;
		}
		in = *ret_body;
	}
	return true;
}

bool
mp4_head_is_index(const uint8_t *octets, size_t len)
{
	return len >= BOX_HEADER && len <= MP4_INDEX_MAX && mp4_u32(octets) == len &&
	       memcmp(octets + 4, "moov", 4) == 0;
}

/* @return units a second of a box with times, mvhd or mdhd; 0: it is none */
static uint32_t
mp4_get_scale(const Box *box)
{
	const size_t at = box->len > 0 && box->at[0] == 1 ? 20 : 12;

	return box->len >= at + 4 ? mp4_u32(box->at + at) : 0;
}

/* How long all samples are, by stts. @return 0: not known */
static uint64_t
mp4_sum_times(const Box *stts)
{
	const uint32_t n = stts->len >= 8 ? mp4_u32(stts->at + 4) : 0;
	uint64_t sum = 0;

	if (n > MP4_ENTRIES_MAX || stts->len < 8 + (uint64_t)n * 8) {
		return 0;
	}
	for (uint32_t i = 0; i < n && sum < MP4_SAMPLES_MAX; i++) {
		sum += (uint64_t)mp4_u32(stts->at + 8 + i * 8) * mp4_u32(stts->at + 12 + i * 8);
	}
	return sum < MP4_SAMPLES_MAX ? sum : 0;
}

/* An edit list of one part that begins in the track. */
static bool
mp4_take_edit(const Box *elst, uint32_t movie_scale, uint64_t all, SoundTrim *trim)
{
	const bool wide = elst->len > 0 && elst->at[0] == 1;

	if (elst->len < (wide ? 28u : 20u) || mp4_u32(elst->at + 4) != 1 || movie_scale == 0 ||
		mp4_u32(elst->at + (wide ? 24 : 16)) != 0x10000) {
		return false;
	}
	const uint64_t length = wide ? mp4_u64(elst->at + 8) : mp4_u32(elst->at + 8);
	const uint64_t start = wide ? mp4_u64(elst->at + 16) : mp4_u32(elst->at + 12);

	if (start == 0 || start > MP4_DELAY_MAX || all <= start || length > MP4_SAMPLES_MAX) {
		return false;
	}
	const uint64_t said = length * trim->rate_hz / movie_scale;
	const uint64_t round = (uint64_t)trim->rate_hz * MP4_ROUND_MS / 1000;

	trim->front = start;
	trim->total = all - start;
	if (said + round < trim->total && said > 0) {
		trim->total = said;
	}
	return true;
}

static void
mp4_put(uint8_t *at, size_t len, uint64_t value)
{
	while (len > 0) {
		at[--len] = (uint8_t)value;
		value >>= 8;
	}
}

/* From its first sample on, and for longer than it is: a demuxer that finds no list believes the
 * duration of the movie, which is that of the music. */
static void
mp4_open_edit(const Box *elst, uint64_t length)
{
	const size_t width = elst->at[0] == 1 ? 8 : 4;

	mp4_put(elst->at + 8, width, length);
	mp4_put(elst->at + 8 + width, width, 0);
}

/* " 00000000 00000840 000001CA 00000000003F31F6 …" */
static bool
mp4_parse_comment(const char *text, uint64_t all, SoundTrim *trim)
{
	uint64_t numbers[SMPB_NUMBERS];

	for (size_t i = 0; i < SMPB_NUMBERS; i++) {
		char *end = NULL;

		while (*text == ' ') {
			text++;
		}
		if (!g_ascii_isxdigit(*text)) {
			return false;
		}
		numbers[i] = g_ascii_strtoull(text, &end, 16);
		text = end;
	}
	if (numbers[1] > MP4_DELAY_MAX || numbers[3] == 0 || numbers[3] > MP4_SAMPLES_MAX ||
		numbers[1] + numbers[3] > all + MP4_DELAY_MAX) {
		return false;
	}
	trim->front = numbers[1];
	trim->total = numbers[3];
	return true;
}

static bool
mp4_take_comment(Box moov, uint64_t all, SoundTrim *trim)
{
	Box meta, list, entry, name, data;
	const uint8_t *type;

	/* meta is a box with version and flags in front */
	if (!mp4_find_path(moov, "udta/meta", &meta) || meta.len < 4 ||
		!mp4_find((Box){ meta.at + 4, meta.len - 4 }, "ilst", &list)) {
		return false;
	}
	while (mp4_next(&list, &entry, &type)) {
		if (memcmp(type, "----", 4) == 0 && mp4_find(entry, "name", &name) &&
			name.len == 4 + 8 && memcmp(name.at + 4, "iTunSMPB", 8) == 0 &&
			mp4_find(entry, "data", &data) && data.len > 8 &&
			data.len < SMPB_BYTES_MAX) {
			g_autofree char *text = g_strndup((const char *)data.at + 8, data.len - 8);

			return mp4_parse_comment(text, all, trim);
		}
	}
	return false;
}

/* The one track, if it is of AAC. */
static bool
mp4_find_track(Box moov, Box *ret_track)
{
	Box body, handler, entries;
	const uint8_t *type;
	unsigned n = 0;

	while (mp4_next(&moov, &body, &type)) {
		if (memcmp(type, "trak", 4) == 0) {
			*ret_track = body;
			n++;
		}
	}
	return n == 1 && mp4_find_path(*ret_track, "mdia/hdlr", &handler) && handler.len >= 12 &&
	       memcmp(handler.at + 8, "soun", 4) == 0 &&
	       mp4_find_path(*ret_track, "mdia/minf/stbl/stsd", &entries) && entries.len >= 16 &&
	       memcmp(entries.at + 12, "mp4a", 4) == 0;
}

bool
mp4_head_take(uint8_t *octets, size_t len, SoundTrim *ret_trim)
{
	const Box moov = { octets + BOX_HEADER, len - BOX_HEADER };
	Box track, movie, media, times, edits;
	SoundTrim trim = { 0 };

	if (!mp4_find_track(moov, &track) || !mp4_find(moov, "mvhd", &movie) ||
		!mp4_find_path(track, "mdia/mdhd", &media) ||
		!mp4_find_path(track, "mdia/minf/stbl/stts", &times)) {
		return false;
	}
	const uint64_t all = mp4_sum_times(&times);

	trim.rate_hz = mp4_get_scale(&media);
	if (trim.rate_hz < 8000 || trim.rate_hz > 192000 || all == 0) {
		return false;
	}
	const bool edited = mp4_find_path(track, "edts/elst", &edits);

	if (edited ? !mp4_take_edit(&edits, mp4_get_scale(&movie), all, &trim)
		   : !mp4_take_comment(moov, all, &trim)) {
		return false;
	}
	if (edited) {
		mp4_open_edit(&edits, (all + trim.rate_hz) * mp4_get_scale(&movie) / trim.rate_hz);
	}
	*ret_trim = trim;
	return true;
}
