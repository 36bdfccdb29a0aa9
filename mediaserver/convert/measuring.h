/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/measuring.h: measures once how fast this machine converts, when it has nothing else to do */
#pragma once

#include <av-upnp/state-dir.h>

#include "mediaserver/convert/conversions.h"

G_BEGIN_DECLS

typedef struct Measuring Measuring;

/** What was kept of an earlier start holds from now on. All of these: @thread main
 *  @param conversions,state_dir,mailbox  outlive it */
Measuring *measuring_new(Conversions *conversions, AvuStateDir *state_dir, AvuMailbox *mailbox);
/** After conversions_stop(). Accepts NULL. */
void measuring_free(Measuring *measuring);

G_END_DECLS
