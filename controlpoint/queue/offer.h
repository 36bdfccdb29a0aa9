/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* queue/offer.h: how renderers come to what queues have of this host: files as they are, and what is
 * converted (keeper_convert() of keeper.h) */
#pragma once

#include "queue/slot.h"

/** Addresses of the files in its queue, as its renderer reaches them now.
 *  @param all  also of those that have one */
bool offer_files(Slot *slot, bool all, GError **error);
/** Is there anything in a queue that is to be converted? */
bool offer_has_staged(const Keeper *keeper);
/** Takes away what was staged that long ago and is in no queue. */
void offer_prune(Keeper *keeper, int64_t old_s);
