/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signatures as the formats' own documents give them; what is in doubt must stay unknown. */
#include <string.h>

#include "mediaserver/worker/sniff.h"

static const struct {
	const char *octets;
	size_t len;
	bool tagged;
	const char *hint;
	const char *name; /* NULL: unknown */
	const char *why;
} rows[] = {
#define OCTETS(text) text, sizeof(text) - 1
	{ OCTETS("fLaC\0\0\0\x22"), false, NULL, "flac", "native FLAC" },
	{ OCTETS("RIFF\x24\0\0\0WAVEfmt "), false, NULL, "wav", "RIFF of sound" },
	{ OCTETS("RIFF\x24\0\0\0AVI LIST"), false, "wav", "avi", "octets win over the extension" },
	{ OCTETS("RIFF\x24\0\0\0ACON"), false, "avi", NULL, "RIFF of something else" },
	{ OCTETS("\0\0\0\x20"
		 "ftypM4A "),
		false, "mp4", "mp4", "ISO base media" },
	{ OCTETS("\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska"), false, NULL, "mkv", "Matroska" },
	{ OCTETS("\x1a\x45\xdf\xa3\x93\x42\x82\x84webm"), false, NULL, "webm", "its web subset" },
	{ OCTETS("\xff\xfb\x90\x64"), false, NULL, "mp3", "MPEG-1 layer 3 without tag" },
	{ OCTETS("\xff\xf1\x50\x80"), false, NULL, "adts", "layer bits 0 are ADTS" },
	{ OCTETS("\xff\xfb\xf0\x64"), false, NULL, NULL, "bitrate index 15 is reserved" },
	{ OCTETS("\0\0\0\0"), true, NULL, "mp3", "padding behind an ID3v2 tag" },
	{ OCTETS("fLaC"), true, "mp3", "flac", "FLAC behind an ID3v2 tag" },
	{ OCTETS("#EXTM3U\n#EXT-X-VERSION"), false, "avi", NULL,
		"a playlist named .avi (SEC-147)" },
	{ OCTETS("ffconcat version 1.0\n"), false, "mp4", NULL, "a concat script" },
	{ OCTETS("<?xml version=\"1.0\"?><MPD"), false, "mkv", NULL, "a DASH manifest" },
	{ OCTETS("G"), false, "ts", NULL, "one sync octet is the letter G" },
	{ OCTETS(""), false, "flac", NULL, "empty" },
};

static void
test_signatures(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const SniffFormat *format = sniff(
			(const uint8_t *)rows[i].octets, rows[i].len, rows[i].tagged, rows[i].hint);

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(format != NULL ? format->name : NULL, ==, rows[i].name);
	}
}

static void
fill_packets(uint8_t *data, size_t len, unsigned size, unsigned start, uint8_t stamp)
{
	memset(data, 0xff, len);
	for (size_t at = 0; at + start < len; at += size) { /* the last one is cut */
		memset(data + at, stamp, start);
		data[at + start] = 0x47;
	}
}

static void
test_transport_stream(void)
{
	static const struct {
		unsigned size, start;
		uint8_t stamp;
		bool stamped;
		const char *why;
	} forms[] = {
		{ 188, 0, 0, false, "ISO packets" },
		{ 192, 4, 0, false, "192 with zero stamps" },
		{ 192, 4, 9, true, "192 with stamps" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
		uint8_t data[SNIFF_LEN];
		bool stamped = !forms[i].stamped;

		g_test_message("%s", forms[i].why);
		fill_packets(data, sizeof(data), forms[i].size, forms[i].start, forms[i].stamp);
		g_assert_cmpuint(sniff_ts_packet(data, sizeof(data), &stamped), ==, forms[i].size);
		g_assert_cmpint(stamped, ==, forms[i].stamped);
		data[forms[i].size + forms[i].start] = 0x48;
		g_assert_cmpuint(sniff_ts_packet(data, sizeof(data), &stamped), ==, 0);
	}
}

static void
test_id3v2(void)
{
	/* sizes are 7 bits per octet, less the head of 10 (ID3v2.4 structure, 3.1) */
	static const uint8_t tag[] = { 'I', 'D', '3', 4, 0, 0, 0, 0, 2, 1 };
	static const uint8_t footed[] = { 'I', 'D', '3', 4, 0, 0x10, 0, 0, 2, 1 };
	static const uint8_t unsafe[] = { 'I', 'D', '3', 4, 0, 0, 0x80, 0, 2, 1 };

	g_assert_cmpuint(sniff_id3v2_len(tag, sizeof(tag)), ==, 10 + 257);
	g_assert_cmpuint(sniff_id3v2_len(footed, sizeof(footed)), ==, 10 + 257 + 10);
	g_assert_cmpuint(sniff_id3v2_len(unsafe, sizeof(unsafe)), ==, 0);
	g_assert_cmpuint(sniff_id3v2_len(tag, 9), ==, 0);
}

/* Stations are entered anywhere: only what readers can find a beginning in is believed. */
static void
test_under_way(void)
{
	static const struct {
		const char *hint, *name, *why;
	} streams[] = {
		{ "mp3", "mp3", "the next frame has a sync word" },
		{ "aac", "adts", "as ADTS has" },
		{ "ac3", "ac3", "and AC-3" },
		{ "mpg", "ts", "DLNA's name of a transport stream" },
		{ "ogg", NULL, "its codecs need its head" },
		{ "mp4", NULL, "as does this" },
		{ NULL, NULL, "nothing is known" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(streams); i++) {
		const SniffFormat *format = sniff_under_way(streams[i].hint);

		g_test_message("%s", streams[i].why);
		g_assert_cmpstr(format != NULL ? format->name : NULL, ==, streams[i].name);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker/sniff/signatures", test_signatures);
	g_test_add_func("/worker/sniff/transport-stream", test_transport_stream);
	g_test_add_func("/worker/sniff/id3v2", test_id3v2);
	g_test_add_func("/worker/sniff/under-way", test_under_way);
	return g_test_run();
}
