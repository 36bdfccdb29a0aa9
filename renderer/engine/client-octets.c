/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the jitter buffers of the tracks say, taken into the engine client: octets are there, late, or
 * come no more. Main thread. */

#include <string.h>

#include <av-upnp/text.h>

#include "client-private.h"
#include "protocol.h"

#define OCTETS_STATION_MAX 256

/* @return the track that reads by this buffer; NULL: none any more */
static EngineTrack *
octets_find(const EngineClient *client, const AvuJitterBuffer *buffer)
{
	EngineTrack *tracks[] = { client->current, client->next };

	for (size_t i = 0; i < G_N_ELEMENTS(tracks); i++) {
		EngineTrack *found = engine_track_find_part(tracks[i], buffer);

		if (found != NULL) {
			return found;
		}
	}
	return NULL;
}

/* A part that follows the present one, of its stream. */
static bool
octets_is_later_part(const EngineClient *client, const EngineTrack *track)
{
	return track != client->current && track != client->next;
}

static void
octets_take_part(EngineClient *client, EngineTrack *part)
{
	part->base_ns = avu_jitter_buffer_get_start_ns(part->buffer);
	g_free(part->mime);
	part->mime =
		g_strdup(part->side != NULL ? "video/*" : avu_jitter_buffer_get_mime(part->buffer));
	client_send_tracks(client);
}

void
client_open_parts(EngineClient *client)
{
	g_autoptr(GError) error = NULL;

	if (!engine_track_open_parts(client->current, client->buffers, client, &error)) {
		g_free(client->current->trouble);
		client->current->trouble = g_strdup(error->message);
	}
	client_pass_left(client);
}

/* What the list of a stream in pieces says of it is better than what was said before. */
static void
octets_take_pieces(EngineClient *client, EngineTrack *track)
{
	const char *mime = avu_jitter_buffer_get_mime(track->buffer);
	int64_t duration_ns = avu_jitter_buffer_get_duration_ns(track->buffer);

	g_free(track->mime);
	track->mime = g_strdup(avu_jitter_buffer_has_side(track->buffer) ? "video/*" : mime);
	if (duration_ns == AVU_TIME_NONE) {
		return;
	}
	track->duration_ns = duration_ns;
	if (track == client->current) {
		position_limit(&client->position, duration_ns);
	}
	if (client->events.transport != NULL) {
		client->events.transport->duration_known(
			track->token, duration_ns, client->events.transport_data);
	}
}

static void
octets_on_opened(AvuJitterBuffer *buffer, void *user_data)
{
	EngineClient *client = user_data;
	EngineTrack *track = octets_find(client, buffer);
	g_autoptr(GError) error = NULL;

	if (track == NULL) {
		return;
	}
	if (octets_is_later_part(client, track) || track->part_of) {
		octets_take_part(client, track);
		return;
	}
	if (track->buffer == buffer) {
		const int64_t asked_ns = track->base_ns + track->start_ns;

		track->base_ns = avu_jitter_buffer_get_start_ns(buffer);
		if (track->start_ns > 0 && !track->seekable &&
			!avu_jitter_buffer_can_seek_octets(buffer) &&
			avu_jitter_buffer_can_seek_time(buffer)) {
			/* A place was asked for before it was known who finds it. */
			client_reopen(client, asked_ns, track->speed);
			return;
		}
		if (avu_jitter_buffer_is_pieces(buffer)) {
			octets_take_pieces(client, track);
		} else if (track->mime == NULL) {
			track->mime = g_strdup(avu_jitter_buffer_get_mime(buffer));
		}
		if (avu_jitter_buffer_has_side(buffer) &&
			!engine_track_open_side(
				track, client->buffers, client->target_ns, client, &error)) {
			client_give_up(client, track, CLIENT_NOT_THERE, error->message);
			return;
		}
	}
	client_send_tracks(client);
}

static void
octets_on_failed(AvuJitterBuffer *buffer, const GError *error, void *user_data)
{
	EngineClient *client = user_data;
	EngineTrack *track = octets_find(client, buffer);

	if (track == NULL) {
		return;
	}
	if (!avu_jitter_buffer_is_open(buffer) && !avu_play_speed_is_normal(track->speed)) {
		g_info("not at the server's speed: %s", error->message);
		track->unscaled = true;
		client_unscale(client, position_get_ns(&client->position), client->speed);
		return;
	}
	if (!avu_jitter_buffer_is_open(buffer) && !octets_is_later_part(client, track)) {
		client_give_up(client, track, CLIENT_NOT_THERE, error->message);
		return;
	}
	if (track->left && track == client->current) {
		client_give_up(client, track, CLIENT_NO_FORMAT, error->message);
		return;
	}
	/* What is there is played first; then media fails, and this is why. */
	g_free(track->trouble);
	track->trouble = g_strdup(error->message);
	track->unplayable = !avu_jitter_buffer_is_open(buffer);
}

static void
octets_on_starved(AvuJitterBuffer *buffer, bool starved, void *user_data)
{
	EngineClient *client = user_data;
	EngineTrack *track = client->current;

	if (track == NULL || octets_find(client, buffer) != track) {
		return;
	}
	*(track->buffer == buffer ? &track->starved : &track->side_starved) = starved;
	starved = track->starved || track->side_starved;
	if (track->held == starved) {
		return;
	}
	track->held = starved;
	if (client->ready && track->sent) {
		client_send_hold(client, track);
	}
}

static void
octets_on_title(AvuJitterBuffer *buffer, const char *title, void *user_data)
{
	EngineClient *client = user_data;
	EngineTrack *track = octets_find(client, buffer);
	const char *station = avu_jitter_buffer_get_station(buffer);

	if (track == NULL || track->buffer != buffer || client->events.transport == NULL ||
		client->events.transport->title_changed == NULL) {
		return;
	}
	g_autofree char *name =
		station != NULL ? avu_text_sanitize(station, strlen(station), OCTETS_STATION_MAX)
				: NULL;

	client_describe(client, track, name, title);
	client->events.transport->title_changed(
		track->token, name, title, client->events.transport_data);
}

static void
octets_on_changed(AvuJitterBuffer *buffer, void *user_data)
{
	EngineClient *client = user_data;

	if (octets_find(client, buffer) == client->current &&
		client->events.buffer_changed != NULL) {
		client->events.buffer_changed(client->events.user_data);
	}
}

static void
octets_on_parted(AvuJitterBuffer *buffer, void *user_data)
{
	EngineClient *client = user_data;

	if (client->current != NULL && engine_track_find_part(client->current, buffer) != NULL) {
		client_open_parts(client);
	}
}

const AvuJitterListener client_jitter_listener = { octets_on_opened, octets_on_failed,
	octets_on_starved, octets_on_title, octets_on_changed, octets_on_parted };

bool
engine_client_get_buffer(const EngineClient *client, AvuJitterNumbers *ret_numbers)
{
	const EngineTrack *track = client->current;

	if (track == NULL) {
		return false;
	}
	*ret_numbers = avu_jitter_buffer_get_numbers(track->buffer);
	ret_numbers->underruns += track->past.underruns;
	ret_numbers->reconnects += track->past.reconnects;
	ret_numbers->steps_down += track->past.steps_down;
	ret_numbers->steps_up += track->past.steps_up;
	if (track->side != NULL) {
		const AvuJitterNumbers side = avu_jitter_buffer_get_numbers(track->side);

		/* What is there of both can be played. */
		if (!side.complete && side.level_ns != AVU_TIME_NONE &&
			(ret_numbers->complete || ret_numbers->level_ns == AVU_TIME_NONE ||
				side.level_ns < ret_numbers->level_ns)) {
			ret_numbers->level_ns = side.level_ns;
		}
		ret_numbers->level_bytes += side.level_bytes;
		ret_numbers->complete = ret_numbers->complete && side.complete;
	}
	return true;
}
