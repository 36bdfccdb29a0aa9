/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/property.h: the properties of objects that we know, for Filter, SearchCriteria, SortCriteria
 * and DIDL-Lite alike. A further one is a line here, a row in av/property.c and a field in object.h. */
#pragma once

#include <av-upnp/cursor.h>

G_BEGIN_DECLS

/* In the order in which DIDL-Lite is written: title first and class early, since some renderers stop
 * looking when they come late. */
typedef enum {
	/* attributes of item and container */
	AVU_PROPERTY_ID,                    /* @id */
	AVU_PROPERTY_PARENT_ID,             /* @parentID */
	AVU_PROPERTY_REF_ID,                /* @refID */
	AVU_PROPERTY_RESTRICTED,            /* @restricted */
	AVU_PROPERTY_SEARCHABLE,            /* @searchable */
	AVU_PROPERTY_CHILD_COUNT,           /* @childCount */
	AVU_PROPERTY_CHILD_CONTAINER_COUNT, /* @childContainerCount */
	AVU_PROPERTY_NEVER_PLAYABLE,        /* @neverPlayable */
	AVU_PROPERTY_DLNA_MANAGED,          /* @dlna:dlnaManaged */
	/* elements */
	AVU_PROPERTY_TITLE,                  /* dc:title */
	AVU_PROPERTY_CLASS,                  /* upnp:class */
	AVU_PROPERTY_SEARCH_CLASS,           /* upnp:searchClass */
	AVU_PROPERTY_CREATE_CLASS,           /* upnp:createClass */
	AVU_PROPERTY_WRITE_STATUS,           /* upnp:writeStatus */
	AVU_PROPERTY_CREATOR,                /* dc:creator */
	AVU_PROPERTY_DATE,                   /* dc:date */
	AVU_PROPERTY_DESCRIPTION,            /* dc:description */
	AVU_PROPERTY_LONG_DESCRIPTION,       /* upnp:longDescription */
	AVU_PROPERTY_LANGUAGE,               /* dc:language */
	AVU_PROPERTY_PUBLISHER,              /* dc:publisher */
	AVU_PROPERTY_CONTRIBUTOR,            /* dc:contributor */
	AVU_PROPERTY_RIGHTS,                 /* dc:rights */
	AVU_PROPERTY_ARTIST,                 /* upnp:artist, those without a role below */
	AVU_PROPERTY_ALBUM_ARTIST,           /* upnp:artist[@role="AlbumArtist"] */
	AVU_PROPERTY_CONDUCTOR,              /* upnp:artist[@role="Conductor"] */
	AVU_PROPERTY_AUTHOR,                 /* upnp:author, those without a role below */
	AVU_PROPERTY_COMPOSER,               /* upnp:author[@role="Composer"] */
	AVU_PROPERTY_ACTOR,                  /* upnp:actor */
	AVU_PROPERTY_DIRECTOR,               /* upnp:director */
	AVU_PROPERTY_PRODUCER,               /* upnp:producer */
	AVU_PROPERTY_ALBUM,                  /* upnp:album */
	AVU_PROPERTY_GENRE,                  /* upnp:genre */
	AVU_PROPERTY_TRACK,                  /* upnp:originalTrackNumber */
	AVU_PROPERTY_DISC,                   /* upnp:originalDiscNumber: not standard, common */
	AVU_PROPERTY_RATING,                 /* upnp:rating */
	AVU_PROPERTY_PROGRAM_TITLE,          /* upnp:programTitle */
	AVU_PROPERTY_SERIES_TITLE,           /* upnp:seriesTitle */
	AVU_PROPERTY_EPISODE_COUNT,          /* upnp:episodeCount */
	AVU_PROPERTY_EPISODE_NUMBER,         /* upnp:episodeNumber */
	AVU_PROPERTY_EPISODE_SEASON,         /* upnp:episodeSeason */
	AVU_PROPERTY_PLAYLIST,               /* upnp:playlist */
	AVU_PROPERTY_LYRICS_URI,             /* upnp:lyricsURI */
	AVU_PROPERTY_REGION,                 /* upnp:region */
	AVU_PROPERTY_RADIO_CALL_SIGN,        /* upnp:radioCallSign */
	AVU_PROPERTY_RADIO_STATION_ID,       /* upnp:radioStationID */
	AVU_PROPERTY_RADIO_BAND,             /* upnp:radioBand */
	AVU_PROPERTY_ICON,                   /* upnp:icon */
	AVU_PROPERTY_STORAGE_MEDIUM,         /* upnp:storageMedium */
	AVU_PROPERTY_STORAGE_TOTAL,          /* upnp:storageTotal */
	AVU_PROPERTY_STORAGE_USED,           /* upnp:storageUsed */
	AVU_PROPERTY_STORAGE_FREE,           /* upnp:storageFree */
	AVU_PROPERTY_STORAGE_MAX_PARTITION,  /* upnp:storageMaxPartition */
	AVU_PROPERTY_PLAYBACK_COUNT,         /* upnp:playbackCount */
	AVU_PROPERTY_LAST_PLAYBACK_TIME,     /* upnp:lastPlaybackTime */
	AVU_PROPERTY_LAST_PLAYBACK_POSITION, /* upnp:lastPlaybackPosition */
	AVU_PROPERTY_USER_ANNOTATION,        /* upnp:userAnnotation */
	AVU_PROPERTY_OBJECT_UPDATE_ID,       /* upnp:objectUpdateID */
	AVU_PROPERTY_CONTAINER_UPDATE_ID,    /* upnp:containerUpdateID */
	AVU_PROPERTY_TOTAL_DELETED_CHILDREN, /* upnp:totalDeletedChildCount */
	AVU_PROPERTY_ALBUM_ART_URI,          /* upnp:albumArtURI */
	AVU_PROPERTY_ALBUM_ART_PROFILE,      /* upnp:albumArtURI@dlna:profileID */
	AVU_PROPERTY_SEC_DCM_INFO,           /* sec:dcmInfo */
	AVU_PROPERTY_SEC_CAPTION,            /* sec:CaptionInfo */
	AVU_PROPERTY_SEC_CAPTION_EX,         /* sec:CaptionInfoEx */
	AVU_PROPERTY_SONY_MEDIA_CLASS,       /* av:mediaClass */
	AVU_PROPERTY_DESC,                   /* desc */
	/* resources */
	AVU_PROPERTY_RES,                  /* res */
	AVU_PROPERTY_RES_ID,               /* res@id */
	AVU_PROPERTY_RES_PROTOCOL_INFO,    /* res@protocolInfo */
	AVU_PROPERTY_RES_IMPORT_URI,       /* res@importUri */
	AVU_PROPERTY_RES_SIZE,             /* res@size */
	AVU_PROPERTY_RES_DURATION,         /* res@duration */
	AVU_PROPERTY_RES_BITRATE,          /* res@bitrate */
	AVU_PROPERTY_RES_SAMPLE_FREQUENCY, /* res@sampleFrequency */
	AVU_PROPERTY_RES_BITS_PER_SAMPLE,  /* res@bitsPerSample */
	AVU_PROPERTY_RES_CHANNELS,         /* res@nrAudioChannels */
	AVU_PROPERTY_RES_RESOLUTION,       /* res@resolution */
	AVU_PROPERTY_RES_COLOR_DEPTH,      /* res@colorDepth */
	AVU_PROPERTY_RES_FRAME_RATE,       /* res@framerate */
	AVU_PROPERTY_RES_PROTECTION,       /* res@protection */
	AVU_PROPERTY_RES_UPDATE_COUNT,     /* res@updateCount */
	AVU_PROPERTY_RES_RESUME_UPLOAD,    /* res@dlna:resumeUpload */
	AVU_PROPERTY_RES_UPLOADED_SIZE,    /* res@dlna:uploadedSize */
	AVU_PROPERTY_RES_IFO_URI,          /* res@dlna:ifoFileURI */
	AVU_PROPERTY_RES_SUBTITLE_TYPE,    /* res@pv:subtitleFileType */
	AVU_PROPERTY_RES_SUBTITLE_URI,     /* res@pv:subtitleFileUri */
	AVU_N_PROPERTIES,
} AvuProperty;

/* How values are compared and sorted. */
typedef enum {
	AVU_VALUE_TEXT,       /* by collation, without case */
	AVU_VALUE_NUMBER,     /* decimal integers */
	AVU_VALUE_BOOLEAN,    /* "0", "1" */
	AVU_VALUE_DATE,       /* "2004-05-14", "2004-05-14T14:30:05+09:00" */
	AVU_VALUE_DURATION,   /* "0:03:25.120" of res@duration, "P00:03:25" of elements */
	AVU_VALUE_CLASS_NAME, /* "object.item.audioItem"; ASCII, what derivedfrom is for */
	AVU_VALUE_OPAQUE,     /* ids, URIs, protocolInfo, tokens: octets */
	AVU_VALUE_DIMENSIONS, /* "1920x1080" */
} AvuValueType;

typedef enum {
	AVU_PROPERTY_ON_ITEM = 1 << 0,
	AVU_PROPERTY_ON_CONTAINER = 1 << 1,
	AVU_PROPERTY_REQUIRED = 1 << 2, /* written whatever the Filter says */
	AVU_PROPERTY_MULTIPLE = 1 << 3, /* several values, see AVU_VALUE_SEPARATOR */
	AVU_PROPERTY_SEARCHABLE_BY =
		1 << 4, /* makes sense in SearchCriteria; what is offered says the store */
	AVU_PROPERTY_SORTABLE_BY =
		1 << 5, /* makes sense in SortCriteria; what is offered says the store */
	AVU_PROPERTY_READ_ONLY = 1 << 6, /* 705 for control points */
} AvuPropertyFlags;

/* Several values of one text field, as "A\037B": no document can carry it inside a value. */
#define AVU_VALUE_SEPARATOR "\037"

typedef struct {
	const char
		*name; /* in Filter, SearchCriteria and SortCriteria: "upnp:artist", "res@size" */
	AvuValueType type;
	unsigned flags; /* AvuPropertyFlags */
} AvuPropertySpec;

/** @return constant */
AVU_API const AvuPropertySpec *avu_property_get_spec(AvuProperty property);
AVU_API const char *avu_property_get_name(AvuProperty property);
/** By its exact name; an attribute of the object also without its "@", as old control points have it.
 *  @return false when there is none */
AVU_API bool avu_property_find(const AvuCursor *name, AvuProperty *ret_property);

/* A set of properties: a Filter, what can be searched, what can be sorted by. All zero: empty. */
#define AVU_PROPERTY_SET_WORDS ((AVU_N_PROPERTIES + 63) / 64)
typedef struct {
	uint64_t words[AVU_PROPERTY_SET_WORDS];
} AvuPropertySet;

static inline void
avu_property_set_add(AvuPropertySet *set, AvuProperty property)
{
	set->words[property / 64] |= UINT64_C(1) << (property % 64);
}

static inline bool
avu_property_set_has(const AvuPropertySet *set, AvuProperty property)
{
	return (set->words[property / 64] >> (property % 64) & 1) != 0;
}

/** "dc:title,upnp:class" as the Get…Capabilities want it. g_free() it. */
AVU_API char *avu_property_set_format(const AvuPropertySet *set);

G_END_DECLS
