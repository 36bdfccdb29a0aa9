/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Speeds other than 1: a server that offers one is asked to send its stream so; else media is asked, and
 * says what it could do. Main thread. */

#include "client-private.h"
#include "protocol.h"

/* What every seekable medium is tried at; one that cannot says so then. */
const char *const client_speeds[] = { "1", "1/2", "3/4", "5/4", "3/2", "2", "4", "8", "16", "32",
	"-1", "-2", "-4", "-8", "-16", "-32", NULL };

void
client_send_speed(EngineClient *client)
{
	g_auto(AvuFrameWriter) payload;

	avu_frame_writer_init(&payload);
	avu_frame_put_i64(&payload, client->speed.numerator);
	avu_frame_put_i64(&payload, client->speed.denominator);
	avu_supervised_send(client->media, MEDIA_SPEED, &payload, NULL, 0);
}

/* A single stream, of which the server said so when it sent it as it is. */
static bool
speed_is_served(const EngineTrack *track, AvuPlaySpeed speed)
{
	return track->sent && track->side == NULL && !track->unscaled &&
	       !avu_play_speed_is_normal(speed) &&
	       avu_jitter_buffer_has_speed(track->buffer, speed);
}

void
client_set_speed(void *self, AvuPlaySpeed speed)
{
	EngineClient *client = self;

	if (client->current == NULL || (client->speed.numerator == speed.numerator &&
					       client->speed.denominator == speed.denominator)) {
		return;
	}
	EngineTrack *track = client->current;
	int64_t position_ns = position_get_ns(&client->position);

	client->speed = speed;
	position_set_speed(&client->position, speed);
	client_note_wish(client);
	if (speed_is_served(track, speed)) {
		g_autofree char *text = avu_play_speed_format(speed);

		g_info("its server is asked for it at speed %s", text);
		client_reopen(client, position_ns, speed);
	} else if (!avu_play_speed_is_normal(track->speed)) {
		client_unscale(client, position_ns, speed);
	} else if (track->sent) {
		client_send_speed(client);
	}
}

bool
client_plays_scaled(const EngineClient *client)
{
	return !avu_play_speed_is_normal(client->speed) &&
	       avu_play_speed_is_normal(client->current->speed);
}

void
client_unscale(EngineClient *client, int64_t position_ns, AvuPlaySpeed speed)
{
	EngineTrack *track = client->current;

	/* Where media can find the place itself, the whole resource is read. */
	client_reopen(client, track->seekable ? 0 : position_ns, AVU_PLAY_SPEED_NORMAL);
	if (client->current == track && track->seekable) {
		track->start_ns = position_ns;
	}
	if (client->current == track && (client->speed.numerator != speed.numerator ||
						client->speed.denominator != speed.denominator)) {
		client_take_speed(client, speed);
	}
}

void
client_take_speed(EngineClient *client, AvuPlaySpeed speed)
{
	client->speed = speed;
	position_set_speed(&client->position, speed);
	if (client->events.transport != NULL && client->events.transport->speed_changed != NULL) {
		client->events.transport->speed_changed(
			client->current->token, speed, client->events.transport_data);
	}
}
