/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* output/output.h: what verbs say to the world. A verb makes records (JSON objects, exactly what
 * --json prints) and names their columns; a format decides how they look. Main thread. */
#pragma once

#include <stdio.h>

#include <jansson.h>

#include <av-upnp/base.h>

/* How a record's member looks to people. g_free() the result; NULL: nothing to show. */
typedef char *(*OutputCell)(const json_t *record, const char *key);

char *output_cell_text(const json_t *record, const char *key);
char *output_cell_duration(const json_t *record, const char *key); /* seconds → 3:25 */
char *output_cell_size(const json_t *record, const char *key);     /* octets → 3.4 MiB */
char *output_cell_on_off(const json_t *record, const char *key);   /* boolean */

typedef struct {
	const char *key;
	const char *heading;
	OutputCell cell;
	unsigned width; /* at a terminal, where rows come one by one; 0: what is left */
} OutputColumn;

typedef enum {
	OUTPUT_LIST,   /* any number of records: a JSON array */
	OUTPUT_LIVE,   /* the same, shown as they come */
	OUTPUT_ONE,    /* one record: a JSON object */
	OUTPUT_STREAM, /* records that come over time: NDJSON, shown at once */
	OUTPUT_DEED,   /* one record of what was done: of interest to programs and at a terminal */
} OutputShape;

typedef struct {
	OutputShape shape;
	const OutputColumn *columns; /* heading NULL ends them */
} OutputSchema;

typedef struct Output Output;

/* One way of showing records. */
typedef struct {
	const char *name;
	void (*begin)(Output *output);
	void (*record)(Output *output, const json_t *record);
	void (*end)(Output *output);
} OutputFormat;

typedef enum {
	OUTPUT_JSON = 1 << 0,     /* for programs */
	OUTPUT_TERMINAL = 1 << 1, /* a person looks at it now */
} OutputFlags;

struct Output {
	const OutputFormat *format; /* of what is being written; NULL: nothing is */
	const OutputSchema *schema;
	FILE *file; /* borrowed */
	unsigned flags;
	unsigned width;  /* columns of the terminal; 0: unlimited */
	size_t n;        /* records so far */
	GPtrArray *rows; /* char ** per record, of the table */
	bool failed;
};

void output_init(Output *output, FILE *file, unsigned flags, unsigned width);
void output_clear(Output *output);
void output_begin(Output *output, const OutputSchema *schema);
/** @param record  reference taken */
void output_record(Output *output, json_t *record);
void output_end(Output *output);
/** For texts that are no records (help, the configuration in effect). Trusted text only. */
void output_text(Output *output, const char *text);
/** Everything is out. @return false with IO when the file did not take it (disk full) */
bool output_flush(Output *output, GError **error);

/** Prints the cells of one row: tab between, line end after. */
void output_write_row(Output *output, char *const *cells);
/** The record as people see it, one cell per column. g_strfreev() it. */
char **output_make_row(const Output *output, const json_t *record);

extern const OutputFormat output_format_text;   /* tabs between, for pipes; streams */
extern const OutputFormat output_format_table;  /* aligned, headings, cut to the terminal */
extern const OutputFormat output_format_rows;   /* aligned by the columns' widths; streams */
extern const OutputFormat output_format_fields; /* "name: value", one record */
extern const OutputFormat output_format_none;
extern const OutputFormat output_format_json;
extern const OutputFormat output_format_ndjson;

/* Building records. Foreign text becomes valid UTF-8; NULL becomes null. */
void record_set_text(json_t *record, const char *key, const char *text);
/** value below 0: null */
void record_set_count(json_t *record, const char *key, int64_t value);
/** Seconds with milliseconds; AVU_TIME_NONE: null */
void record_set_duration(json_t *record, const char *key, int64_t value_ns);
