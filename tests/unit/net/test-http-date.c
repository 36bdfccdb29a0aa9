/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dates: the example of RFC 9110, 5.6.7 and what stands around it. */
#include <av-upnp/http-date.h>

static void
test_both_ways(void)
{
	/* Seconds computed with date -u -d TEXT +%s. */
	static const struct {
		const char *text;
		int64_t time_s;
	} rows[] = {
		{ "Sun, 06 Nov 1994 08:49:37 GMT", 784111777 },
		{ "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
		{ "Tue, 29 Feb 2000 12:00:00 GMT", 951825600 },
		{ "Wed, 01 Mar 2000 00:00:00 GMT", 951868800 },
		{ "Sun, 31 Dec 2000 23:59:59 GMT", 978307199 },
		{ "Mon, 01 Mar 2100 00:00:00 GMT", INT64_C(4107542400) },
		{ "Fri, 31 Dec 9999 23:59:59 GMT", INT64_C(253402300799) },
		{ "Tue, 19 Jan 2038 03:14:08 GMT", INT64_C(2147483648) },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = avu_http_date_format(rows[i].time_s);

		g_assert_cmpstr(text, ==, rows[i].text);
		g_assert_cmpint(avu_http_date_parse(rows[i].text), ==, rows[i].time_s);
	}
}

static void
test_refused(void)
{
	static const char *const rows[] = {
		"",
		"Sunday, 06-Nov-94 08:49:37 GMT",
		"Sun Nov  6 08:49:37 1994",
		"Sun, 06 Nov 1994 08:49:37 CET",
		"Sun, 06 Nov 1994 08:49:37 GMT ",
		"Sun, 6 Nov 1994 08:49:37 GMT",
		"Wed, 30 Feb 2000 12:00:00 GMT",
		"Sun, 06 Nov 1994 24:49:37 GMT",
		"Sun, 06 Nov 1969 08:49:37 GMT",
		"Sun, 06 Nov 1994 08:49:3",
		"So, 06 Nov 1994 08:49:37 GMT",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_assert_cmpint(avu_http_date_parse(rows[i]), ==, AVU_TIME_NONE);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stream/http-date/both-ways", test_both_ways);
	g_test_add_func("/stream/http-date/refused", test_refused);
	return g_test_run();
}
