/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/ring.h: the octets of one media resource, shared by the process that fetches them and the
 * process that decodes them.
 *
 * One memfd holds the head of the resource (256 KiB), its tail (1 MiB, only when asked for) and a
 * window that moves; MP4 and AVI read all three. The reader says at which offset it reads, the writer
 * keeps the window round that place. The window has room for 64 MiB, but costs only the memory of the
 * octets in it: what lies further behind than AVU_RING_BEHIND is given back. Two eventfds wake the one
 * or the other.
 *
 * The writer never acts on what it reads back from the shared memory, except on the reader's offset,
 * where any value is harmless. A ring outlives its reader: a second reader finds all that is there.
 * One writer and one reader at a time, each on one thread (exceptions are named). */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define AVU_RING_HEAD (256u * 1024)
#define AVU_RING_TAIL (1024u * 1024)
#define AVU_RING_WINDOW (64u * 1024 * 1024)
#define AVU_RING_BEHIND (2u * 1024 * 1024) /* kept for those that read a little back */
#define AVU_RING_AHEAD (6u * 1024 * 1024)  /* fetched before it is asked for, at first */
#define AVU_RING_AHEAD_MAX (AVU_RING_WINDOW - AVU_RING_BEHIND - 1024u * 1024)
#define AVU_RING_FDS 3

/* ---- the side that fetches */

typedef struct AvuRingWriter AvuRingWriter;

typedef enum {
	AVU_RING_FETCH, /* octets from the offset given are wanted */
	AVU_RING_WAIT,  /* nothing is wanted until the reader moves */
} AvuRingPlan;

/** @return NULL with AVU_ERROR_IO */
AVU_API AvuRingWriter *avu_ring_writer_new(GError **error);
AVU_API void avu_ring_writer_free(AvuRingWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuRingWriter, avu_ring_writer_free)

/** What is known from the answer's head; once, before the first octet.
 *  @param total_bytes  of the whole resource, -1: unknown
 *  @param seekable     any offset can be fetched; needs a known total */
AVU_API void avu_ring_writer_describe(AvuRingWriter *writer, int64_t total_bytes, bool seekable);

/** The descriptors for avu_ring_reader_new(), in its order; borrowed. */
AVU_API void avu_ring_writer_get_fds(const AvuRingWriter *writer, int ret_fds[AVU_RING_FDS]);

/** What to fetch now, by what is there and where the reader is.
 *  @param ret_offset  written for AVU_RING_FETCH only */
AVU_API AvuRingPlan avu_ring_writer_plan(AvuRingWriter *writer, uint64_t *ret_offset);

/** Stores octets that follow each other from offset on, as many as are wanted there.
 *  @return octets stored; 0: none of them is wanted now (see the plan) */
AVU_API size_t avu_ring_writer_put(
	AvuRingWriter *writer, uint64_t offset, const void *octets, size_t len);

/** The resource ends at offset (its length was unknown, or it is shorter than announced). */
AVU_API void avu_ring_writer_end(AvuRingWriter *writer, uint64_t offset);
/** No more octets will come: a reader that needs some fails. */
AVU_API void avu_ring_writer_fail(AvuRingWriter *writer);

/** How many octets are fetched before they are asked for. @param bytes  at most AVU_RING_AHEAD_MAX;
 *  AVU_RING_AHEAD at first */
AVU_API void avu_ring_writer_set_ahead(AvuRingWriter *writer, uint64_t bytes);

typedef struct {
	uint64_t wanted;      /* where the reader is */
	uint64_t level_bytes; /* there and not read yet */
	bool waits;           /* the reader stands still for want of octets */
	bool complete;        /* all from there to the end of the resource is there */
} AvuRingLevel;

AVU_API AvuRingLevel avu_ring_writer_get_level(AvuRingWriter *writer);

/** Readable when the reader moved or waits; borrowed. */
AVU_API int avu_ring_writer_get_event_fd(const AvuRingWriter *writer);
/** Makes the descriptor unreadable again. Before the next plan. */
AVU_API void avu_ring_writer_take_event(AvuRingWriter *writer);

/* ---- the side that decodes */

typedef struct AvuRingReader AvuRingReader;

typedef enum {
	AVU_RING_OK,
	AVU_RING_END,         /* offset is at or behind the end */
	AVU_RING_FAILED,      /* will never come */
	AVU_RING_INTERRUPTED, /* avu_ring_reader_interrupt() */
} AvuRingResult;

/** @param fds  taken, also on failure. @return NULL with AVU_ERROR_SYNTAX when they are no ring */
AVU_API AvuRingReader *avu_ring_reader_new(const int fds[AVU_RING_FDS], GError **error);
AVU_API void avu_ring_reader_free(AvuRingReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuRingReader, avu_ring_reader_free)

/** @return total octets, -1: unknown. @thread any */
AVU_API int64_t avu_ring_reader_get_total(const AvuRingReader *reader);
/** @thread any */
AVU_API bool avu_ring_reader_is_seekable(const AvuRingReader *reader);

/** Blocks until len octets are copied, or the end of the resource comes first.
 *  @param ret_len  octets copied, with AVU_RING_OK: > 0 */
AVU_API AvuRingResult avu_ring_reader_read(
	AvuRingReader *reader, uint64_t offset, void *octets, size_t len, size_t *ret_len);

/** Copies what is there of the resource's first octets, without waiting. @return octets copied */
AVU_API size_t avu_ring_reader_peek(AvuRingReader *reader, void *octets, size_t len);

/** A read under way and all later ones end with AVU_RING_INTERRUPTED until this is taken back.
 *  @thread any */
AVU_API void avu_ring_reader_interrupt(AvuRingReader *reader, bool interrupt);

G_END_DECLS
