/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Time to octets by a table of points, both directions, and what a hostile table becomes. */
#include <av-upnp/time-index.h>

#define S(s) ((s)*AVU_NS_PER_S)
#define SIZE 10000

/* Key frames at 0, 2, 4 and 8 of 10 s. */
static const AvuTimePoint points[] = { { 0, 48 }, { S(2), 1000 }, { S(4), 5000 }, { S(8), 9000 } };

static void
test_locate(void)
{
	static const struct {
		int64_t from_ns, to_ns;
		uint64_t first, end;
		int64_t real_from_ns, real_to_ns;
		const char *why;
	} rows[] = {
		{ 0, AVU_TIME_NONE, 0, SIZE, 0, S(10), "position 0 is octet 0 (DLNA 7.8.25)" },
		{ S(2), AVU_TIME_NONE, 1000, SIZE, S(2), S(10), "at a point" },
		{ S(2) - 1, AVU_TIME_NONE, 0, SIZE, 0, S(10), "just before a point" },
		{ S(2) + 1, AVU_TIME_NONE, 1000, SIZE, S(2), S(10), "just behind a point" },
		{ S(3), S(4), 1000, 5000, S(2), S(4), "end at a point" },
		{ S(3), S(4) + 1, 1000, 9000, S(2), S(8), "end just behind a point" },
		{ S(5), S(6), 5000, 9000, S(4), S(8), "start earlier, end later" },
		{ S(9), S(10), 9000, SIZE, S(8), S(10), "the last stretch" },
		{ S(10), AVU_TIME_NONE, 9000, SIZE, S(8), S(10), "the very end" },
		{ S(99), AVU_TIME_NONE, 9000, SIZE, S(8), S(10), "beyond the end" },
		{ INT64_MAX, INT64_MAX, 9000, SIZE, S(8), S(10), "2^63 - 1" },
	};
	g_autoptr(AvuTimeIndex) index =
		avu_time_index_new(points, G_N_ELEMENTS(points), 0, SIZE, S(10));

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuMediaPart part = { .from_ns = rows[i].from_ns, .to_ns = rows[i].to_ns };

		g_test_message("%s", rows[i].why);
		avu_time_index_locate(index, &part);
		g_assert_cmpuint(part.first_byte, ==, rows[i].first);
		g_assert_cmpuint(part.end_byte, ==, rows[i].end);
		g_assert_cmpint(part.from_ns, ==, rows[i].real_from_ns);
		g_assert_cmpint(part.to_ns, ==, rows[i].real_to_ns);
	}
}

/* A WAV of 10 s at 1000 frames of 4 octets, behind 44 octets of header and before 100 of tags. */
static void
test_even(void)
{
	static const AvuTimePoint ends[] = { { 0, 44 }, { S(10), 40044 } };
	static const struct {
		int64_t from_ns, to_ns;
		uint64_t first, end;
		int64_t real_from_ns, real_to_ns;
		const char *why;
	} rows[] = {
		{ 0, AVU_TIME_NONE, 0, 40144, 0, S(10), "the whole, with its header" },
		{ S(1), AVU_TIME_NONE, 4044, 40144, S(1), S(10), "one second" },
		{ S(1), S(2), 4044, 8044, S(1), S(2), "one second long" },
		{ S(1) + 999999, S(2), 4044, 8044, S(1), S(2), "rounded down to a frame" },
		{ S(1) + 1000000, S(2) + 1, 4048, 8048, S(1) + 1000000, S(2) + 1000000,
			"end rounded up to a frame" },
		{ S(10), AVU_TIME_NONE, 40044, 40144, S(10), S(10), "the end" },
		{ S(11), AVU_TIME_NONE, 40044, 40144, S(10), S(10), "beyond" },
	};
	g_autoptr(AvuTimeIndex) index = avu_time_index_new(ends, 2, 4, 40144, S(10));

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuMediaPart part = { .from_ns = rows[i].from_ns, .to_ns = rows[i].to_ns };

		g_test_message("%s", rows[i].why);
		avu_time_index_locate(index, &part);
		g_assert_cmpuint(part.first_byte, ==, rows[i].first);
		g_assert_cmpuint(part.end_byte, ==, rows[i].end);
		g_assert_cmpint(part.from_ns, ==, rows[i].real_from_ns);
		g_assert_cmpint(part.to_ns, ==, rows[i].real_to_ns);
	}
	g_assert_cmpint(avu_time_index_get_time_ns(index, 4044), ==, S(1));
	g_assert_cmpint(avu_time_index_get_time_ns(index, 44), ==, 0);
	g_assert_cmpint(avu_time_index_get_time_ns(index, 0), ==, 0);
	g_assert_cmpint(avu_time_index_get_time_ns(index, 40143), ==, S(10));
}

static void
test_time(void)
{
	static const struct {
		uint64_t byte;
		int64_t time_ns;
	} rows[] = { { 0, 0 }, { 999, 0 }, { 1000, S(2) }, { 4999, S(2) }, { 5000, S(4) },
		{ 9999, S(8) }, { UINT64_MAX, S(8) } };
	g_autoptr(AvuTimeIndex) index =
		avu_time_index_new(points, G_N_ELEMENTS(points), 0, SIZE, S(10));

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_assert_cmpint(
			avu_time_index_get_time_ns(index, rows[i].byte), ==, rows[i].time_ns);
	}
}

static void
test_hostile(void)
{
	static const struct {
		AvuTimePoint points[3];
		uint32_t unit;
		size_t left; /* with the start; 0: no index */
		const char *why;
	} rows[] = {
		{ { { S(1), 10 }, { S(2), 20 }, { S(3), 30 } }, 0, 4, "good" },
		{ { { S(1), 10 }, { S(1), 20 }, { S(3), 30 } }, 0, 3, "time stands still" },
		{ { { S(1), 10 }, { S(2), 10 }, { S(3), 30 } }, 0, 3, "octets stand still" },
		{ { { S(3), 10 }, { S(2), 20 }, { S(1), 30 } }, 0, 2, "time runs back" },
		{ { { S(1), 30 }, { S(2), 20 }, { S(3), 10 } }, 0, 2, "octets run back" },
		{ { { -1, 10 }, { S(2), 20 }, { INT64_MIN, 30 } }, 0, 2, "negative" },
		{ { { S(1), SIZE }, { S(2), SIZE + 1 }, { S(3), UINT64_MAX } }, 0, 2,
			"behind the file" },
		{ { { 0, 0 }, { 0, 5 }, { -5, 9 } }, 0, 1, "nothing but the start" },
		{ { { -1, 0 }, { -2, 5 }, { -5, 9 } }, 0, 0, "not even that" },
		{ { { 0, 10 }, { 0, 20 }, { 0, 0 } }, 4, 0, "three ends" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(AvuTimeIndex) index =
			avu_time_index_new(rows[i].points, 3, rows[i].unit, SIZE, S(10));

		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(
			index != NULL ? avu_time_index_get_n_points(index) : 0, ==, rows[i].left);
	}
	g_assert_null(avu_time_index_new(
		(const AvuTimePoint[]){ { 0, 10 }, { 0, 20 } }, 2, 4, SIZE, S(10)));
	g_assert_null(avu_time_index_new(
		(const AvuTimePoint[]){ { 0, 20 }, { S(1), 20 } }, 2, 4, SIZE, S(10)));
	g_assert_null(avu_time_index_new(
		(const AvuTimePoint[]){ { 0, 20 }, { S(1), SIZE + 1 } }, 2, 4, SIZE, S(10)));
	g_assert_null(avu_time_index_new(NULL, 0, 0, SIZE, S(10)));
	g_assert_null(avu_time_index_new((const AvuTimePoint[]){ { 0, SIZE } }, 1, 0, SIZE, S(10)));
}

/* A short film has one key frame: all of it is sent for any time, and there is nothing to refuse. */
static void
test_one_piece(void)
{
	const AvuTimePoint first = { 0, 4000 };
	g_autoptr(AvuTimeIndex) index = avu_time_index_new(&first, 1, 0, SIZE, S(3));
	AvuMediaPart part = { .from_ns = S(2), .to_ns = AVU_TIME_NONE };

	g_assert_nonnull(index);
	avu_time_index_locate(index, &part);
	g_assert_cmpint(part.from_ns, ==, 0);
	g_assert_cmpuint(part.first_byte, ==, 0);
	g_assert_cmpuint(part.end_byte, ==, SIZE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stream/time-index/locate", test_locate);
	g_test_add_func("/stream/time-index/even", test_even);
	g_test_add_func("/stream/time-index/time", test_time);
	g_test_add_func("/stream/time-index/hostile", test_hostile);
	g_test_add_func("/stream/time-index/one-piece", test_one_piece);
	return g_test_run();
}
