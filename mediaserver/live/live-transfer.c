/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One request at a time (live-transfer.h). Waits are bounded: to connect, for a head, and LIVE_LOOK_NS each turn. */
#include "mediaserver/live/live-transfer.h"

#include <av-upnp/clock.h>
#include <av-upnp/limits.h>

#define CONNECT_NS (5 * AVU_NS_PER_S)
#define AGAIN_NS (1 * AVU_NS_PER_S)

void
live_transfer_init(LiveTransfer *transfer, LiveChannel *channel, const AvuAddressPolicy *policy)
{
	*transfer = (LiveTransfer){ .channel = channel,
		.streamer = avu_streamer_new(policy),
		.heard_ns = avu_now_ns(),
		.again_ns = avu_now_ns() };
}

void
live_transfer_clear(LiveTransfer *transfer)
{
	g_clear_pointer(&transfer->stream, avu_stream_free);
	g_clear_pointer(&transfer->streamer, avu_streamer_free);
	g_clear_error(&transfer->error);
}

static void
on_done(const GError *error, void *data)
{
	LiveTransfer *transfer = data;

	transfer->over = true;
	transfer->error = error != NULL ? g_error_copy(error) : NULL;
}

bool
live_transfer_ask(LiveTransfer *transfer, AvuStreamRequest *request, GError **error)
{
	request->redirects = AVU_LIMIT_MEDIA_REDIRECTS;
	request->connect_timeout_ns = CONNECT_NS;
	request->head_timeout_ns = LIVE_OPEN_NS;
	request->done = on_done;
	request->data = transfer;
	transfer->stream = avu_stream_new(transfer->streamer, request, error);
	return transfer->stream != NULL;
}

void
live_transfer_turn(LiveTransfer *transfer, int64_t until_ns)
{
	const int wake = live_channel_get_wake(transfer->channel);

	avu_streamer_turn(transfer->streamer, &wake, 1, MIN(until_ns, avu_now_ns() + LIVE_LOOK_NS));
	live_channel_clear_wake(transfer->channel);
	if (!transfer->held_up) {
		return;
	}
	transfer->heard_ns = avu_now_ns(); /* it is the listener who waits */
	if (live_channel_get_room(transfer->channel) > 0) {
		transfer->held_up = false;
		avu_stream_resume(transfer->stream);
	}
}

GError *
live_transfer_end(LiveTransfer *transfer)
{
	g_clear_pointer(&transfer->stream, avu_stream_free);
	transfer->over = transfer->held_up = false;
	return g_steal_pointer(&transfer->error);
}

void
live_transfer_put_off(LiveTransfer *transfer)
{
	transfer->again_ns = avu_now_ns() + AGAIN_NS;
}
