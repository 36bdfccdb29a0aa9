/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* negotiate/history.h: what a client did with what it was given: fetched it, or dropped it at once.
 * Bounded; no thread of its own, its owner guards it. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define HISTORY_FORMATS 24  /* the one not seen for longest goes */
#define HISTORY_KEY_MAX 96  /* "video/x-matroska hevc dts" */
#define HISTORY_DROPS_MIN 3 /* of different items; once may be a wrong button */

typedef struct {
	char key[HISTORY_KEY_MAX];
	unsigned opened, dropped;
	int64_t used_ns;
} HistoryFormat;

/* One item at a time: players open, look at the end, open again. */
typedef struct {
	HistoryFormat formats[HISTORY_FORMATS];
	unsigned n;
	/* the item that is being fetched; 0: none */
	int64_t item;
	char key[HISTORY_KEY_MAX];
	uint64_t octets, size_bytes;
	int64_t since_ns;
} History;

typedef enum {
	HISTORY_UNKNOWN,
	HISTORY_OPENS,
	HISTORY_DROPS,
} HistoryVerdict;

/** Name of a format. @param key  HISTORY_KEY_MAX octets */
void history_format_key(
	char *key, const char *mime, const char *video_codec, const char *audio_codec);
/** A delivery ended. @return the item before is done with, so what is known has changed
 *  @param octets  of content that left  @param size_bytes  of the whole */
bool history_add(History *history, int64_t item, const char *key, uint64_t octets,
	uint64_t size_bytes, int64_t now_ns);
/** The item that is being fetched is done with, when the last delivery of it is long ago.
 *  @return true: so it was */
bool history_settle(History *history, int64_t now_ns);
HistoryVerdict history_ask(const History *history, const char *key);

G_END_DECLS
