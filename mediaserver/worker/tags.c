/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tags by table. FFmpeg has already mapped ID3, Vorbis comments and MP4 atoms to its common names;
 * what is left are the synonyms below, first one wins. Runs in the sandboxed child. */
#include "mediaserver/worker/tags.h"

#include <string.h>

static const struct {
	const char *tag;
	size_t offset;
} texts[] = {
	{ "title", offsetof(ProbeResult, title) },
	{ "artist", offsetof(ProbeResult, artist) },
	{ "author", offsetof(ProbeResult, artist) },
	{ "album_artist", offsetof(ProbeResult, album_artist) },
	{ "albumartist", offsetof(ProbeResult, album_artist) },
	{ "album", offsetof(ProbeResult, album) },
	{ "genre", offsetof(ProbeResult, genre) },
	{ "composer", offsetof(ProbeResult, composer) },
	{ "date", offsetof(ProbeResult, date) },
	{ "originaldate", offsetof(ProbeResult, date) },
	{ "year", offsetof(ProbeResult, date) },
	{ "creation_time", offsetof(ProbeResult, date) },
	{ "major_brand", offsetof(ProbeResult, brand) },
};

static const struct {
	const char *tag;
	size_t offset;
} numbers[] = {
	{ "track", offsetof(ProbeResult, track) },
	{ "tracknumber", offsetof(ProbeResult, track) },
	{ "disc", offsetof(ProbeResult, disc) },
	{ "discnumber", offsetof(ProbeResult, disc) },
};

/* Tags that are not UTF-8 are ID3v1 or old RIFF: Latin-1 far more often than anything else. */
static char *
dup_utf8(const char *text)
{
	if (g_utf8_validate(text, -1, NULL)) {
		return g_strdup(text);
	}
	GString *out = g_string_new(NULL);

	for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
		g_string_append_unichar(out, *p);
	}
	return g_string_free(out, FALSE);
}

/* "3", "03/12": the number before the slash; -1 when there is none */
static int64_t
leading_number(const char *text)
{
	int64_t value = 0;
	unsigned digits = 0;

	for (; g_ascii_isdigit(*text) && digits < 9; text++, digits++) {
		value = value * 10 + (*text - '0');
	}
	return digits == 0 ? -1 : value;
}

void
tags_take(const AVDictionary *tags, ProbeResult *result)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		char **field = (char **)((char *)result + texts[i].offset);
		const AVDictionaryEntry *tag = av_dict_get(tags, texts[i].tag, NULL, 0);

		if (*field != NULL || tag == NULL) {
			continue;
		}
		g_autofree char *text = g_strstrip(dup_utf8(tag->value));

		if (*text != '\0') {
			*field = g_steal_pointer(&text);
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		int64_t *field = (int64_t *)((char *)result + numbers[i].offset);
		const AVDictionaryEntry *tag = av_dict_get(tags, numbers[i].tag, NULL, 0);

		if (*field < 0 && tag != NULL) {
			*field = leading_number(tag->value);
		}
	}
}
