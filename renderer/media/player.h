/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/player.h: the track that plays, the one that comes next, on the line that fits */
#pragma once

#include <av-upnp/engine.h>
#include <av-upnp/mailbox.h>

#include "../engine/protocol.h"
#include "sinks.h"
#include "track.h"

G_BEGIN_DECLS

typedef struct Player Player;

/** @param listener  value_changed is not used
 *  @return NULL with AVU_ERROR: a sink or a basic element cannot be made */
Player *player_new(AvuMailbox *mailbox, const Sinks *sinks, const AvuEngineListener *listener,
	void (*position)(uint32_t token, int64_t position_ns, void *user_data), void *user_data,
	GError **error);
void player_free(Player *player);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Player, player_free)

/** @param track  taken */
void player_load(Player *player, Track *track);
/** @param track  taken */
void player_load_next(Player *player, Track *track);
void player_drop_next(Player *player, uint32_t token);
void player_play(Player *player);
void player_pause(Player *player);
void player_stop(Player *player);
/** Its octets are late: waits without a sample being lost, and says TRANSITIONING; or goes on.
 *  @param token  of the current track, else nothing happens */
void player_hold(Player *player, uint32_t token, bool hold);
/** @param token  of the current track; another one is over, or was taken back: nothing happens */
void player_seek(Player *player, uint32_t token, int64_t position_ns);
/** What the current or the next track is called; for the screen. */
void player_describe(
	Player *player, uint32_t token, const char *title, const char *artist, const char *album);
/** Something that belongs to the current or the next track has come. @param bytes  taken */
void player_attach(Player *player, uint32_t token, MediaAttachment kind, GBytes *bytes);
/** Of the current track and those that follow. What has no other speed goes on at 1, and the listener
 *  hears so. */
void player_set_speed(Player *player, AvuPlaySpeed speed);
/** How pictures look has changed: one that stands is drawn anew, soon. */
void player_redraw(Player *player);

G_END_DECLS
