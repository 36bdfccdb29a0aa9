/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>

#include "connection/sink-list.h"

#define MP3 "http-get:*:audio/mpeg:DLNA.ORG_PN=MP3"
#define WMA "http-get:*:audio/x-ms-wma:*"
#define PCM "http-get:*:audio/L16;rate=44100;channels=2:DLNA.ORG_PN=LPCM"
#define MP4 "http-get:*:video/mp4:*"

static const struct {
	const char *protocols;
	const char *without[3];
	const char *expected;
	const char *why;
} rows[] = {
	{ MP3 "," WMA, { NULL }, MP3 "," WMA, "nothing is left out" },
	{ MP3 "," WMA, { "audio/x-ms-wma" }, MP3, "one type" },
	{ MP3 "," WMA, { "AUDIO/X-MS-WMA" }, MP3, "case" },
	{ MP3 "," WMA, { "audio/x-ms" }, MP3 "," WMA, "a part of a name is no name" },
	{ MP3 "," PCM, { "audio/L16" }, MP3, "with parameters" },
	{ MP3 "," MP4 "," PCM, { "video/*" }, MP3 "," PCM, "a group" },
	{ MP3 "," MP4, { "video/*", "audio/*" }, "", "all" },
	{ "", { "video/*" }, "", "an empty list" },
	{ "x,a:b," MP3, { NULL }, MP3, "what is no protocolInfo" },
};

static void
test_filter(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *left = sink_list_filter(rows[i].protocols, rows[i].without);

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(left, ==, rows[i].expected);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sink-list/filter", test_filter);
	return g_test_run();
}
