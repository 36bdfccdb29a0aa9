/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/cec/steps.h: a volume by presses of louder and quieter, the only ones that every receiver
 * knows. Pure. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define CEC_PRESSES_MAX 120   /* for one wish */
#define CEC_PRESSES_IN_VAIN 3 /* after these it does not get louder any more */

typedef struct {
	int wanted; /* -1: nothing is */
	int now;    /* as it was told or is believed; -1: neither */
	bool told;
	int direction; /* of the last press for this wish */
	unsigned presses, in_vain;
} CecSteps;

void cec_steps_init(CecSteps *steps);
/** Somebody on the bus says how loud it is; -1: nobody does. */
void cec_steps_know(CecSteps *steps, int volume);
/** So loud it is if nobody on the bus tells. */
void cec_steps_believe(CecSteps *steps, int volume);
void cec_steps_want(CecSteps *steps, int volume);
/** @return the key to press: 1 louder, -1 quieter; 0: there is nothing (more) to do */
int cec_steps_next(CecSteps *steps);
/** It was pressed. @param volume  what was told thereupon, or -1 */
void cec_steps_pressed(CecSteps *steps, int volume);

G_END_DECLS
