/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pure, any thread, both ends. */
#include "mediaserver/workers/thumb-request.h"

#include <string.h>

GBytes *
thumb_box_to_question(const ThumbBox *box)
{
	g_auto(AvuFrameWriter) question = { NULL };

	avu_frame_writer_init(&question);
	avu_frame_put_u32(&question, box->form);
	avu_frame_put_u32(&question, box->width);
	avu_frame_put_u32(&question, box->height);
	return g_bytes_new(question.bytes->data, question.bytes->len);
}

bool
thumb_box_take(AvuFrameReader *reader, ThumbBox *ret_box)
{
	ret_box->form = (ThumbForm)avu_frame_take_u32(reader);
	ret_box->width = avu_frame_take_u32(reader);
	ret_box->height = avu_frame_take_u32(reader);
	return avu_frame_reader_finish(reader) && ret_box->form <= THUMB_PPM &&
	       ret_box->width > 0 && ret_box->width <= THUMB_SIDE_MAX && ret_box->height > 0 &&
	       ret_box->height <= THUMB_SIDE_MAX;
}

bool
thumb_answer_is_good(GBytes *answer, ThumbForm form)
{
	static const struct {
		const char *head;
		size_t len;
	} heads[] = {
		[THUMB_JPEG] = { "\xff\xd8\xff", 3 },
		[THUMB_PNG] = { "\x89PNG\r\n\x1a\n", 8 },
		[THUMB_PPM] = { "P6\n", 3 },
	};
	gsize len;
	const void *octets = g_bytes_get_data(answer, &len);

	return len > heads[form].len && len <= THUMB_OCTETS_MAX &&
	       memcmp(octets, heads[form].head, heads[form].len) == 0;
}
