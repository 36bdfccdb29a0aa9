/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <av-upnp/error.h>

#include "output/output.h"

static const OutputColumn columns[] = {
	{ "name", "name", output_cell_text, 6 },
	{ "length", "length", output_cell_duration, 6 },
	{ "size", "size", output_cell_size, 6 },
	{ "mute", "mute", output_cell_on_off },
	{ NULL },
};

/* Two records: one with everything, one with nothing known. */
static json_t *
full(const char *name)
{
	json_t *record = json_object();

	record_set_text(record, "name", name);
	record_set_duration(record, "length", 205120 * AVU_NS_PER_MS);
	record_set_count(record, "size", 3);
	json_object_set_new(record, "mute", json_true());
	return record;
}

static json_t *
empty(void)
{
	json_t *record = json_object();

	record_set_text(record, "name", NULL);
	record_set_duration(record, "length", AVU_TIME_NONE);
	record_set_count(record, "size", -1);
	json_object_set_new(record, "mute", json_null());
	return record;
}

static char *
show(OutputShape shape, unsigned flags, unsigned width, json_t *first, json_t *second)
{
	const OutputSchema schema = { shape, columns };
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);
	Output output;

	output_init(&output, file, flags, width);
	output_begin(&output, &schema);
	if (first != NULL) {
		output_record(&output, first);
	}
	if (second != NULL) {
		output_record(&output, second);
	}
	output_end(&output);
	g_assert_true(output_flush(&output, NULL));
	output_clear(&output);
	fclose(file);
	char *copy = g_strdup(text);

	free(text);
	return copy;
}

#define FULL_JSON "{\"name\": \"Post\", \"length\": 205.12, \"size\": 3, \"mute\": true}"
#define EMPTY_JSON "{\"name\": null, \"length\": null, \"size\": null, \"mute\": null}"

static const struct {
	OutputShape shape;
	unsigned flags;
	unsigned n; /* records */
	const char *text;
	const char *why;
} rows[] = {
	{ OUTPUT_LIST, OUTPUT_JSON, 0, "[]\n", "no record" },
	{ OUTPUT_LIST, OUTPUT_JSON, 1, "[\n" FULL_JSON "\n]\n", "one record" },
	{ OUTPUT_LIST, OUTPUT_JSON, 2, "[\n" FULL_JSON ",\n" EMPTY_JSON "\n]\n", "two records" },
	{ OUTPUT_STREAM, OUTPUT_JSON, 1,
		"{\"name\":\"Post\",\"length\":205.12,\"size\":3,\"mute\":true}\n", "a line each" },
	{ OUTPUT_LIVE, OUTPUT_JSON, 2, "[\n" FULL_JSON ",\n" EMPTY_JSON "\n]\n",
		"an array, though it comes bit by bit" },
	{ OUTPUT_LIVE, 0, 1, "Post\t3:25\t3 B\ton\n", "the same in a pipe as a list" },
	{ OUTPUT_LIVE, OUTPUT_TERMINAL, 1,
		"NAME    LENGTH  SIZE    MUTE\nPost    3:25    3 B     on\n", "rows of one" },
	{ OUTPUT_LIVE, OUTPUT_TERMINAL, 0, "", "no headings over nothing" },
	{ OUTPUT_LIST, 0, 2, "Post\t3:25\t3 B\ton\n\t\t\t\n", "for a pipe" },
	{ OUTPUT_LIST, 0, 0, "", "nothing for a pipe" },
	{ OUTPUT_LIST, OUTPUT_TERMINAL, 1, "NAME  LENGTH  SIZE  MUTE\nPost  3:25    3 B   on\n",
		"for people" },
	{ OUTPUT_LIST, OUTPUT_TERMINAL, 0, "", "no headings over nothing" },
	{ OUTPUT_ONE, 0, 1, "name: Post\nlength: 3:25\nsize: 3 B\nmute: on\n", "fields" },
	{ OUTPUT_DEED, 0, 1, "", "deeds are quiet in a pipe" },
	{ OUTPUT_DEED, OUTPUT_TERMINAL, 1, "name: Post\nlength: 3:25\nsize: 3 B\nmute: on\n",
		"deeds at a terminal" },
};

static void
test_formats(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = show(rows[i].shape, rows[i].flags, 0,
			rows[i].n > 0 ? full("Post") : NULL, rows[i].n > 1 ? empty() : NULL);

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

/* SEC-202: escape sequences, C1 controls, bidirectional overrides, line ends in names */
static const char hostile[] = "a\x1b]52;c;x\x07\xc2\x9b"
			      "2J\xe2\x80\xae"
			      "b\nc\xff";

static void
test_hostile_text(void)
{
	static const struct {
		OutputShape shape;
		unsigned flags;
	} ways[] = {
		{ OUTPUT_LIST, 0 },
		{ OUTPUT_LIST, OUTPUT_TERMINAL },
		{ OUTPUT_ONE, OUTPUT_TERMINAL },
		{ OUTPUT_STREAM, OUTPUT_TERMINAL },
		{ OUTPUT_LIST, OUTPUT_JSON | OUTPUT_TERMINAL },
		{ OUTPUT_ONE, OUTPUT_JSON | OUTPUT_TERMINAL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autofree char *text = show(ways[i].shape, ways[i].flags, 0, full(hostile), NULL);

		g_assert_null(strchr(text, '\x1b'));
		g_assert_null(strchr(text, '\x07'));
		g_assert_null(strstr(text, "\xc2\x9b"));
		g_assert_null(strstr(text, "\xe2\x80\xae"));
		g_assert_null(strstr(text, "b\nc"));
	}
}

static void
test_json_round_trip(void)
{
	/* SEC-203: valid JSON whatever a device says; readable text comes back as it was */
	g_autofree char *text = show(OUTPUT_ONE, OUTPUT_JSON, 0, full(hostile), NULL);
	g_autofree char *plain =
		show(OUTPUT_ONE, OUTPUT_JSON, 0, full("\"Bj\xc3\xb6rk\" \\ \xe2\x80\xa6"), NULL);
	json_t *parsed = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	json_t *parsed_plain = json_loads(plain, 0, NULL);

	g_assert_nonnull(parsed);
	g_assert_cmpstr(json_string_value(json_object_get(parsed_plain, "name")), ==,
		"\"Bj\xc3\xb6rk\" \\ \xe2\x80\xa6");
	json_decref(parsed);
	json_decref(parsed_plain);
}

static void
test_narrow_terminal(void)
{
	/* Wide characters take two columns; what does not fit is cut, never broken. */
	g_autofree char *text = show(OUTPUT_LIST, OUTPUT_TERMINAL, 28,
		full("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"),
		NULL);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	/* 12 columns of text into 8: three characters, the mark, and one blank to fill up */
	g_assert_cmpstr(lines[1], ==,
		"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe2\x80\xa6   3:25    3 B   on");
	g_assert_true(g_utf8_validate(text, -1, NULL));
}

static void
test_empty_column(void)
{
	/* Nobody has a length or a size: the columns are not there. */
	json_t *record = json_pack("{s:s, s:b}", "name", "Post", "mute", 1);
	g_autofree char *text = show(OUTPUT_LIST, OUTPUT_TERMINAL, 0, record, NULL);

	g_assert_cmpstr(text, ==, "NAME  MUTE\nPost  on\n");
}

static void
test_full_disk(void)
{
	const OutputSchema schema = { OUTPUT_ONE, columns };
	FILE *file = fopen("/dev/full", "w");
	g_autoptr(GError) error = NULL;
	Output output;

	output_init(&output, file, 0, 0);
	output_begin(&output, &schema);
	output_record(&output, full("Post"));
	output_end(&output);
	g_assert_false(output_flush(&output, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_IO);
	output_clear(&output);
	fclose(file);
}

static void
test_duration_cell(void)
{
	static const struct {
		double seconds;
		const char *text;
	} cells[] = {
		{ 0, "0:00" },
		{ 59.9, "0:59" },
		{ 60, "1:00" },
		{ 3599, "59:59" },
		{ 3600, "1:00:00" },
		{ 360000, "100:00:00" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cells); i++) {
		json_t *record = json_pack("{s:f}", "length", cells[i].seconds);
		g_autofree char *text = output_cell_duration(record, "length");

		g_assert_cmpstr(text, ==, cells[i].text);
		json_decref(record);
	}
}

static void
test_numbers(void)
{
	static const struct {
		double value;
		const char *text;
	} numbers[] = { { -12.0, "-12" }, { 0.5, "0.5" }, { -11.92578125, "-11.93" } };

	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		json_t *record = json_pack("{s:f}", "volume_db", numbers[i].value);
		g_autofree char *text = output_cell_text(record, "volume_db");

		json_decref(record);
		g_assert_cmpstr(text, ==, numbers[i].text);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/output/formats", test_formats);
	g_test_add_func("/output/hostile-text", test_hostile_text);
	g_test_add_func("/output/json-round-trip", test_json_round_trip);
	g_test_add_func("/output/narrow-terminal", test_narrow_terminal);
	g_test_add_func("/output/empty-column", test_empty_column);
	g_test_add_func("/output/full-disk", test_full_disk);
	g_test_add_func("/output/duration-cell", test_duration_cell);
	g_test_add_func("/output/numbers", test_numbers);
	return g_test_run();
}
