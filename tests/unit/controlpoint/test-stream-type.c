/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "item/stream-type.h"

static const struct {
	const char *head;
	size_t n;
	const char *mime;
	const char *why;
} rows[] = {
	{ "ID3\x04", 4, "audio/mpeg", "an MP3 with a tag" },
	{ "\xff\xfb\x90\x64", 4, "audio/mpeg", "MPEG-1 layer III" },
	{ "\xff\xf3\x90\x64", 4, "audio/mpeg", "MPEG-2 layer III" },
	{ "\xff\xf1\x50\x80", 4, "audio/aac", "ADTS without CRC" },
	{ "\xff\xf8\x50\x80", 4, "audio/aac", "ADTS of MPEG-2 with CRC" },
	{ "\xff\xd8\xff\xe0", 4, "image/jpeg", "not an MPEG frame, though it looks like one" },
	{ "fLaC", 4, "audio/flac", "FLAC" },
	{ "RIFF\x24\x08\x00\x00WAVEfmt ", 16, "audio/wav", "WAV" },
	{ "RIFF\x24\x08\x00\x00", 8, NULL, "some RIFF, cut off" },
	{ "\x00\x00\x00\x20"
	  "ftypisom",
		12, "video/mp4", "MP4" },
	{ "\x00\x00\x01\xba", 4, "video/mpeg", "a program stream" },
	{ "G@\x11\x10", 4, "video/mp2t", "a transport stream" },
	{ "hello", 5, NULL, "text" },
	{ "", 0, NULL, "nothing" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(
			stream_type_of((const uint8_t *)rows[i].head, rows[i].n), ==, rows[i].mime);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stream-type/rows", test_rows);
	return g_test_run();
}
