/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A renderer is asked how it is a few times a second, so a jingle may begin and end without being seen to play: that is
 * no failure. One that is stopped for longer than it was out of sight has not played. Pure. */
#include <av-upnp/clock.h>

#include "commands/play-verdict.h"

#define SETTLE_NS AVU_NS_PER_S /* renderers that say STOPPED until they begin take no longer */

static PlayVerdict
stopped_verdict(const PlayLook *look)
{
	const bool known = look->duration_ns > 0; /* AVU_TIME_NONE is below */

	if (known && look->was_busy && look->since_ns >= look->duration_ns) {
		return PLAY_OVER;
	}
	if (known && look->unseen_ns >= look->duration_ns &&
		look->since_ns >= look->duration_ns + SETTLE_NS) {
		return PLAY_OVER;
	}
	if (!look->late) {
		return PLAY_WAIT;
	}
	return known ? PLAY_LATE : PLAY_STOPPED;
}

PlayVerdict
play_verdict(const PlayLook *look)
{
	if (look->now.failed) {
		return PLAY_FAILED;
	}
	switch (look->now.state) {
	case TRANSPORT_STOPPED:
		return stopped_verdict(look);
	case TRANSPORT_PLAYING:
		return PLAY_PLAYING;
	case TRANSPORT_NO_MEDIA:
		return PLAY_DROPPED;
	case TRANSPORT_PAUSED:
	case TRANSPORT_TRANSITIONING:
		break;
	}
	return look->late ? PLAY_LATE : PLAY_WAIT;
}

const char *
play_verdict_name(PlayVerdict verdict)
{
	static const char *const names[] = {
		[PLAY_PLAYING] = "playing",
		[PLAY_OVER] = "over",
		[PLAY_STOPPED] = "stopped",
		[PLAY_LATE] = NULL,
	};

	return names[verdict];
}
