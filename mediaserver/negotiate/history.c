/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a client did. Pure. */
#include "mediaserver/negotiate/history.h"

#include <string.h>

/* A player that cannot play something has read its head, perhaps its tail, and no more. */
#define DROPPED_MAX_BYTES (768 * 1024)
/* It may still open it again. */
#define SETTLED_NS (20 * AVU_NS_PER_S)

void
history_format_key(char *key, const char *mime, const char *video_codec, const char *audio_codec)
{
	const char *const codecs[] = { video_codec, audio_codec };

	(void)g_strlcpy(key, mime != NULL ? mime : "", HISTORY_KEY_MAX);
	for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++) {
		if (codecs[i] != NULL) {
			(void)g_strlcat(key, " ", HISTORY_KEY_MAX);
			(void)g_strlcat(key, codecs[i], HISTORY_KEY_MAX);
		}
	}
}

static HistoryFormat *
find(const History *history, const char *key)
{
	for (unsigned i = 0; i < history->n; i++) {
		if (strcmp(history->formats[i].key, key) == 0) {
			return (HistoryFormat *)&history->formats[i];
		}
	}
	return NULL;
}

static HistoryFormat *
take(History *history, const char *key)
{
	HistoryFormat *format = find(history, key);

	if (format == NULL && history->n < HISTORY_FORMATS) {
		format = &history->formats[history->n++];
	} else if (format == NULL) {
		format = &history->formats[0];
		for (unsigned i = 1; i < history->n; i++) {
			if (history->formats[i].used_ns < format->used_ns) {
				format = &history->formats[i];
			}
		}
	} else {
		return format;
	}
	*format = (HistoryFormat){ 0 };
	(void)g_strlcpy(format->key, key, sizeof(format->key));
	return format;
}

static void
count_item(History *history)
{
	HistoryFormat *format = take(history, history->key);

	format->used_ns = history->since_ns;
	/* nothing can be told of what fits into the head of others */
	if (history->octets >= DROPPED_MAX_BYTES || history->octets >= history->size_bytes) {
		format->opened++;
	} else if (history->size_bytes > 2 * DROPPED_MAX_BYTES) {
		format->dropped++;
	}
	history->item = 0;
}

bool
history_settle(History *history, int64_t now_ns)
{
	if (history->item != 0 && now_ns - history->since_ns > SETTLED_NS) {
		count_item(history);
		return true;
	}
	return false;
}

bool
history_add(History *history, int64_t item, const char *key, uint64_t octets, uint64_t size_bytes,
	int64_t now_ns)
{
	const bool another =
		history->item != 0 && (history->item != item || strcmp(history->key, key) != 0);

	if (another) {
		count_item(history);
	}
	if (history->item == 0) {
		history->item = item;
		history->octets = 0;
		(void)g_strlcpy(history->key, key, sizeof(history->key));
	}
	history->octets += octets;
	history->size_bytes = size_bytes;
	history->since_ns = now_ns;
	return another;
}

HistoryVerdict
history_ask(const History *history, const char *key)
{
	const HistoryFormat *format = history != NULL ? find(history, key) : NULL;

	if (format == NULL) {
		return HISTORY_UNKNOWN;
	}
	if (format->dropped >= HISTORY_DROPS_MIN && format->dropped > 2 * format->opened) {
		return HISTORY_DROPS;
	}
	return format->opened > format->dropped ? HISTORY_OPENS : HISTORY_UNKNOWN;
}
