/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* live/live-feeds.h: where the octets of a live channel come from
 *
 * Each runs on a thread of its own until the source ends or nobody listens any more, and closes the channel. */
#pragma once

#include <av-upnp/http-fetch.h>
#include <av-upnp/pieces.h>

#include "mediaserver/convert/conversions.h"
#include "mediaserver/live/live-channel.h"

G_BEGIN_DECLS

/* A station. */
typedef struct {
	int64_t item;                   /* what plays it */
	const char *url, *mime;         /* mime: when it says none */
	const AvuAddressPolicy *policy; /* which addresses may be connected to */
	const AvuAddressPolicy *house;  /* which are on the links that this server is served on */
	Conversions *conversions;       /* joins what comes apart; NULL: nothing does */
} LiveStation;

/** A radio station. One that breaks off is connected to again, for LIVE_SILENCE_NS; titles that it sends between
 *  its octets are told apart. */
void live_feed_station(LiveChannel *channel, const LiveStation *station);

/** One that sends datagrams (library/udp-location.h). */
void live_feed_udp(LiveChannel *channel, const LiveStation *station);

/* What of a list of pieces is read. */
typedef enum {
	LIVE_PIECES_WHOLE,
	LIVE_PIECES_PICTURES, /* without the sound that is apart */
	LIVE_PIECES_SOUND,    /* that alone */
} LivePiecesPart;

/** The same of one that is a list of pieces.
 *  @return false: of LIVE_PIECES_WHOLE; its sound is apart, and nothing was done with the channel */
bool live_feed_pieces(
	LiveChannel *channel, AvuPiecesKind kind, const LiveStation *station, LivePiecesPart part);

/** Such a one: pictures and sound, each by a feed of its own, put together by a worker. */
void live_feed_apart(LiveChannel *channel, AvuPiecesKind kind, const LiveStation *station);

/** Another channel in another form, made while it comes. @param item  what that plays  @param listener  of it; taken
 *  @param conversions  outlives the feed */
void live_feed_conversion(LiveChannel *channel, int64_t item, LiveListener *listener,
	Conversions *conversions, const ConvertPlan *plan);

/** A pipe that another program writes into. What waited in it since somebody listened last is dropped, where a
 *  player can do without. @param fd  not blocking; borrowed */
void live_feed_pipe(LiveChannel *channel, int fd, const char *mime);

/* How long nobody need look whether somebody still listens. */
#define LIVE_LOOK_NS (200 * AVU_NS_PER_MS)
/* Until the first octet. */
#define LIVE_OPEN_NS (10 * AVU_NS_PER_S)
/* The same of a conversion: the station is heard for a moment before it is known what it sends. */
#define LIVE_CONVERT_NS (20 * AVU_NS_PER_S)

G_END_DECLS
