/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engine client: what AVTransport asked for, kept so that a new media process can be told it.
 *
 * Main thread. It never waits for the media process: it posts, remembers, and answers from what it
 * heard last (client-reports.c). When media dies the octets are still in the ring, so
 * the next one goes on at the last known position; a track that kills two is given up (SEC-145). */

#include <math.h>

#include <av-upnp/text.h>

#include "client-private.h"
#include "protocol.h"

#define CLIENT_DEATHS_MAX 2
#define CLIENT_DEATHS_NS (120 * AVU_NS_PER_S) /* a station that plays for days may see more */
#define CLIENT_URI_SHOWN 120

/* ---- to AVTransport */

typedef struct {
	EngineClient *client;
	uint32_t token;
	AvuEngineState state;
	char *sentence; /* not NULL: the track failed */
} LaterNote;

void
client_tell_state(EngineClient *client, uint32_t token, AvuEngineState state)
{
	if (client->events.transport != NULL) {
		client->events.transport->state_changed(
			token, state, client->events.transport_data);
	}
}

static void
client_tell_failed(EngineClient *client, uint32_t token, int code, const char *sentence)
{
	if (client->events.transport != NULL) {
		client->events.transport->failed(
			token, code, sentence, client->events.transport_data);
	}
}

static void
client_deliver(void *data)
{
	LaterNote *note = data;

	if (note->sentence != NULL) {
		client_tell_failed(note->client, note->token, CLIENT_NOT_THERE, note->sentence);
	} else {
		client_tell_state(note->client, note->token, note->state);
	}
}

static void
later_note_free(void *data)
{
	LaterNote *note = data;

	g_free(note->sentence);
	g_free(note);
}

/* Not within the call: AVTransport is in the middle of its own transaction. */
void
client_tell_later(EngineClient *client, uint32_t token, AvuEngineState state, const char *sentence)
{
	LaterNote *note = g_new0(LaterNote, 1);

	*note = (LaterNote){ client, token, state, g_strdup(sentence) };
	avu_mailbox_post(client->mailbox, client_deliver, note, later_note_free);
}

EngineTrack *
client_find(EngineClient *client, uint32_t wire)
{
	EngineTrack *part = client->current != NULL ? client->current->part : NULL;
	EngineTrack *tracks[] = { client->current, part, client->next };

	for (size_t i = 0; i < G_N_ELEMENTS(tracks); i++) {
		if (tracks[i] != NULL && tracks[i]->wire == wire && tracks[i]->sent) {
			tracks[i]->heard = true;
			return tracks[i];
		}
	}
	return NULL;
}

void
client_send_empty(EngineClient *client, MediaFrame type)
{
	if (client->ready) {
		avu_supervised_send(client->media, type, NULL, NULL, 0);
	}
}

/* The track cannot be played (on); tells so and forgets it. */
void
client_give_up(EngineClient *client, EngineTrack *track, int code, const char *sentence)
{
	uint32_t token = track->token;
	bool playing = track == client->current && track->sent;
	const bool broke = track->trouble != NULL;
	g_autofree char *text = g_strdup(track->trouble != NULL ? track->trouble : sentence);
	g_autofree char *shown = avu_text_for_display(track->uri, CLIENT_URI_SHOWN);

	g_message("'%s' cannot be played: %s", shown, text);

	if (playing) {
		client_send_empty(client, MEDIA_STOP);
	}
	if (track == client->current) {
		client_note_transition(client, false);
		g_clear_pointer(&client->current, engine_track_free);
		g_clear_pointer(&client->next, engine_track_free);
		position_stop(&client->position);
		client_note_loaded(client);
	} else {
		g_clear_pointer(&client->next, engine_track_free);
	}
	client_tell_failed(client, token, broke ? CLIENT_NOT_READ : code, text);
}

/* ---- to media */

/* For an engine a volume is in decibels. */
static int32_t
client_neutral(AvuValue value)
{
	return value == AVU_VALUE_VOLUME ? 0 : avu_value_get_spec(value)->neutral;
}

static void
client_send_value(EngineClient *client, AvuValue value, AvuChannel channel)
{
	g_auto(AvuFrameWriter) payload;

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, value);
	avu_frame_put_u32(&payload, channel);
	avu_frame_put_i64(&payload, client->values[value][channel]);
	avu_supervised_send(client->media, MEDIA_VALUE, &payload, NULL, 0);
}

/* A new media process begins with neutral ones; a card is as it was left. */
void
client_send_values(EngineClient *client)
{
	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		for (unsigned c = 0; c < AVU_N_CHANNELS; c++) {
			bool of_card = client->mixer_card != NULL && v <= AVU_VALUE_MUTE &&
				       c == AVU_CHANNEL_MASTER;

			if (of_card || client->values[v][c] != client_neutral((AvuValue)v)) {
				client_send_value(client, (AvuValue)v, (AvuChannel)c);
			}
		}
	}
}

/* Hundredths of a decibel, as servers write it. */
static void
client_put_gain(AvuFrameWriter *payload, bool known, double db)
{
	avu_frame_put_i64(payload, known ? (int64_t)lround(db * 100) : MEDIA_NO_GAIN);
}

static void
client_send_track(EngineClient *client, EngineTrack *track, MediaFrame type)
{
	g_auto(AvuFrameWriter) payload;
	int fds[2 * AVU_RING_FDS];

	track->wire = ++client->wires;
	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, track->wire);
	avu_frame_put_string(&payload, track->mime);
	avu_frame_put_i64(&payload, track->start_ns);
	avu_frame_put_i64(&payload, track->show_ns);
	client_put_gain(&payload, track->has_track_gain, track->track_gain_db);
	client_put_gain(&payload, track->has_album_gain, track->album_gain_db);
	avu_jitter_buffer_get_fds(track->buffer, fds);
	if (track->side != NULL) {
		avu_jitter_buffer_get_fds(track->side, fds + AVU_RING_FDS);
	}
	avu_supervised_send(client->media, type, &payload, fds,
		track->side != NULL ? 2 * AVU_RING_FDS : AVU_RING_FDS);
	track->sent = true;
	track->heard = false;
	client_note_sent(client, track);
	client_send_attachments(client, track);
}

/* Sends what media can take by now: the current track once its size is known, then the next. */
void
client_send_tracks(EngineClient *client)
{
	EngineTrack *current = client->current;

	if (!client->ready || current == NULL || current->left || !engine_track_is_open(current)) {
		return;
	}
	if (!current->sent) {
		client_send_track(client, current, MEDIA_LOAD);
		if (current->held) {
			client_send_hold(client, current);
		}
		if (client_plays_scaled(client)) {
			client_send_speed(client);
		}
		if (client->wants_playing) {
			client_send_empty(client, MEDIA_PLAY);
		}
	}
	EngineTrack *next = engine_track_is_last_part(current) ? client->next : current->part;

	if (next != NULL && !next->sent && !next->left && engine_track_is_open(next)) {
		client_send_track(client, next, MEDIA_LOAD_NEXT);
	}
}

/* ---- the media process comes and goes */

static void
client_started(AvuSupervised *media, void *user_data)
{
	EngineClient *client = user_data;
	g_auto(AvuFrameWriter) payload;

	client->seeks = 0;
	client_note_started(client);
	avu_frame_writer_init(&payload);
	avu_frame_put_string(&payload, client->audio_sink);
	avu_frame_put_string(&payload, client->video_sink);
	avu_frame_put_string(&payload, client->audio_device);
	avu_frame_put_u32(&payload, client->mixing);
	avu_frame_put_string(&payload, client->mixer_card);
	avu_frame_put_string(&payload, client->mixer_control);
	avu_frame_put_u32(&payload, client->screen_name != NULL);
	avu_frame_put_u32(&payload, client->gain);
	avu_frame_put_i64(&payload, client->preamp_db);
	avu_frame_put_u32(&payload, client->dop);
	avu_supervised_send(media, MEDIA_CONFIGURE, &payload, NULL, 0);
}

/* The first word of media about a track comes before it opens it: without one, the track was probably sent
 * to a process that had ended already, of something else. That excuse holds once.
 * @return another process is not tried */
static bool
client_is_deadly(EngineTrack *track)
{
	const int64_t now_ns = avu_now_ns();

	if (now_ns - track->died_ns > CLIENT_DEATHS_NS) {
		track->deaths = 0;
		track->doubted = false;
	}
	track->died_ns = now_ns;
	if (!track->heard && !track->doubted) {
		track->doubted = true;
		return false;
	}
	return ++track->deaths >= CLIENT_DEATHS_MAX;
}

static void
client_lost(AvuSupervised *media G_GNUC_UNUSED, int status, int64_t restart_in_ns, void *user_data)
{
	EngineClient *client = user_data;
	EngineTrack *current = client->current;

	g_warning("the media process ended (status %d), starting it again in %d ms", status,
		(int)(restart_in_ns / AVU_NS_PER_MS));
	client->ready = false;
	if (client->next != NULL) {
		client->next->sent = false;
	}
	if (current != NULL && current->part != NULL) {
		current->part->sent = false;
	}
	if (current == NULL || !current->sent) {
		return;
	}
	int64_t position_ns = position_get_ns(&client->position);

	position_run(&client->position, false);
	current->sent = false;
	current->start_ns = MAX(position_ns - current->base_ns, 0);
	if (client_is_deadly(current)) {
		client_give_up(client, current, CLIENT_NO_FORMAT, "The decoder crashes on it.");
		return;
	}
	engine_track_set_playing(current, false);
	client_note_transition(client, true);
	client_tell_state(client, current->token, AVU_ENGINE_TRANSITIONING);
	if (client_needs_anew(current)) {
		client_reopen(
			client, client_finds_place(current) ? position_ns : 0, current->speed);
	}
}

/* ---- from AVTransport and RenderingControl */

static void
client_drop(EngineClient *client)
{
	g_clear_pointer(&client->current, engine_track_free);
	g_clear_pointer(&client->next, engine_track_free);
	client->wants_playing = false;
	client->speed = AVU_PLAY_SPEED_NORMAL;
	position_stop(&client->position);
	client_note_transition(client, false);
	client_note_loaded(client);
}

static void
client_load(void *self, const AvuTrack *track)
{
	EngineClient *client = self;
	g_autoptr(GError) error = NULL;

	if (client->current != NULL && client->current->sent) {
		client_send_empty(client, MEDIA_STOP);
	}
	client_drop(client);
	client->current = engine_track_new(
		client->buffers, track, client->target_ns, /* next = */ false, client, &error);
	if (client->current == NULL) {
		client_tell_later(client, track->token, AVU_ENGINE_STOPPED, error->message);
		return;
	}
	client_attach(client, client->current, track);
	position_set(&client->position, 0);
	position_limit(&client->position, track->duration_ns);
	client_note_loaded(client);
	client_note_transition(client, true);
	client_tell_later(client, track->token, AVU_ENGINE_TRANSITIONING, NULL);
}

static void
client_load_next(void *self, const AvuTrack *track)
{
	EngineClient *client = self;
	g_autoptr(GError) error = NULL;

	if (client->next != NULL && client->next->sent) {
		g_auto(AvuFrameWriter) payload;

		avu_frame_writer_init(&payload);
		avu_frame_put_u32(&payload, client->next->wire);
		avu_supervised_send(client->media, MEDIA_DROP_NEXT, &payload, NULL, 0);
	}
	g_clear_pointer(&client->next, engine_track_free);
	if (track == NULL || client->current == NULL) {
		return;
	}
	client->next = engine_track_new(
		client->buffers, track, client->target_ns, /* next = */ true, client, &error);
	if (client->next == NULL) {
		client_tell_later(client, track->token, AVU_ENGINE_STOPPED, error->message);
		return;
	}
	client_attach(client, client->next, track);
}

static void
client_set_playing(EngineClient *client, bool playing)
{
	if (client->current == NULL) {
		return;
	}
	client->wants_playing = playing;
	client_note_wish(client);
	if (client->current->sent) {
		client_send_empty(client, playing ? MEDIA_PLAY : MEDIA_PAUSE);
	} else if (!playing) {
		client_note_transition(client, false);
		client_tell_later(client, client->current->token, AVU_ENGINE_PAUSED, NULL);
	}
}

static void
client_play(void *self)
{
	client_set_playing(self, true);
}

static void
client_pause(void *self)
{
	client_set_playing(self, false);
}

static void
client_stop(void *self)
{
	EngineClient *client = self;

	if (client->current == NULL) {
		return;
	}
	uint32_t token = client->current->token;

	if (client->current->sent) {
		client_send_empty(client, MEDIA_STOP);
	}
	client_drop(client);
	client_tell_later(client, token, AVU_ENGINE_STOPPED, NULL);
}

static void
client_set_value(void *self, AvuValue value, AvuChannel channel, int32_t number)
{
	EngineClient *client = self;

	if (client->values[value][channel] == number) {
		return;
	}
	client->values[value][channel] = number;
	if (client->ready) {
		client_send_value(client, value, channel);
	}
}

static int64_t
client_get_position_ns(void *self)
{
	EngineClient *client = self;

	return client->current != NULL ? position_get_ns(&client->position) : AVU_TIME_NONE;
}

static int64_t
client_get_size_bytes(void *self)
{
	EngineClient *client = self;

	return client->current != NULL ? avu_jitter_buffer_get_size_bytes(client->current->buffer)
				       : -1;
}

static bool
client_get_buffer(void *self, AvuEngineBuffer *ret_buffer)
{
	AvuJitterNumbers numbers;

	if (!engine_client_get_buffer(self, &numbers)) {
		return false;
	}
	*ret_buffer = (AvuEngineBuffer){ numbers.level_ns, numbers.target_ns, numbers.complete };
	return true;
}

const AvuEngine *
engine_client_get_functions(void)
{
	static const AvuEngine functions = {
		.load = client_load,
		.load_next = client_load_next,
		.play = client_play,
		.pause = client_pause,
		.stop = client_stop,
		.seek = client_seek,
		.set_speed = client_set_speed,
		.speeds = client_speeds,
		.set_value = client_set_value,
		.get_position_ns = client_get_position_ns,
		.get_size_bytes = client_get_size_bytes,
		.get_reach = client_get_reach,
		.get_buffer = client_get_buffer,
	};

	return &functions;
}

/* ---- life */

EngineClient *
engine_client_new(
	AvuSupervisor *supervisor, const EngineConfig *config, const AvuAddressPolicy *policy)
{
	/* What sound and display servers are found by, and what quiets or explains GStreamer. */
	static const char *const keep_env[] = { "HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME",
		"PULSE_SERVER", "PULSE_COOKIE", "PULSE_SINK", "PIPEWIRE_REMOTE", "WAYLAND_DISPLAY",
		"DISPLAY", "XAUTHORITY", "ALSA_CONFIG_PATH", "GST_DEBUG", "GST_DEBUG_NO_COLOR",
		"GST_PLUGIN_SYSTEM_PATH_1_0", "GST_REGISTRY", "AV_UPNP_LOG", "ASAN_OPTIONS",
		"LSAN_OPTIONS", "UBSAN_OPTIONS", "LANG", NULL };
	EngineClient *client = g_new0(EngineClient, 1);

	client->mailbox = avu_mailbox_new(NULL);
	client->fetcher = avu_fetcher_new(NULL, policy);
	client->buffers = avu_jitter_group_new(policy, &client_jitter_listener, config->counters);
	avu_jitter_group_set_peer_manager(client->buffers, config->peer_manager);
	client->screen_name = g_strdup(config->screen_name);
	client->audio_sink = g_strdup(config->audio_sink);
	client->video_sink = g_strdup(config->video_sink);
	client->registry_option = g_strdup_printf("--registry=%s", config->registry_path);
	client->audio_device = g_strdup(config->audio_device);
	client->mixer_card = g_strdup(config->mixer_card);
	client->mixer_control = g_strdup(config->mixer_control);
	client->mixing = !config->no_mixer;
	client->dop = config->no_mixer && config->dop;
	client->gain = config->no_mixer ? MEDIA_GAIN_OFF : config->gain;
	client->preamp_db = config->preamp_db;
	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		for (unsigned c = 0; c < AVU_N_CHANNELS; c++) {
			client->values[v][c] = client_neutral((AvuValue)v);
		}
	}
	client->target_ns = config->buffer_ns;
	client->speed = AVU_PLAY_SPEED_NORMAL;
	client_init_progress(client, config->patience_ns);
	client_init_life(client, config->media_idle_ns, config->media_renew_ns);
	position_init(&client->position, NULL);
	client->argv[0] = MEDIA_HELPER;
	client->argv[1] = client->registry_option;
	const AvuSupervisedSpec spec = {
		.name = MEDIA_HELPER,
		.argv = client->argv,
		.keep_env = keep_env,
		.started = client_started,
		.received = client_received,
		.lost = client_lost,
		.refused = config->refused,
		.refused_data = config->refused_data,
	};

	client->media = avu_supervisor_add(supervisor, &spec, client);
	return client;
}

void
engine_client_set_events(EngineClient *client, const EngineEvents *events)
{
	client->events = *events;
}

void
engine_client_free(EngineClient *client)
{
	if (client == NULL) {
		return;
	}
	avu_mailbox_close(client->mailbox);
	client_drop(client);
	avu_supervised_remove(client->media);
	avu_fetcher_free(client->fetcher);
	avu_jitter_group_free(client->buffers);
	avu_timer_free(client->stuck_timer);
	client_clear_life(client);
	avu_mailbox_unref(client->mailbox);
	g_free(client->audio_device);
	g_free(client->mixer_card);
	g_free(client->mixer_control);
	g_free(client->screen_name);
	g_free(client->place);
	g_free(client->audio_sink);
	g_free(client->video_sink);
	g_free(client->registry_option);
	g_free(client);
}
