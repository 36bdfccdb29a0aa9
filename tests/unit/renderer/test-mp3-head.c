/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first frame of an MP3. Offsets and numbers by hand from the description of LAME's tag: delay
 * and padding are two numbers of twelve bits, 21 octets into the extension. */

#include <string.h>

#include "media/mp3-head.h"

#define FRONT 529 /* of every decoder */

static const struct {
	uint8_t header[4];
	size_t side;    /* where "Info" stands */
	uint32_t flags; /* 1 frames, 2 octets, 4 table, 8 quality */
	uint32_t frames, bytes;
	uint8_t numbers[3];
	const char *name; /* of the encoder */
	int64_t total_bytes;
	int front; /* -1: nothing is found */
	int64_t total;
	const char *why;
} rows[] = {
	{ { 0xff, 0xfb, 0x90, 0x64 }, 36, 15, 116, 48900, { 0x24, 0x02, 0xf4 }, "Lavc59.37", 48950,
		576 + FRONT, 116 * 1152 - 576 - 756, "stereo, MPEG-1, all fields" },
	{ { 0xff, 0xfb, 0x90, 0xc4 }, 21, 1, 10, 0, { 0x24, 0x00, 0x00 }, "LAME3.100", -1,
		576 + FRONT, 10 * 1152 - 576, "mono, frames only" },
	{ { 0xff, 0xf3, 0x90, 0x64 }, 21, 1, 10, 0, { 0x24, 0x00, 0x01 }, "LAME3.100", -1,
		576 + FRONT, 10 * 576 - 577, "MPEG-2" },
	{ { 0xff, 0xe3, 0x90, 0xc4 }, 13, 1, 10, 0, { 0x00, 0x10, 0x00 }, "LAME3.100", -1,
		1 + FRONT, 10 * 576 - 1, "MPEG-2.5, mono" },
	{ { 0xff, 0xfb, 0x90, 0x64 }, 36, 0, 0, 0, { 0x24, 0x00, 0x00 }, "LAME3.100", -1,
		576 + FRONT, -1, "frames are not said: nothing is cut at the end" },
	{ { 0xff, 0xfb, 0x90, 0x64 }, 36, 1, 1, 0, { 0xff, 0xff, 0xff }, "LAME3.100", -1,
		4095 + FRONT, -1, "more is added than there is" },
	{ { 0xff, 0xfb, 0x90, 0x64 }, 36, 1, 0xffffffff, 0, { 0x24, 0, 0 }, "LAME3.100", -1,
		576 + FRONT, -1, "no number of frames" },
	{ { 0xff, 0xfb, 0x90, 0x64 }, 36, 3, 10, 4000, { 0x24, 0x00, 0x00 }, "LAME3.100",
		10 * 1024 * 1024, 576 + FRONT, -1, "several files in one" },
	{ { 0xff, 0xfb, 0x90, 0x64 }, 36, 15, 116, 48900, { 0x24, 0x02, 0xf4 }, "", -1, -1, 0,
		"nobody says what was added" },
	{ { 0xff, 0xfb, 0x90, 0x64 }, 30, 1, 10, 0, { 0x24, 0, 0 }, "LAME3.100", -1, -1, 0,
		"no Info where it has to be" },
	{ { 0xff, 0xfd, 0x90, 0x64 }, 36, 1, 10, 0, { 0x24, 0, 0 }, "LAME3.100", -1, -1, 0,
		"layer 2" },
	{ { 0xff, 0xeb, 0x90, 0x64 }, 36, 1, 10, 0, { 0x24, 0, 0 }, "LAME3.100", -1, -1, 0,
		"reserved version" },
	{ { 0xff, 0xfb, 0xf0, 0x64 }, 36, 1, 10, 0, { 0x24, 0, 0 }, "LAME3.100", -1, -1, 0,
		"bit rate that is none" },
	{ { 0xff, 0xfb, 0x9c, 0x64 }, 36, 1, 10, 0, { 0x24, 0, 0 }, "LAME3.100", -1, -1, 0,
		"sample rate that is none" },
	{ { 'R', 'I', 'F', 'F' }, 36, 1, 10, 0, { 0x24, 0, 0 }, "LAME3.100", -1, -1, 0, "a WAV" },
};

static size_t
put_u32(uint8_t *to, size_t at, uint32_t value)
{
	to[at] = (uint8_t)(value >> 24);
	to[at + 1] = (uint8_t)(value >> 16);
	to[at + 2] = (uint8_t)(value >> 8);
	to[at + 3] = (uint8_t)value;
	return at + 4;
}

/* @return where the extension is */
static size_t
make_frame(uint8_t out[MP3_HEAD_BYTES], size_t row)
{
	uint32_t flags = rows[row].flags;

	memset(out, 0, MP3_HEAD_BYTES);
	memcpy(out, rows[row].header, 4);
	memcpy(out + rows[row].side, "Info", 4);
	size_t at = put_u32(out, rows[row].side + 4, flags);

	at = (flags & 1) != 0 ? put_u32(out, at, rows[row].frames) : at;
	at = (flags & 2) != 0 ? put_u32(out, at, rows[row].bytes) : at;
	at += (flags & 4) != 0 ? 100 : 0;
	at += (flags & 8) != 0 ? 4 : 0;
	memcpy(out + at, rows[row].name, strlen(rows[row].name));
	memcpy(out + at + 21, rows[row].numbers, 3);
	return at;
}

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Mp3Head head = { 0 };
		uint8_t frame[MP3_HEAD_BYTES];

		g_test_message("%s", rows[i].why);
		size_t extension = make_frame(frame, i);

		mp3_head_see(&head, frame, sizeof(frame), rows[i].total_bytes);
		g_assert_true(head.done);
		g_assert_cmpint(head.found, ==, rows[i].front >= 0);
		if (head.found) {
			g_assert_cmpint(head.trim.front, ==, rows[i].front);
			g_assert_cmpint((int64_t)head.trim.total, ==, rows[i].total);
			g_assert_cmpuint(head.extension, ==, extension);
		}
	}
}

static void
test_tags(void)
{
	static const uint8_t tag[] = { 'I', 'D', '3', 4, 0, 0, 0, 1, 0x7f, 0x7f };
	static const uint8_t footed[] = { 'I', 'D', '3', 4, 0, 0x10, 0, 0, 0, 5 };
	uint8_t octets[MP3_HEAD_BYTES] = { 0 };
	Mp3Head head = { 0 };

	memcpy(octets, tag, sizeof(tag));
	mp3_head_see(&head, octets, sizeof(octets), -1);
	g_assert_cmpuint(head.wanted, ==, 10 + 16384 + 127 * 128 + 127);
	memcpy(octets, footed, sizeof(footed));
	mp3_head_see(&head, octets, sizeof(octets), -1);
	g_assert_cmpuint(head.wanted, ==, 10 + 16384 + 127 * 128 + 127 + 10 + 5 + 10);
	size_t extension = make_frame(octets, 0);

	mp3_head_see(&head, octets, sizeof(octets), -1);
	g_assert_true(head.found);
	g_assert_cmpuint(head.extension, ==, head.wanted + extension);
	/* Tags without end are not followed. */
	head = (Mp3Head){ 0 };
	memcpy(octets, tag, sizeof(tag));
	for (unsigned i = 0; i < 5; i++) {
		g_assert_false(head.done);
		mp3_head_see(&head, octets, sizeof(octets), -1);
	}
	g_assert_true(head.done);
	g_assert_false(head.found);
	/* Nor is one that the resource ends in. */
	head = (Mp3Head){ 0 };
	mp3_head_see(&head, octets, sizeof(octets) - 1, -1);
	g_assert_true(head.done);
}

static void
test_hide(void)
{
	const Mp3Head head = { .found = true, .extension = 100 };
	static const struct {
		uint64_t offset;
		size_t len;
		unsigned first, n; /* blanked */
		const char *why;
	} pieces[] = {
		{ 0, 200, 100, 24, "all of it" },
		{ 0, 110, 100, 10, "its beginning" },
		{ 110, 50, 0, 14, "its end" },
		{ 0, 100, 0, 0, "before it" },
		{ 124, 50, 0, 0, "behind it" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
		uint8_t octets[200];

		g_test_message("%s", pieces[i].why);
		memset(octets, 1, sizeof(octets));
		mp3_head_hide(&head, pieces[i].offset, octets, pieces[i].len);
		for (unsigned k = 0; k < sizeof(octets); k++) {
			bool blank = k >= pieces[i].first && k < pieces[i].first + pieces[i].n;

			g_assert_cmpuint(octets[k], ==, blank ? 0 : 1);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mp3-head/rows", test_rows);
	g_test_add_func("/mp3-head/tags", test_tags);
	g_test_add_func("/mp3-head/hide", test_hide);
	return g_test_run();
}
