/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parts of a stream that were made by themselves and cannot be played (an advert in another coding): what
 * follows them takes their place. Main thread. */

#include <av-upnp/text.h>

#include "client-private.h"
#include "protocol.h"

#define PARTS_URI_SHOWN 120
/* Parts that cannot be played before one could: then it is the stream that cannot. */
#define PARTS_UNHEARD_MAX 2

void
client_tell_left(const EngineTrack *part, const char *sentence)
{
	g_autofree char *shown = avu_text_for_display(part->uri, PARTS_URI_SHOWN);

	g_message("'%s': a part of it cannot be played and is left out: %s", shown,
		sentence != NULL ? sentence : "no reason is known");
}

void
client_pass_left(EngineClient *client)
{
	EngineTrack *current = client->current;
	bool passed = false;

	while (current->part != NULL && current->part->left && current->part->part != NULL) {
		g_autoptr(EngineTrack) gone = g_steal_pointer(&current->part);

		current->part = g_steal_pointer(&gone->part);
		current->part->n_left = gone->n_left + 1;
		passed = true;
	}
	if (current->left && current->part != NULL && !current->part->left) {
		client_take_part(client);
		passed = true;
	}
	if (passed) {
		client_send_tracks(client);
	}
}

bool
client_leave_current(EngineClient *client, const char *sentence)
{
	EngineTrack *current = client->current;
	/* What is live may have another part at any time: its first one has to be good. */
	const bool first = !current->part_of &&
			   avu_jitter_buffer_get_duration_ns(current->buffer) == AVU_TIME_NONE;

	if (first || (!current->played && current->n_left >= PARTS_UNHEARD_MAX) ||
		!engine_track_leave(current)) {
		return false;
	}
	client_tell_left(current, sentence);
	g_free(current->trouble);
	current->trouble = g_strdup(sentence);
	if (current->part != NULL) {
		current->part->sent = false; /* media forgot it, too */
	}
	position_run(&client->position, false);
	client_note_transition(client, true);
	client_tell_state(client, current->token, AVU_ENGINE_TRANSITIONING);
	client_open_parts(client);
	return true;
}
