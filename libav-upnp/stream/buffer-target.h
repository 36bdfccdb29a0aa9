/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream/buffer-target.h: how far ahead a jitter buffer reads */
#pragma once

#include <av-upnp/base.h>

typedef struct {
	bool live;
	int64_t wished_ns; /* without trouble; 0: the usual */
	int64_t extra_ns;  /* learned from underruns */
	int64_t eased_ns;  /* when some of it was taken back last */
} BufferTarget;

/** The buffer ran dry while it was needed. */
void buffer_target_learn(BufferTarget *self, int64_t now_ns);
/** @param gap_ns  the longest silence of late
 *  @return 2…5 s for live sources, 10…30 s for others */
int64_t buffer_target_get_ns(BufferTarget *self, int64_t gap_ns, int64_t now_ns);
/** @param rate_bps  of the media; 0: not known
 *  @return octets for so much time, within what a ring takes */
uint64_t buffer_target_get_bytes(const BufferTarget *self, int64_t target_ns, uint64_t rate_bps);
/** How much of it has to be there before playback goes on after it stopped for want of octets. */
uint64_t buffer_target_get_resume_bytes(
	const BufferTarget *self, int64_t target_ns, uint64_t rate_bps);
