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

/** AvuDidlStyle of a whole answer. */
unsigned manners_get_style(const AvuClientProfile *profile);

/** Some makers' players ask for ids that are fixed (dlna-device-quirks.md 2: ms_pfs, samsung_root).
 *  @return object id of the view that is meant, constant; NULL: none is */
const char *manners_find_container(const AvuClientProfile *profile, const char *id);

G_END_DECLS
