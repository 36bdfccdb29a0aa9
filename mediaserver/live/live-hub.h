/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* live/live-hub.h: the live sources that somebody listens to
 *
 * One connection to a station, one reader of a pipe, for all who listen; one conversion of it for all who listen
 * to the same form. At most LIVE_SOURCES_MAX at once. Made
 * and freed on the main thread; join and dup_title on any. */
#pragma once

#include <av-upnp/http-fetch.h>

#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/convert/conversions.h"
#include "mediaserver/library/roots.h"
#include "mediaserver/live/live-channel.h"

G_BEGIN_DECLS

#define LIVE_SOURCES_MAX 32

typedef struct LiveHub LiveHub;

/** @param roots  outlives it  @param policy  which addresses stations may have; copied
 *  @param house  which are on the links that this server is served on: there groups are joined; copied
 *  @param conversions  outlives it; NULL: nothing is converted */
LiveHub *live_hub_new(const Roots *roots, const AvuAddressPolicy *policy,
	const AvuAddressPolicy *house, Conversions *conversions);
/** Nobody waits for a source any more, now and later. Before the HTTP server is freed. */
void live_hub_stop(LiveHub *hub);
void live_hub_free(LiveHub *hub);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LiveHub, live_hub_free)

/** Waits for the source to begin, LIVE_OPEN_NS at most; of a conversion so long once more.
 *  @param plan  of station_plan(); NULL: as it comes
 *  @return NULL with BUSY (too many sources), NOT_FOUND (no such pipe), DENIED, TIMEOUT, UNREACHABLE, UNSUPPORTED
 *  or SYNTAX */
LiveListener *live_hub_join(LiveHub *hub, int64_t item, const CatalogueStation *station,
	const ConvertPlan *plan, GError **error);
/** The same of what is listened to already, which takes nothing of the machine.
 *  @return NULL with BUSY (nobody does), or as live_hub_join() */
LiveListener *live_hub_join_others(LiveHub *hub, int64_t item, const CatalogueStation *station,
	const ConvertPlan *plan, GError **error);
/** In which forms somebody listens to it now. @return bit n: recipe_nth(n) */
uint32_t live_hub_get_recipes(LiveHub *hub, int64_t item);
/** What a station plays to somebody now. @return NULL: nobody listens, or it says nothing. g_free() it */
char *live_hub_dup_title(LiveHub *hub, int64_t item);

G_END_DECLS
