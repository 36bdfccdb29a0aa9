/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CUE sheets, line by line: commands that we know are a table, all others are passed over. Pure.
 * Limits: cue.h. */
#include "mediaserver/library/cue.h"

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>

#include <av-upnp/foreign-text.h>

#define TEXT_MAX 1024
#define FILE_MAX 1024
#define FRAMES_PER_S 75
#define MINUTES_MAX 6000

typedef struct {
	CueSheet *sheet;
	CueTrack *track; /* NULL: still about the album */
	char *file;      /* of the tracks that follow */
} Parse;

static void
clear_track(void *data)
{
	CueTrack *track = data;

	g_free(track->file);
	g_free(track->title);
	g_free(track->performer);
	g_free(track->songwriter);
}

/* A word, or what stands between quotes. */
static AvuCursor
take_argument(AvuCursor *in)
{
	(void)avu_cursor_skip_blank(in);
	if (!avu_cursor_take_char(in, '"')) {
		return avu_cursor_take_until(in, " \t");
	}
	AvuCursor text = avu_cursor_take_until(in, "\"");

	(void)avu_cursor_take_char(in, '"');
	return text;
}

/* The first one counts. */
static void
set_text(char **field, AvuCursor *in)
{
	AvuCursor text = take_argument(in);
	g_autofree char *value = avu_foreign_text(text.at, avu_cursor_len(&text), TEXT_MAX);

	if (*field == NULL && *g_strstrip(value) != '\0') {
		*field = g_steal_pointer(&value);
	}
}

static void
take_title(Parse *parse, AvuCursor *in)
{
	set_text(parse->track != NULL ? &parse->track->title : &parse->sheet->title, in);
}

static void
take_performer(Parse *parse, AvuCursor *in)
{
	set_text(parse->track != NULL ? &parse->track->performer : &parse->sheet->performer, in);
}

static void
take_songwriter(Parse *parse, AvuCursor *in)
{
	set_text(parse->track != NULL ? &parse->track->songwriter : &parse->sheet->songwriter, in);
}

static void
take_genre(Parse *parse, AvuCursor *in)
{
	set_text(&parse->sheet->genre, in);
}

static void
take_date(Parse *parse, AvuCursor *in)
{
	set_text(&parse->sheet->date, in);
}

static void
take_file(Parse *parse, AvuCursor *in)
{
	AvuCursor name = take_argument(in);

	g_free(parse->file);
	parse->file = g_strndup(name.at, MIN(avu_cursor_len(&name), FILE_MAX));
	parse->track = NULL; /* what follows up to the next TRACK is about none */
}

static void
take_track(Parse *parse, AvuCursor *in)
{
	CueTrack track = {
		.file = g_strdup(parse->file), .end_ns = AVU_TIME_NONE, .gain = CUE_NO_GAIN
	};
	uint64_t number;

	parse->track = NULL;
	(void)avu_cursor_skip_blank(in);
	if (track.file == NULL || !avu_cursor_take_uint(in, CUE_TRACKS_MAX, &number) ||
		number == 0 || parse->sheet->tracks->len == CUE_TRACKS_MAX) {
		g_free(track.file);
		return;
	}
	(void)avu_cursor_skip_blank(in);
	if (!avu_cursor_take_ci(in, "AUDIO")) { /* data tracks of mixed discs */
		g_free(track.file);
		return;
	}
	track.number = (unsigned)number;
	g_array_append_val(parse->sheet->tracks, track);
	parse->track =
		&g_array_index(parse->sheet->tracks, CueTrack, parse->sheet->tracks->len - 1);
}

/* "01 03:25:40": minutes, seconds, frames of a 75th of a second. */
static void
take_index(Parse *parse, AvuCursor *in)
{
	uint64_t number, minutes, seconds, frames;

	(void)avu_cursor_skip_blank(in);
	if (parse->track == NULL || !avu_cursor_take_uint(in, 99, &number)) {
		return;
	}
	(void)avu_cursor_skip_blank(in);
	if (!avu_cursor_take_uint(in, MINUTES_MAX, &minutes) || !avu_cursor_take_char(in, ':') ||
		!avu_cursor_take_uint(in, 59, &seconds) || !avu_cursor_take_char(in, ':') ||
		!avu_cursor_take_uint(in, FRAMES_PER_S - 1, &frames)) {
		return;
	}
	/* 00 is the silence before it, 02 and above are places inside */
	if (number == 1) {
		uint64_t n = (minutes * 60 + seconds) * FRAMES_PER_S + frames;

		parse->track->start_ns = (int64_t)(n * AVU_NS_PER_S / FRAMES_PER_S);
		parse->track->has_index = true;
	}
}

static void
take_number(AvuCursor *in, int64_t *ret_value)
{
	AvuCursor text = take_argument(in);
	uint64_t value;

	if (avu_cursor_take_uint(&text, 99, &value) && value > 0) {
		*ret_value = (int64_t)value;
	}
}

static void
take_disc(Parse *parse, AvuCursor *in)
{
	take_number(in, &parse->sheet->disc);
}

static void
take_discs(Parse *parse, AvuCursor *in)
{
	take_number(in, &parse->sheet->discs);
}

/* "-6.54 dB" */
static void
take_gain(AvuCursor *in, int64_t *ret_gain)
{
	AvuCursor text = take_argument(in);
	bool negative = avu_cursor_take_char(&text, '-');
	uint64_t whole, part = 0;

	if (!avu_cursor_take_uint(&text, 99, &whole)) {
		return;
	}
	if (avu_cursor_take_char(&text, '.') && avu_cursor_len(&text) >= 2) {
		text.end = text.at + 2;
		(void)avu_cursor_take_uint(&text, 99, &part);
	}
	*ret_gain = (negative ? -1 : 1) * (int64_t)(whole * 100 + part);
}

static void
take_album_gain(Parse *parse, AvuCursor *in)
{
	take_gain(in, &parse->sheet->gain);
}

static void
take_track_gain(Parse *parse, AvuCursor *in)
{
	if (parse->track != NULL) {
		take_gain(in, &parse->track->gain);
	}
}

static const struct {
	const char *word;
	void (*take)(Parse *parse, AvuCursor *in);
} commands[] = {
	{ "FILE", take_file },
	{ "TRACK", take_track },
	{ "INDEX", take_index },
	{ "TITLE", take_title },
	{ "PERFORMER", take_performer },
	{ "SONGWRITER", take_songwriter },
	{ "REM GENRE", take_genre },
	{ "REM DATE", take_date },
	{ "REM DISCNUMBER", take_disc },
	{ "REM TOTALDISCS", take_discs },
	{ "REM COMPOSER", take_songwriter },
	{ "REM REPLAYGAIN_ALBUM_GAIN", take_album_gain },
	{ "REM REPLAYGAIN_TRACK_GAIN", take_track_gain },
};

static void
take_line(Parse *parse, const char *line, size_t len)
{
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		AvuCursor in = avu_cursor(line, len);

		if (avu_cursor_take_ci(&in, commands[i].word) && avu_cursor_skip_blank(&in) > 0) {
			commands[i].take(parse, &in);
			return;
		}
	}
}

/* A track ends where the next one of its file begins. Those without a place in a file, and those that
 * do not come after the one before, are left out. */
static void
set_ends(CueSheet *sheet)
{
	for (guint i = 0; i < sheet->tracks->len;) {
		CueTrack *track = &g_array_index(sheet->tracks, CueTrack, i);
		CueTrack *before = i > 0 ? &g_array_index(sheet->tracks, CueTrack, i - 1) : NULL;
		bool same = before != NULL && g_str_equal(before->file, track->file);

		if (!track->has_index || (same && track->start_ns <= before->start_ns)) {
			g_array_remove_index(sheet->tracks, i);
			continue;
		}
		if (same) {
			before->end_ns = track->start_ns;
		}
		i++;
	}
}

CueSheet *
cue_parse(GBytes *bytes, GError **error)
{
	g_autoptr(CueSheet) sheet = g_new0(CueSheet, 1);
	Parse parse = { .sheet = sheet };
	const char *line;
	size_t len, line_len;

	sheet->disc = sheet->discs = -1;
	sheet->gain = CUE_NO_GAIN;
	sheet->tracks = g_array_new(FALSE, FALSE, sizeof(CueTrack));
	g_array_set_clear_func(sheet->tracks, clear_track);
	if (g_bytes_get_size(bytes) > CUE_BYTES_MAX) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_LIMIT, "it is larger than 256 KiB");
		return NULL;
	}
	g_autofree char *text = avu_foreign_file(bytes, &len);
	const char *at = text;

	while (avu_foreign_line(&at, text + len, &line, &line_len)) {
		take_line(&parse, line, line_len);
	}
	g_free(parse.file);
	set_ends(sheet);
	if (sheet->tracks->len == 0) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_SYNTAX, "it has no tracks");
		return NULL;
	}
	return g_steal_pointer(&sheet);
}

void
cue_free(CueSheet *sheet)
{
	if (sheet == NULL) {
		return;
	}
	g_free(sheet->title);
	g_free(sheet->performer);
	g_free(sheet->songwriter);
	g_free(sheet->genre);
	g_free(sheet->date);
	g_array_unref(sheet->tracks);
	g_free(sheet);
}
