/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The track after the current one: joined to the line of that, taken back, or opened when it has ended.
 * Main thread. */

#include "player-private.h"

/* The current one was heard, and waits with its end until it is known what samples the next one has: no longer
 * than so, since it would seem to play. */
#define PLAYER_LATE_NS (300 * AVU_NS_PER_MS)

void
player_join_next(Player *player)
{
	bool same_kind = player->next != NULL && !player->next->apart &&
			 !track_is_video(player->next) && !track_is_image(player->next);

	if (same_kind && player->prerolled && !player->joined &&
		avu_play_speed_is_normal(player->speed)) {
		player->joined = line_append(player->line, player->next);
	}
}

void
player_on_next_started(Player *player, uint32_t token)
{
	if (player->next == NULL || player->next->token != token) {
		return;
	}
	track_free(player->current);
	player->current = g_steal_pointer(&player->next);
	player->joined = false;
	player->held = false; /* that was about the octets of the other one */
	avu_timer_set(player->hold_timer, AVU_TIME_NONE);
	line_shift(player->line);
	player_show(player);
	player->listener.track_started(token, player->user_data);
	player_tell_facts(player);
	player_tell_position(player);
}

/* Takes the next track back. When it has begun in this moment, then the current one has ended: the
 * caller goes on with player_on_ended(). @return false: so it is */
bool
player_forget_next(Player *player)
{
	bool in_time = !player->joined || line_drop_next(player->line);

	player->joined = false;
	g_clear_pointer(&player->next, track_free);
	return in_time;
}

/* It is opened when the one before it has ended. */
static void
player_set_apart(Player *player)
{
	bool in_time = line_drop_next(player->line);

	player->joined = false;
	player->next->apart = true;
	if (!in_time) {
		player_on_ended(player);
	}
}

/* Samples that reach the output as they are cannot change their kind on the way: such a track is opened
 * when the one before it has ended, and the output with it. */
void
player_on_format(Player *player, uint32_t token)
{
	if (!player->sinks->exact || player->next == NULL || player->next->token != token ||
		!player->joined) {
		return;
	}
	if (line_next_fits(player->line)) {
		avu_timer_set(player->late_timer, AVU_TIME_NONE);
		line_keep_next(player->line);
		return;
	}
	player_set_apart(player);
}

void
player_on_end_waits(Player *player)
{
	if (player->sinks->exact && player->joined) {
		avu_timer_set(player->late_timer, PLAYER_LATE_NS);
	}
}

void
player_on_late_timer(void *data)
{
	Player *player = data;

	if (player->joined && player->next != NULL) {
		player_set_apart(player);
	}
}
