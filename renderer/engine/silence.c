/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For how long a helper has owed an answer (silence.h). */

#include "silence.h"

#include <av-upnp/clock.h>
#include <av-upnp/cursor.h>

#define SILENCE_EXCUSED_MAX_NS (60 * AVU_NS_PER_S)
/* Timers are late by as much on a machine that has little to do. */
#define SILENCE_LATE_NS (100 * AVU_NS_PER_MS)

void
silence_break(Silence *self, int64_t now_ns, int64_t waited_ns)
{
	*self = (Silence){ now_ns, waited_ns, 0 };
}

void
silence_note_late(Silence *self, int64_t late_ns)
{
	if (late_ns > SILENCE_LATE_NS) {
		self->missed_ns += late_ns;
	}
}

bool
silence_is_too_long(const Silence *self, int64_t now_ns, int64_t waited_ns, int64_t most_ns)
{
	const int64_t silent_ns = now_ns - self->heard_ns;
	const bool known = self->waited_ns != AVU_TIME_NONE && waited_ns != AVU_TIME_NONE;
	const int64_t waited_since_ns = known ? MAX(waited_ns - self->waited_ns, 0) : 0;

	/* The two may be of the same seconds: the longer one counts. */
	return silent_ns - MAX(waited_since_ns, self->missed_ns) > most_ns ||
	       silent_ns > most_ns + SILENCE_EXCUSED_MAX_NS;
}

int64_t
silence_parse_waited(const char *text)
{
	AvuCursor in = avu_cursor_string(text);
	uint64_t ran = 0, waited = 0;

	return avu_cursor_take_uint(&in, INT64_MAX, &ran) && avu_cursor_take_char(&in, ' ') &&
			       avu_cursor_take_uint(&in, INT64_MAX / 4, &waited) &&
			       avu_cursor_take_char(&in, ' ')
		       ? (int64_t)waited
		       : AVU_TIME_NONE;
}
