/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of episodes. Looks for a number of season and one of episode in the forms that people and
 * recorders write, takes the words before it for the series and those behind for the title. Pure. */
#include "mediaserver/library/series-name.h"

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/text.h>

#define NAME_MAX_OCTETS 1024
#define SEASON_MAX 9999 /* some count by years */
#define EPISODE_MAX 99999

/* Folders between a series and its episodes; a number follows. */
static const char *const season_words[] = { "season", "staffel", "saison", "series", "temporada",
	"stagione", "seizoen", "s" };

/* Where the title ends and the notes of whoever made the file begin. */
static const char *const notes[] = { "480p", "576p", "720p", "1080p", "1080i", "2160p", "4k",
	"hdtv", "web", "web-dl", "webdl", "webrip", "bluray", "blu-ray", "bdrip", "brrip", "dvdrip",
	"dvd", "x264", "x265", "h264", "h265", "hevc", "xvid", "divx", "proper", "repack", "hdr",
	"uhd", "remux", "internal", "multi", "german", "dubbed" };

static bool
is_separator(char c)
{
	return strchr(" ._-[](){}", c) != NULL; /* also the end */
}

typedef struct {
	const char *begin, *end; /* of what was found in the name */
	uint64_t season, episode;
} Found;

static void
skip_separators(AvuCursor *in)
{
	while (!avu_cursor_at_end(in) && is_separator(*in->at)) {
		in->at++;
	}
}

/* A letter or its word, then a number: "S02", "Season 2", "E05", "Ep. 5", "Episode 5". */
static bool
take_labelled(AvuCursor *in, const char *const *labels, uint64_t max, uint64_t *ret_number)
{
	for (; *labels != NULL; labels++) {
		AvuCursor rest = *in;

		if (avu_cursor_take_ci(&rest, *labels)) {
			skip_separators(&rest);
			if (avu_cursor_take_uint(&rest, max, ret_number)) {
				*in = rest;
				return true;
			}
		}
	}
	return false;
}

/* S02E05 */
static bool
take_letters(AvuCursor in, Found *ret_found)
{
	static const char *const season[] = { "season", "staffel", "s", NULL };
	static const char *const episode[] = { "episode", "folge", "ep", "e", NULL };

	if (!take_labelled(&in, season, SEASON_MAX, &ret_found->season)) {
		return false;
	}
	skip_separators(&in);
	if (!take_labelled(&in, episode, EPISODE_MAX, &ret_found->episode)) {
		return false;
	}
	/* "S02E05E06", "S02E05-E06": the rest of a double episode */
	for (;;) {
		AvuCursor more = in;
		uint64_t last;

		(void)avu_cursor_take_char(&more, '-');
		if (!take_labelled(&more, episode, EPISODE_MAX, &last)) {
			break;
		}
		in = more;
	}
	ret_found->end = in.at;
	return avu_cursor_at_end(&in) || !g_ascii_isalnum(*in.at);
}

/* 2x05; not 640x480, not x264 */
static bool
take_cross(AvuCursor in, Found *ret_found)
{
	const char *begin = in.at;

	if (!avu_cursor_take_uint(&in, 99, &ret_found->season) || in.at - begin > 2 ||
		!avu_cursor_take_ci(&in, "x")) {
		return false;
	}
	begin = in.at;
	if (!avu_cursor_take_uint(&in, 999, &ret_found->episode) || in.at - begin < 2 ||
		in.at - begin > 3) {
		return false;
	}
	ret_found->end = in.at;
	return avu_cursor_at_end(&in) || !g_ascii_isalnum(*in.at);
}

static bool
find_numbers(const char *name, size_t len, Found *ret_found)
{
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && g_ascii_isalnum(name[i - 1])) {
			continue; /* inside a word */
		}
		AvuCursor in = avu_cursor(name + i, len - i);

		if (take_letters(in, ret_found) || take_cross(in, ret_found)) {
			ret_found->begin = name + i;
			return true;
		}
	}
	return false;
}

/* Words without the dots and dashes between them. A dot stays where there are blanks as well: "Mr. X".
 * @return g_free() it; NULL when nothing is left */
static char *
words(const char *text, size_t len)
{
	g_autofree char *clean = avu_text_sanitize(text, len, NAME_MAX_OCTETS);
	bool has_blanks = strchr(clean, ' ') != NULL;

	(void)g_strdelimit(clean, has_blanks ? "_" : "._", ' ');
	char *begin = clean;
	char *end = clean + strlen(clean);

	while (*begin != '\0' && is_separator(*begin)) {
		begin++;
	}
	while (end > begin && is_separator(end[-1]) && end[-1] != ')') {
		end--;
	}
	return end > begin ? g_strndup(begin, (size_t)(end - begin)) : NULL;
}

/* What stands behind the numbers, up to the first word that is a note. */
static char *
title_behind(const char *text, size_t len)
{
	size_t end = 0;

	for (size_t at = 0; at < len;) {
		while (at < len && is_separator(text[at])) {
			if (text[at] == '[' || text[at] == '{') {
				return words(text, end);
			}
			at++;
		}
		size_t begin = at;

		while (at < len && !is_separator(text[at])) {
			at++;
		}
		for (size_t i = 0; i < G_N_ELEMENTS(notes); i++) {
			if (strlen(notes[i]) == at - begin &&
				g_ascii_strncasecmp(text + begin, notes[i], at - begin) == 0) {
				return words(text, end);
			}
		}
		end = at;
	}
	return words(text, len);
}

/* "Season 2", "S02", "Staffel 2", "Specials" */
static bool
is_season_folder(const char *name, size_t len)
{
	AvuCursor in = avu_cursor(name, len);

	if (avu_cursor_equal_ci(&in, "specials")) {
		return true;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(season_words); i++) {
		AvuCursor rest = in;
		uint64_t number;

		if (avu_cursor_take_ci(&rest, season_words[i])) {
			skip_separators(&rest);
			if (avu_cursor_take_uint(&rest, SEASON_MAX, &number) &&
				avu_cursor_at_end(&rest)) {
				return true;
			}
		}
	}
	return false;
}

/* The folder that is no season, from the file upwards. */
static char *
series_of_folders(const char *path, size_t len)
{
	for (;;) {
		size_t begin = len;

		while (begin > 0 && path[begin - 1] != '/') {
			begin--;
		}
		if (len == 0) {
			return NULL;
		}
		if (!is_season_folder(path + begin, len - begin)) {
			return words(path + begin, len - begin);
		}
		len = begin > 0 ? begin - 1 : 0;
	}
}

bool
series_name_parse(const char *path, SeriesName *ret_name)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	const char *dot = strrchr(name, '.');
	size_t len = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
	Found found;

	if (!find_numbers(name, len, &found)) {
		return false;
	}
	*ret_name = (SeriesName){
		.series = words(name, (size_t)(found.begin - name)),
		.title = title_behind(found.end, (size_t)(name + len - found.end)),
		.season = (int64_t)found.season,
		.episode = (int64_t)found.episode,
	};
	if (ret_name->series == NULL && slash != NULL) {
		ret_name->series = series_of_folders(path, (size_t)(slash - path));
	}
	return true;
}

void
series_name_clear(SeriesName *name)
{
	g_clear_pointer(&name->series, g_free);
	g_clear_pointer(&name->title, g_free);
}
