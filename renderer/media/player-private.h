/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/player-private.h: the player's state, shared by the part that follows what lines
 * report (player.c) and the part that is asked (player-asked.c) */
#pragma once

#include <av-upnp/loop.h>

#include "line.h"
#include "player.h"

G_BEGIN_DECLS

struct Player {
	const Sinks *sinks;
	AvuEngineListener listener;
	void (*position)(uint32_t token, int64_t position_ns, void *user_data);
	void *user_data;
	Line *audio, *video;
	Line *line; /* one of them while something is open */
	Track *current, *next;
	bool joined; /* next was appended to the line */
	bool wants_playing;
	AvuPlaySpeed speed; /* asked for */
	bool held;          /* its octets are late: it does not play although it should */
	bool prerolled;
	bool announce; /* this opening is a next track: tell that it started */
	int64_t pending_seek_ns;
	AvuEngineState told;
	AvuTimer *position_timer, *idle_timer, *hold_timer, *show_timer, *redraw_timer, *late_timer;
};

/** Puts on the screen what plays, where there is one and no film is on it. */
void player_show(Player *player);
/** Lets go of both tracks and of the line. */
void player_clear(Player *player);
/** @param track  taken */
void player_start(Player *player, Track *track);
/** @return false: it had begun already: the caller goes on with player_on_ended() */
bool player_forget_next(Player *player);
void player_join_next(Player *player);
void player_on_next_started(Player *player, uint32_t token);
/** What samples a joined track has is known. */
void player_on_format(Player *player, uint32_t token);
/** The current track was heard, but for the end that waits until that is known of the next one. */
void player_on_end_waits(Player *player);
void player_on_late_timer(void *data);
void player_tell_position(Player *player);
void player_tell_facts(Player *player);
void player_on_ended(Player *player);
void player_tell_line_state(Player *player);
bool player_should_play(const Player *player);
/** It goes on at 1 although something else was asked for. */
void player_drop_speed(Player *player);
void player_open(Player *player, bool video);
void player_seek_now(Player *player, int64_t position_ns);
bool player_is_seekable(const Player *player);
double player_rate(const Player *player);
/** The picture that stands there was drawn as it was to be before. */
void player_on_redraw_timer(void *data);
/** Holds as soon as little of what is decoded is left. */
void player_on_hold_timer(void *data);

G_END_DECLS
