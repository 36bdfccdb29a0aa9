/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* format-private.h: between the keys of format profiles, their set and the guesser */
#pragma once

#include <av-upnp/format-profile.h>

#include "draft.h"

#define FORMAT_WORDS_MAX 12
#define FORMAT_SIZES_MAX 64

typedef struct {
	int64_t min, max;
} FormatRange;

/* One of these, or, with n 0, anything, also unknown. */
typedef struct {
	unsigned n;
	FormatRange ranges[FORMAT_WORDS_MAX];
	bool unknown; /* is allowed, too */
} FormatRanges;

typedef struct {
	unsigned n;
	const char *words[FORMAT_WORDS_MAX];
} FormatWords;

typedef struct {
	int64_t width, height;
	FormatRange rate_mhz; /* max 0: any */
	bool interlaced;      /* must be */
} FormatSize;

/* What a section says; which fields count depends on its kind. */
typedef struct Format Format;
struct Format {
	FormatWords codecs;
	/* of sound */
	FormatRanges types, channels, hz, bits;
	FormatRange bps; /* max 0: any; an unknown rate passes */
	bool bps_known;  /* an unknown one does not */
	/* of moving pictures */
	FormatRanges profiles;
	int64_t level; /* highest; 0: any, also unknown */
	int64_t max_width, max_height, max_rate_mhz;
	GArray *sizes;    /* FormatSize; of a [sizes] section */
	Format *size_set; /* borrowed */
	/* of profiles */
	FormatWords containers, videos, audios, forms;
	const char *mime;
	int64_t system_bps; /* 0: any */
	bool no_guess, mandatory;
	bool filling; /* what it is like is being looked at */
};

/* What the sections' names begin with. */
typedef enum {
	FORMAT_PROFILE,
	FORMAT_SIZES,
	FORMAT_VIDEO,
	FORMAT_AUDIO,
	FORMAT_KINDS,
} FormatKind;

FormatKind format_kind_of(const char *section);
/** "sizes ", "video ", "audio ", "". */
const char *format_prefix(FormatKind kind);

#define FORMAT_LIKE "Like"
#define FORMAT_TAIL "Tail."
#define FORMAT_MIME "Mime."

Format *format_new(void);
void format_free(Format *format);
/** One entry, but Like, Tail.X and Mime.X; what is wrong is noted in the draft. Components that it
 *  names are looked up by who builds the set. */
void format_set(Draft *draft, DraftSection *section, const DraftEntry *entry, Format *format);
/** "COMPONENT… [NUMBER]" of a Tail. @return false: it is none, which is told */
bool format_parse_tail(Draft *draft, DraftSection *section, const DraftEntry *entry,
	FormatWords *ret_audios, int64_t *ret_system_bps);

/** Do sound and picture of the probe fit what the section asks? */
bool format_audio_fits(const Format *audio, const AvuFormatProbe *probe);
bool format_video_fits(const Format *video, const AvuFormatProbe *probe);
bool format_size_fits(const Format *format, const AvuFormatProbe *probe);
bool format_has_word(const FormatWords *words, const char *word);
