/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/join-times.h: where two streams of one film that come apart begin together. Pure. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/* What is further apart has two clocks. */
#define JOIN_CLOCK_NS (60 * AVU_NS_PER_S)
/* Pictures that are ahead by more are left out. */
#define JOIN_SILENT_NS (1 * AVU_NS_PER_S)

typedef struct {
	int64_t sound_ns; /* added to all times of the sound */
	int64_t from_ns;  /* of the pictures: what is before is left out, up to a key frame */
} JoinTimes;

/** @param pictures_ns,sound_ns  where each begins, by what it says itself */
JoinTimes join_times_choose(int64_t pictures_ns, int64_t sound_ns);

/** Where sound without a container begins (RFC 8216, 3.4), as FFmpeg tells it: octets, those that are no letters as "\x00".
 *  @param text  NULL: nothing is told @return 0: nothing is told */
int64_t join_times_parse(const char *text);

G_END_DECLS
