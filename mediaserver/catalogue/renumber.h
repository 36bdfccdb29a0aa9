/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/renumber.h: update ids from 1 on again, before 32 bits are used up */
#pragma once

#include "mediaserver/catalogue/catalogue-private.h"

G_BEGIN_DECLS

/* So many are left for one run: hundreds of changes a second for a week. */
#define RENUMBER_LEFT (UINT32_C(1) << 28)

bool renumber_is_due(const Catalogue *catalogue);
/** The service reset of ContentDirectory, without its byebye: a start has said that already. A transaction
 *  of its own. @clause ContentDirectory:4 5.3.7, ServiceResetToken */
bool renumber(Catalogue *catalogue, GError **error);

G_END_DECLS
