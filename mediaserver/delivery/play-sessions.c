/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A short list under a lock; the one that was quiet for longest goes. Any thread. */
#include "mediaserver/delivery/play-sessions.h"

#include <pthread.h>

struct PlaySessions {
	pthread_mutex_t lock;
	PlaySession all[PLAY_SESSIONS_MAX]; /* guarded by lock; item 0: free */
};

PlaySessions *
play_sessions_new(void)
{
	PlaySessions *sessions = g_new0(PlaySessions, 1);

	(void)pthread_mutex_init(&sessions->lock, NULL);
	return sessions;
}

void
play_sessions_free(PlaySessions *sessions)
{
	if (sessions != NULL) {
		(void)pthread_mutex_destroy(&sessions->lock);
		g_free(sessions);
	}
}

static bool
goes_on(const PlaySession *session, const AvuAddress *peer, int64_t item, int64_t start_ns)
{
	return session->item == item && avu_address_equal_ip(&session->peer, peer) &&
	       start_ns >= session->start_ns &&
	       start_ns <= session->reached_ns + PLAY_SESSION_NEAR_NS;
}

/* The lock is held. @return NULL: none */
static PlaySession *
find_locked(PlaySessions *sessions, const AvuAddress *peer, int64_t item, int64_t start_ns)
{
	for (size_t i = 0; i < PLAY_SESSIONS_MAX; i++) {
		if (goes_on(&sessions->all[i], peer, item, start_ns)) {
			return &sessions->all[i];
		}
	}
	return NULL;
}

static PlaySession *
find_oldest_locked(PlaySessions *sessions)
{
	PlaySession *oldest = &sessions->all[0];

	for (size_t i = 0; i < PLAY_SESSIONS_MAX && oldest->item != 0; i++) {
		PlaySession *other = &sessions->all[i];

		oldest = other->item == 0 || other->seen_ns < oldest->seen_ns ? other : oldest;
	}
	return oldest;
}

void
play_sessions_begin(PlaySessions *sessions, const AvuAddress *peer, int64_t item, int64_t start_ns,
	int64_t now_ns, int64_t wall_s)
{
	(void)pthread_mutex_lock(&sessions->lock);
	PlaySession *session = find_locked(sessions, peer, item, start_ns);

	if (session == NULL || now_ns - session->seen_ns > PLAY_SESSION_IDLE_NS) {
		session = session != NULL ? session : find_oldest_locked(sessions);
		*session = (PlaySession){ .peer = *peer,
			.item = item,
			.begun_ns = now_ns,
			.begun_wall_s = wall_s,
			.start_ns = start_ns,
			.reached_ns = start_ns,
			.kept_s = -1 };
	}
	session->seen_ns = now_ns;
	(void)pthread_mutex_unlock(&sessions->lock);
}

bool
play_sessions_end(PlaySessions *sessions, const AvuAddress *peer, int64_t item, int64_t start_ns,
	int64_t reached_ns, int64_t now_ns, PlaySession *ret_session)
{
	(void)pthread_mutex_lock(&sessions->lock);
	PlaySession *session = find_locked(sessions, peer, item, start_ns);

	if (session != NULL) {
		session->reached_ns = MAX(session->reached_ns, reached_ns);
		session->seen_ns = now_ns;
		*ret_session = *session;
	}
	(void)pthread_mutex_unlock(&sessions->lock);
	return session != NULL;
}

void
play_sessions_keep(
	PlaySessions *sessions, const PlaySession *kept, int64_t position_ns, int64_t wall_s)
{
	(void)pthread_mutex_lock(&sessions->lock);
	PlaySession *session = find_locked(sessions, &kept->peer, kept->item, kept->start_ns);

	if (session != NULL) {
		session->kept_s = wall_s;
		session->kept_ns = position_ns;
	}
	(void)pthread_mutex_unlock(&sessions->lock);
}
