/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cube of the position: equal steps sound about equal. Below 10 it would fall without end, so it
 * goes on in equal decibels to a figure that people can read. Pure. */

#include "volume-curve.h"

#include <math.h>

#define UNITS 256 /* of VolumeDB, per decibel */
#define CUBE 60.0 /* 20 log10(x³) */
#define KNEE 10   /* position, at -60 dB */
#define FLOOR_DB (-75.0)

int16_t
volume_curve_get(unsigned position)
{
	const double top = VOLUME_POSITIONS - 1;
	const double knee_db = CUBE * log10(KNEE / top);
	double db = position >= KNEE ? CUBE * log10(MIN(position, top) / top)
				     : FLOOR_DB + (knee_db - FLOOR_DB) * position / KNEE;

	return (int16_t)lround(db * UNITS);
}

unsigned
volume_curve_find(int16_t volume_db)
{
	unsigned position = 0;

	while (position + 1 < VOLUME_POSITIONS && volume_curve_get(position + 1) <= volume_db) {
		position++;
	}
	return position;
}
