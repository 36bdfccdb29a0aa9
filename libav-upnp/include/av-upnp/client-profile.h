/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/client-profile.h: what is known of players, as data: by what a player is recognised, and what
 * it must be told differently. Files *.client; their grammar is in profiles/README.md.
 *
 * A set is immutable; it is replaced as a whole when files change. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/* Yes-or-no keys of the files, as bits of AvuClientProfile.habits. */
typedef enum {
	AVU_CLIENT_GENERIC = 1 << 0, /* Generic: says little; what is known of the address wins */
	AVU_CLIENT_INTERACTIVE_VIDEO = 1
				       << 1, /* asks Interactive for video; given as Streaming is */
	AVU_CLIENT_LENIENT_SEEK = 1
				  << 2, /* seeks whatever OP says; what cannot be done is ignored */
	AVU_CLIENT_ALWAYS_FEATURES = 1 << 3,  /* wants contentFeatures on every answer */
	AVU_CLIENT_NO_DLNA = 1 << 4,          /* takes "*" as the fourth field only */
	AVU_CLIENT_NO_FLAGS = 1 << 5,         /* knows no DLNA.ORG_FLAGS (DLNA 1.0) */
	AVU_CLIENT_NO_PICTURE_CI = 1 << 6,    /* of pictures: DLNA.ORG_CI=0 must not be written */
	AVU_CLIENT_NO_SORT = 1 << 7,          /* its SortCriteria are not what people want to see */
	AVU_CLIENT_NO_CONVERSION = 1 << 8,    /* is never offered any */
	AVU_CLIENT_NO_SMALLER = 1 << 9,       /* of pictures it gets the original only */
	AVU_CLIENT_CONVERTED_FIRST = 1 << 10, /* takes the first resource without looking */
	AVU_CLIENT_BASIC_CLASSES = 1 << 11,   /* no classes below videoItem and the like */
	AVU_CLIENT_STORAGE_FOLDERS = 1 << 12, /* containers are object.container.storageFolder */
	AVU_CLIENT_TITLE_DOT = 1 << 13,       /* a title without a dot shows no subtitles */
	AVU_CLIENT_TITLE_EXTENSION = 1 << 14, /* titles end in the extension of the file */
	AVU_CLIENT_TIME_SEEK_ONLY = 1 << 15,  /* of what seeks both ways it is told of time only */
	AVU_CLIENT_CONTROL_POINT = 1 << 16,   /* chooses for renderers elsewhere */
	AVU_CLIENT_NEEDS_ALBUM = 1 << 17,     /* shows no music that is of no album */
	AVU_CLIENT_NO_SEC = 1 << 18,          /* stumbles over elements of Samsung's namespace */
	AVU_CLIENT_MEDIA_CLASS = 1 << 19,     /* wants Sony's av:mediaClass */
} AvuClientHabit;

/* In how many ways subtitles are told; a player that knows two of them may take the worse one. */
typedef enum {
	AVU_SUBTITLES_RESOURCE = 1 << 0,  /* a resource of its own */
	AVU_SUBTITLES_ELEMENT = 1 << 1,   /* sec:CaptionInfo, sec:CaptionInfoEx */
	AVU_SUBTITLES_ATTRIBUTE = 1 << 2, /* pv:subtitleFileUri */
	AVU_SUBTITLES_HEADER = 1 << 3,    /* CaptionInfo.sec, unasked */
	AVU_SUBTITLES_ASKED = 1 << 4,     /* CaptionInfo.sec, when it is asked for */
	AVU_SUBTITLES_ALL = 0x17,         /* what a player gets of which nothing is known */
} AvuSubtitleForm;

/* What text they may be; others are converted. */
typedef enum {
	AVU_SUBTITLE_SRT = 1 << 0,
	AVU_SUBTITLE_VTT = 1 << 1,
	AVU_SUBTITLE_OWN = 1 << 2, /* what the file is, after the others */
} AvuSubtitleType;

/* "FROM > TO"; the first whose from fits counts. */
typedef struct {
	const char *from; /* may have * */
	const char *to;   /* "": nothing, it is left out */
	const char *mime; /* of an extra resource: its MIME type; NULL: that of the file */
} AvuClientRule;

typedef enum { AVU_PLAYS_AUDIO, AVU_PLAYS_VIDEO, AVU_PLAYS_IMAGE, AVU_PLAYS_KINDS } AvuPlaysKind;

/* What it plays as it is. NULL lists: any. */
typedef struct {
	char **mimes;        /* as the server calls them; "*" */
	char **video_codecs; /* FFmpeg's names; NULL: any, or none of that kind */
	char **audio_codecs;
} AvuClientPlays;

typedef struct {
	const char *name;
	const char *maker; /* "Samsung"; headers of makers go by it; NULL: unknown */
	const char *file;  /* with line: where it stands */
	unsigned line;
	unsigned habits;              /* AvuClientHabit */
	unsigned subtitles;           /* AvuSubtitleForm */
	unsigned subtitle_types;      /* AvuSubtitleType; one at least */
	const char *subtitle_charset; /* as iconv knows it; NULL, "UTF-8": as all others get them */
	GArray *mimes;                /* AvuClientRule: MIME types as this player calls them */
	GArray *names;                /* AvuClientRule: names of DLNA profiles */
	GArray *extra; /* AvuClientRule: one more resource in front for each that fits, under that name, CI=1 */
	GArray *plays[AVU_PLAYS_KINDS]; /* AvuClientPlays; NULL: nothing is known of that kind */
	char **conversions; /* names of conversions, the best first; NULL: the usual order */
	char **art;         /* profiles of album art, "JPEG_TN"; NULL: all */
	const char
		*thumbnail; /* profile of the thumbnail among resources; "": none; NULL: as usual */
	/* limits of what it plays; 0: none */
	int64_t max_width, max_height;
	int64_t max_sample_hz, max_bits, max_channels;
	int64_t max_video_kbps;
	int64_t title_max; /* characters of a title; 0: any */
	int64_t text_max;  /* characters of each text; 0: any */
	const char *date;  /* what it reads of a date: "full", "plain", "day", "year"; NULL: full */
	const char *characters;  /* of listings: "all", "ascii", "quoted"; NULL: all */
	const char *bookmark;    /* unit of bookmarks: "s", "ms"; "none"; NULL: s */
	const char *description; /* of the server: "usual", "microsoft", "samsung"; NULL: usual */
	const char *ids; /* whose fixed ids it asks for: "own", "microsoft", "samsung"; NULL: own */
	/* of conversions */
	const char *
		converted_seek; /* "none", "time", "bytes", "both"; NULL: as the conversion has it */
	const char *converted_size; /* "none", "estimate"; NULL: as the conversion has it */
} AvuClientProfile;

typedef struct AvuClientProfiles AvuClientProfiles; /* immutable, counted */

/** What a player shows of itself: value of one of avu_client_evidence_list(), NULL: it is not there. */
typedef const char *(*AvuClientEvidence)(const void *data, const char *what);
/** Names of request headers; "Address"; of the device at that address "Device.FriendlyName",
 *  "Device.Manufacturer", "Device.ModelName", "Device.ModelNumber", "Device.UDN". NULL-ended. */
AVU_API const char *const *avu_client_evidence_list(void);

typedef struct {
	const AvuClientProfile *profile; /* never NULL */
	const char *what, *pattern;      /* why; NULL: nothing fitted, it is the fallback */
} AvuClientMatch;

/** Folders in order, files in the order of their names, later sections before earlier ones, and one of
 *  the same name in its place. What is faulty is left out.
 *  @param folders   NULL-ended
 *  @param problems  gets "FILE:LINE:COLUMN: …" of all that is wrong, char *; may be NULL
 *  @thread any */
AVU_API AvuClientProfiles *avu_client_profiles_load(
	const char *const *folders, GPtrArray *problems);
/** The same of one text, for tests and the checker. */
AVU_API AvuClientProfiles *avu_client_profiles_parse(
	const char *file, const char *text, size_t len, GPtrArray *problems);
AVU_API AvuClientProfiles *avu_client_profiles_ref(AvuClientProfiles *profiles);
AVU_API void avu_client_profiles_unref(AvuClientProfiles *profiles);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuClientProfiles, avu_client_profiles_unref)

AVU_API unsigned avu_client_profiles_get_n(const AvuClientProfiles *profiles);
/** In the order in which they are tried. */
AVU_API const AvuClientProfile *avu_client_profiles_get(
	const AvuClientProfiles *profiles, unsigned i);
/** Lives as long as the set. @return NULL: there is none */
AVU_API const AvuClientProfile *avu_client_profiles_find(
	const AvuClientProfiles *profiles, const char *name);
/** NULL-ended; of the set. */
AVU_API const char *const *avu_client_profiles_list_names(const AvuClientProfiles *profiles);
/** Of who fits nothing: the section [Default], or one without any particularity. */
AVU_API const AvuClientProfile *avu_client_profiles_get_fallback(const AvuClientProfiles *profiles);
/** The first that fits. @return false: the fallback */
AVU_API bool avu_client_profiles_match(const AvuClientProfiles *profiles,
	AvuClientEvidence evidence, const void *data, AvuClientMatch *ret_match);

/** The first rule that fits. @param rules  of AvuClientRule
 *  @return its to, "" when it says to leave it out; NULL: no rule fits */
AVU_API const char *avu_client_rule_find(const GArray *rules, const char *text);
/** The nth of those that fit one text or the other, up to one that leaves it out.
 *  @param other  may be NULL  @return NULL: there are not so many */
AVU_API const AvuClientRule *avu_client_rule_nth(
	const GArray *rules, const char *text, const char *other, unsigned n);

static inline bool
avu_client_has(const AvuClientProfile *profile, AvuClientHabit habit)
{
	return profile != NULL && (profile->habits & habit) != 0;
}

G_END_DECLS
