/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the place of a piece travels, both ways. Compiled into both ends. Pure. */
#include "mediaserver/workers/piece-result.h"

void
piece_result_clear(PieceResult *result)
{
	g_clear_pointer(&result->head, g_bytes_unref);
}

GBytes *
piece_question_new(int64_t from_ns, int64_t to_ns)
{
	AvuFrameWriter writer;

	avu_frame_writer_init(&writer);
	avu_frame_put_i64(&writer, from_ns);
	avu_frame_put_i64(&writer, to_ns);
	return g_byte_array_free_to_bytes(g_steal_pointer(&writer.bytes));
}

bool
piece_question_take(AvuFrameReader *reader, int64_t *ret_from_ns, int64_t *ret_to_ns)
{
	*ret_from_ns = avu_frame_take_i64(reader);
	*ret_to_ns = avu_frame_take_i64(reader);
	return avu_frame_reader_finish(reader) && *ret_from_ns >= 0 &&
	       (*ret_to_ns == AVU_TIME_NONE || *ret_to_ns > *ret_from_ns);
}

void
piece_result_put(const PieceResult *result, AvuFrameWriter *writer)
{
	gsize len = 0;
	const void *head = result->head != NULL ? g_bytes_get_data(result->head, &len) : NULL;

	avu_frame_put_i64(writer, (int64_t)result->offset);
	avu_frame_put_i64(writer, (int64_t)result->length);
	avu_frame_put_i64(writer, result->duration_ns);
	avu_frame_put_bytes(writer, head, len);
}

bool
piece_result_take(AvuFrameReader *reader, uint64_t file_size, PieceResult *ret_result)
{
	size_t len;

	ret_result->offset = (uint64_t)avu_frame_take_i64(reader);
	ret_result->length = (uint64_t)avu_frame_take_i64(reader);
	ret_result->duration_ns = avu_frame_take_i64(reader);
	const uint8_t *head = avu_frame_take_bytes(reader, &len);

	if (!avu_frame_reader_finish(reader) || len > PIECE_HEAD_MAX ||
		ret_result->offset > file_size || ret_result->length == 0 ||
		ret_result->length > file_size - ret_result->offset ||
		ret_result->duration_ns <= 0) {
		return false;
	}
	ret_result->head = g_bytes_new(head, len);
	return true;
}
