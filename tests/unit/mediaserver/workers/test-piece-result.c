/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The place of a track as it travels: limits and one more. */
#include "mediaserver/workers/piece-result.h"

#include <string.h>

static AvuFrameReader
reader_of(const void *data, size_t len)
{
	const AvuFrame frame = { .data = data, .len = len };

	return avu_frame_reader(&frame);
}

static void
test_question(void)
{
	static const struct {
		int64_t from_ns, to_ns;
		bool good;
	} rows[] = {
		{ 0, AVU_TIME_NONE, true },
		{ 5, 6, true },
		{ 5, 5, false },
		{ 6, 5, false },
		{ -1, 5, false },
		{ 0, -1, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) question = piece_question_new(rows[i].from_ns, rows[i].to_ns);
		AvuFrameReader reader =
			reader_of(g_bytes_get_data(question, NULL), g_bytes_get_size(question));
		int64_t from_ns, to_ns;

		g_assert_cmpint(piece_question_take(&reader, &from_ns, &to_ns), ==, rows[i].good);
		g_assert_cmpint(from_ns, ==, rows[i].from_ns);
		g_assert_cmpint(to_ns, ==, rows[i].to_ns);
	}
}

static void
test_result(void)
{
	static const struct {
		int64_t offset, length, duration_ns;
		size_t head;
		bool good;
		const char *why;
	} rows[] = {
		{ 0, 1000, 1, 0, true, "the whole" },
		{ 999, 1, 1, 44, true, "the last octet" },
		{ 999, 2, 1, 44, false, "behind the end" },
		{ 1000, 1, 1, 44, false, "at the end" },
		{ 1001, 0, 1, 44, false, "beyond" },
		{ 0, 0, 1, 44, false, "nothing" },
		{ -1, 1, 1, 44, false, "negative" },
		{ 1, -1, 1, 44, false, "negative" },
		{ INT64_MAX, INT64_MAX, 1, 44, false, "2^63 - 1" },
		{ 0, 1, 0, 44, false, "no time" },
		{ 0, 1, 1, PIECE_WIRE_MAX, true, "limit of headers in one part" },
		{ 0, 1, 1, PIECE_WIRE_MAX + 1, false, "limit + 1" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree uint8_t *octets = g_malloc0(rows[i].head + 1);
		g_autoptr(GBytes) head = g_bytes_new(octets, rows[i].head);
		const PieceResult sent = { (uint64_t)rows[i].offset, (uint64_t)rows[i].length,
			rows[i].duration_ns, head };
		g_auto(AvuFrameWriter) writer = { NULL };
		g_auto(PieceResult) got = { 0 };

		g_test_message("%s", rows[i].why);
		avu_frame_writer_init(&writer);
		(void)piece_result_put(&sent, &writer); /* the last one is not put */
		AvuFrameReader reader = reader_of(writer.bytes->data, writer.bytes->len);

		g_assert_cmpint(piece_result_take(&reader, 1000, &got), ==, rows[i].good);
		if (rows[i].good) {
			g_assert_cmpuint(got.offset, ==, sent.offset);
			g_assert_cmpuint(got.length, ==, sent.length);
			g_assert_true(g_bytes_equal(got.head, head));
		}
	}
}

/* A long table travels in half of its octets. */
static void
test_long(void)
{
	static const struct {
		size_t len, sizes;
		uint32_t n, number;
		bool put, good;
		const char *why;
	} rows[] = {
		{ PIECE_WIRE_MAX + 1000, 500, 500, 0xffff, true, true, "it fits" },
		{ PIECE_WIRE_MAX + 1002, 500, 500, 0xffff, false, false, "it does not" },
		{ PIECE_WIRE_MAX + 1000, 500, 500, 0x10000, false, false, "a large number" },
		{ PIECE_WIRE_MAX + 1000, PIECE_WIRE_MAX - 999, 500, 1, false, false,
			"a table behind the end" },
		{ PIECE_HEAD_MAX, 500, 500000, 7, true, true, "limit of headers" },
		{ PIECE_HEAD_MAX + 1, 500, 500000, 7, true, false, "limit + 1" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree uint8_t *octets = g_malloc(rows[i].len + 2000);
		const uint32_t number = GUINT32_TO_BE(rows[i].number);
		g_auto(AvuFrameWriter) writer = { NULL };
		g_auto(PieceResult) got = { 0 };

		memset(octets, 0x5a, rows[i].len + 2000);
		for (uint32_t j = 0; j < rows[i].n; j++) {
			memcpy(octets + rows[i].sizes + 4 * j, &number, 4);
		}
		g_autoptr(GBytes) head = g_bytes_new(octets, rows[i].len);
		const PieceResult sent = { 0, 1, 1, head, rows[i].sizes, rows[i].n };

		g_test_message("%s", rows[i].why);
		avu_frame_writer_init(&writer);
		g_assert_cmpint(piece_result_put(&sent, &writer), ==, rows[i].put);
		g_assert_cmpuint(writer.bytes->len, <=, AVU_LIMIT_FRAME);
		g_assert_true(rows[i].put || writer.bytes->len == 0);
		AvuFrameReader reader = reader_of(writer.bytes->data, writer.bytes->len);

		g_assert_cmpint(piece_result_take(&reader, 1000, &got), ==, rows[i].good);
		g_assert_true(!rows[i].good || g_bytes_equal(got.head, head));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/workers/piece-result/question", test_question);
	g_test_add_func("/workers/piece-result/result", test_result);
	g_test_add_func("/workers/piece-result/long", test_long);
	return g_test_run();
}
