/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* content/sides.h: resources that are not the item's own file: stations, subtitles */
#pragma once

#include <av-upnp/client-profile.h>
#include <av-upnp/object.h>

#include "mediaserver/catalogue/item.h"
#include "mediaserver/clients/client-view.h"
#include "mediaserver/content/text-pool.h"
#include "mediaserver/library/subtitles.h"

G_BEGIN_DECLS

#define SIDES_SUBTITLE_PREFIX "/subtitle/"
#define SIDES_SUBTITLES_MAX 6 /* offered; an object has room for few resources */

/** A station, at its own address and through this server; a pipe through this server.
 *  @param base_url  NULL: nothing goes through this server  @param pool  keeps the texts */
void sides_add_station(AvuObject *object, const Item *item, const char *base_url,
	const ClientView *client, TextPool *pool);
/** ITEM_AUDIO or ITEM_VIDEO: what players make of a live source. @param kind  ItemKind of its item */
ItemKind sides_get_live_kind(int64_t kind);
/** What is sent as it comes, no faster than it is played, and can be sought in the little that was kept of it, if
 *  at all, as this client wants it told.
 *  @param kind  ITEM_AUDIO or ITEM_VIDEO  @param mime  replaced when it has another name for it
 *  @clause spec/dlna-protocolinfo.md, live with and without buffer */
AvuDlnaParameters sides_describe_live(const ClientView *client, ItemKind kind, const char **mime);
/** The same of what is made of it. @param mime  the plan's; replaced as above */
AvuDlnaParameters sides_describe_live_plan(
	const ClientView *client, const ConvertPlan *plan, const char **mime);
/** "/live/i0123456789abcde.mp3". g_free() it */
char *sides_format_live_path(int64_t item, const char *mime);
#define SIDES_LIVE_PREFIX "/live/"
/** Subtitles behind the resources there are: as resources, and the first one in the forms that makers
 *  have for it (spec/dlna-http-transport.md 15).
 *  @param types  AvuSubtitleType that the player reads */
void sides_add_subtitles(
	AvuObject *object, const Item *item, unsigned types, const char *base_url, TextPool *pool);
/** "BASE/subtitle/i0123456789abcde/0.en.srt" of the first one in text, for CaptionInfo.sec.
 *  @param subtitles  the item's column  @return g_free() it; NULL: there is none */
char *sides_dup_caption_url(
	const char *base_url, int64_t item, const char *subtitles, unsigned types);

#define SIDES_IFO_PREFIX "/ifo/"
/** "BASE/ifo/i0123456789abcde". g_free() it */
char *sides_dup_ifo_url(const char *base_url, int64_t item);

/* What a URL of a subtitle names. */
typedef struct {
	int64_t item;
	unsigned n;   /* in the item's column */
	char type[4]; /* "srt": of the answer */
} SideUrl;

/** @param rest  behind SIDES_SUBTITLE_PREFIX; foreign */
bool sides_parse_subtitle(const char *rest, SideUrl *ret_url);

G_END_DECLS
