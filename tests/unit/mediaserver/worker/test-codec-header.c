/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers put together by hand from ISO 11172-3, the FLAC format and ISO 14496-15. */
#include <string.h>

#include "mediaserver/worker/codec-header.h"

/* frame length of a header below, from its standard: 144 × rate ÷ frequency (+ padding) */
static const struct {
	uint8_t head[4];
	uint32_t hz, bps;
	unsigned channels, layer;
	size_t frame;
	const char *why;
} rows[] = {
	{ { 0xff, 0xfb, 0x90, 0x64 }, 44100, 128000, 2, 3, 417, "MPEG-1 layer 3, joint stereo" },
	{ { 0xff, 0xfb, 0x92, 0x64 }, 44100, 128000, 2, 3, 418, "the same with padding" },
	{ { 0xff, 0xfb, 0xe4, 0xc0 }, 48000, 320000, 1, 3, 960, "highest rate, mono" },
	{ { 0xff, 0xf3, 0x80, 0x00 }, 22050, 64000, 2, 3, 208, "MPEG-2: half the samples" },
	{ { 0xff, 0xe3, 0x10, 0xc0 }, 11025, 8000, 1, 3, 52, "MPEG-2.5" },
	{ { 0xff, 0xfd, 0xa0, 0x00 }, 44100, 192000, 2, 2, 626, "layer 2" },
};

static void
test_mpeg_audio(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree uint8_t *data = g_malloc0(3000);
		MpegAudioHeader header;

		g_test_message("%s", rows[i].why);
		memcpy(data + 7, rows[i].head, 4); /* junk in front */
		memcpy(data + 7 + rows[i].frame, rows[i].head, 4);
		g_assert_true(mpeg_audio_header_find(data, 3000, &header));
		g_assert_cmpuint(header.sample_hz, ==, rows[i].hz);
		g_assert_cmpuint(header.bitrate_bps, ==, rows[i].bps);
		g_assert_cmpuint(header.channels, ==, rows[i].channels);
		g_assert_cmpuint(header.layer, ==, rows[i].layer);
		data[7 + rows[i].frame] = 0; /* the next frame does not agree: it was no frame */
		g_assert_false(mpeg_audio_header_find(data, 3000, &header));
	}
}

static void
test_refused(void)
{
	static const struct {
		uint8_t head[4];
		const char *why;
	} bad[] = {
		{ { 0xff, 0xfb, 0x00, 0x00 }, "free format: no length" },
		{ { 0xff, 0xfb, 0xf0, 0x00 }, "bitrate 15" },
		{ { 0xff, 0xfb, 0x9c, 0x00 }, "frequency 3" },
		{ { 0xff, 0xeb, 0x90, 0x00 }, "version 1 is reserved" },
		{ { 0xff, 0xf9, 0x90, 0x00 }, "layer 0" },
	};
	MpegAudioHeader header;

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_test_message("%s", bad[i].why);
		g_assert_false(mpeg_audio_header_find(bad[i].head, 4, &header));
	}
	g_assert_false(mpeg_audio_header_find(rows[0].head, 3, &header));
}

static void
test_flac(void)
{
	/* 44 100 Hz, 2 channels, 16 bits: 0x0ac44 << 12 | 1 << 9 | 15 << 4 */
	uint8_t info[34] = { 0 };
	int64_t hz, channels, bits;

	memcpy(info + 10, "\x0a\xc4\x42\xf0", 4);
	g_assert_true(flac_stream_info(info, sizeof(info), &hz, &channels, &bits));
	g_assert_cmpint(hz, ==, 44100);
	g_assert_cmpint(channels, ==, 2);
	g_assert_cmpint(bits, ==, 16);
	g_assert_false(flac_stream_info(info, 33, &hz, &channels, &bits));
}

static void
test_avc_and_aac(void)
{
	int64_t profile, level;

	g_assert_true(avc_configuration((const uint8_t *)"\x01\x64\x00\x28", 4, &profile, &level));
	g_assert_cmpint(profile, ==, 100);
	g_assert_cmpint(level, ==, 40);
	g_assert_true(avc_configuration((const uint8_t *)"\x01\x42\x40\x1e", 4, &profile, &level));
	g_assert_cmpint(profile, ==, 578); /* constrained baseline */
	g_assert_false(avc_configuration((const uint8_t *)"\x00\x00\x00\x01", 4, &profile, &level));
	g_assert_cmpint(aac_object_type((const uint8_t *)"\x12\x10", 2), ==, 2); /* LC */
	g_assert_cmpint(
		aac_object_type((const uint8_t *)"\xf9\x48", 2), ==, 42); /* escape: xHE-AAC */
	g_assert_cmpint(aac_object_type((const uint8_t *)"\x12", 1), ==, -1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker/codec-header/mpeg-audio", test_mpeg_audio);
	g_test_add_func("/worker/codec-header/refused", test_refused);
	g_test_add_func("/worker/codec-header/flac", test_flac);
	g_test_add_func("/worker/codec-header/avc-aac", test_avc_and_aac);
	return g_test_run();
}
