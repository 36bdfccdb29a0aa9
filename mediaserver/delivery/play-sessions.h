/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery/play-sessions.h: which deliveries of a file belong together
 *
 * Some players fetch a film in one piece, others in hundreds of short ranges, one after the other, and
 * look at its end in between. What goes on where the same player stopped is one session. */
#pragma once

#include <av-upnp/address.h>

G_BEGIN_DECLS

#define PLAY_SESSIONS_MAX 64
#define PLAY_SESSION_IDLE_NS (120 * AVU_NS_PER_S) /* nothing was fetched: it is over */
#define PLAY_SESSION_NEAR_NS (10 * AVU_NS_PER_S)  /* so far from what was fetched is going on */

typedef struct {
	AvuAddress peer;
	int64_t item;
	int64_t begun_ns, begun_wall_s; /* the first delivery */
	int64_t start_ns, reached_ns;   /* in the film: from where to where it went */
	int64_t seen_ns;                /* when something was fetched last */
	int64_t kept_s;                 /* when its position was kept, wall; -1: never */
	int64_t kept_ns;                /* which one */
} PlaySession;

typedef struct PlaySessions PlaySessions;

PlaySessions *play_sessions_new(void);
void play_sessions_free(PlaySessions *sessions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlaySessions, play_sessions_free)

/** A delivery begins at start_ns of the film. @param now_ns,wall_s  the clocks  @thread any */
void play_sessions_begin(PlaySessions *sessions, const AvuAddress *peer, int64_t item,
	int64_t start_ns, int64_t now_ns, int64_t wall_s);
/** It ended, having got from start_ns to reached_ns.
 *  @return false: others came since, it is not known any more  @thread any */
bool play_sessions_end(PlaySessions *sessions, const AvuAddress *peer, int64_t item,
	int64_t start_ns, int64_t reached_ns, int64_t now_ns, PlaySession *ret_session);
/** Its position was kept. @param session  as play_sessions_end() gave it  @thread any */
void play_sessions_keep(
	PlaySessions *sessions, const PlaySession *session, int64_t position_ns, int64_t wall_s);

G_END_DECLS
