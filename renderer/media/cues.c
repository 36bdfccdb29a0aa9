/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Subtitles as files: foreign octets of unknown encoding, read line by line. Pure.
 *
 * Times that do not parse leave their text out and nothing else; files in the field are full of
 * them. Markup is dropped: colours and places of text are not followed. */

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/foreign-text.h>

#include "cues.h"

#define CUES_TIME_MAX_NS (100 * 3600 * AVU_NS_PER_S)
#define CUES_LOOK_BACK 32 /* of those that began before, how many may last */
#define CUES_SAMI_LAST_NS (5 * AVU_NS_PER_S)

typedef struct {
	int64_t start_ns, end_ns;
	char *text;
} Cue;

struct Cues {
	GArray *cues; /* of Cue, by start */
};

static void
cue_clear(void *data)
{
	g_free(((Cue *)data)->text);
}

Cues *
cues_new(void)
{
	Cues *cues = g_new0(Cues, 1);

	cues->cues = g_array_new(FALSE, FALSE, sizeof(Cue));
	g_array_set_clear_func(cues->cues, cue_clear);
	return cues;
}

void
cues_free(Cues *cues)
{
	if (cues != NULL) {
		g_array_unref(cues->cues);
		g_free(cues);
	}
}

size_t
cues_get_count(const Cues *cues)
{
	return cues->cues->len;
}

/* ---- text */

static const struct {
	const char *name;
	const char *text;
} entities[] = {
	{ "&amp;", "&" },
	{ "&lt;", "<" },
	{ "&gt;", ">" },
	{ "&nbsp;", " " },
	{ "&quot;", "\"" },
	{ "&#39;", "'" },
	{ "&apos;", "'" },
	{ "\\N", "\n" }, /* of SSA */
	{ "\\n", "\n" },
	{ "\\h", " " },
	{ "<br>", "\n" }, /* of SAMI */
	{ "<br/>", "\n" },
	{ "<br />", "\n" },
};

static bool
cues_take_entity(AvuCursor *in, GString *out)
{
	for (size_t i = 0; i < G_N_ELEMENTS(entities); i++) {
		if (avu_cursor_take_ci(in, entities[i].name)) {
			g_string_append(out, entities[i].text);
			return true;
		}
	}
	return false;
}

/* "<i>", "{\an8}": passed over; an angle or brace that nothing closes is text. */
static bool
cues_skip_tag(AvuCursor *in)
{
	const char *close = *in->at == '<' ? ">" : "}";
	AvuCursor rest = *in;

	if ((*in->at != '<' && *in->at != '{') || (*in->at == '{' && avu_cursor_len(in) > 1 &&
							  in->at[1] != '\\' && in->at[1] != 'y')) {
		return false;
	}
	(void)avu_cursor_take_until(&rest, close);
	if (avu_cursor_at_end(&rest)) {
		return false;
	}
	rest.at++;
	*in = rest;
	return true;
}

/* @return g_free() it; NULL: nothing is left */
static char *
cues_strip(const char *text, size_t len)
{
	g_autoptr(GString) out = g_string_new(NULL);
	AvuCursor in = avu_cursor(text, len);

	while (!avu_cursor_at_end(&in) && out->len < CUES_TEXT_MAX) {
		if (!cues_take_entity(&in, out) && !cues_skip_tag(&in)) {
			g_string_append_c(out, *in.at++);
		}
	}
	g_autofree char *whole = avu_foreign_text(out->str, out->len, CUES_TEXT_MAX);

	g_strstrip(whole);
	return whole[0] != '\0' ? g_steal_pointer(&whole) : NULL;
}

void
cues_add(Cues *cues, int64_t start_ns, int64_t end_ns, const char *text, size_t len)
{
	GArray *all = cues->cues;
	guint at = all->len;

	if (start_ns < 0 || end_ns <= start_ns || at >= CUES_MAX) {
		return;
	}
	g_autofree char *stripped = cues_strip(text, len);

	while (at > 0 && g_array_index(all, Cue, at - 1).start_ns > start_ns) {
		at--;
	}
	if (stripped == NULL ||
		(at > 0 && g_array_index(all, Cue, at - 1).start_ns == start_ns &&
			g_str_equal(g_array_index(all, Cue, at - 1).text, stripped))) {
		return;
	}
	const Cue cue = { start_ns, end_ns, g_steal_pointer(&stripped) };

	g_array_insert_val(all, at, cue);
}

size_t
cues_find(const Cues *cues, int64_t time_ns, const char *ret_texts[CUES_AT_ONCE])
{
	const GArray *all = cues->cues;
	guint low = 0, high = all->len;
	size_t n = 0;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index(all, Cue, middle).start_ns <= time_ns) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	for (guint i = low > CUES_LOOK_BACK ? low - CUES_LOOK_BACK : 0; i < low; i++) {
		const Cue *cue = &g_array_index(all, Cue, i);

		if (cue->end_ns > time_ns && n < CUES_AT_ONCE) {
			ret_texts[n++] = cue->text;
		}
	}
	return n;
}

/* ---- times */

/* [H…:]MM:SS[.,]fff or .cc */
static bool
cues_take_time(AvuCursor *in, int64_t *ret_ns)
{
	AvuCursor at = *in;
	uint64_t parts[3] = { 0 }, fraction = 0;
	size_t n = 0;
	int64_t unit_ns = AVU_NS_PER_S;

	do {
		if (n == G_N_ELEMENTS(parts) || !avu_cursor_take_uint(&at, 100000, &parts[n])) {
			return false;
		}
		n++;
	} while (avu_cursor_take_char(&at, ':'));
	if (n < 2) {
		return false;
	}
	if (avu_cursor_take_char(&at, ',') || avu_cursor_take_char(&at, '.')) {
		const char *digits = at.at;

		if (!avu_cursor_take_uint(&at, 999999999, &fraction)) {
			return false;
		}
		for (const char *digit = digits; digit < at.at; digit++) {
			unit_ns /= 10;
		}
	}
	int64_t minutes = n == 3 ? (int64_t)(parts[0] * 60 + parts[1]) : (int64_t)parts[0];

	*ret_ns =
		(minutes * 60 + (int64_t)parts[n - 1]) * AVU_NS_PER_S + (int64_t)fraction * unit_ns;
	*in = at;
	return *ret_ns <= CUES_TIME_MAX_NS;
}

/* ---- SubRip and WebVTT */

static bool
cues_is_range(const char *line, size_t len, int64_t *ret_start_ns, int64_t *ret_end_ns)
{
	AvuCursor in = avu_cursor(line, len);

	if (!cues_take_time(&in, ret_start_ns)) {
		return false;
	}
	(void)avu_cursor_skip_blank(&in);
	if (!avu_cursor_take(&in, "-->")) {
		return false;
	}
	(void)avu_cursor_skip_blank(&in);
	return cues_take_time(&in, ret_end_ns);
}

static void
cues_parse_ranges(Cues *cues, const char *at, const char *end)
{
	g_autoptr(GString) text = g_string_new(NULL);
	int64_t start_ns = -1, end_ns = -1, next_start_ns, next_end_ns;
	const char *line;
	size_t len;

	while (avu_foreign_line(&at, end, &line, &len)) {
		bool range = cues_is_range(line, len, &next_start_ns, &next_end_ns);

		if (range || len == 0) {
			cues_add(cues, start_ns, end_ns, text->str, text->len);
			g_string_truncate(text, 0);
			start_ns = range ? next_start_ns : -1;
			end_ns = range ? next_end_ns : -1;
		} else if (start_ns >= 0 && text->len < 4 * CUES_TEXT_MAX) {
			g_string_append_len(text, line, (gssize)MIN(len, CUES_TEXT_MAX));
			g_string_append_c(text, '\n');
		}
	}
	cues_add(cues, start_ns, end_ns, text->str, text->len);
}

/* ---- SSA */

/* Dialogue: layer, start, end, style, name, three margins, effect, text */
static void
cues_parse_dialogues(Cues *cues, const char *at, const char *end)
{
	const char *line;
	size_t len;

	while (avu_foreign_line(&at, end, &line, &len)) {
		AvuCursor in = avu_cursor(line, len);
		int64_t start_ns = 0, end_ns = 0;

		if (!avu_cursor_take_ci(&in, "Dialogue:")) {
			continue;
		}
		(void)avu_cursor_take_until(&in, ",");
		if (!avu_cursor_take_char(&in, ',') || !cues_take_time(&in, &start_ns) ||
			!avu_cursor_take_char(&in, ',') || !cues_take_time(&in, &end_ns)) {
			continue;
		}
		bool whole = true;

		for (unsigned i = 0; i < 7; i++) {
			whole = whole && avu_cursor_take_char(&in, ',');
			if (i < 6) {
				(void)avu_cursor_take_until(&in, ",");
			}
		}
		if (whole) {
			cues_add(cues, start_ns, end_ns, in.at, avu_cursor_len(&in));
		}
	}
}

/* ---- SAMI */

/* A text stands from its <SYNC Start=ms> to the next one. */
static void
cues_parse_syncs(Cues *cues, const char *at, const char *end)
{
	AvuCursor in = avu_cursor(at, (size_t)(end - at));
	int64_t start_ns = -1;
	const char *text = at;

	while (!avu_cursor_at_end(&in)) {
		const char *tag = in.at;
		uint64_t ms = 0;

		if (!avu_cursor_take_ci(&in, "<sync start=")) {
			in.at++;
			continue;
		}
		(void)avu_cursor_take_char(&in, '"');
		if (!avu_cursor_take_uint(&in, CUES_TIME_MAX_NS / AVU_NS_PER_MS, &ms)) {
			continue;
		}
		cues_add(cues, start_ns, (int64_t)ms * AVU_NS_PER_MS, text, (size_t)(tag - text));
		start_ns = (int64_t)ms * AVU_NS_PER_MS;
		(void)avu_cursor_take_until(&in, ">");
		(void)avu_cursor_take_char(&in, '>');
		text = in.at;
	}
	if (start_ns >= 0) {
		cues_add(cues, start_ns, start_ns + CUES_SAMI_LAST_NS, text, (size_t)(end - text));
	}
}

Cues *
cues_parse(const char *data, size_t len)
{
	static void (*const parsers[])(Cues * cues, const char *at,
		const char *end) = { cues_parse_ranges, cues_parse_dialogues, cues_parse_syncs };
	g_autoptr(Cues) cues = cues_new();

	if (len > CUES_BYTES_MAX) {
		return NULL;
	}
	g_autofree char *text = avu_foreign_text(data, len, 2 * CUES_BYTES_MAX);

	for (size_t i = 0; i < G_N_ELEMENTS(parsers) && cues->cues->len == 0; i++) {
		parsers[i](cues, text, text + strlen(text));
	}
	return cues->cues->len > 0 ? g_steal_pointer(&cues) : NULL;
}
