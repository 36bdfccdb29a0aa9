/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/value-range.h: how far a step can go on a device */
#pragma once

#include "commands/command.h"

/** A step was refused: brings the value to the end of the device's own range, which is asked for now. Decibels have
 *  a question of their own, everything else stands in the device's description of the service.
 *  @param action    of RenderingControl that was refused, "SetVolume"
 *  @param argument  of it that has the value
 *  @param why       the refusal
 *  @return false: it was not about the range, or nothing is known of one */
bool value_range_limit(Run *run, AvuRemoteDevice *renderer, const char *action,
	const char *argument, const GError *why, int64_t *value);
