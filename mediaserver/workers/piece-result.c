/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the place of a piece travels, both ways. Compiled into both ends. Pure. */
#include "mediaserver/workers/piece-result.h"

#include <string.h>

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

/* Half of a table of numbers. @return NULL when one of them is too large for that */
static uint8_t *
squeeze(const uint8_t *table, uint32_t n)
{
	uint8_t *halves = g_malloc(2 * (size_t)n);

	for (uint32_t i = 0; i < n; i++) {
		if (table[4 * (size_t)i] != 0 || table[4 * (size_t)i + 1] != 0) {
			g_free(halves);
			return NULL;
		}
		memcpy(halves + 2 * (size_t)i, table + 4 * (size_t)i + 2, 2);
	}
	return halves;
}

static void
put_place(const PieceResult *result, AvuFrameWriter *writer)
{
	avu_frame_put_i64(writer, (int64_t)result->offset);
	avu_frame_put_i64(writer, (int64_t)result->length);
	avu_frame_put_i64(writer, result->duration_ns);
}

bool
piece_result_put(const PieceResult *result, AvuFrameWriter *writer)
{
	gsize len = 0;
	const uint8_t *head = result->head != NULL ? g_bytes_get_data(result->head, &len) : NULL;
	const size_t table_len = 4 * (size_t)result->n_sizes;

	if (len <= PIECE_WIRE_MAX) {
		put_place(result, writer);
		avu_frame_put_bytes(writer, head, len);
		return true;
	}
	if (result->sizes > len || table_len > len - result->sizes ||
		len - table_len / 2 > PIECE_WIRE_MAX) {
		return false;
	}
	g_autofree uint8_t *halves = squeeze(head + result->sizes, result->n_sizes);

	if (halves == NULL) {
		return false;
	}
	put_place(result, writer);
	avu_frame_put_bytes(writer, head, result->sizes);
	avu_frame_put_bytes(writer, halves, table_len / 2);
	avu_frame_put_bytes(
		writer, head + result->sizes + table_len, len - result->sizes - table_len);
	return true;
}

/* The head as it was, of one part or of three. @return NULL when that is none */
static GBytes *
take_head(AvuFrameReader *reader)
{
	size_t before, len = 0, after = 0;
	const uint8_t *head = avu_frame_take_bytes(reader, &before);

	if (avu_frame_reader_finish(reader)) {
		return before <= PIECE_HEAD_MAX ? g_bytes_new(head, before) : NULL;
	}
	const uint8_t *halves = avu_frame_take_bytes(reader, &len);
	const uint8_t *rest = avu_frame_take_bytes(reader, &after);

	/* each is shorter than a frame */
	if (!avu_frame_reader_finish(reader) || before + 2 * len + after > PIECE_HEAD_MAX) {
		return NULL;
	}
	GByteArray *out = g_byte_array_sized_new((guint)(before + 2 * len + after));

	g_byte_array_append(out, head, (guint)before);
	for (size_t i = 0; i + 1 < len; i += 2) {
		const uint8_t number[] = { 0, 0, halves[i], halves[i + 1] };

		g_byte_array_append(out, number, sizeof(number));
	}
	g_byte_array_append(out, rest, (guint)after);
	return g_byte_array_free_to_bytes(out);
}

bool
piece_result_take(AvuFrameReader *reader, uint64_t file_size, PieceResult *ret_result)
{
	const uint64_t offset = (uint64_t)avu_frame_take_i64(reader);
	const uint64_t length = (uint64_t)avu_frame_take_i64(reader);
	const int64_t duration_ns = avu_frame_take_i64(reader);
	g_autoptr(GBytes) head = take_head(reader);

	if (head == NULL || offset > file_size || length == 0 || length > file_size - offset ||
		duration_ns <= 0) {
		return false;
	}
	*ret_result = (PieceResult){ .offset = offset,
		.length = length,
		.duration_ns = duration_ns,
		.head = g_steal_pointer(&head) };
	return true;
}
