/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* content/sides.h: resources that are not the item's own file: stations, subtitles */
#pragma once

#include <av-upnp/object.h>

#include "mediaserver/catalogue/item.h"

G_BEGIN_DECLS

#define SIDES_SUBTITLE_PREFIX "/subtitle/"
#define SIDES_SUBTITLES_MAX 6 /* offered; an object has room for few resources */

/** The address of a station as the only resource. @param strings  keeps the texts */
void sides_add_station(AvuObject *object, const Item *item, GPtrArray *strings);
/** Subtitles behind the resources there are: as resources, and the first one in the forms that makers
 *  have for it (spec/dlna-http-transport.md 15). */
void sides_add_subtitles(
	AvuObject *object, const Item *item, const char *base_url, GPtrArray *strings);
/** "BASE/subtitle/i0123456789abcde/0.srt" of the first one in text, for CaptionInfo.sec.
 *  @param subtitles  the item's column  @return g_free() it; NULL: there is none */
char *sides_dup_caption_url(const char *base_url, int64_t item, const char *subtitles);

G_END_DECLS
