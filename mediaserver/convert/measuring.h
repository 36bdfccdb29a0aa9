/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/measuring.h: measures once how fast this machine converts, when it has nothing else to do */
#pragma once

#include <av-upnp/state-dir.h>

#include "mediaserver/convert/conversions.h"

G_BEGIN_DECLS

typedef struct Measuring Measuring;

#define MEASURING_FIRST_NS (60 * AVU_NS_PER_S)
/* Of all processors: what else runs would be measured too. */
#define MEASURING_LOAD_MAX 0.5

/** What was kept of an earlier start holds from now on. All of these: @thread main
 *  @param conversions,state_dir,mailbox  outlive it  @param first_ns  until the first try, and the next after one that
 *  failed, each twice as long  @param load_max  with more, per processor, it is put off */
Measuring *measuring_new(Conversions *conversions, AvuStateDir *state_dir, AvuMailbox *mailbox,
	int64_t first_ns, double load_max);
/** After conversions_stop(). Accepts NULL. */
void measuring_free(Measuring *measuring);

G_END_DECLS
