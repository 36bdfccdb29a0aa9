/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/item.h: one file of the library as the catalogue keeps it */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef enum {
	ITEM_NONE,
	ITEM_AUDIO,
	ITEM_VIDEO,
	ITEM_IMAGE,
	ITEM_RADIO,      /* an address of a playlist; in no view, only in its list */
	ITEM_TELEVISION, /* one with pictures */
} ItemKind;

#define ITEM_NO_GAIN INT64_MIN
/* Of a recording in progress: what is told of it is that its end moves. */
#define ITEM_SIZE_GROWS (-2)
/* Between the values of a column that may have several: no text that XML can carry contains it. */
#define ITEM_VALUE_SEPARATOR '\x1f'

/* Strings are borrowed: from who fills it, or from the statement's row until its next step.
 * Numbers: -1 unknown, duration AVU_TIME_NONE, gains ITEM_NO_GAIN. */
typedef struct {
	int64_t id;                          /* 60-bit hash of (root, path when first seen) */
	int64_t folder;                      /* folder on the disk */
	int64_t home;                        /* container of its folder view: the item's parent */
	int64_t kind;                        /* ItemKind */
	int64_t inode, size_bytes, mtime_ns; /* as when probed */
	int64_t outcome;                     /* ProbeOutcome */
	int64_t duration_ns, bitrate_bps, sample_hz, channels, bits, width, height;
	int64_t track, disc;
	int64_t has_cover;
	int64_t has_art;       /* 1: a picture beside it stands for it */
	int64_t has_ifo;       /* 1: an IFO file beside it says how its times jump */
	int64_t tracks, discs; /* how many the album has */
	int64_t year;          /* of date */
	int64_t season, episode;
	int64_t bpm;
	int64_t rating;                 /* 0 to 100 */
	int64_t compilation;            /* 1: an album of several artists */
	int64_t has_lyrics;             /* 1 */
	int64_t track_gain, album_gain; /* ReplayGain, 0.01 dB */
	int64_t frame_rate_mhz;         /* frames per 1000 s */
	int64_t orientation;            /* EXIF, 1 to 8 */
	int64_t chapters;               /* how many */
	int64_t added;                  /* first seen, seconds since 1970 */
	int64_t play_count;
	int64_t position;         /* where playing goes on, nanoseconds */
	int64_t played;           /* when last, seconds since 1970 */
	int64_t watched;          /* 1 */
	int64_t promised;         /* 1: its file has not come yet (overlay.h) */
	int64_t object_update_id; /* SystemUpdateID of its last modification */
	int64_t list; /* container of the playlist or sheet that it comes from; 0: a file */
	int64_t start_ns, end_ns; /* the piece of its file that it is; end -1: up to the file's */
	const char *name;         /* of the file, octets as on the disk */
	const char *root;         /* uuid of the shared folder; only of an item that was read */
	const char *title;
	const char *artist, *album_artist, *album, *genre, *composer;
	const char *date; /* YYYY-MM-DD or with time */
	/* several values: title, album, those with sort keys of their own excepted */
	const char *conductor, *publisher, *director, *actor;
	const char *original_date; /* of the first release, form of date */
	const char *taken;         /* of pictures and home videos, form of date */
	const char *comment, *description, *rights;
	const char *series;
	const char *audio_codec, *video_codec;            /* FFmpeg's names */
	const char *hdr;                                  /* "HDR10", "HLG", "Dolby Vision" */
	const char *audio_languages, *subtitle_languages; /* RFC 3066, several */
	const char *camera;
	const char *location;  /* "48.858370,2.294481": degrees north, east */
	const char *subtitles; /* files beside it: library/subtitles.h */
	const char *url;       /* where a station is; then there is no file */
	const char *mime;
	const char *profile; /* DLNA.ORG_PN */
	/* what views group by; "" when there is none */
	const char *group_artist, *group_album, *album_owner, *group_genre, *group_year;
	const char *group_initial; /* letter that the title stands under; the catalogue makes it */
	/* keys of avu_text_sort_key() */
	const char *sort_name, *sort_title, *sort_artist, *sort_album, *sort_album_artist;
	const char *sort_composer, *sort_series;
	/* what searches compare: the catalogue makes them, see item_set_search_texts() */
	const char *fold_title, *fold_artist, *fold_album, *fold_genre;
} Item;

void item_init(Item *item);
/** Was it still being written when it was looked at? */
bool item_is_growing(const Item *item);
/** Can a picture be made that stands for it? */
bool item_has_art(const Item *item);
/** Of its date; -1: it has none */
int64_t item_get_year(const Item *item);
/** What views group by, from artist, album, genre, date and folder. @param strings  keeps texts */
void item_set_groups(Item *item, GPtrArray *strings);
/** What searches compare, from title, artists, album and genre. @param strings  keeps texts */
void item_set_search_texts(Item *item, GPtrArray *strings);
/** Text for searches: each value folded, with ITEM_VALUE_SEPARATOR before, between and behind, so that
 *  one value is found whole. @return NULL for NULL; kept in strings */
const char *item_fold_values(const char *joined, GPtrArray *strings);
/** upnp:class of all items of a kind; NULL: there is no such kind. */
const char *item_kind_get_class(unsigned kind);
/** Is it a live source: an address or a pipe that a playlist names, and no file? */
bool item_is_live(const Item *item);
/** "object.item.videoItem": what kind and columns make of it. */
const char *item_get_class(const Item *item);

G_END_DECLS
