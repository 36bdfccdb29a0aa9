/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines and their widths. Pure. */
#include "ui/now.h"

#include "output/output.h"

#define NARROWEST_BAR 5

static unsigned
char_width(gunichar c)
{
	return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

unsigned
now_width(const char *text)
{
	unsigned width = 0;

	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		width += char_width(g_utf8_get_char(p));
	}
	return width;
}

char *
now_cut(const char *text, unsigned columns)
{
	const char *p = text;
	unsigned width = 0;

	if (now_width(text) <= columns) {
		return g_strdup(text);
	}
	if (columns == 0) {
		return g_strdup("");
	}
	while (*p != '\0' && width + char_width(g_utf8_get_char(p)) < columns) {
		width += char_width(g_utf8_get_char(p));
		p = g_utf8_next_char(p);
	}
	g_autofree char *kept = g_strndup(text, (gsize)(p - text));

	return g_strconcat(kept, "…", NULL);
}

static char *
format_time(double seconds)
{
	json_auto_t *record = json_object();

	(void)json_object_set_new(record, "s", seconds < 0 ? json_null() : json_real(seconds));
	char *text = output_cell_duration(record, "s");

	return text != NULL ? text : g_strdup("-:--");
}

static void
add_bar(GString *line, double part, unsigned columns)
{
	const unsigned filled = (unsigned)(CLAMP(part, 0.0, 1.0) * columns);

	for (unsigned i = 0; i < columns; i++) {
		g_string_append(line, i < filled ? "█" : "·");
	}
}

char *
now_format(const UiNow *now, unsigned columns)
{
	g_autofree char *position = format_time(now->position_s);
	g_autofree char *duration = format_time(now->duration_s);
	GString *line = g_string_new(NULL);
	g_autofree char *volume = now->volume < 0 ? g_strdup(now->mute ? "  muted" : "")
						  : g_strdup_printf("  volume %d%s", now->volume,
							    now->mute ? ", muted" : "");

	g_string_append_printf(
		line, "%s  %s / %s", now->state != NULL ? now->state : "", position, duration);
	const unsigned used = now_width(line->str) + now_width(volume) + 2;

	if (columns >= used + NARROWEST_BAR) {
		g_string_append(line, "  ");
		add_bar(line, now->duration_s > 0 ? now->position_s / now->duration_s : 0.0,
			columns - used);
	}
	g_string_append(line, volume);
	return g_string_free(line, false);
}
