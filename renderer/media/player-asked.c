/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the control process asks of the player. Main thread. */

#include "player-private.h"
#include "video-line.h"

/* A slider sends twenty a second; the decoder is asked less often than that. */
#define REDRAW_NS (80 * AVU_NS_PER_MS)

void
player_load(Player *player, Track *track)
{
	player_clear(player);
	player_start(player, track);
}

void
player_load_next(Player *player, Track *track)
{
	if (player->current == NULL) {
		track_free(track);
		return;
	}
	bool in_time = player_forget_next(player);

	player->next = track;
	if (in_time) {
		player_join_next(player);
	} else {
		player_on_ended(player);
	}
}

void
player_drop_next(Player *player, uint32_t token)
{
	if (player->next == NULL || player->next->token != token) {
		return;
	}
	if (!player_forget_next(player)) {
		player_on_ended(player);
	}
}

void
player_play(Player *player)
{
	if (player->current == NULL) {
		return;
	}
	player->wants_playing = true;
	if (player->pending_seek_ns == AVU_TIME_NONE) {
		line_set_playing(player->line, player_should_play(player));
	}
	player_tell_line_state(player); /* held: nothing changes but the word for it */
}

void
player_pause(Player *player)
{
	if (player->current == NULL) {
		return;
	}
	player->wants_playing = false;
	line_set_playing(player->line, false);
	player_tell_line_state(player);
}

void
player_hold(Player *player, uint32_t token, bool hold)
{
	if (player->current == NULL || player->current->token != token) {
		return;
	}
	if (hold) {
		player_on_hold_timer(player);
		return;
	}
	player->held = false;
	avu_timer_set(player->hold_timer, AVU_TIME_NONE);
	if (player->pending_seek_ns == AVU_TIME_NONE) {
		line_set_playing(player->line, player_should_play(player));
	}
}

void
player_stop(Player *player)
{
	if (player->current == NULL) {
		return;
	}
	uint32_t token = player->current->token;

	player_clear(player);
	player->listener.state_changed(token, AVU_ENGINE_STOPPED, player->user_data);
}

static void
player_go_to(Player *player, int64_t position_ns)
{
	if (!player->prerolled) {
		player->pending_seek_ns = position_ns;
		line_set_playing(player->line, false);
		return;
	}
	player_seek_now(player, position_ns);
}

void
player_seek(Player *player, uint32_t token, int64_t position_ns)
{
	if (player->current != NULL && player->current->token == token) {
		player_go_to(player, position_ns);
	}
}

/* @return the current or the next track; NULL: another's */
static Track *
player_find(const Player *player, uint32_t token)
{
	Track *tracks[] = { player->current, player->next };

	for (size_t i = 0; i < G_N_ELEMENTS(tracks); i++) {
		if (tracks[i] != NULL && tracks[i]->token == token) {
			return tracks[i];
		}
	}
	return NULL;
}

void
player_describe(
	Player *player, uint32_t token, const char *title, const char *artist, const char *album)
{
	Track *track = player_find(player, token);

	if (track != NULL) {
		track_describe(track, title, artist, album);
		player_show(player);
	}
}

void
player_attach(Player *player, uint32_t token, MediaAttachment kind, GBytes *bytes)
{
	Track *track = player_find(player, token);

	if (track == NULL) {
		g_bytes_unref(bytes);
		return;
	}
	GBytes **place = kind == MEDIA_COVER ? &track->cover : &track->subtitles;

	g_clear_pointer(place, g_bytes_unref);
	*place = bytes;
	if (kind == MEDIA_COVER) {
		player_show(player);
	} else if (track == player->current && player->line == player->video) {
		video_line_set_subtitles(
			player->video, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	}
}

void
player_set_speed(Player *player, AvuPlaySpeed speed)
{
	if (player->current == NULL) {
		return;
	}
	int64_t position_ns =
		player->prerolled ? line_get_position_ns(player->line) : player->pending_seek_ns;

	player->speed = speed;
	bool fits = line_set_rate(player->line, player_rate(player));

	if (player->prerolled && !player_is_seekable(player)) {
		player_drop_speed(player);
	} else if (fits) {
		player_go_to(player, MAX(position_ns, 0));
	} else {
		player->pending_seek_ns = MAX(position_ns, 0);
		player_open(player, player->line == player->video);
	}
}

static bool
player_stands(const Player *player)
{
	return player->current != NULL && player->line == player->video &&
	       !player_should_play(player);
}

void
player_on_redraw_timer(void *data)
{
	Player *player = data;

	if (!player_stands(player)) {
		return;
	}
	if (!player->prerolled) {
		avu_timer_set(player->redraw_timer, REDRAW_NS);
	} else if (line_redraw(player->line)) {
		player->prerolled = false;
	}
}

void
player_redraw(Player *player)
{
	if (player_stands(player)) {
		avu_timer_set(player->redraw_timer, REDRAW_NS);
	}
}
