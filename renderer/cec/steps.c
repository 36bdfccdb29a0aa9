/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the receiver tells its volume, keys are pressed until it is there, or would have to go back: a
 * press may be more than one of its hundred. Where nobody tells, one press counts as one. */
#include "steps.h"

void
cec_steps_init(CecSteps *steps)
{
	*steps = (CecSteps){ .wanted = -1, .now = -1 };
}

void
cec_steps_know(CecSteps *steps, int volume)
{
	if (volume >= 0) {
		steps->told = true;
		steps->now = volume;
	}
}

void
cec_steps_believe(CecSteps *steps, int volume)
{
	if (!steps->told) {
		steps->now = volume;
	}
}

void
cec_steps_want(CecSteps *steps, int volume)
{
	steps->wanted = volume;
	steps->direction = 0;
	steps->presses = 0;
	steps->in_vain = 0;
}

int
cec_steps_next(CecSteps *steps)
{
	int direction;

	if (steps->wanted < 0 || steps->now < 0) {
		steps->wanted = -1;
		return 0;
	}
	direction = (steps->wanted > steps->now) - (steps->wanted < steps->now);
	if (direction == 0 || direction == -steps->direction || steps->presses == CEC_PRESSES_MAX ||
		steps->in_vain == CEC_PRESSES_IN_VAIN) {
		steps->wanted = -1;
		return 0;
	}
	steps->direction = direction;
	return direction;
}

void
cec_steps_pressed(CecSteps *steps, int volume)
{
	steps->presses++;
	if (volume < 0) {
		steps->now += steps->direction;
		return;
	}
	steps->in_vain = steps->told && volume == steps->now ? steps->in_vain + 1 : 0;
	cec_steps_know(steps, volume);
}
