/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/transport-rules.h: AVTransport's state machine as tables, without I/O */
#pragma once

#include <av-upnp/engine.h>

typedef enum {
	TRANSPORT_NO_MEDIA_PRESENT,
	TRANSPORT_STOPPED,
	TRANSPORT_PLAYING,
	TRANSPORT_PAUSED_PLAYBACK,
	TRANSPORT_TRANSITIONING,
	TRANSPORT_N_STATES,
} TransportState;

typedef enum {
	TRANSPORT_SET_URI,
	TRANSPORT_SET_NEXT_URI,
	TRANSPORT_PLAY,
	TRANSPORT_PAUSE,
	TRANSPORT_STOP,
	TRANSPORT_SEEK,
	TRANSPORT_NEXT,
	TRANSPORT_PREVIOUS,
	TRANSPORT_SET_MODE,
	TRANSPORT_PUSH, /* SetStaticPlaylist, SetStreamingPlaylist */
	TRANSPORT_N_ACTIONS,
	TRANSPORT_ASK, /* the Get… actions, which every state allows */
} TransportAction;

/* What the control points want last. What is shown follows from it and from what the engine does. */
typedef enum {
	TRANSPORT_WISH_STOP,
	TRANSPORT_WISH_PLAY,
	TRANSPORT_WISH_PAUSE,
} TransportWish;

/* Facts that decide about an action besides the state. */
typedef enum {
	TRANSPORT_HAS_NEXT = 1 << 0,
	TRANSPORT_IS_SEEKABLE = 1 << 1,
	TRANSPORT_HAS_PREVIOUS = 1 << 2,
} TransportFacts;

/* 0: allowed in this state; else the UPnP error code. */
int transport_rules_check(TransportState state, TransportAction action);
/* The same while a static playlist is arriving. */
int transport_rules_check_arriving(TransportAction action);
TransportState transport_rules_show(bool has_media, TransportWish wish, AvuEngineState engine);
/* "PLAYING" */
const char *transport_rules_name(TransportState state);
/* CurrentTransportActions: what would succeed. g_free() it. */
char *transport_rules_format_actions(TransportState state, unsigned facts);
