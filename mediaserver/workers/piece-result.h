/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* workers/piece-result.h: the answer to WORKER_PIECE: which octets of a recording are a track of its own,
 * and what has to stand before them. The question: i64 from, i64 to (AVU_TIME_NONE: the end). */
#pragma once

#include <av-upnp/frame.h>
#include <av-upnp/limits.h>

G_BEGIN_DECLS

/* Vorbis has some thousands with its tables, an hour of AAC in MP4 six hundred thousand. */
#define PIECE_HEAD_MAX (2 * (AVU_LIMIT_FRAME - 32 * 1024)) /* nearly twice a frame, see below */
/* What of it a frame has room for; the sizes of samples travel in two octets where that is too little. */
#define PIECE_WIRE_MAX (AVU_LIMIT_FRAME - 1024)

typedef struct {
	uint64_t offset, length; /* in the file */
	int64_t duration_ns;     /* of what was cut: whole frames */
	GBytes *head;            /* a header of its own; may be empty */
	/* Where a table of n numbers of four octets lies in it; of the sender's only. */
	size_t sizes;
	uint32_t n_sizes;
} PieceResult;

void piece_result_clear(PieceResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PieceResult, piece_result_clear)

GBytes *piece_question_new(int64_t from_ns, int64_t to_ns);
/** @return false when it is none */
bool piece_question_take(AvuFrameReader *reader, int64_t *ret_from_ns, int64_t *ret_to_ns);

/** @return false when it is too long for a frame: nothing was put */
bool piece_result_put(const PieceResult *result, AvuFrameWriter *writer);
/** @param file_size  the piece must lie within
 *  @param ret_result  zeroed @return false when it is none */
bool piece_result_take(AvuFrameReader *reader, uint64_t file_size, PieceResult *ret_result);

G_END_DECLS
