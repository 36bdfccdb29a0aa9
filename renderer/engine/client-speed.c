/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Speeds other than 1: what was asked of the media process, and what it could do. Main thread. */

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

void
client_set_speed(void *self, AvuPlaySpeed speed)
{
	EngineClient *client = self;

	if (client->current == NULL || (client->speed.numerator == speed.numerator &&
					       client->speed.denominator == speed.denominator)) {
		return;
	}
	client->speed = speed;
	position_set_speed(&client->position, speed);
	client_note_wish(client);
	if (client->current->sent) {
		client_send_speed(client);
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
