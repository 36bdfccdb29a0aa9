/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Does a sink take a source, and how sure is that? Pure; any thread.
 * Ranking: spec/dlna-protocolinfo.md 5. */
#include <string.h>

#include "protocol-info-private.h"

/* Names that different makers give to the same format; in one row they are equal. A name may stand
 * in two rows. spec/dlna-protocolinfo.md 5.3 */
static const char *const aliases[][12] = {
	{ "audio/mpeg", "audio/mp3", "audio/x-mp3", "audio/x-mpeg", "audio/mpeg3" },
	{ "audio/wav", "audio/x-wav", "audio/wave" },
	{ "audio/flac", "audio/x-flac", "application/flac", "application/x-flac" },
	{ "audio/mp4", "audio/x-m4a", "audio/m4a", "audio/3gpp" },
	{ "audio/vnd.dlna.adts", "audio/aac", "audio/x-aac", "audio/aacp" },
	{ "audio/ogg", "application/ogg", "audio/x-ogg", "audio/vorbis", "audio/x-vorbis",
		"audio/x-vorbis+ogg" },
	{ "audio/x-ms-wma", "audio/wma" },
	{ "audio/x-aiff", "audio/aiff", "audio/aif" },
	{ "audio/alac", "audio/x-alac" },
	{ "audio/dsd", "audio/x-dsd", "audio/dff", "audio/x-dff", "audio/dsf", "audio/x-dsf" },
	{ "audio/vnd.dolby.dd-raw", "audio/ac3", "audio/x-ac3" },
	{ "audio/eac3", "audio/x-eac3", "audio/vnd.dolby.dd-raw" },
	{ "audio/x-ape", "audio/ape", "audio/x-monkeys-audio" },
	{ "video/mpeg", "video/mp2p", "video/mp2t" },
	{ "video/vnd.dlna.mpeg-tts", "video/x-m2ts", "video/vnd.mpeg-tts", "video/mpeg" },
	{ "video/mp4", "video/x-m4v", "video/quicktime" },
	{ "video/x-matroska", "video/x-mkv", "video/mkv", "video/matroska" },
	{ "video/x-msvideo", "video/avi", "video/divx", "video/x-divx", "video/vnd.avi",
		"video/msvideo" },
	{ "video/x-ms-wmv", "video/wmv", "video/x-ms-asf" },
	{ "video/x-ms-asf", "video/asf" },
	{ "video/3gpp", "video/3gpp2" },
	{ "video/x-flv", "video/flv" },
	{ "image/jpeg", "image/jpg", "image/pjpeg" },
	{ "text/srt", "application/x-subrip", "application/x-srt", "text/subrip", "text/plain" },
	{ "smi/caption", "application/smil", "application/x-sami", "text/sami" },
};

typedef enum {
	FORMAT_DIFFERS,
	FORMAT_WILDCARD,
	FORMAT_ALIAS,
	FORMAT_PARAMETERS_DIFFER, /* same type, other rate or channels of L16 */
	FORMAT_EQUAL,
} FormatMatch;

typedef enum {
	PROFILE_DIFFERS,
	PROFILE_UNSURE, /* the sink names one, the source does not */
	PROFILE_OPEN,   /* the sink names none, or one that holds all of the source's */
	PROFILE_EQUAL,
} ProfileMatch;

/* Profiles and those that hold all of them: each pair stands here, also what follows from two others. */
static const struct {
	const char *narrow, *wide;
} wider[] = {
	{ "MP3", "MP3X" },
	{ "AAC_ISO_320", "AAC_ISO" },
	{ "AAC_ISO_320", "AAC_MULT5_ISO" },
	{ "AAC_ISO", "AAC_MULT5_ISO" },
	{ "AAC_ADTS_320", "AAC_ADTS" },
	{ "AAC_ADTS_320", "AAC_MULT5_ADTS" },
	{ "AAC_ADTS", "AAC_MULT5_ADTS" },
	{ "WMABASE", "WMAFULL" },
	{ "JPEG_SM", "JPEG_MED" },
	{ "JPEG_SM", "JPEG_LRG" },
	{ "JPEG_MED", "JPEG_LRG" },
};

static const struct {
	FormatMatch format;
	ProfileMatch profile;
	unsigned score;
} scores[] = {
	{ FORMAT_EQUAL, PROFILE_EQUAL, 100 }, /* less 10 when converted */
	{ FORMAT_EQUAL, PROFILE_OPEN, 80 },
	{ FORMAT_EQUAL, PROFILE_UNSURE, 50 },
	{ FORMAT_PARAMETERS_DIFFER, PROFILE_EQUAL, 50 },
	{ FORMAT_PARAMETERS_DIFFER, PROFILE_OPEN, 50 },
	{ FORMAT_PARAMETERS_DIFFER, PROFILE_UNSURE, 50 },
	{ FORMAT_ALIAS, PROFILE_EQUAL, 70 },
	{ FORMAT_ALIAS, PROFILE_OPEN, 60 },
	{ FORMAT_ALIAS, PROFILE_UNSURE, 40 },
	{ FORMAT_WILDCARD, PROFILE_EQUAL, 20 },
	{ FORMAT_WILDCARD, PROFILE_OPEN, 20 },
	{ FORMAT_WILDCARD, PROFILE_UNSURE, 20 },
};

static bool
matches(const char *a, const char *b)
{
	return strcmp(a, "*") == 0 || strcmp(b, "*") == 0 || g_ascii_strcasecmp(a, b) == 0;
}

static AvuCursor
take_type(AvuCursor *mime)
{
	AvuCursor type = avu_cursor_take_until(mime, ";");

	while (type.end > type.at && type.end[-1] == ' ') {
		type.end--;
	}
	return type;
}

static bool
in_row(const char *const *row, const AvuCursor *type)
{
	for (; *row != NULL; row++) {
		if (avu_cursor_equal(type, *row)) {
			return true;
		}
	}
	return false;
}

static bool
is_alias(const AvuCursor *a, const AvuCursor *b)
{
	for (size_t i = 0; i < G_N_ELEMENTS(aliases); i++) {
		if (in_row(aliases[i], a) && in_row(aliases[i], b)) {
			return true;
		}
	}
	return false;
}

/* "audio/" of "audio/" followed by "*" */
static bool
covers(const AvuCursor *wildcard, const AvuCursor *type)
{
	const size_t len = avu_cursor_len(wildcard);

	return len >= 2 && wildcard->end[-1] == '*' && wildcard->end[-2] == '/' &&
	       avu_cursor_len(type) >= len && memcmp(wildcard->at, type->at, len - 1) == 0;
}

/* Value of one parameter of a MIME type, or an empty cursor. */
static AvuCursor
find_parameter(AvuCursor parameters, const char *name)
{
	while (avu_cursor_take_char(&parameters, ';')) {
		(void)avu_cursor_skip_blank(&parameters);

		AvuCursor value = avu_cursor_take_until(&parameters, ";");
		const AvuCursor key = avu_cursor_take_until(&value, "=");

		if (avu_cursor_take_char(&value, '=') && avu_cursor_equal(&key, name)) {
			return value;
		}
	}
	return (AvuCursor){ NULL, NULL };
}

static bool
parameter_agrees(AvuCursor source, AvuCursor sink, const char *name)
{
	const AvuCursor a = find_parameter(source, name);
	const AvuCursor b = find_parameter(sink, name);

	return a.at == NULL || b.at == NULL ||
	       (avu_cursor_len(&a) == avu_cursor_len(&b) &&
		       memcmp(a.at, b.at, avu_cursor_len(&a)) == 0);
}

static FormatMatch
match_format(const char *source_mime, const char *sink_mime)
{
	AvuCursor source = avu_cursor_string(source_mime), sink = avu_cursor_string(sink_mime);
	const AvuCursor source_type = take_type(&source);
	const AvuCursor sink_type = take_type(&sink);

	if (avu_cursor_len(&source_type) == avu_cursor_len(&sink_type) &&
		memcmp(source_type.at, sink_type.at, avu_cursor_len(&source_type)) == 0) {
		/* Of other types the parameters (codecs, charset) are advice; raw samples cannot be
		 * played without. */
		return !avu_cursor_equal(&source_type, "audio/l16") ||
				       (parameter_agrees(source, sink, "rate") &&
					       parameter_agrees(source, sink, "channels"))
			       ? FORMAT_EQUAL
			       : FORMAT_PARAMETERS_DIFFER;
	}
	if (avu_cursor_equal(&source_type, "*") || avu_cursor_equal(&sink_type, "*") ||
		covers(&sink_type, &source_type)) {
		return FORMAT_WILDCARD;
	}
	return is_alias(&source_type, &sink_type) ? FORMAT_ALIAS : FORMAT_DIFFERS;
}

static bool
is_wider(const char *narrow, const char *wide)
{
	for (size_t i = 0; i < G_N_ELEMENTS(wider); i++) {
		if (g_ascii_strcasecmp(narrow, wider[i].narrow) == 0 &&
			g_ascii_strcasecmp(wide, wider[i].wide) == 0) {
			return true;
		}
	}
	return false;
}

static ProfileMatch
match_profile(const char *source, const char *sink)
{
	if (sink == NULL) {
		return PROFILE_OPEN;
	}
	if (source == NULL) {
		return PROFILE_UNSURE;
	}
	if (g_ascii_strcasecmp(source, sink) == 0) {
		return PROFILE_EQUAL;
	}
	return is_wider(source, sink) ? PROFILE_OPEN : PROFILE_DIFFERS;
}

unsigned
avu_protocol_info_match(const AvuProtocolInfo *source, const AvuProtocolInfo *sink)
{
	if (!matches(source->protocol, sink->protocol) ||
		!matches(source->network, sink->network)) {
		return 0;
	}
	const FormatMatch format = match_format(source->mime, sink->mime);
	const ProfileMatch profile = match_profile(source->profile, sink->profile);

	for (size_t i = 0; i < G_N_ELEMENTS(scores); i++) {
		if (scores[i].format == format && scores[i].profile == profile) {
			return scores[i].score -
			       (scores[i].score == 100 && source->dlna.converted ? 10 : 0);
		}
	}
	return 0;
}
