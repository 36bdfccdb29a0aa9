/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* queue/orders.h: what can be done with the queue of a renderer */
#pragma once

#include "queue/slot.h"

/** @param name  of the table in orders.c  @param answer  gets what there is to say
 *  @return false with USAGE (no such order) or the order's own errors */
bool orders_run(
	Slot *slot, const char *name, const json_t *request, json_t *answer, GError **error);
