/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/cec/protocol.h: frames between av-renderer and its helper cec, which is started as
 *
 *     cec NAME PORT            NAME: how the television calls it; PORT: "" for the first adapter
 *
 * and ends when the channel does. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define CEC_HELPER "cec"
#define CEC_VOLUME_MAX 100

typedef enum {
	/* to the helper */
	CEC_WAKE = 1, /* the television, if it is in standby */
	CEC_STANDBY,  /* the television, if it shows us */
	CEC_BELIEVE,  /* u32: so loud it is, where nobody on the bus tells */
	CEC_VOLUME,   /* u32: 0…100 */
	CEC_MUTE,     /* u32: 0 or 1 */
	CEC_PLAYS,    /* u32: 1: something plays; first 0. How often it asks how loud it is */
	/* from it */
	CEC_READY,  /* string: the adapter */
	CEC_ABSENT, /* string: why there is none; it goes on looking */
	CEC_KEY,    /* u32: CecKey, of the remote control */
	CEC_AUDIO,  /* u32: 0…100; u32: 1 when muted; never where nobody tells */
} CecFrame;

typedef enum {
	CEC_KEY_PLAY,
	CEC_KEY_PAUSE,
	CEC_KEY_TOGGLE,
	CEC_KEY_STOP,
	CEC_KEY_NEXT,
	CEC_KEY_PREVIOUS,
	CEC_N_KEYS,
} CecKey;

G_END_DECLS
