/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of facts: an element's name, and where its value is. Any thread; no state of its own. */
#include "mediaserver/content/facts.h"

#include <string.h>

typedef enum {
	FACT_TEXT,
	FACT_NUMBER, /* from 1 on */
	FACT_YES,    /* 1: it is so */
	FACT_GAIN,   /* 0.01 dB */
} FactForm;

#define FACT(name, form, field)                   \
	{                                         \
		name, form, offsetof(Item, field) \
	}

static const struct {
	const char *name;
	FactForm form;
	size_t offset; /* in Item */
} table[] = {
	FACT("replayGainTrack", FACT_GAIN, track_gain),
	FACT("replayGainAlbum", FACT_GAIN, album_gain),
	FACT("beatsPerMinute", FACT_NUMBER, bpm),
	FACT("trackCount", FACT_NUMBER, tracks),
	FACT("discCount", FACT_NUMBER, discs),
	FACT("compilation", FACT_YES, compilation),
	FACT("lyrics", FACT_YES, has_lyrics),
	FACT("chapters", FACT_NUMBER, chapters),
	FACT("originalDate", FACT_TEXT, original_date),
	FACT("hdr", FACT_TEXT, hdr),
	FACT("videoCodec", FACT_TEXT, video_codec),
	FACT("audioCodec", FACT_TEXT, audio_codec),
	FACT("subtitleLanguages", FACT_TEXT, subtitle_languages),
	FACT("camera", FACT_TEXT, camera),
};
G_STATIC_ASSERT(G_N_ELEMENTS(table) <= AVU_FACTS_MAX);

/* "-6.54 dB", as in files. */
static const char *
format_gain(int64_t gain, TextPool *pool)
{
	const int64_t size = gain < 0 ? -gain : gain;

	return text_pool_printf(pool, "%s%" G_GINT64_FORMAT ".%02d dB", gain < 0 ? "-" : "",
		size / 100, (int)(size % 100));
}

/* Several languages parted by blanks. */
static const char *
format_text(const char *text, TextPool *pool)
{
	const char separator[] = { ITEM_VALUE_SEPARATOR, '\0' };

	if (text == NULL || *text == '\0') {
		return NULL;
	}
	return strchr(text, separator[0]) == NULL
		       ? text
		       : text_pool_take(pool, g_strdelimit(g_strdup(text), separator, ' '));
}

/* @return NULL: it is not known */
static const char *
format(FactForm form, const void *field, TextPool *pool)
{
	const int64_t number = form != FACT_TEXT ? *(const int64_t *)field : 0;

	switch (form) {
	case FACT_TEXT:
		return format_text(*(const char *const *)field, pool);
	case FACT_NUMBER:
		return number > 0 ? text_pool_printf(pool, "%" G_GINT64_FORMAT, number) : NULL;
	case FACT_YES:
		return number > 0 ? "1" : NULL;
	case FACT_GAIN:
		return number != ITEM_NO_GAIN ? format_gain(number, pool) : NULL;
	}
	return NULL;
}

void
facts_add(AvuObject *object, const Item *item, TextPool *pool)
{
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		const char *value =
			format(table[i].form, (const char *)item + table[i].offset, pool);

		if (value != NULL) {
			object->facts[object->n_facts++] = (AvuFact){ table[i].name, value };
		}
	}
}
