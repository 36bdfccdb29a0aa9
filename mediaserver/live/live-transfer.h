/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* live/live-transfer.h: what a feed asks of a server, one request after the other, and the waiting for it
 *
 * On the feed's thread. The first member of a feed: its address is what the calls of a request get. */
#pragma once

#include <av-upnp/http-stream.h>

#include "mediaserver/live/live-feeds.h"

G_BEGIN_DECLS

/* What a server calls what it sends; longer names are none. */
#define LIVE_MIME_MAX 100

typedef struct {
	LiveChannel *channel;
	AvuStreamer *streamer;
	AvuStream *stream; /* NULL: nothing is asked for */
	bool over;         /* what is asked for came to its end */
	bool held_up;      /* until the channel has room */
	GError *error;     /* with which it ended */
	int64_t heard_ns;  /* when something came last, or a listener was waited for */
	int64_t again_ns;  /* not before */
} LiveTransfer;

void live_transfer_init(
	LiveTransfer *transfer, LiveChannel *channel, const AvuAddressPolicy *policy);
void live_transfer_clear(LiveTransfer *transfer);
/** @param request  address, headers, part, head and body; the rest is filled in. data is the feed */
bool live_transfer_ask(LiveTransfer *transfer, AvuStreamRequest *request, GError **error);
/** Waits for what comes, for room, and until then, LIVE_LOOK_NS at most. */
void live_transfer_turn(LiveTransfer *transfer, int64_t until_ns);
/** The request is no more. @return with what it ended; NULL: well */
GError *live_transfer_end(LiveTransfer *transfer);
/** Something is asked for again, in a moment. */
void live_transfer_put_off(LiveTransfer *transfer);

G_END_DECLS
