/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where uploads go, and which part they say to be (RFC 9110 14.4, spec/dlna-upload.md 4). */
#include "mediaserver/import/upload-route.h"

static const struct {
	const char *text;
	bool accepted;
	uint64_t first, length;
	const char *why;
} ranges[] = {
	{ "bytes 0-9/10", true, 0, 10, "all of it" },
	{ "bytes 5-9/10", true, 5, 5, "the rest" },
	{ "BYTES 5-9/10", true, 5, 5, "units in any case" },
	{ "bytes 9-9/10", true, 9, 1, "the last octet" },
	{ "bytes 5000000000-5000000009/5000000010", true, 5000000000, 10, "over 4 GiB" },
	{ "bytes 5-8/10", false, 0, 0, "does not reach the end" },
	{ "bytes 5-9/*", false, 0, 0, "the end is not known" },
	{ "bytes 9-5/10", false, 0, 0, "backwards" },
	{ "bytes 5-10/10", false, 0, 0, "behind the end" },
	{ "bytes */10", false, 0, 0, "a refusal's form" },
	{ "bytes=5-9", false, 0, 0, "a request's form" },
	{ "bytes 5-9/10 ", false, 0, 0, "something behind" },
	{ "bytes 0-18446744073709551615/18446744073709551616", false, 0, 0, "more than there is" },
	{ "items 0-9/10", false, 0, 0, "other units" },
	{ "", false, 0, 0, "empty" },
};

static void
test_ranges(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++) {
		uint64_t first, length;

		g_test_message("'%s': %s", ranges[i].text, ranges[i].why);
		g_assert_cmpint(upload_parse_content_range(ranges[i].text, &first, &length), ==,
			ranges[i].accepted);
		if (ranges[i].accepted) {
			g_assert_cmpuint(first, ==, ranges[i].first);
			g_assert_cmpuint(length, ==, ranges[i].length);
		}
	}
}

static const struct {
	const char *path;
	int64_t item; /* 0: none */
} paths[] = {
	{ "/upload/i0123456789abcde", INT64_C(0x0123456789abcde) },
	{ "/upload/c0123456789abcde", 0 },
	{ "/upload/c0123456789abcde.i0123456789abcde", 0 },
	{ "/upload/i0123456789abcdE", 0 },
	{ "/upload/i0123456789abcde.mp3", 0 },
	{ "/upload/i0123456789abcde/../x", 0 },
	{ "/upload/", 0 },
	{ "/media/i0123456789abcde", 0 },
	{ "", 0 },
};

static void
test_paths(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		int64_t item = 0;

		g_test_message("%s", paths[i].path);
		g_assert_cmpint(upload_parse_path(paths[i].path, &item), ==, paths[i].item != 0);
		g_assert_cmpint(item, ==, paths[i].item);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/upload-route/ranges", test_ranges);
	g_test_add_func("/upload-route/paths", test_paths);
	return g_test_run();
}
