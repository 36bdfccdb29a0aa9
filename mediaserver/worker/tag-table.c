/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tags by table: one row for each name that taggers are known to use. Pure. Runs in the sandboxed
 * child. A value counts to VALUE_MAX octets. */
#include "mediaserver/worker/tag-table.h"

#include <string.h>

#include "mediaserver/worker/tag-value.h"

#define VALUE_MAX 16384

typedef enum {
	TITLE,
	ARTIST,
	ALBUM_ARTIST,
	ALBUM,
	GENRE,
	COMPOSER,
	CONDUCTOR,
	DATE,
	ORIGINAL_DATE,
	COMMENT,
	DESCRIPTION,
	TITLE_SORT,
	ARTIST_SORT,
	ALBUM_ARTIST_SORT,
	ALBUM_SORT,
	COMPOSER_SORT,
	PUBLISHER,
	RIGHTS,
	SERIES,
	DIRECTOR,
	ACTOR,
	BRAND,
	LOCATION,
	MAKER,
	MODEL,
	TRACK,
	TRACKS,
	DISC,
	DISCS,
	SEASON,
	EPISODE,
	BPM,
	RATING,
	RATING_1,
	RATING_99,
	RATING_255,
	COMPILATION,
	LYRICS,
	TRACK_GAIN,
	ALBUM_GAIN,
	TRACK_R128,
	ALBUM_R128,
	N_FIELDS,
} Field;

G_STATIC_ASSERT(N_FIELDS <= TAG_FIELDS_MAX);

static const struct {
	size_t offset;
	TagPut *put;
	Field slot; /* fields of one slot are forms of the same thing */
	bool several;
} fields[N_FIELDS] = {
#define FIELD(slot, field, put, several)                               \
	{                                                              \
		offsetof(ProbeResult, field), (put), (slot), (several) \
	}
	[TITLE] = FIELD(TITLE, title, tag_put_text, false),
	[ARTIST] = FIELD(ARTIST, artist, tag_put_text, true),
	[ALBUM_ARTIST] = FIELD(ALBUM_ARTIST, album_artist, tag_put_text, true),
	[ALBUM] = FIELD(ALBUM, album, tag_put_text, false),
	[GENRE] = FIELD(GENRE, genre, tag_put_text, true),
	[COMPOSER] = FIELD(COMPOSER, composer, tag_put_text, true),
	[CONDUCTOR] = FIELD(CONDUCTOR, conductor, tag_put_text, true),
	[DATE] = FIELD(DATE, date, tag_put_text, false),
	[ORIGINAL_DATE] = FIELD(ORIGINAL_DATE, original_date, tag_put_text, false),
	[COMMENT] = FIELD(COMMENT, comment, tag_put_text, false),
	[DESCRIPTION] = FIELD(DESCRIPTION, description, tag_put_text, false),
	[TITLE_SORT] = FIELD(TITLE_SORT, title_sort, tag_put_text, false),
	[ARTIST_SORT] = FIELD(ARTIST_SORT, artist_sort, tag_put_text, false),
	[ALBUM_ARTIST_SORT] = FIELD(ALBUM_ARTIST_SORT, album_artist_sort, tag_put_text, false),
	[ALBUM_SORT] = FIELD(ALBUM_SORT, album_sort, tag_put_text, false),
	[COMPOSER_SORT] = FIELD(COMPOSER_SORT, composer_sort, tag_put_text, false),
	[PUBLISHER] = FIELD(PUBLISHER, publisher, tag_put_text, true),
	[RIGHTS] = FIELD(RIGHTS, rights, tag_put_text, false),
	[SERIES] = FIELD(SERIES, series, tag_put_text, false),
	[DIRECTOR] = FIELD(DIRECTOR, director, tag_put_text, true),
	[ACTOR] = FIELD(ACTOR, actor, tag_put_text, true),
	[BRAND] = FIELD(BRAND, brand, tag_put_text, false),
	[LOCATION] = FIELD(LOCATION, location, tag_put_iso6709, false),
	[MAKER] = FIELD(MAKER, camera, tag_put_maker, false),
	[MODEL] = FIELD(MODEL, camera, tag_put_model, false),
	[TRACK] = FIELD(TRACK, track, tag_put_number_of, false),
	[TRACKS] = FIELD(TRACKS, tracks, tag_put_number, false),
	[DISC] = FIELD(DISC, disc, tag_put_number_of, false),
	[DISCS] = FIELD(DISCS, discs, tag_put_number, false),
	[SEASON] = FIELD(SEASON, season, tag_put_number, false),
	[EPISODE] = FIELD(EPISODE, episode, tag_put_number, false),
	[BPM] = FIELD(BPM, bpm, tag_put_rounded, false),
	[RATING] = FIELD(RATING, rating, tag_put_rating, false),
	[RATING_1] = FIELD(RATING, rating, tag_put_rating_1, false),
	[RATING_99] = FIELD(RATING, rating, tag_put_rating_99, false),
	[RATING_255] = FIELD(RATING, rating, tag_put_rating_255, false),
	[COMPILATION] = FIELD(COMPILATION, compilation, tag_put_flag, false),
	[LYRICS] = FIELD(LYRICS, has_lyrics, tag_put_presence, false),
	[TRACK_GAIN] = FIELD(TRACK_GAIN, track_gain, tag_put_gain, false),
	[ALBUM_GAIN] = FIELD(ALBUM_GAIN, album_gain, tag_put_gain, false),
	[TRACK_R128] = FIELD(TRACK_GAIN, track_gain, tag_put_r128, false),
	[ALBUM_R128] = FIELD(ALBUM_GAIN, album_gain, tag_put_r128, false),
#undef FIELD
};

/* rank 1 is best. Names in lower case: of Vorbis comments and APEv2, of ID3v2.3, 2.4 and 2.2, of ASF,
 * of Matroska, and what FFmpeg calls atoms of MP4. */
static const struct {
	const char *name;
	Field field;
	unsigned rank;
} names[] = {
	{ "title", TITLE, 1 },
	{ "tit2", TITLE, 1 },
	{ "tt2", TITLE, 1 },
	{ "artists", ARTIST, 1 }, /* one by one, where "artist" has "A feat. B" */
	{ "wm/artists", ARTIST, 1 },
	{ "artist", ARTIST, 2 },
	{ "tpe1", ARTIST, 2 },
	{ "tp1", ARTIST, 2 },
	{ "author", ARTIST, 3 },
	{ "performer", ARTIST, 4 },
	{ "album_artist", ALBUM_ARTIST, 1 },
	{ "albumartist", ALBUM_ARTIST, 1 },
	{ "album artist", ALBUM_ARTIST, 1 },
	{ "tpe2", ALBUM_ARTIST, 1 },
	{ "tp2", ALBUM_ARTIST, 1 },
	{ "wm/albumartist", ALBUM_ARTIST, 1 },
	{ "ensemble", ALBUM_ARTIST, 2 },
	{ "album", ALBUM, 1 },
	{ "talb", ALBUM, 1 },
	{ "tal", ALBUM, 1 },
	{ "genre", GENRE, 1 },
	{ "tcon", GENRE, 1 },
	{ "tco", GENRE, 1 },
	{ "composer", COMPOSER, 1 },
	{ "tcom", COMPOSER, 1 },
	{ "tcm", COMPOSER, 1 },
	{ "wm/composer", COMPOSER, 1 },
	{ "conductor", CONDUCTOR, 1 },
	{ "tpe3", CONDUCTOR, 1 },
	{ "tp3", CONDUCTOR, 1 },
	{ "wm/conductor", CONDUCTOR, 1 },
	{ "date", DATE, 1 },
	{ "tdrc", DATE, 1 },
	{ "date_released", DATE, 1 },
	{ "tdrl", DATE, 2 },
	{ "year", DATE, 2 },
	{ "tyer", DATE, 2 },
	{ "tye", DATE, 2 },
	{ "wm/year", DATE, 2 },
	{ "originaldate", DATE, 3 },
	{ "tdor", DATE, 3 },
	{ "com.apple.quicktime.creationdate", DATE, 4 },
	{ "date_recorded", DATE, 4 },
	{ "creation_time", DATE, 5 },
	{ "originaldate", ORIGINAL_DATE, 1 },
	{ "tdor", ORIGINAL_DATE, 1 },
	{ "original date", ORIGINAL_DATE, 1 },
	{ "originalyear", ORIGINAL_DATE, 2 },
	{ "original year", ORIGINAL_DATE, 2 },
	{ "tory", ORIGINAL_DATE, 2 },
	{ "tor", ORIGINAL_DATE, 2 },
	{ "wm/originalreleasetime", ORIGINAL_DATE, 1 },
	{ "wm/originalreleaseyear", ORIGINAL_DATE, 2 },
	{ "comment", COMMENT, 1 },
	{ "comm", COMMENT, 1 },
	{ "com", COMMENT, 1 },
	{ "synopsis", DESCRIPTION, 1 },
	{ "summary", DESCRIPTION, 2 },
	{ "description", DESCRIPTION, 3 },
	{ "wm/subtitledescription", DESCRIPTION, 3 },
	{ "titlesort", TITLE_SORT, 1 },
	{ "title-sort", TITLE_SORT, 1 },
	{ "tsot", TITLE_SORT, 1 },
	{ "tst", TITLE_SORT, 1 },
	{ "sort_name", TITLE_SORT, 1 },
	{ "wm/titlesortorder", TITLE_SORT, 1 },
	{ "artistsort", ARTIST_SORT, 1 },
	{ "artist-sort", ARTIST_SORT, 1 },
	{ "tsop", ARTIST_SORT, 1 },
	{ "tsp", ARTIST_SORT, 1 },
	{ "sort_artist", ARTIST_SORT, 1 },
	{ "wm/artistsortorder", ARTIST_SORT, 1 },
	{ "albumartistsort", ALBUM_ARTIST_SORT, 1 },
	{ "album_artist-sort", ALBUM_ARTIST_SORT, 1 },
	{ "tso2", ALBUM_ARTIST_SORT, 1 },
	{ "ts2", ALBUM_ARTIST_SORT, 1 },
	{ "sort_album_artist", ALBUM_ARTIST_SORT, 1 },
	{ "wm/albumartistsortorder", ALBUM_ARTIST_SORT, 1 },
	{ "albumsort", ALBUM_SORT, 1 },
	{ "album-sort", ALBUM_SORT, 1 },
	{ "tsoa", ALBUM_SORT, 1 },
	{ "tsa", ALBUM_SORT, 1 },
	{ "sort_album", ALBUM_SORT, 1 },
	{ "wm/albumsortorder", ALBUM_SORT, 1 },
	{ "composersort", COMPOSER_SORT, 1 },
	{ "tsoc", COMPOSER_SORT, 1 },
	{ "tsc", COMPOSER_SORT, 1 },
	{ "sort_composer", COMPOSER_SORT, 1 },
	{ "label", PUBLISHER, 1 },
	{ "publisher", PUBLISHER, 1 },
	{ "tpub", PUBLISHER, 1 },
	{ "tpb", PUBLISHER, 1 },
	{ "organization", PUBLISHER, 2 },
	{ "wm/publisher", PUBLISHER, 1 },
	{ "production_studio", PUBLISHER, 2 },
	{ "network", PUBLISHER, 3 },
	{ "copyright", RIGHTS, 1 },
	{ "tcop", RIGHTS, 1 },
	{ "tcr", RIGHTS, 1 },
	{ "license", RIGHTS, 2 },
	{ "show", SERIES, 1 },
	{ "series", SERIES, 2 },
	{ "collection/title", SERIES, 2 },
	{ "wm/seriestitle", SERIES, 1 },
	{ "tv show", SERIES, 1 },
	{ "director", DIRECTOR, 1 },
	{ "wm/director", DIRECTOR, 1 },
	{ "com.apple.quicktime.director", DIRECTOR, 2 },
	{ "actor", ACTOR, 1 },
	{ "actors", ACTOR, 1 },
	{ "lead_performer", ACTOR, 2 },
	{ "major_brand", BRAND, 1 },
	{ "com.apple.quicktime.location.iso6709", LOCATION, 1 },
	{ "location", LOCATION, 2 },
	{ "com.apple.quicktime.make", MAKER, 1 },
	{ "com.apple.quicktime.model", MODEL, 1 },
	{ "make", MAKER, 1 },
	{ "model", MODEL, 1 },
	{ "tracknumber", TRACK, 1 },
	{ "trck", TRACK, 1 },
	{ "trk", TRACK, 1 },
	{ "wm/tracknumber", TRACK, 1 },
	{ "track", TRACK, 2 },
	{ "tracktotal", TRACKS, 1 },
	{ "totaltracks", TRACKS, 1 },
	{ "discnumber", DISC, 1 },
	{ "tpos", DISC, 1 },
	{ "tpa", DISC, 1 },
	{ "wm/partofset", DISC, 1 },
	{ "disc", DISC, 2 },
	{ "disctotal", DISCS, 1 },
	{ "totaldiscs", DISCS, 1 },
	{ "season_number", SEASON, 1 },
	{ "season", SEASON, 2 },
	{ "season/part_number", SEASON, 2 },
	{ "wm/mediaseasonnumber", SEASON, 1 },
	{ "episode_sort", EPISODE, 1 },
	{ "episode", EPISODE, 2 },
	{ "wm/mediaepisodenumber", EPISODE, 1 },
	{ "bpm", BPM, 1 },
	{ "tbpm", BPM, 1 },
	{ "tbp", BPM, 1 },
	{ "tmpo", BPM, 1 },
	{ "tempo", BPM, 2 },
	{ "wm/beatsperminute", BPM, 1 },
	{ "rating", RATING, 2 },
	{ "fmps_rating", RATING_1, 1 },
	{ "wm/shareduserrating", RATING_99, 1 },
	{ "popm", RATING_255, 1 },
	{ "pop", RATING_255, 1 },
	{ "compilation", COMPILATION, 1 },
	{ "tcmp", COMPILATION, 1 },
	{ "tcp", COMPILATION, 1 },
	{ "itunescompilation", COMPILATION, 2 },
	{ "wm/iscompilation", COMPILATION, 1 },
	{ "lyrics", LYRICS, 1 },
	{ "unsyncedlyrics", LYRICS, 1 },
	{ "syncedlyrics", LYRICS, 1 },
	{ "uslt", LYRICS, 1 },
	{ "ult", LYRICS, 1 },
	{ "sylt", LYRICS, 1 },
	{ "wm/lyrics", LYRICS, 1 },
	{ "replaygain_track_gain", TRACK_GAIN, 1 },
	{ "replaygain_album_gain", ALBUM_GAIN, 1 },
	{ "r128_track_gain", TRACK_R128, 2 },
	{ "r128_album_gain", ALBUM_R128, 2 },
};

/* Where a name does not mean what it says elsewhere. */
static const struct {
	const char *container, *name;
} deceivers[] = {
	{ "mp4", "rating" }, /* "rtng": whether a song is explicit */
};

/* Tags that are not UTF-8 are ID3v1 or old RIFF: Latin-1 far more often than anything else. */
static char *
dup_utf8(const char *text)
{
	size_t len = strnlen(text, VALUE_MAX);
	const char *end;

	if (g_utf8_validate(text, (gssize)len, &end) ||
		(len == VALUE_MAX && text + len - end < 4)) {
		return g_strndup(
			text, (size_t)(end - text)); /* maybe cut inside its last character */
	}
	GString *out = g_string_new(NULL);

	for (size_t i = 0; i < len; i++) {
		g_string_append_unichar(out, (unsigned char)text[i]);
	}
	return g_string_free(out, FALSE);
}

static bool
deceives(const TagTaker *taker, const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(deceivers); i++) {
		if (g_strcmp0(taker->container, deceivers[i].container) == 0 &&
			g_ascii_strcasecmp(name, deceivers[i].name) == 0) {
			return true;
		}
	}
	return false;
}

static void
add_to_field(TagTaker *taker, Field field, unsigned rank, const char *text)
{
	unsigned *taken = &taker->ranks[fields[field].slot];
	unsigned ranked = taker->source * 8 + rank;
	bool put = false;

	if (*taken == 0 || ranked < *taken) {
		put = fields[field].put(taker->result, fields[field].offset, text);
	} else if (ranked == *taken && fields[field].several) {
		(void)tag_add_text(taker->result, fields[field].offset, text);
	}
	if (put) {
		*taken = ranked;
	}
}

void
tag_taker_init(TagTaker *taker, ProbeResult *result, const char *container)
{
	*taker = (TagTaker){ .result = result, .container = container };
}

void
tag_taker_next_source(TagTaker *taker)
{
	taker->source++;
}

void
tag_taker_add(TagTaker *taker, const char *name, const char *value)
{
	/* FFmpeg appends the language */
	bool lyrics = g_ascii_strncasecmp(name, "lyrics-", 7) == 0;
	g_autofree char *text = NULL;

	if (deceives(taker, name)) {
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (g_ascii_strcasecmp(lyrics ? "lyrics" : name, names[i].name) != 0) {
			continue;
		}
		if (text == NULL) {
			text = g_strstrip(dup_utf8(value));
		}
		if (*text != '\0') {
			add_to_field(taker, names[i].field, names[i].rank, text);
		}
	}
}
