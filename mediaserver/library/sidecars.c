/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sidecars of one media file, each read when the file is described, within the limits of its parser.
 * One that cannot be read or makes no sense is as good as none. Library's thread. */
#include "mediaserver/library/sidecars.h"

#include <string.h>

#include "mediaserver/library/art-name.h"
#include "mediaserver/library/cue.h"
#include "mediaserver/library/item-keys.h"
#include "mediaserver/library/nfo.h"
#include "mediaserver/library/subtitles.h"
#include "mediaserver/library/values.h"

static const char *
keep(Description *description, char *text)
{
	if (text != NULL) {
		g_ptr_array_add(description->strings, text);
	}
	return text;
}

static Nfo *
read_nfo(const Companions *companions, const Companion *companion)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = companions_read(companions, companion, NFO_BYTES_MAX, &error);
	Nfo *nfo = bytes != NULL ? nfo_parse(bytes, &error) : NULL;

	if (nfo == NULL) {
		g_debug("%s: %s", companion->name, error->message); /* most are plain text */
	}
	return nfo;
}

/* Texts of an NFO that replace those of the file. */
static const struct {
	size_t from, to;
	char *(*convert)(const char *text);
} texts[] = {
#define TEXT(from, to, convert)                                    \
	{                                                          \
		offsetof(Nfo, from), offsetof(Item, to), (convert) \
	}
	TEXT(title, title, values_keep),
	TEXT(series, series, values_keep),
	TEXT(plot, description, values_keep),
	TEXT(tagline, comment, values_keep),
	TEXT(genre, genre, values_join),
	TEXT(director, director, values_join),
	TEXT(actor, actor, values_join),
	TEXT(studio, publisher, values_join),
	TEXT(artist, artist, values_join),
	TEXT(album, album, values_keep),
	TEXT(date, date, describe_date),
#undef TEXT
};

static void
apply_texts(Description *description, const Nfo *nfo)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const char *text = *(char *const *)((const char *)nfo + texts[i].from);
		const char *value = text != NULL ? keep(description, texts[i].convert(text)) : NULL;

		if (value != NULL) {
			*(const char **)((char *)&description->item + texts[i].to) = value;
		}
	}
}

static void
apply_nfo(Description *description, const Nfo *nfo)
{
	Item *item = &description->item;

	apply_texts(description, nfo);
	item->season = nfo->season >= 0 ? nfo->season : item->season;
	item->episode = nfo->episode >= 0 ? nfo->episode : item->episode;
	item->rating = nfo->rating >= 0 ? nfo->rating : item->rating;
	if (nfo->title != NULL) {
		item->sort_title = keep(description,
			item_keys_dup(nfo->title_sort != NULL ? nfo->title_sort : nfo->title));
	}
}

/* The name of the series is in its own NFO, in this folder or the nearest above that has one. */
static void
apply_series(Description *description, const Companions *companions)
{
	Item *item = &description->item;

	for (const Companions *at = companions; at != NULL; at = companions_get_above(at)) {
		for (size_t i = 0; i < companions_get_n(at); i++) {
			const Companion *companion = companions_get(at, i);

			if (companion->kind != COMPANION_NFO ||
				g_ascii_strcasecmp(companion->name, "tvshow.nfo") != 0) {
				continue;
			}
			g_autoptr(Nfo) nfo = read_nfo(at, companion);

			if (nfo == NULL || nfo->kind != NFO_SERIES || nfo->title == NULL) {
				return;
			}
			item->series = keep(description, g_strdup(nfo->title));
			if (item->genre == NULL && nfo->genre != NULL) {
				item->genre = keep(description, values_join(nfo->genre));
			}
			return;
		}
	}
}

static void
apply_video_nfo(Description *description, const Companions *companions)
{
	const char *name = description->item.name;
	const Companion *companion = NULL;

	while ((companion = companions_find(companions, COMPANION_NFO, name, companion)) != NULL) {
		g_autoptr(Nfo) nfo = read_nfo(companions, companion);

		if (nfo != NULL && (nfo->kind == NFO_FILM || nfo->kind == NFO_EPISODE)) {
			apply_nfo(description, nfo);
			break;
		}
	}
	if (description->item.episode >= 0) {
		apply_series(description, companions);
	}
}

static void
apply_subtitles(Description *description, const Companions *companions)
{
	g_autoptr(GString) column = g_string_new(NULL);
	const char *name = description->item.name;
	const Companion *companion = NULL;
	unsigned n = 0;

	/* people put a file beside the film because what is in it did not do */
	while (n < SUBTITLES_MAX && (companion = companions_find(companions, COMPANION_SUBTITLE,
					     name, companion)) != NULL) {
		Subtitle subtitle;

		if (subtitle_parse(companion->name, name, &subtitle)) {
			subtitles_append(column, &subtitle);
			n++;
		}
	}
	for (const char *at = description->item.subtitles; n < SUBTITLES_MAX; n++) {
		Subtitle track;

		if (!subtitles_next(&at, &track)) {
			break;
		}
		subtitles_append(column, &track);
	}
	if (n > 0) {
		description->item.subtitles = keep(description, g_strdup(column->str));
	}
}

/* Is this recording cut into tracks by the sheet? */
static bool
is_cut(const CueSheet *sheet, const char *name)
{
	size_t stem = strcspn(name, ".");
	unsigned n = 0;

	for (guint i = 0; i < sheet->tracks->len; i++) {
		const char *file = cue_get(sheet, i)->file;

		/* the sheet may still name what was there before it was compressed */
		n += g_str_equal(file, name) ||
		     (strncmp(file, name, stem) == 0 && file[stem] == '.');
	}
	return n > 1;
}

static void
apply_cue(Description *description, const Companions *companions)
{
	Item *item = &description->item;
	const Companion *companion = companions_find(companions, COMPANION_CUE, item->name, NULL);
	g_autoptr(GBytes) bytes =
		companion != NULL ? companions_read(companions, companion, CUE_BYTES_MAX, NULL)
				  : NULL;
	g_autoptr(CueSheet) sheet = bytes != NULL ? cue_parse(bytes, NULL) : NULL;

	if (sheet != NULL && is_cut(sheet, item->name)) {
		item->artist = item->album_artist = item->album = item->genre = NULL;
		item->composer = item->conductor = NULL;
		item->track = -1;
	}
}

static bool
has_art_in(const Companions *companions, const Item *item)
{
	for (size_t i = 0; i < companions_get_n(companions); i++) {
		const Companion *companion = companions_get(companions, i);

		if (companion->kind == COMPANION_ART &&
			art_name_rank(companion->name, item->name, (ItemKind)item->kind) >= 0) {
			return true;
		}
	}
	return false;
}

/* As art/source.c looks for it. */
static bool
has_art(const Companions *companions, const Item *item)
{
	const Companions *above = companions_get_above(companions);
	const char *path = companions_get_folder(companions)->path;
	const char *slash = strrchr(path, '/');

	return has_art_in(companions, item) ||
	       (above != NULL && art_name_is_part_folder(slash != NULL ? slash + 1 : path) &&
		       has_art_in(above, item));
}

/* Of what a video recorder wrote; beside the VOB files of a disc lie IFO files of another kind. */
static bool
has_ifo(const Companions *companions, const Item *item)
{
	const Companion *ifo = companions_find(companions, COMPANION_IFO, item->name, NULL);
	const char *dot = strrchr(item->name, '.');

	return ifo != NULL && ifo->size_bytes > 0 && ifo->size_bytes <= SIDECAR_IFO_MAX_BYTES &&
	       g_strcmp0(item->mime, "video/mpeg") == 0 && dot != NULL &&
	       g_ascii_strcasecmp(dot, ".vob") != 0;
}

void
sidecars_describe(Description *description, const Companions *companions)
{
	Item *item = &description->item;
	const Item before = *item;

	if (companions == NULL) {
		return;
	}
	item->has_art = has_art(companions, item) ? 1 : 0;
	if (item->kind == ITEM_VIDEO) {
		apply_video_nfo(description, companions);
		apply_subtitles(description, companions);
		item->has_ifo = has_ifo(companions, item) ? 1 : 0;
	} else if (item->kind == ITEM_AUDIO) {
		apply_cue(description, companions);
		if (companions_find(companions, COMPANION_LYRICS, item->name, NULL) != NULL) {
			item->has_lyrics = 1;
		}
	}
	item_keys_update(item, &before, description->strings);
}
