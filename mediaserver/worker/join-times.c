/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists that are read one after the other may be a piece apart, clocks of 33 bits may begin anew between both, and some
 * streams count from zero each. Pure. */
#include "mediaserver/worker/join-times.h"

#define CLOCK_HZ 90000
#define CLOCK_BITS 33
/* in an order in which nothing overflows */
#define WRAP_NS ((INT64_C(1) << CLOCK_BITS) * (AVU_NS_PER_S / (CLOCK_HZ / 9)) / 9)
#define STAMP_OCTETS 8

static bool
is_near(int64_t at_ns, int64_t there_ns)
{
	return at_ns >= there_ns - JOIN_CLOCK_NS && at_ns <= there_ns + JOIN_CLOCK_NS;
}

JoinTimes
join_times_choose(int64_t pictures_ns, int64_t sound_ns)
{
	JoinTimes times = { 0, pictures_ns };
	int64_t ahead_ns; /* of the pictures */

	if (__builtin_sub_overflow(sound_ns, pictures_ns, &ahead_ns) || ahead_ns == INT64_MIN) {
		return times; /* no clock is: the sound finds its place by itself */
	}
	if (is_near(ahead_ns, WRAP_NS)) {
		times.sound_ns = -WRAP_NS;
	} else if (is_near(ahead_ns, -WRAP_NS)) {
		times.sound_ns = WRAP_NS;
	}
	ahead_ns += times.sound_ns;
	if (!is_near(ahead_ns, 0)) {
		times.sound_ns = -ahead_ns;
	} else if (ahead_ns > JOIN_SILENT_NS) {
		times.from_ns = pictures_ns + ahead_ns;
	}
	return times;
}

static bool
take_octet(const char **at, uint8_t *ret_octet)
{
	const char *text = *at;

	if (text[0] == '\0') {
		return false;
	}
	if (text[0] != '\\') {
		*ret_octet = (uint8_t)text[0];
		*at = text + 1;
		return true;
	}
	if (text[1] != 'x' || !g_ascii_isxdigit(text[2]) || !g_ascii_isxdigit(text[3])) {
		return false;
	}
	*ret_octet = (uint8_t)(g_ascii_xdigit_value(text[2]) << 4 | g_ascii_xdigit_value(text[3]));
	*at = text + 4;
	return true;
}

int64_t
join_times_parse(const char *text)
{
	const char *at = text != NULL ? text : "";
	uint64_t ticks = 0;

	for (unsigned i = 0; i < STAMP_OCTETS; i++) {
		uint8_t octet;

		if (!take_octet(&at, &octet)) {
			return 0;
		}
		ticks = ticks << 8 | octet;
	}
	if (at[0] != '\0' || ticks >> CLOCK_BITS != 0) {
		return 0;
	}
	return (int64_t)(ticks / CLOCK_HZ) * AVU_NS_PER_S +
	       (int64_t)(ticks % CLOCK_HZ) * AVU_NS_PER_S / CLOCK_HZ;
}
