/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/ring-private.h: what the two sides of a ring share: layout and order of publication.
 *
 * The window is published like a sequence lock: generation is odd while the window jumps, window_end
 * grows after the octets are there, window_start grows before old ones are overwritten. A reader
 * copies first and then checks that generation stayed and window_start did not pass its offset. */
#pragma once

#include <stdatomic.h>

#include <av-upnp/ring.h>

#define RING_MAGIC UINT64_C(0x31676e6972757661) /* "avuring1" */
#define RING_PAGE 4096u

typedef struct {
	uint64_t magic;
	/* written by the writer */
	_Atomic int64_t total; /* -1: unknown */
	_Atomic uint32_t seekable;
	_Atomic uint32_t failed;
	_Atomic uint64_t head_end;
	_Atomic uint64_t tail_generation; /* odd: tail_start is being changed */
	_Atomic uint64_t tail_start, tail_end;
	_Atomic uint64_t generation;
	_Atomic uint64_t window_start, window_end;
	/* written by the reader */
	_Atomic uint64_t wanted;
	_Atomic uint32_t reader_waits;
} RingShared;

#define RING_HEAD_AT RING_PAGE
#define RING_TAIL_AT (RING_HEAD_AT + AVU_RING_HEAD)
#define RING_WINDOW_AT (RING_TAIL_AT + AVU_RING_TAIL)
#define RING_SIZE (RING_WINDOW_AT + AVU_RING_WINDOW)

G_STATIC_ASSERT(sizeof(RingShared) <= RING_PAGE);
G_STATIC_ASSERT(ATOMIC_LLONG_LOCK_FREE == 2);

enum { RING_FD_MEMORY, RING_FD_DATA, RING_FD_WANTED };

static inline void
ring_signal(int event_fd)
{
	const uint64_t one = 1;

	/* EAGAIN: the counter is full, so the other side is awake anyway. */
	(void)!write(event_fd, &one, sizeof(one));
}

static inline void
ring_drain(int event_fd)
{
	uint64_t count;

	(void)!read(event_fd, &count, sizeof(count));
}
