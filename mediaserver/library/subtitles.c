/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of subtitle files. The column is a line for each: type, language, marks and path, blanks
 * between; names with control characters never get in. Pure, any thread. */
#include "mediaserver/library/subtitles.h"

#include <string.h>

#include <av-upnp/cursor.h>

#include "mediaserver/library/languages.h"

static const struct {
	const char *type;
	const char *mime; /* spec/dlna-http-transport.md 15 */
} types[] = {
	{ "srt", "text/srt" },
	{ "vtt", "text/vtt" },
	{ "ass", "text/x-ssa" },
	{ "ssa", "text/x-ssa" },
	{ "smi", "application/smil" },
	{ "sub", "text/x-microdvd" },
	{ "idx", "text/vobsub" },
};

static const char *
find_type(const char *extension, size_t len)
{
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		if (strlen(types[i].type) == len &&
			g_ascii_strncasecmp(extension, types[i].type, len) == 0) {
			return types[i].type;
		}
	}
	return NULL;
}

const char *
subtitle_get_mime(const char *type)
{
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		if (g_str_equal(types[i].type, type)) {
			return types[i].mime;
		}
	}
	return "application/octet-stream";
}

static size_t
stem_length(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
}

bool
subtitle_is_text(const Subtitle *subtitle, const char *column)
{
	const size_t stem = subtitle->path_len - MIN(strlen(".sub"), subtitle->path_len);
	bool pictures = g_str_equal(subtitle->type, "idx");
	Subtitle other;

	if (g_str_equal(subtitle->type, "sub")) {
		while (!pictures && subtitles_next(&column, &other)) {
			pictures = g_str_equal(other.type, "idx") &&
				   other.path_len == subtitle->path_len &&
				   strncmp(other.path, subtitle->path, stem) == 0;
		}
	}
	return !pictures;
}

static bool
is_one_of(const char *word, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (g_ascii_strcasecmp(word, *words) == 0) {
			return true;
		}
	}
	return false;
}

/* The words behind the film's own name; the last one that is a language counts: "Film.fr.en" is the
 * English of a film called "Film.fr". */
static void
take_words(Subtitle *subtitle, const char *text, size_t len)
{
	static const char *const forced[] = { "forced", "foreign", NULL };
	static const char *const described[] = { "sdh", "cc", "hi", NULL };
	g_autofree char *copy = g_strndup(text, len);
	g_auto(GStrv) words = g_strsplit_set(copy, ". _()[]", -1);

	for (char **word = words; *word != NULL; word++) {
		g_autofree char *tag = NULL;

		/* "hi" is Hindi, too, but not behind another language */
		if (is_one_of(*word, described) &&
			(subtitle->language[0] != '\0' || g_ascii_strcasecmp(*word, "hi") != 0)) {
			subtitle->described = true;
			continue;
		}
		if (is_one_of(*word, forced)) {
			subtitle->forced = true;
			continue;
		}
		tag = language_tag_of_word(*word);
		if (tag != NULL) {
			(void)g_strlcpy(subtitle->language, tag, sizeof(subtitle->language));
		}
	}
}

bool
subtitle_parse(const char *path, const char *media_name, Subtitle *ret_subtitle)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	size_t stem = stem_length(name), media_stem = stem_length(media_name);
	const char *type =
		name[stem] == '.' ? find_type(name + stem + 1, strlen(name + stem + 1)) : NULL;

	for (const char *at = path; *at != '\0'; at++) {
		if ((unsigned char)*at < 0x20) {
			return false;
		}
	}
	if (type == NULL) {
		return false;
	}
	bool named = media_stem <= stem && strncmp(name, media_name, media_stem) == 0;

	*ret_subtitle = (Subtitle){ .path = path, .path_len = strlen(path), .type = type };
	take_words(ret_subtitle, name + (named ? media_stem : 0), stem - (named ? media_stem : 0));
	return true;
}

void
subtitles_append(GString *column, const Subtitle *subtitle)
{
	if (column->len > 0) {
		g_string_append_c(column, '\n');
	}
	g_string_append_printf(column, "%s %s %s%s ", subtitle->type,
		subtitle->language[0] != '\0' ? subtitle->language : "-",
		subtitle->forced ? "f" : "-", subtitle->described ? "d" : "-");
	g_string_append_len(column, subtitle->path, (gssize)subtitle->path_len);
}

/* "2 f- ger" */
static bool
take_track(AvuCursor *in, Subtitle *ret_subtitle)
{
	const char *number = in->at;
	uint64_t track;

	if (!avu_cursor_take_uint(in, INT32_MAX, &track)) {
		return false;
	}
	*ret_subtitle = (Subtitle){ .type = SUBTITLE_TRACK, .path = number };
	ret_subtitle->path_len = (size_t)(in->at - number);
	if (avu_cursor_len(in) < 4) {
		return false;
	}
	ret_subtitle->forced = in->at[1] == 'f';
	ret_subtitle->described = in->at[2] == 'd';
	in->at += 4;
	AvuCursor word = avu_cursor_take_until(in, "\n");
	g_autofree char *code = avu_cursor_dup(&word);
	g_autofree char *tag = language_tag(code);

	if (tag != NULL && strlen(tag) < sizeof(ret_subtitle->language)) {
		(void)g_strlcpy(ret_subtitle->language, tag, sizeof(ret_subtitle->language));
	}
	(void)avu_cursor_take_char(in, '\n');
	return true;
}

char *
subtitles_of_tracks(const char *tracks)
{
	g_autoptr(GString) column = g_string_new(NULL);
	AvuCursor in = avu_cursor_string(tracks);
	Subtitle subtitle;

	for (unsigned n = 0; n < SUBTITLES_MAX && take_track(&in, &subtitle); n++) {
		subtitles_append(column, &subtitle);
	}
	return column->len > 0 ? g_strdup(column->str) : NULL;
}

bool
subtitles_next(const char **at, Subtitle *ret_subtitle)
{
	const char *line = *at;

	if (line == NULL || *line == '\0') {
		return false;
	}
	size_t len = strcspn(line, "\n");
	size_t type_len = strcspn(line, " \n");
	const char *language = line + MIN(type_len + 1, len);
	size_t language_len = strcspn(language, " \n");
	const char *marks = language + MIN(language_len + 1, (size_t)(line + len - language));
	const char *path = marks + 3;

	*at = line[len] == '\n' ? line + len + 1 : NULL;
	*ret_subtitle =
		(Subtitle){ .type = type_len == strlen(SUBTITLE_TRACK) &&
						    strncmp(line, SUBTITLE_TRACK, type_len) == 0
					    ? SUBTITLE_TRACK
					    : find_type(line, type_len) };
	if (ret_subtitle->type == NULL || path >= line + len ||
		language_len >= sizeof(ret_subtitle->language)) {
		return false; /* a damaged row */
	}
	if (*language != '-') {
		memcpy(ret_subtitle->language, language, language_len);
	}
	ret_subtitle->forced = marks[0] == 'f';
	ret_subtitle->described = marks[1] == 'd';
	ret_subtitle->path = path;
	ret_subtitle->path_len = (size_t)(line + len - path);
	return true;
}
