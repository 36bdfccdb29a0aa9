/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* live/live.h: the routes /live/ID.EXT and /live/ID/RECIPE.EXT: stations and pipes that playlists name, sent on as
 * they come, or in another form */
#pragma once

#include <av-upnp/http-server.h>

#include "mediaserver/clients/clients.h"
#include "mediaserver/content/content.h"
#include "mediaserver/convert/conversions.h"
#include "mediaserver/delivery/reports.h"
#include "mediaserver/library/roots.h"

G_BEGIN_DECLS

typedef struct Live Live;

typedef struct {
	Catalogue *catalogue;
	const Roots *roots;
	Clients *clients;          /* NULL: all are alike */
	Conversions *conversions;  /* NULL: nothing is converted */
	Reports *reports;          /* NULL: nobody is told */
	AvuAddressPolicy stations; /* where they may be */
	AvuAddressPolicy house;    /* which addresses are on the links that are served */
} LiveSpec;

/** Adds the route; before the server starts. @param spec  copied; what it names outlives it */
Live *live_new(AvuHttpServer *server, const LiveSpec *spec);
/** Nobody waits for a station any more. Before the server is freed. */
void live_stop(Live *live);
/** After the server has gone. */
void live_free(Live *live);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Live, live_free)
/** For content_set_live(). */
ContentLive live_describe(Live *live);

G_END_DECLS
