/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The answer to an index job as it travels: limits and one more. */
#include <string.h>

#include "mediaserver/workers/index-result.h"

static bool
take(const AvuFrameWriter *writer, size_t len, IndexResult *result)
{
	const AvuFrame frame = { .data = writer->bytes->data, .len = len };
	AvuFrameReader reader = avu_frame_reader(&frame);

	return index_result_take(&reader, result);
}

static void
test_travel(void)
{
	IndexPoint points[] = { { 0, 0 }, { AVU_NS_PER_S, 1000 } };
	const IndexResult sent = {
		.duration_ns = 7 * AVU_NS_PER_S, .unit = 4, .n = 2, .points = points
	};
	g_auto(AvuFrameWriter) writer = { NULL };
	g_auto(IndexResult) got = { 0 };

	avu_frame_writer_init(&writer);
	index_result_put(&sent, &writer);
	g_assert_true(take(&writer, writer.bytes->len, &got));
	g_assert_cmpint(got.duration_ns, ==, sent.duration_ns);
	g_assert_cmpuint(got.unit, ==, 4);
	g_assert_cmpmem(got.points, got.n * sizeof(IndexPoint), points, sizeof(points));
	for (size_t len = 0; len < writer.bytes->len; len++) {
		g_auto(IndexResult) cut = { 0 };

		g_assert_false(take(&writer, len, &cut));
	}
}

static void
test_limits(void)
{
	static const struct {
		int64_t duration_ns;
		uint32_t unit;
		size_t octets;
		bool good;
		const char *why;
	} rows[] = {
		{ AVU_TIME_NONE, 0, 0, true, "nothing known" },
		{ 0, 65536, 16, true, "largest unit" },
		{ 0, 65537, 16, false, "largest unit + 1" },
		{ -1, 0, 16, false, "negative duration" },
		{ INT64_C(366) * 86400 * AVU_NS_PER_S, 0, 16, true, "a year" },
		{ INT64_C(366) * 86400 * AVU_NS_PER_S + 1, 0, 16, false, "more than a year" },
		{ INT64_MAX, 0, 16, false, "2^63 - 1" },
		{ 0, 0, 15, false, "a part of a point" },
		{ 0, 0, 17, false, "a point and a part" },
		{ 0, 0, INDEX_POINTS_MAX * 16, true, "limit of points" },
		{ 0, 0, (INDEX_POINTS_MAX + 1) * 16, false, "limit + 1" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree uint8_t *octets = g_malloc0(rows[i].octets + 1);
		g_auto(AvuFrameWriter) writer = { NULL };
		g_auto(IndexResult) got = { 0 };

		g_test_message("%s", rows[i].why);
		avu_frame_writer_init(&writer);
		avu_frame_put_i64(&writer, rows[i].duration_ns);
		avu_frame_put_u32(&writer, rows[i].unit);
		avu_frame_put_bytes(&writer, octets, rows[i].octets);
		g_assert_cmpint(take(&writer, writer.bytes->len, &got), ==, rows[i].good);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/workers/index-result/travel", test_travel);
	g_test_add_func("/workers/index-result/limits", test_limits);
	return g_test_run();
}
