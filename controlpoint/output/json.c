/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* JSON for programs: an array of records, one record, or a record per line as they come. On a
 * terminal everything beyond ASCII is written as an escape, so that no control character of a
 * device's text reaches it (SEC-202). Main thread. */
#include "output.h"

/* Fifteen digits show milliseconds of any duration without the noise of binary fractions. */
#define REALS JSON_REAL_PRECISION(15)

static void
dump(Output *output, const json_t *record, size_t flags)
{
	if ((output->flags & OUTPUT_TERMINAL) != 0) {
		flags |= JSON_ENSURE_ASCII;
	}
	if (json_dumpf(record, output->file, flags | REALS) != 0) {
		output->failed = true;
	}
}

static void
nothing(Output *output)
{
	(void)output;
}

static bool
is_array(const Output *output)
{
	return output->schema->shape == OUTPUT_LIST || output->schema->shape == OUTPUT_LIVE;
}

static void
json_begin(Output *output)
{
	if (is_array(output)) {
		(void)fputs("[", output->file);
	}
}

static void
json_record(Output *output, const json_t *record)
{
	if (is_array(output)) {
		(void)fputs(output->n > 0 ? ",\n" : "\n", output->file);
		dump(output, record, 0);
	} else {
		dump(output, record, JSON_INDENT(2));
		(void)fputs("\n", output->file);
	}
}

static void
json_end(Output *output)
{
	if (is_array(output)) {
		(void)fputs(output->n > 0 ? "\n]\n" : "]\n", output->file);
	}
}

static void
ndjson_record(Output *output, const json_t *record)
{
	dump(output, record, JSON_COMPACT);
	(void)fputs("\n", output->file);
}

const OutputFormat output_format_json = { "json", json_begin, json_record, json_end };
const OutputFormat output_format_ndjson = { "ndjson", nothing, ndjson_record, nothing };
