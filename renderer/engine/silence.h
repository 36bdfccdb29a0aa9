/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/engine/silence.h: for how long a helper has owed an answer. Pure: times are arguments.
 *
 * Time in which it waited for a processor, or in which nobody here looked whether it had answered, is no
 * silence of its own. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct {
	int64_t heard_ns; /* it said something */
	int64_t waited_ns; /* for a processor in all its life, at that moment; AVU_TIME_NONE: not known */
	int64_t missed_ns; /* of ours since then: looks that came late */
} Silence;

/** @param waited_ns  AVU_TIME_NONE: not known */
void silence_break(Silence *self, int64_t now_ns, int64_t waited_ns);
/** A look at it came so much later than it should have. */
void silence_note_late(Silence *self, int64_t late_ns);
/** Whatever the excuses are, a minute is too long. */
bool silence_is_too_long(const Silence *self, int64_t now_ns, int64_t waited_ns, int64_t most_ns);

/** What the kernel writes of a process into schedstat: nanoseconds on a processor, nanoseconds waiting for
 *  one, turns. @return the second; AVU_TIME_NONE: it is not that */
int64_t silence_parse_waited(const char *text);

G_END_DECLS
