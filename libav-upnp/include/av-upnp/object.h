/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/object.h: an object of a content directory as a plain value. Strings are borrowed from
 * whoever made it (a database row, a parsed document). NULL or -1: not known.
 *
 * Where a property may have several values (AVU_PROPERTY_MULTIPLE), the text holds them all, between
 * them AVU_VALUE_SEPARATOR; each becomes an element of its own. */
#pragma once

#include <av-upnp/property.h>

G_BEGIN_DECLS

#define AVU_RESOURCES_MAX 16
#define AVU_ART_MAX 4

typedef struct {
	const char *uri; /* "": the content is not there yet */
	const char *protocol_info;
	int64_t size_bytes;
	int64_t duration_ns; /* AVU_TIME_NONE: not known */
	int64_t bitrate_Bps; /* octets per second: res@bitrate despite its name */
	int64_t sample_hz;
	int32_t bits_per_sample;
	int32_t channels;
	int32_t width, height;  /* res@resolution */
	int32_t color_depth;    /* bits per pixel */
	const char *frame_rate; /* "25p", "29.97i" */
	const char *id;         /* unique in the object */
	const char *import_uri; /* where the content can be sent */
	const char *protection; /* name of the system; NULL: none */
	int64_t update_count;   /* tracking: changes of the content */
	int64_t uploaded_bytes; /* of an upload that has begun */
	bool resumable;         /* dlna:resumeUpload */
	const char *subtitle_uri,
		*subtitle_type; /* pv:subtitleFileUri, pv:subtitleFileType "SRT" */
	const char *ifo_uri;    /* dlna:ifoFileURI */
} AvuResource;

typedef struct {
	const char *uri;
	const char *profile; /* DLNA profile of the picture: "JPEG_TN" */
} AvuArt;

/* What no property is for, told in desc: an element of our own namespace. */
typedef struct {
	const char *name, *value;
} AvuFact;
#define AVU_FACTS_MAX 16

typedef struct {
	const char *id, *parent_id, *ref_id;
	const char *title;
	const char *upnp_class; /* "object.item.audioItem.musicTrack" */
	bool container;
	bool restricted;
	bool searchable;
	bool never_playable;
	int32_t child_count, child_container_count;
	const char *dlna_managed; /* 8 hexadecimal digits */
	const char *search_class; /* several; each with what is derived from it */
	const char *create_class; /* several, in the same way */
	const char *write_status; /* "WRITABLE", "PROTECTED", "NOT_WRITABLE", "UNKNOWN", "MIXED" */
	/* people, several each */
	const char *creator; /* one */
	const char *artist, *album_artist, *conductor, *author, *composer;
	const char *actor, *director, *producer, *publisher, *contributor;
	const char *album, *genre;
	const char *date; /* ISO 8601 */
	int32_t track_number, disc_number;
	const char *description, *long_description;
	const char *language; /* several: of the sound, "de", "pt-BR" */
	const char *rights;
	const char *rating;
	const char *user_annotation; /* several */
	const char *playlist;        /* several: titles of playlists it is in */
	const char *lyrics_uri;
	const char *program_title, *series_title;
	int32_t episode_count, episode_number, episode_season;
	/* radio */
	const char *region, *radio_call_sign, *radio_station_id, *radio_band;
	const char *icon; /* URI */
	const char *storage_medium;
	int64_t storage_total_bytes, storage_used_bytes, storage_free_bytes,
		storage_max_partition_bytes;
	/* what was played of it */
	int32_t playback_count;
	const char *last_playback_time;    /* ISO 8601 */
	int64_t last_playback_position_ns; /* AVU_TIME_NONE: not known */
	/* tracking of changes: ui4 */
	int64_t object_update_id, container_update_id, total_deleted_children;
	AvuArt art[AVU_ART_MAX];
	unsigned n_art;
	AvuFact facts[AVU_FACTS_MAX];
	unsigned n_facts;
	/* for Samsung's */
	const char *sec_dcm_info; /* "CREATIONDATE=0,FOLDER=name,BM=seconds" */
	const char *sec_caption_uri, *sec_caption_type; /* "srt" */
	const char *sony_media_class;                   /* "M", "V", "P" */
	bool short_date; /* date is written as it is: a year is not completed */
	AvuResource resources[AVU_RESOURCES_MAX];
	unsigned n_resources;
} AvuObject;

/** All unknown. */
AVU_API void avu_object_init(AvuObject *object);
AVU_API void avu_resource_init(AvuResource *resource);

/** The first of several values in a cursor; *at moves behind it and its separator.
 *  @param at  start of the text, then what is left; NULL at the end
 *  @return false at the end */
AVU_API bool avu_object_next_value(const char **at, AvuCursor *ret_value);

G_END_DECLS
