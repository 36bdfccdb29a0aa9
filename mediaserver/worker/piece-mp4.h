/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/piece-mp4.h: an MP4 file around some samples of another one: "ftyp", "moov" with tables of its own, and
 * the beginning of "mdat" */
#pragma once

#include "mediaserver/worker/read-at.h"

G_BEGIN_DECLS

typedef struct {
	uint64_t at;    /* octet of the file */
	uint32_t size;  /* octets */
	uint32_t ticks; /* how long it lasts */
} PieceSample;

typedef struct {
	uint32_t track_id;
	uint32_t timescale; /* ticks in a second */
	const PieceSample *samples;
	uint32_t n_samples;
	uint64_t skip;  /* ticks of the first samples that are not heard: an edit list says so */
	uint64_t heard; /* ticks that are */
	uint64_t begin, end; /* octets of the file that follow the head; all samples lie within */
} PieceMp4;

/** What stands before those octets. Of a file in fragments, their own heads stay between the samples, unread.
 *  @param ret_sizes  where in it the samples' sizes stand, n_samples of them
 *  @return NULL when the file does not describe that track in one way for all of it, or the head would be longer
 *          than PIECE_HEAD_MAX */
GBytes *piece_head_mp4(const ReadAt *file, const PieceMp4 *piece, size_t *ret_sizes);
/** Its samples are told in front of each part of them, not all at once. */
bool piece_mp4_is_fragmented(const ReadAt *file);

G_END_DECLS
