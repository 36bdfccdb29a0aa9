/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/sound-trim.h: decoded samples that are not music, in front and behind */
#pragma once

#include <stdatomic.h>

#include <av-upnp/base.h>

/* Per channel. */
typedef struct {
	uint64_t front;   /* to be dropped: the encoder's and the decoder's delay */
	uint64_t total;   /* that are left then; UINT64_MAX: not known, nothing is cut at the end */
	unsigned rate_hz; /* in which both are counted; 0: that of the decoded samples */
} SoundTrim;

/* What was said first stays, whoever says it: threads of the demuxer and of a search may both look, and others
 * read meanwhile. All zero: nothing was said. */
typedef struct {
	SoundTrim trim;
	atomic_int
		state; /* of the trim: 0 there is none, 1 it is being written, 2 it is there and stays */
} SoundTrimOnce;

/** @thread any */
static inline void
sound_trim_once_set(SoundTrimOnce *once, const SoundTrim *trim)
{
	int none = 0;

	if (atomic_compare_exchange_strong(&once->state, &none, 1)) {
		once->trim = *trim;
		atomic_store(&once->state, 2);
	}
}

/** @return false: not yet @thread any */
static inline bool
sound_trim_once_get(SoundTrimOnce *once, SoundTrim *ret_trim)
{
	const bool known = atomic_load(&once->state) == 2;

	if (known) {
		*ret_trim = once->trim;
	}
	return known;
}
