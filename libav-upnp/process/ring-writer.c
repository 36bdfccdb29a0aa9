/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fetching side of a ring: decides what to fetch next and stores it.
 *
 * Lives on one fetch thread of the caller's. All its decisions rest on its own copies of the
 * offsets; of what the reader may have written to the shared page it uses the wanted offset only. */

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>
#include <fcntl.h>

#include <av-upnp/error.h>

#include "ring-private.h"

/* A reader this little in front of the window waits for it: a new request would cost more. */
#define RING_SLACK (256u * 1024)
/* Memory is given back in pieces of this size. */
#define RING_RELEASE (256u * 1024)
#define RING_PUT_MAX (512u * 1024)

struct AvuRingWriter {
	int fds[AVU_RING_FDS];
	uint8_t *memory;
	RingShared *shared;
	int64_t total;
	bool seekable;
	uint64_t ahead; /* wanted before the reader asks */
	uint64_t head_end;
	uint64_t tail_start, tail_end; /* equal: nothing there */
	uint64_t window_start, window_end;
	uint64_t released; /* memory of the window below this is given back; on a page */
};

void
avu_ring_writer_free(AvuRingWriter *writer)
{
	if (writer == NULL) {
		return;
	}
	if (writer->memory != NULL) {
		(void)munmap(writer->memory, RING_SIZE);
	}
	for (size_t i = 0; i < AVU_RING_FDS; i++) {
		if (writer->fds[i] >= 0) {
			(void)close(writer->fds[i]);
		}
	}
	g_free(writer);
}

static bool
ring_writer_map(AvuRingWriter *writer, GError **error)
{
	const int seals = F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
	int fd = memfd_create("av-upnp-ring", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	writer->fds[RING_FD_MEMORY] = fd;
	writer->fds[RING_FD_DATA] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	writer->fds[RING_FD_WANTED] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	/* Sealed, so that a reader gone bad cannot shorten the file under our mapping. */
	if (fd < 0 || writer->fds[RING_FD_DATA] < 0 || writer->fds[RING_FD_WANTED] < 0 ||
		ftruncate(fd, RING_SIZE) != 0 || fcntl(fd, F_ADD_SEALS, seals) != 0) {
		avu_set_errno(error, errno, "memory for a media ring");
		return false;
	}
	void *memory = mmap(NULL, RING_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED) {
		avu_set_errno(error, errno, "mapping a media ring");
		return false;
	}
	writer->memory = memory;
	writer->shared = memory;
	return true;
}

AvuRingWriter *
avu_ring_writer_new(GError **error)
{
	g_autoptr(AvuRingWriter) writer = g_new0(AvuRingWriter, 1);

	for (size_t i = 0; i < AVU_RING_FDS; i++) {
		writer->fds[i] = -1;
	}
	if (!ring_writer_map(writer, error)) {
		return NULL;
	}
	writer->total = -1;
	writer->ahead = AVU_RING_AHEAD;
	writer->shared->magic = RING_MAGIC;
	atomic_store(&writer->shared->total, -1);
	return g_steal_pointer(&writer);
}

static void
ring_writer_wake_reader(AvuRingWriter *writer)
{
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load(&writer->shared->reader_waits) != 0) {
		ring_signal(writer->fds[RING_FD_DATA]);
	}
}

void
avu_ring_writer_describe(AvuRingWriter *writer, int64_t total_bytes, bool seekable)
{
	writer->total = MAX(total_bytes, -1);
	writer->seekable = seekable && writer->total >= 0;
	atomic_store(&writer->shared->total, writer->total);
	atomic_store(&writer->shared->seekable, writer->seekable);
	ring_writer_wake_reader(writer);
}

void
avu_ring_writer_get_fds(const AvuRingWriter *writer, int ret_fds[AVU_RING_FDS])
{
	memcpy(ret_fds, writer->fds, sizeof(writer->fds));
}

/* Where the reader is; any value it may have written is mapped into the resource. */
static uint64_t
ring_writer_wanted(const AvuRingWriter *writer)
{
	uint64_t wanted = atomic_load_explicit(&writer->shared->wanted, memory_order_acquire);
	uint64_t most = writer->total >= 0 ? (uint64_t)writer->total : (uint64_t)INT64_MAX / 2;

	return MIN(wanted, most);
}

static bool
ring_writer_is_complete(const AvuRingWriter *writer, uint64_t end)
{
	return writer->total >= 0 && end >= (uint64_t)writer->total;
}

static AvuRingPlan
ring_writer_plan_window(const AvuRingWriter *writer, uint64_t wanted, uint64_t *ret_offset)
{
	if (ring_writer_is_complete(writer, writer->window_end) ||
		(writer->window_end > wanted && writer->window_end - wanted >= writer->ahead)) {
		return AVU_RING_WAIT;
	}
	*ret_offset = writer->window_end;
	return AVU_RING_FETCH;
}

/* The reader is behind the start of the tail, and the window is not near it. */
static AvuRingPlan
ring_writer_plan_tail(const AvuRingWriter *writer, uint64_t wanted, uint64_t *ret_offset)
{
	bool there = wanted >= writer->tail_start && wanted <= writer->tail_end &&
		     writer->tail_end > writer->tail_start;

	if (there && ring_writer_is_complete(writer, writer->tail_end)) {
		return AVU_RING_WAIT;
	}
	*ret_offset = there ? writer->tail_end : wanted;
	return AVU_RING_FETCH;
}

AvuRingPlan
avu_ring_writer_plan(AvuRingWriter *writer, uint64_t *ret_offset)
{
	uint64_t wanted = ring_writer_wanted(writer);
	bool near_window =
		wanted >= writer->window_start && wanted <= writer->window_end + RING_SLACK;

	if (near_window || !writer->seekable) {
		return ring_writer_plan_window(writer, wanted, ret_offset);
	}
	if (wanted >= (uint64_t)writer->total || wanted < writer->head_end) {
		return AVU_RING_WAIT;
	}
	if ((uint64_t)writer->total - wanted <= AVU_RING_TAIL) {
		return ring_writer_plan_tail(writer, wanted, ret_offset);
	}
	*ret_offset = wanted;
	return AVU_RING_FETCH;
}

static void
ring_writer_put_head(AvuRingWriter *writer, uint64_t offset, const uint8_t *octets, size_t len)
{
	uint64_t end = MIN(offset + len, AVU_RING_HEAD);

	if (offset > writer->head_end || end <= writer->head_end) {
		return;
	}
	size_t known = (size_t)(writer->head_end - offset);

	memcpy(writer->memory + RING_HEAD_AT + writer->head_end, octets + known,
		(size_t)(end - writer->head_end));
	writer->head_end = end;
	atomic_store_explicit(&writer->shared->head_end, end, memory_order_release);
}

static size_t
ring_writer_put_tail(AvuRingWriter *writer, uint64_t offset, const uint8_t *octets, size_t len)
{
	uint64_t base = (uint64_t)writer->total - MIN((uint64_t)writer->total, AVU_RING_TAIL);
	size_t n = (size_t)MIN((uint64_t)len, (uint64_t)writer->total - offset);
	RingShared *shared = writer->shared;

	if (offset != writer->tail_end || writer->tail_end == writer->tail_start) {
		uint64_t generation = atomic_load(&shared->tail_generation) | 1;

		atomic_store(&shared->tail_generation, generation);
		atomic_thread_fence(memory_order_seq_cst);
		writer->tail_start = writer->tail_end = offset;
		atomic_store(&shared->tail_end, offset);
		atomic_store(&shared->tail_start, offset);
		atomic_store(&shared->tail_generation, generation + 1);
	}
	memcpy(writer->memory + RING_TAIL_AT + (offset - base), octets, n);
	writer->tail_end = offset + n;
	atomic_store_explicit(&shared->tail_end, writer->tail_end, memory_order_release);
	return n;
}

/* Gives memory of the window back. Failure costs memory, nothing else. */
static void
ring_writer_release(AvuRingWriter *writer, uint64_t from, uint64_t to)
{
	const int how = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;

	while (from < to) {
		uint64_t at = from % AVU_RING_WINDOW;
		uint64_t n = MIN(to - from, AVU_RING_WINDOW - at);

		(void)fallocate(
			writer->fds[RING_FD_MEMORY], how, (off_t)(RING_WINDOW_AT + at), (off_t)n);
		from += n;
	}
}

static void
ring_writer_jump(AvuRingWriter *writer, uint64_t offset)
{
	RingShared *shared = writer->shared;
	uint64_t generation = atomic_load(&shared->generation) | 1;

	atomic_store(&shared->generation, generation);
	atomic_thread_fence(memory_order_seq_cst);
	if (writer->window_end > writer->released) {
		ring_writer_release(writer, writer->released,
			writer->window_end + RING_PAGE - writer->window_end % RING_PAGE);
	}
	writer->released = offset - offset % RING_PAGE;
	writer->window_start = writer->window_end = offset;
	atomic_store(&shared->window_start, offset);
	atomic_store(&shared->window_end, offset);
	atomic_store(&shared->generation, generation + 1);
}

/* Before octets up to end are stored: leaves what is too far behind the reader, or in the way. */
static void
ring_writer_advance(AvuRingWriter *writer, uint64_t wanted, uint64_t end)
{
	uint64_t keep = MIN(wanted, writer->window_end);
	uint64_t start = keep > AVU_RING_BEHIND ? keep - AVU_RING_BEHIND : 0;

	start = MAX(start, end > AVU_RING_WINDOW ? end - AVU_RING_WINDOW : 0);
	if (start <= writer->window_start) {
		return;
	}
	writer->window_start = start;
	atomic_store(&writer->shared->window_start, start);
	atomic_thread_fence(memory_order_seq_cst);
	start -= start % RING_PAGE;
	if (start >= writer->released + RING_RELEASE) {
		ring_writer_release(writer, writer->released, start);
		writer->released = start;
	}
}

static size_t
ring_writer_put_window(AvuRingWriter *writer, uint64_t offset, const uint8_t *octets, size_t len)
{
	uint64_t wanted = ring_writer_wanted(writer);

	if (offset != writer->window_end) {
		ring_writer_jump(writer, offset);
	}
	uint64_t room = wanted + writer->ahead - offset;
	size_t at = (size_t)(offset % AVU_RING_WINDOW);
	size_t n = MIN(len, AVU_RING_WINDOW - at);

	n = (size_t)MIN((uint64_t)n, MIN(room, (uint64_t)RING_PUT_MAX));
	uint64_t end = offset + n;

	ring_writer_advance(writer, wanted, end);
	memcpy(writer->memory + RING_WINDOW_AT + at, octets, n);
	writer->window_end = end;
	atomic_store_explicit(&writer->shared->window_end, end, memory_order_release);
	ring_writer_put_head(writer, offset, octets, n);
	return n;
}

static bool
ring_writer_is_tail(const AvuRingWriter *writer, uint64_t offset)
{
	return writer->seekable && offset != writer->window_end &&
	       (uint64_t)writer->total - offset <= AVU_RING_TAIL;
}

size_t
avu_ring_writer_put(AvuRingWriter *writer, uint64_t offset, const void *octets, size_t len)
{
	const uint8_t *from = octets;
	size_t stored = 0;

	while (stored < len) {
		uint64_t expected = 0;
		uint64_t at = offset + stored;

		if (avu_ring_writer_plan(writer, &expected) != AVU_RING_FETCH || expected != at) {
			break;
		}
		stored += ring_writer_is_tail(writer, at)
				  ? ring_writer_put_tail(writer, at, from + stored, len - stored)
				  : ring_writer_put_window(writer, at, from + stored, len - stored);
	}
	if (stored > 0) {
		ring_writer_wake_reader(writer);
	}
	return stored;
}

void
avu_ring_writer_end(AvuRingWriter *writer, uint64_t offset)
{
	writer->total = (int64_t)MIN(offset, (uint64_t)INT64_MAX);
	atomic_store(&writer->shared->total, writer->total);
	ring_writer_wake_reader(writer);
}

void
avu_ring_writer_fail(AvuRingWriter *writer)
{
	atomic_store(&writer->shared->failed, 1);
	ring_writer_wake_reader(writer);
}

void
avu_ring_writer_set_ahead(AvuRingWriter *writer, uint64_t bytes)
{
	writer->ahead = MIN(bytes, AVU_RING_AHEAD_MAX);
}

/* The first octet from at on that is not there. The parts may follow each other. */
static uint64_t
ring_writer_find_gap(const AvuRingWriter *writer, uint64_t at)
{
	const uint64_t parts[][2] = {
		{ 0, writer->head_end },
		{ writer->window_start, writer->window_end },
		{ writer->tail_start, writer->tail_end },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		if (at >= parts[i][0] && at < parts[i][1]) {
			at = parts[i][1];
		}
	}
	return at;
}

AvuRingLevel
avu_ring_writer_get_level(AvuRingWriter *writer)
{
	AvuRingLevel level = { .wanted = ring_writer_wanted(writer) };
	uint64_t gap = ring_writer_find_gap(writer, level.wanted);

	level.level_bytes = gap - level.wanted;
	level.complete = ring_writer_is_complete(writer, gap);
	level.waits = atomic_load(&writer->shared->reader_waits) != 0;
	return level;
}

int
avu_ring_writer_get_event_fd(const AvuRingWriter *writer)
{
	return writer->fds[RING_FD_WANTED];
}

void
avu_ring_writer_take_event(AvuRingWriter *writer)
{
	ring_drain(writer->fds[RING_FD_WANTED]);
}
