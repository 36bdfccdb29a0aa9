/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* negotiate/verdict.h: does this client play this? Asked of what it says itself, of its profile, and of
 * what it did, in this order. Pure. */
#pragma once

#include <av-upnp/client-profile.h>
#include <av-upnp/protocol-info.h>

#include "mediaserver/catalogue/item.h"
#include "mediaserver/negotiate/history.h"

G_BEGIN_DECLS

#define VERDICT_WHY_MAX 200

/* What was found in a client's list before: the same for all items of an answer. Of one thread. */
#define MEMO_SLOTS 64
#define MEMO_KEY_MAX 128
typedef struct {
	struct {
		char key[MEMO_KEY_MAX]; /* "": free */
		unsigned score;
	} slots[MEMO_SLOTS];
} SinkMemo;

/* What is known of the client. All may be NULL but profile. */
typedef struct {
	const AvuClientProfile *profile;
	const GPtrArray
		*sink; /* AvuProtocolInfo: its own list; NULL: it was not asked, or has none */
	const History *history;
	SinkMemo *memo; /* zeroed at first; NULL: all is looked up each time */
} NegotiateClient;

/* A file, or what becomes of it. Numbers: <= 0 unknown. */
typedef struct {
	ItemKind kind;
	const char *mime;    /* as the server calls it */
	const char *profile; /* DLNA.ORG_PN; NULL: none */
	bool converted;
	const char *video_codec, *audio_codec; /* FFmpeg's names; NULL: none or unknown */
	int64_t width, height, sample_hz, bits, channels, bitrate_bps;
} NegotiateSource;

typedef enum {
	VERDICT_NO,
	VERDICT_UNSURE,
	VERDICT_YES,
} Verdict;

/** @param why  VERDICT_WHY_MAX octets for a sentence; NULL: not wanted */
Verdict verdict_of(const NegotiateClient *client, const NegotiateSource *source, char *why);

/** @return false: its own list has nothing with pictures that move, as a radio's. Who shows films is not given
 *          their sound alone, whatever can be made now. */
bool verdict_shows_films(const NegotiateClient *client);

G_END_DECLS
