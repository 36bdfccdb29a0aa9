/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* content/facts.h: what files say that ContentDirectory has no property for */
#pragma once

#include <av-upnp/object.h>

#include "mediaserver/catalogue/item.h"
#include "mediaserver/content/text-pool.h"

G_BEGIN_DECLS

/** Those that are known. @param pool  keeps texts, beside the item */
void facts_add(AvuObject *object, const Item *item, TextPool *pool);

G_END_DECLS
