/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/subtitles.h: subtitle files beside a film, by their names, and the column that keeps them */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define SUBTITLES_MAX 32
/* Type of one that is text in the film itself. */
#define SUBTITLE_TRACK "track"

/* One file. Strings are borrowed. */
typedef struct {
	const char *path; /* below the folder of the film, octets; of a track its number */
	size_t path_len;
	const char *
		type; /* "srt", "vtt", "ass", "ssa", "smi", "sub" (text), "idx" (pictures); SUBTITLE_TRACK */
	char language[8]; /* RFC 3066, "": not told */
	bool forced;      /* only foreign words */
	bool described;   /* also sounds, for who cannot hear them */
} Subtitle;

/** What the name of a companion says of one film. "Subs/2_English.srt", "Film.de.forced.srt".
 *  @param path, media_name  octets
 *  @return false: it is no subtitle that can be given to players (control characters in its name) */
bool subtitle_parse(const char *path, const char *media_name, Subtitle *ret_subtitle);
/** MIME type, as most players want it. */
const char *subtitle_get_mime(const char *type);

/** Can it be had as text of another kind? A "sub" beside an "idx" of the same name has its pictures.
 *  @param column  that it is in */
bool subtitle_is_text(const Subtitle *subtitle, const char *column);

/** Appends to a text that a column can keep. */
void subtitles_append(GString *column, const Subtitle *subtitle);
/** What a worker says of texts in a film (ProbeResult.text_tracks) as a column.
 *  @return g_free() it; NULL: there are none */
char *subtitles_of_tracks(const char *tracks);
/** The next of a column's text. @param at  the text at first; moves, NULL at the end
 *  @return false at the end */
bool subtitles_next(const char **at, Subtitle *ret_subtitle);

G_END_DECLS
