/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What players can show: lines, and words in italics, bold and underlined. Places, colours and drawings
 * of ASS go. Pure; one thread. @clause WebVTT 4.2 (cue text) */
#include "mediaserver/worker/cue-text.h"

#include <string.h>

#include <av-upnp/text.h>

#define CUE_BYTES_MAX 2000
#define TIME_MAX_MS (100LL * 3600 * 1000)

static const char styles[] = "biu";

typedef struct {
	GString *out;
	SubtitleForm form;
	bool on[sizeof(styles)];
	char open[sizeof(styles)]; /* in the order in which they were opened */
	unsigned n_open;
	bool drawing;
} Line;

void
cue_text_init(CueText *cues, SubtitleForm form, size_t max_bytes)
{
	*cues = (CueText){ .form = form, .max_bytes = max_bytes };
	cues->text = g_string_new(form == SUBTITLE_VTT ? "WEBVTT\n\n" : NULL);
	cues->last_start_ms = -1;
}

void
cue_text_clear(CueText *cues)
{
	if (cues->text != NULL) {
		(void)g_string_free(cues->text, TRUE);
		cues->text = NULL;
	}
	g_clear_pointer(&cues->last, g_free);
}

/* Tags nest: what stands inside is closed with it and opened again. */
static void
close_down_to(Line *line, unsigned n)
{
	while (line->n_open > n) {
		g_string_append_printf(line->out, "</%c>", line->open[--line->n_open]);
	}
}

static void
set_style(Line *line, char style, bool on)
{
	unsigned at = 0;

	while (at < line->n_open && line->open[at] != style) {
		at++;
	}
	if (on == (at < line->n_open)) {
		return;
	}
	if (on) {
		g_string_append_printf(line->out, "<%c>", style);
		line->open[line->n_open++] = style;
		return;
	}
	char again[sizeof(styles)];
	unsigned n = line->n_open - at - 1;

	memcpy(again, line->open + at + 1, n);
	close_down_to(line, at);
	for (unsigned i = 0; i < n; i++) {
		set_style(line, again[i], true);
	}
}

/* "\i1", "\b700", "\p1", "\r", among others that are passed over; each begins with a backslash. */
static void
take_override(Line *line, const char *tag, size_t len)
{
	if (len == 2 && tag[1] == 'r') {
		close_down_to(line, 0);
		return;
	}
	if (len < 3 || !g_ascii_isdigit(tag[2])) {
		return;
	}
	const bool on = tag[2] != '0';

	if (tag[1] == 'p') {
		line->drawing = on;
	} else if (strchr(styles, tag[1]) != NULL) {
		set_style(line, tag[1], on);
	}
}

/* "{\an8\i1}". @return behind it; at itself: it is none */
static const char *
take_block(Line *line, const char *at)
{
	const char *end = at[0] == '{' && at[1] == '\\' ? strchr(at, '}') : NULL;

	if (end == NULL) {
		return at;
	}
	for (const char *tag = at + 1; tag < end;) {
		size_t len = 1 + strcspn(tag + 1, "\\}");

		take_override(line, tag, len);
		tag += len;
	}
	return end + 1;
}

static void
append_char(Line *line, char c)
{
	static const struct {
		char c;
		const char *text;
	} entities[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" } };

	for (size_t i = 0; i < G_N_ELEMENTS(entities) && line->form == SUBTITLE_VTT; i++) {
		if (entities[i].c == c) {
			g_string_append(line->out, entities[i].text);
			return;
		}
	}
	g_string_append_c(line->out, c);
}

/* Neither format has a way to write an empty line in a cue: it would end it. */
static void
append_newline(Line *line)
{
	if (line->out->len > 0 && line->out->str[line->out->len - 1] != '\n') {
		g_string_append_c(line->out, '\n');
	}
}

/* @return g_free() it */
static char *
format_event(const char *event, SubtitleForm form)
{
	Line line = { .out = g_string_new(NULL), .form = form };
	/* before, since what has no meaning may stand between two ends of line */
	g_autofree char *clean = avu_text_sanitize(event, strlen(event), CUE_BYTES_MAX);
	const char *at = clean;

	while (*at != '\0') {
		const char *behind = take_block(&line, at);

		if (behind != at) {
			at = behind;
		} else if (at[0] == '\\' && (at[1] == 'N' || at[1] == 'n')) {
			append_newline(&line);
			at += 2;
		} else if (at[0] == '\\' && at[1] == 'h') {
			g_string_append_c(line.out, ' ');
			at += 2;
		} else if (*at == '\n') {
			append_newline(&line);
			at++;
		} else {
			if (!line.drawing) {
				append_char(&line, *at);
			}
			at++;
		}
	}
	close_down_to(&line, 0);
	return g_strstrip(g_string_free(line.out, FALSE));
}

/* "<i>", "</b>"; whatever else stands in brackets is text */
static size_t
tag_length(const char *text)
{
	const size_t slash = text[0] == '<' && text[1] == '/' ? 1 : 0;

	return text[0] == '<' && text[1 + slash] != '\0' &&
			       strchr(styles, text[1 + slash]) != NULL && text[2 + slash] == '>'
		       ? 3 + slash
		       : 0;
}

static bool
says_nothing(const char *text)
{
	while (*text != '\0') {
		const size_t tag = tag_length(text);

		if (tag == 0 && !g_ascii_isspace(*text)) {
			return false;
		}
		text += MAX(tag, 1);
	}
	return true;
}

static void
append_time(GString *out, int64_t ms, char point)
{
	g_string_append_printf(out, "%02d:%02d:%02d%c%03d", (int)(ms / 3600000),
		(int)(ms / 60000 % 60), (int)(ms / 1000 % 60), point, (int)(ms % 1000));
}

void
cue_text_add(CueText *cues, int64_t start_ms, int64_t end_ms, const char *event)
{
	const char point = cues->form == SUBTITLE_VTT ? '.' : ',';

	if (cues->full || start_ms < 0 || end_ms <= start_ms || end_ms > TIME_MAX_MS) {
		return;
	}
	g_autofree char *said = format_event(event, cues->form);

	if (says_nothing(said) ||
		(cues->last != NULL && start_ms == cues->last_start_ms &&
			end_ms == cues->last_end_ms && g_str_equal(said, cues->last))) {
		return;
	}
	if (cues->text->len + strlen(said) + 64 > cues->max_bytes) {
		cues->full = true;
		return;
	}
	cues->n++;
	if (cues->form == SUBTITLE_SRT) {
		g_string_append_printf(cues->text, "%u\n", cues->n);
	}
	append_time(cues->text, start_ms, point);
	g_string_append(cues->text, " --> ");
	append_time(cues->text, end_ms, point);
	g_string_append_printf(cues->text, "\n%s\n\n", said);
	cues->last_start_ms = start_ms;
	cues->last_end_ms = end_ms;
	g_free(cues->last);
	cues->last = g_steal_pointer(&said);
}
