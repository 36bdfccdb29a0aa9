/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers of pictures and sound. A picture that is read has a size and a date of the right length; a
 * sound header found in a buffer is found in its first part up to there as well. */
#include <string.h>

#include "mediaserver/worker/codec-header.h"
#include "mediaserver/worker/picture.h"
#include "mediaserver/worker/sniff.h"
#include "tests/support/memory-file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const formats[] = { "jpeg", "png", "gif", "bmp", "webp", "tiff", "heic",
		"avif", "raw" };
	const ReadAt file = MEMORY_FILE(data, size);
	MpegAudioHeader header;
	int64_t a, b, c;
	bool stamped;

	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		PictureInfo info;

		if (picture_read(formats[i], &file, &info)) {
			g_assert_cmpuint(info.width, >, 0);
			g_assert_cmpuint(info.height, >, 0);
			g_assert_true(info.preview_len == 0 ||
				      (info.preview > 0 && info.preview < size &&
					      info.preview_len <= size - info.preview));
			g_assert_true(strlen(info.exif.date) == 0 || strlen(info.exif.date) == 19);
		}
	}
	const SniffFormat *format = sniff(data, MIN(size, SNIFF_LEN), /* tagged = */ false, NULL);

	g_assert_true(size > 0 || format == NULL);
	(void)sniff_ts_packet(data, MIN(size, SNIFF_LEN), &stamped);
	g_assert_cmpuint(sniff_id3v2_len(data, size), <=, 20 + (1u << 28));
	if (mpeg_audio_header_find(data, size, &header)) {
		g_assert_cmpuint(header.sample_hz, >=, 8000);
		g_assert_cmpuint(header.bitrate_bps, >=, 8000);
		g_assert_true(header.layer >= 1 && header.layer <= 3);
	}
	(void)flac_stream_info(data, size, &a, &b, &c);
	(void)avc_configuration(data, size, &a, &b);
	g_assert_cmpint(aac_object_type(data, size), !=, 0);
	return 0;
}
