/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* queue/player.h: a queue playing on one renderer. Main thread; never waits. */
#pragma once

#include <av-upnp/remote-device.h>

#include "queue/feeder.h"
#include "queue/queue.h"

typedef struct Player Player;

typedef struct {
	/* The queue moved on, ended, or the device showed a habit: worth keeping. */
	void (*changed)(Player *player, void *user_data);
	void *user_data;
} PlayerListener;

/** @param fetcher  outlives the player  @param queue  taken over */
Player *player_new(
	AvuFetcher *fetcher, Queue *queue, NextHabit habit, const PlayerListener *listener);
/** Cancels what is under way; the renderer goes on with what it has. */
void player_free(Player *player);

/** Where the renderer is now; NULL: it has gone. */
void player_set_device(Player *player, AvuRemoteDevice *device);
AvuRemoteDevice *player_get_device(Player *player);
/** To be changed by the caller, who then calls player_queue_changed(). */
Queue *player_get_queue(Player *player);
void player_queue_changed(Player *player);
NextHabit player_get_habit(const Player *player);

/** Plays the entry at that position now. */
void player_play(Player *player, unsigned at);
/** @param step  +1, -1  @return false with NOT_FOUND when there is no such entry */
bool player_step(Player *player, int step, GError **error);
/** Stops the renderer; the queue stays where it is. */
void player_stop(Player *player);
/** Stops after that time; AVU_TIME_NONE: no more. */
void player_sleep(Player *player, int64_t delay_ns);
/** Time left until then, AVU_TIME_NONE: none set. */
int64_t player_get_sleep(const Player *player);

bool player_is_running(const Player *player);
/** Has the renderer taken the entry that is to play, and the order to play it? */
bool player_has_begun(const Player *player);
/** Does it play, or is it to be stopped later? */
bool player_is_needed(const Player *player);
/** Why it does not play any more, or NULL; borrowed. */
const char *player_get_trouble(const Player *player);
