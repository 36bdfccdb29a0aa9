/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* content/offers.h: which conversions of an item are offered beside its file */
#pragma once

#include "mediaserver/convert/plan.h"

G_BEGIN_DECLS

#define OFFERS_MAX 4

/** The one place where that is decided, for clients about which nothing is known: sound as LPCM and
 *  MP3, films in a transport stream with H.264 and as MPEG-2, each unless the file is that already.
 *  @return how many plans were filled, the best first  @thread any */
unsigned offers_choose(
	const Item *item, const ConvertMachine *machine, ConvertPlan ret_plans[OFFERS_MAX]);

G_END_DECLS
