/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Byte ranges: rows from dlna-http-transport.md 4 and threats.md SEC-046. */
#include <av-upnp/media-range.h>

static const struct {
	const char *value;
	uint64_t size;
	AvuRangeResult result;
	uint64_t offset;
	uint64_t length;
	const char *why;
} ranges[] = {
	{ NULL, 100, AVU_RANGE_NONE, 0, 0, "no header" },
	{ "bytes=0-", 100, AVU_RANGE_PART, 0, 100, "from the start" },
	{ "bytes=0-0", 100, AVU_RANGE_PART, 0, 1, "first octet" },
	{ "bytes=99-", 100, AVU_RANGE_PART, 99, 1, "last octet" },
	{ "bytes=10-19", 100, AVU_RANGE_PART, 10, 10, "inside" },
	{ "bytes=10-99", 100, AVU_RANGE_PART, 10, 90, "to the end" },
	{ "bytes=10-100", 100, AVU_RANGE_PART, 10, 90, "end is cut" },
	{ "bytes=10-9223372036854775808", 100, AVU_RANGE_PART, 10, 90, "end 2^63" },
	{ "bytes=10-18446744073709551615", 100, AVU_RANGE_PART, 10, 90, "end 2^64-1" },
	{ "bytes=10-18446744073709551616", 100, AVU_RANGE_PART, 10, 90, "end 2^64" },
	{ "bytes=5000000000-5000000009", UINT64_C(6000000000), AVU_RANGE_PART, UINT64_C(5000000000),
		10, "over 4 GiB" },
	{ "bytes=0-", UINT64_MAX, AVU_RANGE_PART, 0, UINT64_MAX, "largest resource" },
	{ "BYTES=1-2", 100, AVU_RANGE_PART, 1, 2, "unit in capitals" },
	{ " bytes=1-2 ", 100, AVU_RANGE_PART, 1, 2, "blanks around" },
	{ "bytes=0-1,5-6", 100, AVU_RANGE_PART, 0, 2, "the first of several" },
	{ "bytes=0-1, 5-", 100, AVU_RANGE_PART, 0, 2, "the first of several" },
	{ "bytes=100-", 100, AVU_RANGE_NOT_SATISFIABLE, 0, 0, "at the end" },
	{ "bytes=0-", 0, AVU_RANGE_NOT_SATISFIABLE, 0, 0, "empty resource" },
	{ "bytes=9223372036854775808-", 100, AVU_RANGE_NOT_SATISFIABLE, 0, 0, "2^63" },
	{ "bytes=18446744073709551615-", 100, AVU_RANGE_NOT_SATISFIABLE, 0, 0, "2^64-1" },
	{ "bytes=18446744073709551616-", 100, AVU_RANGE_NOT_SATISFIABLE, 0, 0, "2^64" },
	{ "bytes=18446744073709551617-18446744073709551618", 100, AVU_RANGE_NOT_SATISFIABLE, 0, 0,
		"both beyond 2^64" },
	{ "bytes=20-10", 100, AVU_RANGE_MALFORMED, 0, 0, "end before start" },
	{ "bytes=-10", 100, AVU_RANGE_MALFORMED, 0, 0, "suffix" },
	{ "bytes=-0", 100, AVU_RANGE_MALFORMED, 0, 0, "empty suffix" },
	{ "bytes=-", 100, AVU_RANGE_MALFORMED, 0, 0, "nothing" },
	{ "bytes=", 100, AVU_RANGE_MALFORMED, 0, 0, "nothing" },
	{ "bytes", 100, AVU_RANGE_MALFORMED, 0, 0, "unit alone" },
	{ "", 100, AVU_RANGE_MALFORMED, 0, 0, "empty" },
	{ "0-10", 100, AVU_RANGE_MALFORMED, 0, 0, "no unit" },
	{ "npt=0-10", 100, AVU_RANGE_MALFORMED, 0, 0, "other unit" },
	{ "bytes=+1-2", 100, AVU_RANGE_MALFORMED, 0, 0, "sign" },
	{ "bytes= 1-2", 100, AVU_RANGE_MALFORMED, 0, 0, "blank inside" },
	{ "bytes=1 -2", 100, AVU_RANGE_MALFORMED, 0, 0, "blank inside" },
	{ "bytes=0x1-2", 100, AVU_RANGE_MALFORMED, 0, 0, "hexadecimal" },
	{ "bytes=1-2x", 100, AVU_RANGE_MALFORMED, 0, 0, "rubbish behind" },
	{ "bytes=1-2,", 100, AVU_RANGE_MALFORMED, 0, 0, "comma without range" },
	{ "bytes=1-2 , 5-6 , 7-8", 100, AVU_RANGE_PART, 1, 2, "blanks around commas" },
	{ "bytes=1-2,-5", 100, AVU_RANGE_MALFORMED, 0, 0, "second is a suffix" },
};

static void
test_parse(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++) {
		uint64_t offset = 0;
		uint64_t length = 0;

		g_test_message("%s: %s", ranges[i].why, ranges[i].value);
		g_assert_cmpint(avu_range_parse(ranges[i].value, ranges[i].size, &offset, &length),
			==, ranges[i].result);
		g_assert_cmpuint(offset, ==, ranges[i].offset);
		g_assert_cmpuint(length, ==, ranges[i].length);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stream/media-range/parse", test_parse);
	return g_test_run();
}
