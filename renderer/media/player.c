/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The player of the media process: what is asked for against what the lines report.
 *
 * Main thread alone. It never waits for a pipeline: a wish (play, seek) that comes before the first
 * sample is there is remembered and done at LINE_PREROLLED. */

#include <malloc.h>

#include <av-upnp/loop.h>

#include "audio-line.h"
#include "fault.h"
#include "player-private.h"
#include "screen.h"
#include "video-line.h"

#define PLAYER_POSITION_NS (500 * AVU_NS_PER_MS)
/* How long the output stays open after the last track: quick to start again, and then free for
 * other programs. */
#define PLAYER_IDLE_NS (30 * AVU_NS_PER_S)

/* What has to be left when it is held: less than the sinks' own buffers. */
#define PLAYER_HOLD_AHEAD_NS (150 * AVU_NS_PER_MS)
#define PLAYER_HOLD_LOOK_NS (50 * AVU_NS_PER_MS)

static void
player_tell(Player *player, AvuEngineState state)
{
	if (player->told != state && player->current != NULL) {
		player->told = state;
		player->listener.state_changed(player->current->token, state, player->user_data);
	}
}

bool
player_should_play(const Player *player)
{
	return player->wants_playing && !player->held;
}

/* What a prerolled line that plays or not is to the world. */
static AvuEngineState
player_state(const Player *player, bool playing)
{
	if (playing) {
		return AVU_ENGINE_PLAYING;
	}
	return player->wants_playing ? AVU_ENGINE_TRANSITIONING : AVU_ENGINE_PAUSED;
}

/* What begins in the middle of a recording, as a stream in pieces does, counts from its first sample:
 * where that is, only who fetches it knows. */
static int64_t
player_get_position_ns(Player *player)
{
	int64_t position_ns = line_get_position_ns(player->line);
	Track *track = player->current;

	if (position_ns != AVU_TIME_NONE && track->origin_ns == AVU_TIME_NONE) {
		const int64_t begin_ns = line_get_origin_ns(player->line);

		track->origin_ns = player_is_seekable(player)  ? 0
				   : begin_ns != AVU_TIME_NONE ? begin_ns
							       : position_ns;
	}
	return position_ns != AVU_TIME_NONE ? MAX(position_ns - track->origin_ns, 0)
					    : AVU_TIME_NONE;
}

void
player_tell_position(Player *player)
{
	int64_t position_ns = player->line != NULL && player->prerolled
				      ? player_get_position_ns(player)
				      : AVU_TIME_NONE;

	if (position_ns != AVU_TIME_NONE) {
		player->position(player->current->token, position_ns, player->user_data);
		if (player->sinks->screen != NULL) {
			screen_set_position(player->sinks->screen, position_ns,
				line_get_duration_ns(player->line), !player->wants_playing);
		}
	}
}

static void
player_on_position_timer(void *data)
{
	Player *player = data;

	player_tell_position(player);
	avu_timer_set(player->position_timer, PLAYER_POSITION_NS);
}

static void
player_on_idle_timer(void *data)
{
	Player *player = data;

	(void)gst_element_set_state(player->audio->pipeline, GST_STATE_NULL);
	(void)malloc_trim(0);
}

void
player_show(Player *player)
{
	Screen *screen = player->sinks->screen;
	bool film = player->line != NULL && player->line == player->video;

	if (player->sinks->window != NULL) {
		window_want(player->sinks->window, WINDOW_FOR_FILM, film);
	}
	if (screen != NULL) {
		screen_yield(screen, film);
		screen_set_track(screen, film ? NULL : player->current);
	}
}

/* Lets go of both tracks and of the line. */
void
player_clear(Player *player)
{
	if (player->line != NULL) {
		line_close(player->line);
	}
	player->line = NULL;
	player->joined = false;
	player->prerolled = false;
	player->announce = false;
	player->wants_playing = false;
	player->held = false;
	player->speed = AVU_PLAY_SPEED_NORMAL;
	avu_timer_set(player->hold_timer, AVU_TIME_NONE);
	player->pending_seek_ns = AVU_TIME_NONE;
	player->told = AVU_ENGINE_STOPPED;
	g_clear_pointer(&player->current, track_free);
	g_clear_pointer(&player->next, track_free);
	avu_timer_set(player->position_timer, AVU_TIME_NONE);
	avu_timer_set(player->show_timer, AVU_TIME_NONE);
	avu_timer_set(player->redraw_timer, AVU_TIME_NONE);
	avu_timer_set(player->late_timer, AVU_TIME_NONE);
	avu_timer_set(player->idle_timer,
		player->sinks->idle_ns > 0 ? player->sinks->idle_ns : PLAYER_IDLE_NS);
	player_show(player);
}

static void
player_fail_current(Player *player, const char *sentence)
{
	uint32_t token = player->current->token;
	g_autofree char *text = g_strdup(sentence);

	if (player->announce) {
		/* It is its turn, and nobody else's any more: the one before it has ended. */
		player->listener.track_started(token, player->user_data);
	}
	player_clear(player);
	if (player->sinks->screen != NULL) {
		screen_say(player->sinks->screen, text);
	}
	player->listener.failed(token, fault_get_code(text), text, player->user_data);
}

/* No more octets will come of it: what there is gets played first. */
static void
player_on_broken(Player *player, uint32_t token)
{
	Track *tracks[] = { player->current, player->next };

	for (size_t i = 0; i < G_N_ELEMENTS(tracks); i++) {
		if (tracks[i] != NULL && tracks[i]->token == token) {
			tracks[i]->broken = true;
		}
	}
}

double
player_rate(const Player *player)
{
	return (double)player->speed.numerator / player->speed.denominator;
}

/* Opens the current track on a line. */
void
player_open(Player *player, bool video)
{
	g_autoptr(GError) error = NULL;

	if (player->line != NULL) {
		line_close(player->line);
	}
	player->line = video ? player->video : player->audio;
	(void)line_set_rate(player->line, player_rate(player));
	player_show(player);
	player->joined = false;
	player->prerolled = false;
	player_tell(player, AVU_ENGINE_TRANSITIONING);
	if (!line_open(player->line, player->current, &error)) {
		player_fail_current(
			player, error != NULL ? error->message : "It cannot be opened.");
		return;
	}
	avu_timer_set(player->idle_timer, AVU_TIME_NONE);
	if (player_should_play(player) && player->pending_seek_ns == AVU_TIME_NONE) {
		line_set_playing(player->line, true);
	}
}

void
player_start(Player *player, Track *track)
{
	player->current = track;
	player->pending_seek_ns = track->start_ns > 0 || !avu_play_speed_is_normal(player->speed)
					  ? track->start_ns
					  : AVU_TIME_NONE;
	player_open(player, track_is_video(track) || track_is_image(track));
}

/* MP3 without an index is read from the start for an exact seek: the estimate has to do. */
static bool
player_seeks_exactly(const Player *player)
{
	const char *mime = player->current->mime;

	return player->line == player->audio &&
	       (mime == NULL || g_ascii_strcasecmp(mime, "audio/mpeg") != 0);
}

/* imagefreeze says it can seek; a picture has no places. */
bool
player_is_seekable(const Player *player)
{
	return !track_is_image(player->current) && line_is_seekable(player->line);
}

/* It goes on at 1 although something else was asked for. */
void
player_drop_speed(Player *player)
{
	player->speed = AVU_PLAY_SPEED_NORMAL;
	(void)line_set_rate(player->line, 1);
	player->listener.speed_changed(player->current->token, player->speed, player->user_data);
}

void
player_seek_now(Player *player, int64_t position_ns)
{
	player_tell(player, AVU_ENGINE_TRANSITIONING);
	bool open = line_can_seek(player->line);
	bool exact = player_seeks_exactly(player);

	if (open && line_seek(player->line, position_ns, exact)) {
		player->prerolled = false;
		return;
	}
	if (open && !avu_play_speed_is_normal(player->speed)) {
		player_drop_speed(player);
		player->prerolled = !line_seek(player->line, position_ns, exact);
		return;
	}
	/* The end of the track has left the decoder already: open it again, at that place. */
	if (!open && player_is_seekable(player)) {
		player->pending_seek_ns = position_ns;
		player_open(player, player->line == player->video);
		return;
	}
	player_tell(player, player_state(player, line_is_playing(player->line)));
	player_tell_position(player);
}

static void
player_tell_duration(Player *player)
{
	int64_t duration_ns = line_get_duration_ns(player->line);

	if (duration_ns != AVU_TIME_NONE) {
		player->listener.duration_known(
			player->current->token, duration_ns, player->user_data);
	}
}

void
player_tell_facts(Player *player)
{
	player->listener.seekable_known(
		player->current->token, player_is_seekable(player), player->user_data);
	player_tell_duration(player);
}

/* What is left of a picture's time runs while it is shown. */
static void
player_time_picture(Player *player, bool playing)
{
	int64_t left_ns = AVU_TIME_NONE;

	if (playing && track_is_image(player->current) && player->current->show_ns > 0) {
		left_ns = player->current->show_ns - MAX(line_get_position_ns(player->line), 0);
		left_ns = MAX(left_ns, 0);
	}
	avu_timer_set(player->show_timer, left_ns);
}

void
player_tell_line_state(Player *player)
{
	bool playing = line_is_playing(player->line);

	if (!player->prerolled || playing != player_should_play(player)) {
		return;
	}
	player_tell_position(player);
	player_tell(player, player_state(player, playing));
	avu_timer_set(player->position_timer, playing ? PLAYER_POSITION_NS : AVU_TIME_NONE);
	player_time_picture(player, playing);
}

static void
player_on_prerolled(Player *player)
{
	player->prerolled = true;
	if (player->pending_seek_ns != AVU_TIME_NONE) {
		int64_t position_ns = player->pending_seek_ns;

		player->pending_seek_ns = AVU_TIME_NONE;
		if (player_is_seekable(player)) {
			player_seek_now(player, position_ns);
			return;
		}
	}
	if (!avu_play_speed_is_normal(player->speed) && !player_is_seekable(player)) {
		player_drop_speed(player);
	}
	if (player->announce) {
		player->announce = false;
		player->listener.track_started(player->current->token, player->user_data);
	}
	player_tell_facts(player);
	if (player_should_play(player) != player->line->playing) {
		line_set_playing(player->line, player_should_play(player));
	}
	player_join_next(player);
	player_tell_line_state(player);
}

void
player_on_ended(Player *player)
{
	uint32_t token = player->current->token;

	if (player->current->broken) {
		player_fail_current(player, "The resource could not be read to its end.");
		return;
	}
	if (player->speed.numerator < 0) {
		/* Its beginning: it plays from there. */
		player_drop_speed(player);
		player->pending_seek_ns = AVU_TIME_NONE;
		player_open(player, player->line == player->video);
		return;
	}
	if (player->next == NULL) {
		player_clear(player);
		player->listener.ended(token, player->user_data);
		return;
	}
	/* It could not be joined (pictures are involved, or it came too late): it follows now. */
	track_free(player->current);
	player->announce = true;
	player->told = AVU_ENGINE_STOPPED;
	player_start(player, g_steal_pointer(&player->next));
}

static void
player_on_show_timer(void *data)
{
	Player *player = data;

	if (player->current != NULL) {
		player_on_ended(player);
	}
}

static void
player_on_failed(Player *player, uint32_t token, const char *text)
{
	if (player->next != NULL && token == player->next->token) {
		bool in_time = player_forget_next(player);

		player->listener.failed(token, fault_get_code(text), text, player->user_data);
		if (!in_time) {
			player_on_ended(player);
		}
	} else if (token == 0 || token == player->current->token) {
		player_fail_current(player, text);
	}
}

/* Only opening it showed that the track has pictures. */
static void
player_on_pictures(Player *player, uint32_t token)
{
	if (player->next != NULL && token == player->next->token) {
		bool in_time = !player->joined || line_drop_next(player->line);

		player->joined = false;
		g_free(player->next->mime);
		player->next->mime = g_strdup("video/*");
		if (!in_time) {
			player_on_ended(player);
		}
	} else if (token == player->current->token && player->line == player->audio) {
		g_free(player->current->mime);
		player->current->mime = g_strdup("video/*");
		player_open(player, true);
	}
}

static void
player_on_note(const LineNote *note, void *user_data)
{
	Player *player = user_data;

	if (!line_is_current_note(note) || player->line != note->line || player->current == NULL) {
		return;
	}
	switch (note->kind) {
	case LINE_PREROLLED:
		player_on_prerolled(player);
		break;
	case LINE_STATE:
		player_tell_line_state(player);
		break;
	case LINE_NEXT_STARTED:
		player_on_next_started(player, note->token);
		break;
	case LINE_ENDED:
		player_on_ended(player);
		break;
	case LINE_BROKEN:
		player_on_broken(player, note->token);
		break;
	case LINE_FAILED:
		player_on_failed(player, note->token, note->text);
		break;
	case LINE_HAS_PICTURES:
		player_on_pictures(player, note->token);
		break;
	case LINE_FORMAT:
		player_on_format(player, note->token);
		break;
	case LINE_END_WAITS:
		player_on_end_waits(player);
		break;
	case LINE_DURATION:
		player_tell_duration(player);
		break;
	}
}

/* Holds when all but a little of what is decoded has been heard: late octets may come before. */
void
player_on_hold_timer(void *data)
{
	Player *player = data;

	if (line_is_playing(player->line) &&
		line_get_ahead_ns(player->line) > PLAYER_HOLD_AHEAD_NS) {
		avu_timer_set(player->hold_timer, PLAYER_HOLD_LOOK_NS);
		return;
	}
	player->held = true;
	if (player->told == AVU_ENGINE_PLAYING) {
		player_tell_position(player);
		player_tell(player, AVU_ENGINE_TRANSITIONING);
	}
	line_set_playing(player->line, false);
}

Player *
player_new(AvuMailbox *mailbox, const Sinks *sinks, const AvuEngineListener *listener,
	void (*position)(uint32_t token, int64_t position_ns, void *user_data), void *user_data,
	GError **error)
{
	GstElement *sink = sinks_make_audio(sinks, error);

	if (sink == NULL) {
		return NULL;
	}
	Player *player = g_new0(Player, 1);
	LineListener notes = { player_on_note, player, mailbox };

	player->sinks = sinks;
	player->listener = *listener;
	player->position = position;
	player->user_data = user_data;
	player->pending_seek_ns = AVU_TIME_NONE;
	player->audio = audio_line_new(&notes, sinks, sink, error);
	player->video = video_line_new(&notes, sinks);
	player->position_timer =
		avu_timer_new(NULL, AVU_TIME_NONE, player_on_position_timer, player);
	player->hold_timer = avu_timer_new(NULL, AVU_TIME_NONE, player_on_hold_timer, player);
	player->show_timer = avu_timer_new(NULL, AVU_TIME_NONE, player_on_show_timer, player);
	player->idle_timer = avu_timer_new(NULL, AVU_TIME_NONE, player_on_idle_timer, player);
	player->redraw_timer = avu_timer_new(NULL, AVU_TIME_NONE, player_on_redraw_timer, player);
	player->late_timer = avu_timer_new(NULL, AVU_TIME_NONE, player_on_late_timer, player);
	if (player->audio == NULL) {
		player_free(player);
		return NULL;
	}
	return player;
}

void
player_free(Player *player)
{
	if (player == NULL) {
		return;
	}
	player_clear(player);
	line_free(player->audio);
	line_free(player->video);
	avu_timer_free(player->position_timer);
	avu_timer_free(player->idle_timer);
	avu_timer_free(player->show_timer);
	avu_timer_free(player->hold_timer);
	avu_timer_free(player->redraw_timer);
	avu_timer_free(player->late_timer);
	g_free(player);
}
