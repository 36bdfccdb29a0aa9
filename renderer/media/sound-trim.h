/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/sound-trim.h: decoded samples that are not music, in front and behind */
#pragma once

#include <av-upnp/base.h>

/* Per channel. */
typedef struct {
	uint64_t front;   /* to be dropped: the encoder's and the decoder's delay */
	uint64_t total;   /* that are left then; UINT64_MAX: not known, nothing is cut at the end */
	unsigned rate_hz; /* in which both are counted; 0: that of the decoded samples */
} SoundTrim;
