/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a worker says is a picture, and what it is asked: a good answer begins as its form does and fits,
 * is of one form only, and a question that is taken is written again as it was. */
#include <string.h>

#include "mediaserver/workers/thumb-request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_answer(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) answer = g_bytes_new_static(data, size);
	const bool is_jpeg = thumb_answer_is_good(answer, THUMB_JPEG);
	const bool is_png = thumb_answer_is_good(answer, THUMB_PNG);

	const bool is_ppm = thumb_answer_is_good(answer, THUMB_PPM);

	g_assert_cmpint(is_jpeg + is_png + is_ppm, <=, 1);
	if (is_jpeg || is_png || is_ppm) {
		g_assert_cmpuint(size, <=, AVU_LIMIT_FRAME);
		g_assert_cmpint(data[0], ==, is_jpeg ? 0xff : is_png ? 0x89 : 'P');
	}
}

static void
check_question(const uint8_t *data, size_t size)
{
	const AvuFrame frame = { .data = data, .len = size };
	AvuFrameReader reader = avu_frame_reader(&frame);
	ThumbBox box;

	if (thumb_box_take(&reader, &box)) {
		g_autoptr(GBytes) again = thumb_box_to_question(&box);
		gsize len;
		const void *octets = g_bytes_get_data(again, &len);

		g_assert_cmpuint(box.width, <=, THUMB_SIDE_MAX);
		g_assert_cmpuint(box.height, <=, THUMB_SIDE_MAX);
		g_assert_cmpmem(octets, len, data, size);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_answer(data, size);
	check_question(data, size);
	return 0;
}
