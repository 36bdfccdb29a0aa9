/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the media process reports, taken into the engine client and told to AVTransport.
 *
 * Main thread. Frames from media are foreign: a token that is neither the current nor the next one is
 * ignored, and so is a frame that does not parse. */

#include <string.h>

#include "client-private.h"
#include "protocol.h"

#define CODE_MAX 899        /* codes of services end there */
#define SPEED_TERM_MAX 9999 /* as PlaySpeed.dlna.org has digits */
#define PLACE_MAX_NS ((double)(INT64_MAX / 2))

static void
client_on_protocols(EngineClient *client, AvuFrameReader *in)
{
	g_autofree char *protocols = avu_frame_take_string(in, MEDIA_PROTOCOLS_MAX);

	if (!avu_frame_reader_finish(in) || protocols == NULL) {
		return;
	}
	client->ready = true;
	client_note_loaded(client);
	client_send_place(client);
	client_send_values(client);
	client_send_tracks(client);
	if (client->events.ready != NULL) {
		client->events.ready(protocols, client->events.user_data);
	}
}

static void
client_on_state(EngineClient *client, AvuFrameReader *in)
{
	uint32_t token = avu_frame_take_u32(in);
	uint32_t state = avu_frame_take_u32(in);

	if (!avu_frame_reader_finish(in) || state > AVU_ENGINE_PAUSED || client->current == NULL ||
		client_find(client, token) != client->current) {
		return;
	}
	client_take_state(client, (AvuEngineState)state);
}

static void
client_on_track_started(EngineClient *client, AvuFrameReader *in)
{
	uint32_t wire = avu_frame_take_u32(in);
	EngineTrack *track = client_find(client, wire);

	if (!avu_frame_reader_finish(in) || track == NULL || track == client->current) {
		return;
	}
	if (track == client->current->part) {
		client_take_part(client);
		client_send_tracks(client); /* what follows it may be there already */
		return;
	}
	client_take_next(client);
	if (client->events.transport != NULL) {
		client->events.transport->track_started(
			client->current->token, client->events.transport_data);
	}
}

static void
client_on_ended(EngineClient *client, AvuFrameReader *in)
{
	uint32_t wire = avu_frame_take_u32(in);

	if (!avu_frame_reader_finish(in) || client->current == NULL ||
		client_find(client, wire) != client->current) {
		return;
	}
	if (client_await_part(client)) {
		return;
	}
	const uint32_t token = client->current->token;

	if (client->current->speed.numerator < 0) {
		/* Its beginning: it plays from there. */
		client_unscale(client, 0, AVU_PLAY_SPEED_NORMAL);
		return;
	}
	/* A next track that came while this word was under way: AVTransport loads it anew. */
	g_clear_pointer(&client->current, engine_track_free);
	g_clear_pointer(&client->next, engine_track_free);
	client_note_loaded(client);
	position_stop(&client->position);
	if (client->events.transport != NULL) {
		client->events.transport->ended(token, client->events.transport_data);
	}
}

/* What stands where media was: the page of a hotel that wants a password, a list of a folder. */
static bool
is_document(const char *mime)
{
	static const char *const starts[] = { "text/", "application/xhtml", "application/json" };

	for (size_t i = 0; mime != NULL && i < G_N_ELEMENTS(starts); i++) {
		if (g_ascii_strncasecmp(mime, starts[i], strlen(starts[i])) == 0) {
			return true;
		}
	}
	return false;
}

static void
client_on_failed(EngineClient *client, AvuFrameReader *in)
{
	uint32_t token = avu_frame_take_u32(in);
	uint32_t code = avu_frame_take_u32(in);
	g_autofree char *sentence = avu_frame_take_string(in, MEDIA_TEXT_MAX);
	EngineTrack *track = client_find(client, token);

	if (!avu_frame_reader_finish(in) || code > CODE_MAX || track == NULL) {
		return;
	}
	if (client->current != NULL && track == client->current->part) {
		/* It is its turn when the part before it has been heard. */
		g_free(track->trouble);
		track->trouble = g_strdup(sentence);
		track->unplayable = true;
		if (code == CLIENT_NO_FORMAT && engine_track_leave(track)) {
			client_tell_left(track, sentence);
			client_open_parts(client);
		}
		return;
	}
	if (code == CLIENT_NO_FORMAT && track == client->current &&
		client_leave_current(client, sentence)) {
		return;
	}
	if (!client_go_on(client, track)) {
		const bool document = code == CLIENT_NO_FORMAT &&
				      is_document(avu_jitter_buffer_get_mime(track->buffer));

		client_give_up(client, track, document ? CLIENT_NO_MEDIA : (int)code,
			document           ? "The server sent a page of text in its place."
			: sentence != NULL ? sentence
					   : "It cannot be played.");
	}
}

static void
client_on_duration(EngineClient *client, AvuFrameReader *in)
{
	uint32_t token = avu_frame_take_u32(in);
	int64_t duration_ns = avu_frame_take_i64(in);
	EngineTrack *track = client_find(client, token);

	if (!avu_frame_reader_finish(in) || track == NULL || duration_ns < 0 ||
		duration_ns > INT64_MAX / 2) {
		return;
	}
	if (avu_jitter_buffer_is_pieces(track->buffer) || !avu_play_speed_is_normal(track->speed)) {
		return; /* of the pieces that came so far, or of less than the whole */
	}
	duration_ns += track->base_ns;
	track->duration_ns = duration_ns;
	avu_jitter_buffer_set_duration(track->buffer, duration_ns);
	if (track == client->current) {
		position_limit(&client->position, duration_ns);
	}
	if (client->events.transport != NULL) {
		client->events.transport->duration_known(
			track->token, duration_ns, client->events.transport_data);
	}
}

static void
client_on_seekable(EngineClient *client, AvuFrameReader *in)
{
	uint32_t token = avu_frame_take_u32(in);
	bool seekable = avu_frame_take_u32(in) != 0;

	EngineTrack *track = client_find(client, token);

	if (!avu_frame_reader_finish(in) || track == NULL) {
		return;
	}
	if (avu_play_speed_is_normal(track->speed)) {
		track->seekable = seekable;
	}
	seekable = track->seekable;
	if (client->events.transport != NULL) {
		client->events.transport->seekable_known(track->token,
			seekable || client_finds_place(track), client->events.transport_data);
	}
}

static void
client_on_position(EngineClient *client, AvuFrameReader *in)
{
	uint32_t token = avu_frame_take_u32(in);
	int64_t position_ns = avu_frame_take_i64(in);
	const bool old = avu_frame_take_u32(in) != client->seeks;

	if (avu_frame_reader_finish(in) && !old && client->current != NULL &&
		client_find(client, token) == client->current && position_ns >= 0 &&
		position_ns <= INT64_MAX / 2) {
		const AvuPlaySpeed speed = client->current->speed;
		const double place_ns = (double)position_ns * speed.numerator / speed.denominator +
					(double)client->current->base_ns;

		/* At 32 times the speed it may be more than fits. */
		position_set(&client->position, (int64_t)CLAMP(place_ns, 0.0, PLACE_MAX_NS));
		client_share_network(client);
	}
}

static void
client_on_speed(EngineClient *client, AvuFrameReader *in)
{
	uint32_t token = avu_frame_take_u32(in);
	int64_t numerator = avu_frame_take_i64(in);
	int64_t denominator = avu_frame_take_i64(in);

	if (avu_frame_reader_finish(in) && client->current != NULL &&
		client_find(client, token) == client->current && numerator != 0 &&
		ABS(numerator) <= SPEED_TERM_MAX && denominator > 0 &&
		denominator <= SPEED_TERM_MAX) {
		client_take_speed(
			client, (AvuPlaySpeed){ (int32_t)numerator, (int32_t)denominator });
	}
}

static void
client_on_value_changed(EngineClient *client, AvuFrameReader *in)
{
	uint32_t value = avu_frame_take_u32(in);
	int64_t number = avu_frame_take_i64(in);

	if (!avu_frame_reader_finish(in) || value > AVU_VALUE_MUTE ||
		number < (value == AVU_VALUE_MUTE ? 0 : INT16_MIN) ||
		number > (value == AVU_VALUE_MUTE ? 1 : INT16_MAX)) {
		return;
	}
	/* What a new media process is told, too. */
	client->values[value][AVU_CHANNEL_MASTER] = (int32_t)number;
	if (client->events.value_changed != NULL) {
		client->events.value_changed((AvuValue)value, AVU_CHANNEL_MASTER, (int32_t)number,
			client->events.value_data);
	}
}

static const struct {
	MediaFrame type;
	void (*apply)(EngineClient *client, AvuFrameReader *in);
} report_table[] = {
	{ MEDIA_PROTOCOLS, client_on_protocols },
	{ MEDIA_STATE, client_on_state },
	{ MEDIA_TRACK_STARTED, client_on_track_started },
	{ MEDIA_ENDED, client_on_ended },
	{ MEDIA_FAILED, client_on_failed },
	{ MEDIA_DURATION, client_on_duration },
	{ MEDIA_SEEKABLE, client_on_seekable },
	{ MEDIA_POSITION, client_on_position },
	{ MEDIA_VALUE_CHANGED, client_on_value_changed },
	{ MEDIA_SPEED_NOW, client_on_speed },
};

void
client_received(AvuSupervised *media G_GNUC_UNUSED, AvuFrame *frame, void *user_data)
{
	AvuFrameReader in = avu_frame_reader(frame);

	client_note_heard(user_data);

	for (size_t i = 0; i < G_N_ELEMENTS(report_table); i++) {
		if (report_table[i].type == frame->type) {
			report_table[i].apply(user_data, &in);
			return;
		}
	}
}
