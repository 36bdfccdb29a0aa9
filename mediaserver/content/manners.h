/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* content/manners.h: an object as this client wants it told: title, class, pictures, subtitles */
#pragma once

#include <av-upnp/object.h>

#include "mediaserver/clients/client-view.h"
#include "mediaserver/content/text-pool.h"

G_BEGIN_DECLS

/** Changes what is about to be told. @param pool  keeps texts that are made
 *  @param item  NULL: a container */
void manners_apply(
	AvuObject *object, const Item *item, const AvuClientProfile *profile, TextPool *pool);

G_END_DECLS
