/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Going to another place: media does it within the octets of the ring, or the server, which is then
 * asked for a new stream. Main thread. */

#include "client-private.h"
#include "protocol.h"

/* A server whose streams break after less than this plays nothing that could be listened to. */
#define CLIENT_WORTH_NS (2 * AVU_NS_PER_S)

/* What a server sends from a time on, or at a speed, is a stream of its own. */
void
client_reopen(EngineClient *client, int64_t position_ns, AvuPlaySpeed speed)
{
	EngineTrack *track = client->current;
	g_autoptr(GError) error = NULL;

	position_ns = avu_jitter_buffer_limit_ns(track->buffer, position_ns);
	if (track->sent) {
		client_send_empty(client, MEDIA_PAUSE);
	}
	if (!engine_track_reopen(track, client->buffers, client->target_ns, position_ns, speed,
		    client, &error)) {
		client_give_up(client, track, CLIENT_NOT_THERE, error->message);
		return;
	}
	if (client->next != NULL) {
		client->next->sent = false;
	}
	position_run(&client->position, false);
	client_note_transition(client, true);
	client_tell_later(client, track->token, AVU_ENGINE_TRANSITIONING, NULL);
}

bool
client_finds_place(EngineTrack *track)
{
	return avu_jitter_buffer_can_seek_time(track->buffer) || engine_track_seeks_octets(track);
}

bool
client_get_reach(void *self, AvuEngineReach *ret_reach)
{
	EngineClient *client = self;

	return client->current != NULL && engine_track_get_reach(client->current, ret_reach);
}

bool
client_needs_anew(EngineTrack *track)
{
	return avu_jitter_buffer_is_open(track->buffer) && !track->seekable &&
	       !avu_jitter_buffer_can_seek_octets(track->buffer) &&
	       (client_finds_place(track) || avu_jitter_buffer_is_pieces(track->buffer));
}

bool
client_go_on(EngineClient *client, EngineTrack *track)
{
	int64_t position_ns = position_get_ns(&client->position);

	if (track != client->current || track->trouble == NULL || track->seekable ||
		!client_finds_place(track) ||
		(track->broke_ns != AVU_TIME_NONE &&
			position_ns - track->broke_ns < CLIENT_WORTH_NS)) {
		return false;
	}
	track->broke_ns = position_ns;
	g_info("going on at %" G_GINT64_FORMAT " ms: %s", position_ns / AVU_NS_PER_MS,
		track->trouble);
	client_reopen(client, position_ns, track->speed);
	return true;
}

void
client_seek(void *self, int64_t position_ns)
{
	EngineClient *client = self;

	AvuEngineReach reach;

	if (client->current == NULL || position_ns < 0) {
		return;
	}
	if (position_ns > 0 && engine_track_seeks_octets(client->current) &&
		engine_track_get_reach(client->current, &reach) && reach.to_ns == AVU_TIME_NONE) {
		return; /* which octet that is will be known when some of it was played */
	}
	position_set(&client->position, position_ns);
	client_note_wish(client);
	if (!client->current->sent && avu_play_speed_is_normal(client->current->speed) &&
		!client_needs_anew(client->current) &&
		(client->current->seekable || client->current->base_ns == 0)) {
		client->current->start_ns =
			position_ns - MIN(position_ns, client->current->base_ns);
		return;
	}
	/* A stream that is being asked for from a time on is asked for anew. */
	if (!avu_play_speed_is_normal(client->current->speed) || !client->current->sent ||
		(!client->current->seekable && client_finds_place(client->current))) {
		client_reopen(client, position_ns, client->current->speed);
		return;
	}
	g_auto(AvuFrameWriter) payload;

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, client->current->wire);
	avu_frame_put_u32(&payload, ++client->seeks);
	avu_frame_put_i64(&payload, position_ns);
	avu_supervised_send(client->media, MEDIA_SEEK, &payload, NULL, 0);
}
