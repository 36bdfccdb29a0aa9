/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/play-verdict.h: what became of an item that a renderer was told to play, from what it says of itself.
 * Pure; any thread. */
#pragma once

#include <av-upnp/base.h>

typedef enum {
	TRANSPORT_STOPPED,
	TRANSPORT_PLAYING,
	TRANSPORT_PAUSED,
	TRANSPORT_TRANSITIONING,
	TRANSPORT_NO_MEDIA,
} TransportState;

typedef struct {
	TransportState state;
	bool failed; /* TransportStatus says ERROR_OCCURRED */
} TransportInfo;

/* What is known at a look. */
typedef struct {
	TransportInfo now;
	bool was_busy;       /* it was seen TRANSITIONING since the order */
	int64_t since_ns;    /* of the order */
	int64_t unseen_ns;   /* longest time between two looks, or the order and the first */
	int64_t duration_ns; /* of the item; AVU_TIME_NONE: not known */
	bool late;           /* no further look */
} PlayLook;

typedef enum {
	PLAY_WAIT,
	PLAY_PLAYING,
	PLAY_OVER,    /* so short that it is over already */
	PLAY_STOPPED, /* stands still and reports no failure; nobody knows how long the item is */
	PLAY_FAILED,
	PLAY_DROPPED, /* the renderer has no media any more */
	PLAY_LATE,    /* it does not play, and is not over */
} PlayVerdict;

PlayVerdict play_verdict(const PlayLook *look);
/** "playing", "over", "stopped"; NULL for the others. Static. */
const char *play_verdict_name(PlayVerdict verdict);
