/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The decoding side of a ring: blocking reads at any offset.
 *
 * Reads come from one thread at a time (the demuxer's); interrupt comes from any. */

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <av-upnp/error.h>

#include "ring-private.h"

/* The writer is told of progress in steps of this size: it fetches far ahead. */
#define RING_PROGRESS (64u * 1024)

struct AvuRingReader {
	int fds[AVU_RING_FDS];
	int interrupt_fd; /* readable while interrupted */
	const uint8_t *memory;
	RingShared *shared;
	uint64_t told; /* wanted offset at the last signal */
	atomic_bool interrupted;
};

void
avu_ring_reader_free(AvuRingReader *reader)
{
	if (reader == NULL) {
		return;
	}
	if (reader->shared != NULL) {
		(void)munmap(reader->shared, RING_SIZE);
	}
	for (size_t i = 0; i < AVU_RING_FDS; i++) {
		if (reader->fds[i] >= 0) {
			(void)close(reader->fds[i]);
		}
	}
	if (reader->interrupt_fd >= 0) {
		(void)close(reader->interrupt_fd);
	}
	g_free(reader);
}

AvuRingReader *
avu_ring_reader_new(const int fds[AVU_RING_FDS], GError **error)
{
	g_autoptr(AvuRingReader) reader = g_new0(AvuRingReader, 1);
	struct stat status;

	memcpy(reader->fds, fds, sizeof(reader->fds));
	reader->interrupt_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (reader->interrupt_fd < 0 || fstat(fds[RING_FD_MEMORY], &status) != 0) {
		avu_set_errno(error, errno, "media ring");
		return NULL;
	}
	if (status.st_size != RING_SIZE) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "media ring: wrong size");
		return NULL;
	}
	void *memory =
		mmap(NULL, RING_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fds[RING_FD_MEMORY], 0);

	if (memory == MAP_FAILED) {
		avu_set_errno(error, errno, "mapping a media ring");
		return NULL;
	}
	reader->memory = memory;
	reader->shared = memory;
	if (reader->shared->magic != RING_MAGIC) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "media ring: wrong content");
		return NULL;
	}
	return g_steal_pointer(&reader);
}

int64_t
avu_ring_reader_get_total(const AvuRingReader *reader)
{
	return atomic_load(&reader->shared->total);
}

bool
avu_ring_reader_is_seekable(const AvuRingReader *reader)
{
	return atomic_load(&reader->shared->seekable) != 0;
}

static size_t
ring_reader_copy_head(AvuRingReader *reader, uint64_t offset, uint8_t *octets, size_t len)
{
	uint64_t end = atomic_load_explicit(&reader->shared->head_end, memory_order_acquire);

	end = MIN(end, AVU_RING_HEAD);
	if (offset >= end) {
		return 0;
	}
	size_t n = (size_t)MIN((uint64_t)len, end - offset);

	memcpy(octets, reader->memory + RING_HEAD_AT + offset, n);
	return n;
}

static size_t
ring_reader_copy_tail(AvuRingReader *reader, uint64_t offset, uint8_t *octets, size_t len)
{
	RingShared *shared = reader->shared;
	int64_t total = atomic_load(&shared->total);
	uint64_t generation = atomic_load(&shared->tail_generation);
	uint64_t start = atomic_load(&shared->tail_start);
	uint64_t end = atomic_load_explicit(&shared->tail_end, memory_order_acquire);

	if (total < 0 || (generation & 1) != 0 || offset < start || offset >= end ||
		end > (uint64_t)total) {
		return 0;
	}
	uint64_t base = (uint64_t)total - MIN((uint64_t)total, AVU_RING_TAIL);
	size_t n = (size_t)MIN((uint64_t)len, end - offset);

	if (offset < base || offset - base + n > AVU_RING_TAIL) {
		return 0;
	}
	memcpy(octets, reader->memory + RING_TAIL_AT + (offset - base), n);
	atomic_thread_fence(memory_order_seq_cst);
	return atomic_load(&shared->tail_generation) == generation ? n : 0;
}

static size_t
ring_reader_copy_window(AvuRingReader *reader, uint64_t offset, uint8_t *octets, size_t len)
{
	RingShared *shared = reader->shared;
	uint64_t generation = atomic_load(&shared->generation);
	uint64_t start = atomic_load(&shared->window_start);
	uint64_t end = atomic_load_explicit(&shared->window_end, memory_order_acquire);

	if ((generation & 1) != 0 || offset < start || offset >= end) {
		return 0;
	}
	size_t at = (size_t)(offset % AVU_RING_WINDOW);
	size_t n = (size_t)MIN((uint64_t)MIN(len, AVU_RING_WINDOW - at), end - offset);

	memcpy(octets, reader->memory + RING_WINDOW_AT + at, n);
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load(&shared->generation) != generation ||
		atomic_load(&shared->window_start) > offset) {
		return 0; /* overwritten while we copied */
	}
	return n;
}

static size_t
ring_reader_copy(AvuRingReader *reader, uint64_t offset, uint8_t *octets, size_t len)
{
	size_t n = ring_reader_copy_window(reader, offset, octets, len);

	if (n == 0) {
		n = ring_reader_copy_head(reader, offset, octets, len);
	}
	return n > 0 ? n : ring_reader_copy_tail(reader, offset, octets, len);
}

static void
ring_reader_tell(AvuRingReader *reader, uint64_t offset, bool at_once)
{
	uint64_t moved = offset > reader->told ? offset - reader->told : reader->told - offset;

	atomic_store_explicit(&reader->shared->wanted, offset, memory_order_release);
	if (at_once || moved >= RING_PROGRESS) {
		reader->told = offset;
		ring_signal(reader->fds[RING_FD_WANTED]);
	}
}

/* A place an unseekable resource cannot be brought back to. */
static bool
ring_reader_is_lost(const AvuRingReader *reader, uint64_t offset)
{
	return !avu_ring_reader_is_seekable(reader) &&
	       offset < atomic_load(&reader->shared->window_start);
}

static void
ring_reader_wait(AvuRingReader *reader)
{
	struct pollfd fds[] = {
		{ .fd = reader->fds[RING_FD_DATA], .events = POLLIN },
		{ .fd = reader->interrupt_fd, .events = POLLIN },
	};

	/* Any error ends the wait: the caller looks at the ring again. */
	(void)poll(fds, G_N_ELEMENTS(fds), -1);
	ring_drain(reader->fds[RING_FD_DATA]);
}

/* @return octets copied; 0: *ret_why says why not, OK meaning "look again" */
static size_t
ring_reader_step(
	AvuRingReader *reader, uint64_t offset, uint8_t *octets, size_t len, AvuRingResult *ret_why)
{
	RingShared *shared = reader->shared;
	size_t n = ring_reader_copy(reader, offset, octets, len);

	*ret_why = AVU_RING_OK;
	if (n > 0) {
		return n;
	}
	/* In this order: whom the signal wakes looks whether we wait. */
	atomic_store(&shared->reader_waits, 1);
	ring_reader_tell(reader, offset, true);
	atomic_thread_fence(memory_order_seq_cst);
	n = ring_reader_copy(reader, offset, octets, len);
	if (n == 0) {
		int64_t total = atomic_load(&shared->total);

		if (total >= 0 && offset >= (uint64_t)total) {
			*ret_why = AVU_RING_END;
		} else if (atomic_load(&shared->failed) != 0 ||
			   ring_reader_is_lost(reader, offset)) {
			*ret_why = AVU_RING_FAILED;
		} else {
			ring_reader_wait(reader);
		}
	}
	atomic_store(&shared->reader_waits, 0);
	return n;
}

AvuRingResult
avu_ring_reader_read(
	AvuRingReader *reader, uint64_t offset, void *octets, size_t len, size_t *ret_len)
{
	size_t done = 0;
	AvuRingResult why = AVU_RING_OK;

	ring_reader_tell(reader, offset, false);
	while (done < len && why == AVU_RING_OK) {
		if (atomic_load(&reader->interrupted)) {
			return AVU_RING_INTERRUPTED;
		}
		size_t n = ring_reader_step(
			reader, offset + done, (uint8_t *)octets + done, len - done, &why);

		if (n > 0) {
			done += n;
			ring_reader_tell(reader, offset + done, false);
		}
	}
	if (why == AVU_RING_FAILED || (why == AVU_RING_END && done == 0)) {
		return why;
	}
	*ret_len = done;
	return AVU_RING_OK;
}

size_t
avu_ring_reader_peek(AvuRingReader *reader, void *octets, size_t len)
{
	return ring_reader_copy_head(reader, 0, octets, len);
}

void
avu_ring_reader_interrupt(AvuRingReader *reader, bool interrupt)
{
	atomic_store(&reader->interrupted, interrupt);
	if (interrupt) {
		ring_signal(reader->interrupt_fd);
	} else {
		ring_drain(reader->interrupt_fd);
	}
}
