/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* content/pictures.h: what can be seen of an object: covers, and a picture in its smaller sizes */
#pragma once

#include "mediaserver/content/emission.h"

G_BEGIN_DECLS

/** upnp:albumArtURI, the thumbnail that DLNA asks for first. @param pool  keeps the texts */
void pictures_add_art(
	AvuObject *object, const char *base_url, const char *id, uint32_t version, TextPool *pool);
/** Art of an item, and smaller forms as resources. @param pool  keeps the texts */
void pictures_add(AvuObject *object, const Item *item, Emission *emission, TextPool *pool);

G_END_DECLS
