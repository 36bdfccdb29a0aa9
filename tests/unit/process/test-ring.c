/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ring between fetch and decoder: which octets are asked for, that every octet read is the one
 * of its offset, and that a reader gone bad does no harm. The "network" is a pattern that gives each
 * offset its own octet. */

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/ring.h>

#include "tests/support/ring-wait.h"

#define MIB (1024 * 1024)

static uint8_t
pattern(uint64_t offset)
{
	uint64_t x = (offset / 8 + 1) * UINT64_C(0x9e3779b97f4a7c15);

	return (uint8_t)(x >> (8 * (offset % 8)));
}

static AvuRingReader *
reader_new(AvuRingWriter *writer)
{
	int fds[AVU_RING_FDS];

	avu_ring_writer_get_fds(writer, fds);
	for (size_t i = 0; i < AVU_RING_FDS; i++) {
		fds[i] = dup(fds[i]);
	}
	g_autoptr(GError) error = NULL;
	AvuRingReader *reader = avu_ring_reader_new(fds, &error);

	g_assert_no_error(error);
	return reader;
}

/* A peer that answers ranges; stops when cancel_fd becomes readable. */
typedef struct {
	AvuRingWriter *writer;
	uint64_t size;
	int cancel_fd;
	atomic_uint requests; /* connections it took */
	atomic_bool cancelled;
} Origin;

static void *
origin_run(void *data)
{
	Origin *self = data;
	uint8_t chunk[16384];
	uint64_t at = UINT64_MAX;

	while (!atomic_load(&self->cancelled)) {
		uint64_t offset;

		if (avu_ring_writer_plan(self->writer, &offset) == AVU_RING_WAIT) {
			ring_wait(self->writer, self->cancel_fd);
			continue;
		}
		if (offset != at) {
			atomic_fetch_add(&self->requests, 1);
			at = offset;
		}
		size_t n = (size_t)MIN(sizeof(chunk), self->size - at);

		for (size_t i = 0; i < n; i++) {
			chunk[i] = pattern(at + i);
		}
		at += avu_ring_writer_put(self->writer, at, chunk, n);
	}
	return NULL;
}

typedef struct {
	AvuRingWriter *writer;
	AvuRingReader *reader;
	Origin origin;
	pthread_t thread;
} House;

/* @param ahead  0: as it is at first */
static void
house_open_ahead(House *house, uint64_t size, uint64_t ahead)
{
	memset(house, 0, sizeof(*house));
	house->writer = avu_ring_writer_new(NULL);
	avu_ring_writer_describe(house->writer, (int64_t)size, true);
	if (ahead > 0) {
		avu_ring_writer_set_ahead(house->writer, ahead);
	}
	house->reader = reader_new(house->writer);
	house->origin.writer = house->writer;
	house->origin.size = size;
	house->origin.cancel_fd = eventfd(0, EFD_CLOEXEC);
	g_assert_cmpint(pthread_create(&house->thread, NULL, origin_run, &house->origin), ==, 0);
}

static void
house_open(House *house, uint64_t size)
{
	house_open_ahead(house, size, 0);
}

/* From now on the reader lives on what is there. */
static void
house_cut(House *house)
{
	const uint64_t one = 1;

	atomic_store(&house->origin.cancelled, true);
	g_assert_cmpint(write(house->origin.cancel_fd, &one, sizeof(one)), ==, sizeof(one));
	g_assert_cmpint(pthread_join(house->thread, NULL), ==, 0);
	(void)close(house->origin.cancel_fd);
	avu_ring_writer_fail(house->writer);
}

static void
house_close(House *house)
{
	if (!atomic_load(&house->origin.cancelled)) {
		house_cut(house);
	}
	avu_ring_reader_free(house->reader);
	avu_ring_writer_free(house->writer);
}

static void
check_read(House *house, uint64_t offset, size_t len, size_t expected)
{
	g_autofree uint8_t *octets = g_malloc(len);
	size_t got = 0;

	g_assert_cmpint(
		avu_ring_reader_read(house->reader, offset, octets, len, &got), ==, AVU_RING_OK);
	g_assert_cmpuint(got, ==, expected);
	for (size_t i = 0; i < got; i++) {
		if (octets[i] != pattern(offset + i)) {
			g_error("octet %" G_GUINT64_FORMAT " is wrong", offset + i);
		}
	}
}

static void
test_sequential(void)
{
	const uint64_t size = 21 * MIB + 12345;
	House house;

	house_open(&house, size);
	for (uint64_t at = 0; at < size; at += 40000) {
		check_read(&house, at, 40000, (size_t)MIN(UINT64_C(40000), size - at));
	}
	uint8_t octet;
	size_t len;

	g_assert_cmpint(
		avu_ring_reader_read(house.reader, size, &octet, 1, &len), ==, AVU_RING_END);
	g_assert_cmpuint(atomic_load(&house.origin.requests), ==, 1);
	house_close(&house);
}

/* What a demuxer of MP4 does: head, index at the end, head again, then the middle onwards. */
static void
test_head_tail_middle(void)
{
	const uint64_t size = 64 * MIB;
	House house;

	house_open(&house, size);
	check_read(&house, 0, 4096, 4096);
	check_read(&house, size - 700000, 700000, 700000);
	check_read(&house, 100000, AVU_RING_HEAD - 100000, AVU_RING_HEAD - 100000);
	check_read(&house, 30 * MIB, MIB, MIB);
	g_assert_cmpuint(atomic_load(&house.origin.requests), <=, 4);
	house_cut(&house);
	check_read(&house, 0, AVU_RING_HEAD, AVU_RING_HEAD);
	check_read(&house, size - 700000, 700000, 700000);
	check_read(&house, 30 * MIB + 1000, MIB - 1000, MIB - 1000);
	house_close(&house);
}

static void
test_random(void)
{
	const uint64_t size = 150 * MIB + 7;
	g_autoptr(GRand) rand = g_rand_new_with_seed(20);
	House house;

	house_open(&house, size);
	for (unsigned i = 0; i < 300; i++) {
		uint64_t at = (uint64_t)g_rand_double_range(rand, 0, (double)size);
		size_t len = (size_t)g_rand_int_range(rand, 1, 300000);

		check_read(&house, at, len, (size_t)MIN((uint64_t)len, size - at));
	}
	/* One read that is larger than all that is kept. */
	g_autofree uint8_t *large = g_malloc(20 * MIB);
	size_t got = 0;

	g_assert_cmpint(
		avu_ring_reader_read(house.reader, MIB, large, 20 * MIB, &got), ==, AVU_RING_OK);
	g_assert_cmpuint(got, ==, 20 * MIB);
	for (size_t i = 0; i < got; i += 4099) {
		g_assert_cmpuint(large[i], ==, pattern(MIB + i));
	}
	house_close(&house);
}

/* Octets of memory behind the ring. */
static uint64_t
get_memory(AvuRingWriter *writer)
{
	int fds[AVU_RING_FDS];
	struct stat status;

	avu_ring_writer_get_fds(writer, fds);
	g_assert_cmpint(fstat(fds[0], &status), ==, 0);
	return (uint64_t)status.st_blocks * 512;
}

/* A ring costs what it holds, however long it is read and wherever; and nothing is lost where the
 * window comes round to its beginning. */
static void
test_memory(void)
{
	static const uint64_t aheads[] = { MIB / 4, 5 * MIB, AVU_RING_AHEAD_MAX };

	for (size_t i = 0; i < G_N_ELEMENTS(aheads); i++) {
		const uint64_t size = 140 * MIB;
		uint64_t most = aheads[i] + AVU_RING_BEHIND + AVU_RING_HEAD + AVU_RING_TAIL + MIB;
		House house;

		house_open_ahead(&house, size, aheads[i]);
		for (uint64_t at = 0; at < size; at += MIB) {
			check_read(&house, at, 50000, 50000);
			g_assert_cmpuint(get_memory(house.writer), <=, most);
		}
		check_read(&house, 3 * MIB, 50000, 50000);
		g_assert_cmpuint(get_memory(house.writer), <=, most);
		house_close(&house);
	}
}

static const struct {
	uint64_t window_from, window_to, tail; /* what is put; tail: its last octets */
	uint64_t wanted;
	uint64_t level;
	bool complete;
	const char *why;
} level_rows[] = {
	{ 0, 0, 0, 0, 0, false, "empty" },
	{ 0, 1000, 0, 0, 1000, false, "all there is" },
	{ 0, 1000, 0, 400, 600, false, "what was read does not count" },
	{ 0, 1000, 0, 5000, 0, false, "the reader is elsewhere" },
	{ 50 * MIB, 51 * MIB, 0, 50 * MIB + 1000, MIB - 1000, false, "window that moved" },
	{ 0, 1000, 500, 100 * MIB - 300, 300, true, "tail, to the end" },
	{ 0, 1000, 500, 10, 990, false, "tail does not count for the front" },
};

static void
test_level(void)
{
	g_autofree uint8_t *octets = g_malloc0(MIB);

	for (size_t i = 0; i < G_N_ELEMENTS(level_rows); i++) {
		g_autoptr(AvuRingWriter) writer = avu_ring_writer_new(NULL);
		g_autoptr(AvuRingReader) reader = reader_new(writer);
		const uint64_t parts[][2] = {
			{ level_rows[i].window_from, level_rows[i].window_to },
			{ 100 * MIB - level_rows[i].tail, 100 * MIB },
		};
		uint8_t octet;
		size_t len;

		g_test_message("%s", level_rows[i].why);
		avu_ring_writer_describe(writer, 100 * MIB, true);
		avu_ring_reader_interrupt(reader, true); /* its place is noted all the same */
		for (size_t k = 0; k < G_N_ELEMENTS(parts); k++) {
			if (parts[k][1] > parts[k][0]) {
				(void)avu_ring_reader_read(reader, parts[k][0], &octet, 1, &len);
				g_assert_cmpuint(avu_ring_writer_put(writer, parts[k][0], octets,
							 (size_t)(parts[k][1] - parts[k][0])),
					==, parts[k][1] - parts[k][0]);
			}
		}
		(void)avu_ring_reader_read(reader, level_rows[i].wanted, &octet, 1, &len);
		AvuRingLevel level = avu_ring_writer_get_level(writer);

		g_assert_cmpuint(level.wanted, ==, level_rows[i].wanted);
		g_assert_cmpuint(level.level_bytes, ==, level_rows[i].level);
		g_assert_true(level.complete == level_rows[i].complete);
		g_assert_false(level.waits);
	}
}

/* The buffer is there for the reader that comes after a crash. */
static void
test_second_reader(void)
{
	House house;

	house_open(&house, 32 * MIB);
	check_read(&house, 10 * MIB, MIB, MIB);
	house_cut(&house);
	avu_ring_reader_free(house.reader);
	house.reader = reader_new(house.writer);
	check_read(&house, 10 * MIB, MIB, MIB);
	house_close(&house);
}

static const struct {
	uint64_t wanted; /* the reader says so */
	AvuRingPlan plan;
	uint64_t offset;
	size_t then_put; /* octets stored at offset after the check */
	const char *why;
} plan_rows[] = {
	{ 0, AVU_RING_FETCH, 0, 2 * MIB, "begins at the beginning" },
	{ 100, AVU_RING_FETCH, 2 * MIB, 4 * MIB, "fills ahead" },
	{ 100, AVU_RING_FETCH, 6 * MIB, 100, "up to AVU_RING_AHEAD" },
	{ 100, AVU_RING_WAIT, 0, 0, "enough ahead" },
	{ MIB, AVU_RING_FETCH, 6 * MIB + 100, MIB - 100, "the reader moved on" },
	{ 100 * MIB - 1000, AVU_RING_FETCH, 100 * MIB - 1000, 400, "tail asked for" },
	{ 100 * MIB - 800, AVU_RING_FETCH, 100 * MIB - 600, 600, "tail goes on where it is" },
	{ 100 * MIB - 800, AVU_RING_WAIT, 0, 0, "tail complete" },
	{ MIB, AVU_RING_WAIT, 0, 0, "window was not touched by the tail" },
	{ 7 * MIB + 100000, AVU_RING_FETCH, 7 * MIB, 100000, "a little in front: wait for it" },
	{ 50 * MIB, AVU_RING_FETCH, 50 * MIB, MIB, "far away: the window jumps" },
	{ 1000, AVU_RING_WAIT, 0, 0, "the head is kept" },
	{ 2 * MIB, AVU_RING_FETCH, 2 * MIB, 0, "what lay behind was dropped" },
	{ UINT64_MAX, AVU_RING_WAIT, 0, 0, "nonsense from a bad reader" },
};

static uint64_t *
find_wanted(AvuRingWriter *writer, AvuRingReader *reader)
{
	int fds[AVU_RING_FDS];
	const uint64_t mark = UINT64_C(0x0123456789);
	uint8_t octet;
	size_t len;

	/* The layout is private: the field is found by what a reading leaves in it. */
	avu_ring_writer_get_fds(writer, fds);
	uint64_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fds[0], 0);

	g_assert_true(page != MAP_FAILED);
	avu_ring_reader_interrupt(reader, true);
	(void)avu_ring_reader_read(reader, mark, &octet, 1, &len);
	for (size_t i = 0; i < 512; i++) {
		if (page[i] == mark) {
			return &page[i];
		}
	}
	g_assert_not_reached();
}

static void
test_plan(void)
{
	g_autoptr(AvuRingWriter) writer = avu_ring_writer_new(NULL);
	g_autoptr(AvuRingReader) reader = reader_new(writer);
	g_autofree uint8_t *zeros = g_malloc0(4 * MIB);

	avu_ring_writer_describe(writer, 100 * MIB, true);
	uint64_t *wanted = find_wanted(writer, reader);

	for (size_t i = 0; i < G_N_ELEMENTS(plan_rows); i++) {
		uint64_t offset = 0;

		*wanted = plan_rows[i].wanted;
		g_test_message("%s", plan_rows[i].why);
		g_assert_cmpint(avu_ring_writer_plan(writer, &offset), ==, plan_rows[i].plan);
		g_assert_cmpuint(offset, ==, plan_rows[i].offset);
		g_assert_cmpuint(avu_ring_writer_put(writer, offset, zeros, plan_rows[i].then_put),
			==, plan_rows[i].then_put);
	}
	(void)munmap((void *)((uintptr_t)wanted & ~(uintptr_t)4095), 4096);
}

/* A stream without length that cannot go back. */
static void
test_unseekable(void)
{
	g_autoptr(AvuRingWriter) writer = avu_ring_writer_new(NULL);
	g_autoptr(AvuRingReader) reader = reader_new(writer);
	g_autofree uint8_t *chunk = g_malloc(MIB);
	uint64_t at = 0;
	size_t got = 0;

	avu_ring_writer_describe(writer, -1, true);
	g_assert_false(avu_ring_reader_is_seekable(reader));
	g_assert_cmpuint(avu_ring_reader_peek(reader, chunk, 100), ==, 0);
	for (unsigned i = 0; i < 12; i++) {
		for (size_t k = 0; k < MIB; k++) {
			chunk[k] = pattern(at + k);
		}
		g_assert_cmpuint(avu_ring_writer_put(writer, at, chunk, MIB), ==, MIB);
		at += MIB;
		g_assert_cmpint(
			avu_ring_reader_read(reader, at - MIB, chunk, MIB, &got), ==, AVU_RING_OK);
		g_assert_cmpuint(chunk[77], ==, pattern(at - MIB + 77));
	}
	g_assert_cmpint(avu_ring_reader_read(reader, 10, chunk, 10, &got), ==, AVU_RING_OK);
	g_assert_cmpuint(chunk[0], ==, pattern(10));
	g_assert_cmpuint(avu_ring_reader_peek(reader, chunk, MIB), ==, AVU_RING_HEAD);
	g_assert_cmpuint(chunk[99], ==, pattern(99));
	g_assert_cmpint(avu_ring_reader_read(reader, MIB, chunk, 10, &got), ==, AVU_RING_FAILED);
	avu_ring_writer_end(writer, at);
	g_assert_cmpint(avu_ring_reader_get_total(reader), ==, (int64_t)at);
	g_assert_cmpint(avu_ring_reader_read(reader, at - 5, chunk, 10, &got), ==, AVU_RING_OK);
	g_assert_cmpuint(got, ==, 5);
	g_assert_cmpint(avu_ring_reader_read(reader, at, chunk, 10, &got), ==, AVU_RING_END);
}

static void *
interrupt_soon(void *reader)
{
	g_usleep(20 * 1000);
	avu_ring_reader_interrupt(reader, true);
	return NULL;
}

static void
test_interrupt_and_failure(void)
{
	g_autoptr(AvuRingWriter) writer = avu_ring_writer_new(NULL);
	g_autoptr(AvuRingReader) reader = reader_new(writer);
	pthread_t thread;
	uint8_t octet;
	size_t got;

	avu_ring_writer_describe(writer, 1000, true);
	g_assert_cmpint(pthread_create(&thread, NULL, interrupt_soon, reader), ==, 0);
	g_assert_cmpint(avu_ring_reader_read(reader, 0, &octet, 1, &got), ==, AVU_RING_INTERRUPTED);
	g_assert_cmpint(pthread_join(thread, NULL), ==, 0);
	g_assert_cmpint(avu_ring_reader_read(reader, 0, &octet, 1, &got), ==, AVU_RING_INTERRUPTED);
	avu_ring_reader_interrupt(reader, false);
	g_assert_cmpuint(avu_ring_writer_put(writer, 0, "x", 1), ==, 1);
	g_assert_cmpint(avu_ring_reader_read(reader, 0, &octet, 1, &got), ==, AVU_RING_OK);
	avu_ring_writer_fail(writer);
	g_assert_cmpint(avu_ring_reader_read(reader, 0, &octet, 1, &got), ==, AVU_RING_OK);
	g_assert_cmpint(avu_ring_reader_read(reader, 1, &octet, 1, &got), ==, AVU_RING_FAILED);
}

/* A reader may scribble over everything it shares; the writer stays inside its memory (ASan) and
 * the file cannot be cut under it. */
static void
test_bad_reader(void)
{
	g_autoptr(AvuRingWriter) writer = avu_ring_writer_new(NULL);
	g_autoptr(GRand) rand = g_rand_new_with_seed(3);
	g_autofree uint8_t *chunk = g_malloc0(MIB);
	int fds[AVU_RING_FDS];
	struct stat status;

	avu_ring_writer_describe(writer, 70 * MIB + 3, true);
	avu_ring_writer_get_fds(writer, fds);
	g_assert_cmpint(fstat(fds[0], &status), ==, 0);
	g_assert_cmpint(ftruncate(fds[0], 0), !=, 0);
	uint64_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fds[0], 0);

	g_assert_true(page != MAP_FAILED);
	for (unsigned i = 0; i < 2000; i++) {
		uint64_t offset = 0;

		for (size_t k = 0; k < 32; k++) {
			page[k] = (uint64_t)g_rand_int(rand) >> g_rand_int_range(rand, 0, 16);
			if (g_rand_int_range(rand, 0, 8) == 0) {
				page[k] = UINT64_MAX - g_rand_int_range(rand, 0, 3);
			}
		}
		if (avu_ring_writer_plan(writer, &offset) == AVU_RING_FETCH) {
			g_assert_cmpuint(offset, <, 70 * MIB + 3);
			(void)avu_ring_writer_put(writer, offset, chunk,
				(size_t)MIN((uint64_t)MIB, 70 * MIB + 3 - offset));
		}
	}
	(void)munmap(page, 4096);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ring/plan", test_plan);
	g_test_add_func("/ring/sequential", test_sequential);
	g_test_add_func("/ring/head-tail-middle", test_head_tail_middle);
	g_test_add_func("/ring/random", test_random);
	g_test_add_func("/ring/memory", test_memory);
	g_test_add_func("/ring/level", test_level);
	g_test_add_func("/ring/second-reader", test_second_reader);
	g_test_add_func("/ring/unseekable", test_unseekable);
	g_test_add_func("/ring/interrupt-and-failure", test_interrupt_and_failure);
	g_test_add_func("/ring/bad-reader", test_bad_reader);
	return g_test_run();
}
