/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text for people and pipes: rows with tabs, "name: value" lines, a table that fits the terminal, and
 * rows of one that are shown as they come. Main thread. */
#include <string.h>

#include "output.h"

#define GAP 2       /* blanks between columns of a table */
#define NARROWEST 8 /* a column is not cut below this */

static void
nothing(Output *output)
{
	(void)output;
}

static void
no_record(Output *output, const json_t *record)
{
	(void)output;
	(void)record;
}

static void
text_record(Output *output, const json_t *record)
{
	g_auto(GStrv) row = output_make_row(output, record);

	output_write_row(output, row);
}

static void
fields_record(Output *output, const json_t *record)
{
	for (const OutputColumn *c = output->schema->columns; c->heading != NULL; c++) {
		g_autofree char *cell = c->cell(record, c->key);

		if (cell != NULL && cell[0] != '\0') {
			(void)fprintf(output->file, "%s: %s\n", c->heading, cell);
		}
	}
}

static unsigned
char_width(gunichar c)
{
	if (g_unichar_iszerowidth(c)) {
		return 0;
	}
	return g_unichar_iswide(c) ? 2 : 1;
}

/* Columns of a terminal that the text fills. */
static unsigned
text_width(const char *text)
{
	unsigned width = 0;

	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		width += char_width(g_utf8_get_char(p));
	}
	return width;
}

/* g_strfreev() it. */
static char **
make_headings(const OutputSchema *schema)
{
	GPtrArray *headings = g_ptr_array_new();

	for (const OutputColumn *c = schema->columns; c->heading != NULL; c++) {
		g_ptr_array_add(headings, g_ascii_strup(c->heading, -1));
	}
	g_ptr_array_add(headings, NULL);
	return (char **)g_ptr_array_free(headings, false);
}

static void
table_begin(Output *output)
{
	g_clear_pointer(&output->rows, g_ptr_array_unref);
	output->rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	g_ptr_array_add(output->rows, make_headings(output->schema));
}

static void
table_record(Output *output, const json_t *record)
{
	g_ptr_array_add(output->rows, output_make_row(output, record));
}

/* 0: a column that is empty in every record; it is left out, heading and all. */
static void
measure(const GPtrArray *rows, unsigned *widths)
{
	for (guint r = rows->len; r > 0; r--) {
		char *const *cells = rows->pdata[r - 1];

		for (size_t i = 0; cells[i] != NULL; i++) {
			if (r > 1 || widths[i] > 0) {
				widths[i] = MAX(widths[i], text_width(cells[i]));
			}
		}
	}
}

/* Takes from the widest column until the row fits. */
static void
shrink(unsigned *widths, size_t n, unsigned limit)
{
	for (;;) {
		unsigned total = 0;
		size_t widest = 0;

		for (size_t i = 0; i < n; i++) {
			total += widths[i] > 0 ? widths[i] + GAP : 0;
			widest = widths[i] > widths[widest] ? i : widest;
		}
		if (total <= limit + GAP || widths[widest] <= NARROWEST) {
			return;
		}
		widths[widest]--;
	}
}

/* The cell in exactly width columns; the last one of a row is not padded. */
static void
write_cell(FILE *file, const char *cell, unsigned width, bool last)
{
	const bool cut = text_width(cell) > width;
	const unsigned room = cut ? width - 1 : width;
	unsigned used = 0;
	const char *p = cell;

	while (*p != '\0' && used + char_width(g_utf8_get_char(p)) <= room) {
		used += char_width(g_utf8_get_char(p));
		p = g_utf8_next_char(p);
	}
	(void)fprintf(file, "%.*s%s", (int)(p - cell), cell, cut ? "…" : "");
	if (!last) {
		(void)fprintf(file, "%*s", (int)(width + GAP - used - (cut ? 1 : 0)), "");
	}
}

static void
write_row(FILE *file, char *const *cells, const unsigned *widths, size_t n)
{
	size_t last = 0;

	for (size_t i = 0; i < n; i++) {
		last = widths[i] > 0 ? i : last;
	}
	for (size_t i = 0; i <= last; i++) {
		if (widths[i] > 0) {
			write_cell(file, cells[i], widths[i], i == last);
		}
	}
	(void)fputc('\n', file);
}

static void
table_end(Output *output)
{
	const size_t n = g_strv_length(output->rows->pdata[0]);
	g_autofree unsigned *widths = g_new0(unsigned, n);

	measure(output->rows, widths);
	if (output->width > 0) {
		shrink(widths, n, output->width);
	}
	/* Headings over nothing help nobody. */
	for (guint r = output->rows->len == 1 ? 1 : 0; r < output->rows->len; r++) {
		write_row(output->file, output->rows->pdata[r], widths, n);
	}
	g_clear_pointer(&output->rows, g_ptr_array_unref);
}

/* One row at once: what comes after it is not known, so the columns' own widths hold. */
static void
write_single(Output *output, char *const *cells)
{
	const size_t n = g_strv_length((char **)cells);
	g_autofree unsigned *widths = g_new0(unsigned, n);
	unsigned used = 0;

	for (size_t i = 0; i < n; i++) {
		const unsigned wanted = output->schema->columns[i].width;
		const unsigned left =
			output->width > used + NARROWEST ? output->width - used : NARROWEST;

		widths[i] = wanted > 0          ? wanted
			    : output->width > 0 ? left
						: MAX(text_width(cells[i]), 1);
		used += widths[i] + GAP;
	}
	write_row(output->file, cells, widths, n);
}

static void
rows_record(Output *output, const json_t *record)
{
	g_auto(GStrv) headings = output->n == 0 ? make_headings(output->schema) : NULL;
	g_auto(GStrv) row = output_make_row(output, record);

	if (headings != NULL) {
		write_single(output, headings);
	}
	write_single(output, row);
}

const OutputFormat output_format_none = { "none", nothing, no_record, nothing };
const OutputFormat output_format_text = { "text", nothing, text_record, nothing };
const OutputFormat output_format_rows = { "rows", nothing, rows_record, nothing };
const OutputFormat output_format_fields = { "fields", nothing, fields_record, nothing };
const OutputFormat output_format_table = { "table", table_begin, table_record, table_end };
