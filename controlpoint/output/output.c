/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one way out for verbs: chooses the format, keeps count, notices a full disk. Text from devices
 * is made harmless here and nowhere else: for people by avu_text_for_display, for programs by valid
 * UTF-8 (SEC-202, SEC-203). Main thread. */
#include <inttypes.h>
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "output.h"

#define CELL_CHARS 1000
#define TEXT_BYTES (64 * 1024)

static const OutputFormat *
choose(unsigned flags, OutputShape shape)
{
	enum { PROGRAM, PIPE, TERMINAL };
	static const OutputFormat *const formats[][3] = {
		[OUTPUT_LIST] = { &output_format_json, &output_format_text, &output_format_table },
		[OUTPUT_LIVE] = { &output_format_json, &output_format_text, &output_format_rows },
		[OUTPUT_ONE] = { &output_format_json, &output_format_fields,
			&output_format_fields },
		[OUTPUT_STREAM] = { &output_format_ndjson, &output_format_text,
			&output_format_rows },
		[OUTPUT_DEED] = { &output_format_json, &output_format_none, &output_format_fields },
	};

	if ((flags & OUTPUT_JSON) != 0) {
		return formats[shape][PROGRAM];
	}
	return formats[shape][(flags & OUTPUT_TERMINAL) != 0 ? TERMINAL : PIPE];
}

void
output_init(Output *output, FILE *file, unsigned flags, unsigned width)
{
	*output = (Output){ .file = file, .flags = flags, .width = width };
}

void
output_clear(Output *output)
{
	g_clear_pointer(&output->rows, g_ptr_array_unref);
}

void
output_begin(Output *output, const OutputSchema *schema)
{
	output->schema = schema;
	output->format = choose(output->flags, schema->shape);
	output->n = 0;
	output->format->begin(output);
}

void
output_record(Output *output, json_t *record)
{
	output->format->record(output, record);
	output->n++;
	json_decref(record);
	if ((output->schema->shape == OUTPUT_STREAM || output->schema->shape == OUTPUT_LIVE) &&
		fflush(output->file) != 0) {
		output->failed = true;
	}
}

void
output_end(Output *output)
{
	if (output->format != NULL) {
		output->format->end(output);
		output->format = NULL;
	}
}

void
output_text(Output *output, const char *text)
{
	(void)fputs(text, output->file);
}

bool
output_flush(Output *output, GError **error)
{
	const bool flushed = fflush(output->file) == 0;

	if (!flushed || output->failed || ferror(output->file) != 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "the output could not be written");
		return false;
	}
	return true;
}

char **
output_make_row(const Output *output, const json_t *record)
{
	GPtrArray *cells = g_ptr_array_new();

	for (const OutputColumn *c = output->schema->columns; c->heading != NULL; c++) {
		char *cell = c->cell(record, c->key);

		g_ptr_array_add(cells, cell != NULL ? cell : g_strdup(""));
	}
	g_ptr_array_add(cells, NULL);
	return (char **)g_ptr_array_free(cells, false);
}

void
output_write_row(Output *output, char *const *cells)
{
	for (size_t i = 0; cells[i] != NULL; i++) {
		(void)fprintf(output->file, "%s%s", i > 0 ? "\t" : "", cells[i]);
	}
	(void)fputc('\n', output->file);
}

char *
output_cell_text(const json_t *record, const char *key)
{
	const json_t *value = json_object_get(record, key);

	if (json_is_integer(value)) {
		return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
	}
	if (json_is_real(value)) {
		return g_strdup_printf("%.4g", json_real_value(value));
	}
	return json_is_string(value) ? avu_text_for_display(json_string_value(value), CELL_CHARS)
				     : NULL;
}

char *
output_cell_duration(const json_t *record, const char *key)
{
	const json_t *value = json_object_get(record, key);

	if (!json_is_number(value)) {
		return NULL;
	}
	const int64_t s = (int64_t)json_number_value(value);

	return s >= 3600 ? g_strdup_printf("%" PRId64 ":%02d:%02d", s / 3600, (int)(s / 60 % 60),
				   (int)(s % 60))
			 : g_strdup_printf("%d:%02d", (int)(s / 60), (int)(s % 60));
}

char *
output_cell_size(const json_t *record, const char *key)
{
	const json_t *value = json_object_get(record, key);

	return json_is_integer(value) ? avu_text_format_size((uint64_t)json_integer_value(value))
				      : NULL;
}

char *
output_cell_on_off(const json_t *record, const char *key)
{
	const json_t *value = json_object_get(record, key);

	return json_is_boolean(value) ? g_strdup(json_is_true(value) ? "on" : "off") : NULL;
}

void
record_set_text(json_t *record, const char *key, const char *text)
{
	if (text == NULL) {
		(void)json_object_set_new(record, key, json_null());
		return;
	}
	g_autofree char *valid = avu_text_sanitize(text, strlen(text), TEXT_BYTES);

	(void)json_object_set_new(record, key, json_string(valid));
}

void
record_set_count(json_t *record, const char *key, int64_t value)
{
	(void)json_object_set_new(record, key, value >= 0 ? json_integer(value) : json_null());
}

void
record_set_duration(json_t *record, const char *key, int64_t value_ns)
{
	if (value_ns == AVU_TIME_NONE) {
		(void)json_object_set_new(record, key, json_null());
		return;
	}
	(void)json_object_set_new(
		record, key, json_real((double)(value_ns / AVU_NS_PER_MS) / 1000.0));
}
