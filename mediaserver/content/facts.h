/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* content/facts.h: what files say that ContentDirectory has no property for */
#pragma once

#include <av-upnp/object.h>

#include "mediaserver/catalogue/item.h"

G_BEGIN_DECLS

/** Those that are known. @param strings  keeps texts */
void facts_add(AvuObject *object, const Item *item, GPtrArray *strings);

G_END_DECLS
