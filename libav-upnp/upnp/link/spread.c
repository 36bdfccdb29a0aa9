/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/spread.c: random times. Any thread. */
#include <sys/random.h>

#include "spread.h"

uint32_t
link_random_below(uint32_t bound)
{
	uint32_t value = 0;

	(void)!getrandom(&value, sizeof value, GRND_NONBLOCK);
	return (uint32_t)(((uint64_t)value * bound) >> 32);
}
