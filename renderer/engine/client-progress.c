/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the current track gets on: what media says it does, whether its octets come in time, and when
 * waiting has lasted too long.
 *
 * Main thread. Octets that are late stop the media process before its sink runs dry: so no sample is
 * lost, and the state that is told is true. */

#include "client-private.h"
#include "protocol.h"

/* A jitter buffer gives up after 30 s without an octet; this is for all that hangs otherwise, or comes
 * octet by octet (ROB-019). */
#define PROGRESS_STUCK_NS (33 * AVU_NS_PER_S)

static void
progress_on_stuck(void *data)
{
	EngineClient *client = data;

	client->in_transition = false;
	if (client->current != NULL) {
		client_give_up(client, client->current, CLIENT_NOT_READ,
			"It did not get on for half a minute.");
	}
}

void
client_init_progress(EngineClient *client, int64_t patience_ns)
{
	client->patience_ns = patience_ns > 0 ? patience_ns : PROGRESS_STUCK_NS;
	client->stuck_timer = avu_timer_new(NULL, AVU_TIME_NONE, progress_on_stuck, client);
}

void
client_note_transition(EngineClient *client, bool in_transition)
{
	if (client->in_transition != in_transition) {
		client->in_transition = in_transition;
		avu_timer_set(
			client->stuck_timer, in_transition ? client->patience_ns : AVU_TIME_NONE);
	}
}

void
client_note_wish(EngineClient *client)
{
	if (client->in_transition) {
		avu_timer_set(client->stuck_timer, client->patience_ns);
	}
}

void
client_take_state(EngineClient *client, AvuEngineState state)
{
	bool playing = state == AVU_ENGINE_PLAYING;

	if (client->current->held && state == AVU_ENGINE_TRANSITIONING &&
		client->position.running) {
		avu_jitter_buffer_note_underrun(client->current->buffer);
	}
	client->current->played |= playing;
	position_run(&client->position, playing);
	engine_track_set_playing(client->current, playing);
	client_note_transition(client, state == AVU_ENGINE_TRANSITIONING);
	client_tell_state(client, client->current->token, state);
}

void
client_take_next(EngineClient *client)
{
	bool scaled = !avu_play_speed_is_normal(client->current->speed);

	engine_track_free(client->current);
	client->current = g_steal_pointer(&client->next);
	engine_track_promote(client->current);
	engine_track_set_playing(client->current, client->position.running);
	position_set(&client->position, 0);
	position_limit(&client->position, client->current->duration_ns);
	if (scaled) {
		client_take_speed(
			client, AVU_PLAY_SPEED_NORMAL); /* media played at 1 all the time */
	}
}

void
client_take_part(EngineClient *client)
{
	client->current = engine_track_take_part(client->current);
	EngineTrack *current = client->current;

	current->base_ns = avu_jitter_buffer_get_start_ns(current->buffer);
	engine_track_set_playing(current, client->position.running);
	position_set(&client->position, current->base_ns);
	position_limit(&client->position, current->duration_ns);
	if (current->sent) {
		client_send_attachments(client, current);
	}
	client_open_parts(client);
}

bool
client_await_part(EngineClient *client)
{
	client_open_parts(client);
	if (client->current->part == NULL) {
		return false;
	}
	const bool failed = client->current->part->unplayable && !client->current->part->left;

	client->current->part->sent = false;
	position_run(&client->position, false);
	client_take_part(client);
	if (failed) {
		client_give_up(client, client->current, CLIENT_NO_FORMAT, "It cannot be played.");
		return true;
	}
	client_note_transition(client, true);
	client_tell_state(client, client->current->token, AVU_ENGINE_TRANSITIONING);
	client_send_tracks(client);
	return true;
}

void
client_share_network(EngineClient *client)
{
	if (client->next != NULL && engine_track_is_last_part(client->current) &&
		avu_jitter_buffer_get_numbers(client->current->buffer).complete) {
		engine_track_promote(client->next);
	}
}

void
client_send_hold(EngineClient *client, const EngineTrack *track)
{
	g_auto(AvuFrameWriter) payload;

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, track->wire);
	avu_frame_put_u32(&payload, track->held);
	avu_supervised_send(client->media, MEDIA_HOLD, &payload, NULL, 0);
}
