/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Subtitles: what is seen at a time, by hand. */

#include <string.h>

#include "media/cues.h"

#define MS AVU_NS_PER_MS

#define SRT                                                                 \
	"1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>One</i>\r\n- two\r\n\r\n" \
	"2\r\n00:01:00,000 --> 00:01:02,000\r\n{\\an8}A < B\r\n"
#define VTT                                                                                \
	"WEBVTT\n\nSTYLE\n::cue {}\n\nintro\n00:01.000 --> 00:02.000 line:0\nHello &amp; " \
	"<c.x>bye</c>\n\n"                                                                 \
	"00:01.500 --> 00:03.000\nAt once\n"
#define SSA                                                                                     \
	"[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, " \
	"Text\n"                                                                                \
	"Dialogue: 0,0:00:01.50,0:00:02.00,Default,,0,0,0,,{\\b1}One, two\\Nthree\n"            \
	"Dialogue: 0,0:00:05.00\nComment: 0,0:00:01.50,0:00:02.00,D,,0,0,0,,no\n"
#define SAMI                                                                                    \
	"<SAMI><BODY>\n<SYNC Start=1000><P Class=ENCC>One<br>two\n<SYNC Start=2000><P>&nbsp;\n" \
	"<sync start=\"3000\"><P>Three</BODY></SAMI>"

static const struct {
	const char *file;
	int64_t time_ms;
	const char *seen; /* "|" between those at once; NULL: nothing */
	const char *why;
} rows[] = {
	{ SRT, 999, NULL, "before it" },
	{ SRT, 1000, "One\n- two", "from its start" },
	{ SRT, 2499, "One\n- two", "to its end" },
	{ SRT, 2500, NULL, "and no longer" },
	{ SRT, 60000, "A < B", "an angle that is none, a place that is not followed" },
	{ VTT, 1100, "Hello & bye", "no hours, settings, classes" },
	{ VTT, 1600, "Hello & bye|At once", "two at once" },
	{ VTT, 2900, "At once", "one of them" },
	{ SSA, 1600, "One, two\nthree", "commas in the text, hundredths" },
	{ SSA, 5000, NULL, "half a line" },
	{ SAMI, 1500, "One\ntwo", "until the next" },
	{ SAMI, 2500, NULL, "which is empty" },
	{ SAMI, 3100, "Three", "the last has no end" },
	{ SAMI, 8100, NULL, "but goes" },
	{ "1\n00:00:01,000 --> 00:00:02,000\nCaf\xe9\n", 1000, "Caf\xc3\xa9", "Windows-1252" },
	{ "\xff\xfe"
	  "0\0:\0"
	  "1\0-\0",
		0, NULL, "UTF-16 and nothing of use" },
	{ "00:00:02,000 --> 00:00:01,000\nBackwards\n\n00:00:03,000 --> 00:00:04,000\nX\n", 1500,
		NULL, "an end before its start" },
	{ "00:00:03,000 --> 00:00:04,000\nB\n\n00:00:01,000 --> 00:00:02,000\nA\n", 1500, "A",
		"not in order" },
	{ "00:00:01,000 --> 00:00:02,000\nA\n00:00:03,000 --> 00:00:04,000\nB\n", 3500, "B",
		"no empty line between" },
	{ "99999:00:01,000 --> 99999:00:02,000\nA\n", 1500, NULL, "eleven years" },
	{ "", 0, NULL, "empty" },
	{ "GIF89a", 0, NULL, "no subtitles" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		size_t len = g_str_has_prefix(rows[i].file, "\xff") ? 10 : strlen(rows[i].file);
		g_autoptr(Cues) cues = cues_parse(rows[i].file, len);
		const char *texts[CUES_AT_ONCE + 1] = { NULL };
		size_t n = cues != NULL ? cues_find(cues, rows[i].time_ms * MS, texts) : 0;

		g_test_message("%s", rows[i].why);
		texts[n] = NULL;
		g_autofree char *seen = g_strjoinv("|", (char **)texts);

		g_assert_cmpstr(seen, ==, rows[i].seen != NULL ? rows[i].seen : "");
	}
}

static void
test_limits(void)
{
	g_autoptr(Cues) cues = cues_new();
	g_autofree char *text = g_strnfill(5000, 'x');
	const char *texts[CUES_AT_ONCE];

	cues_add(cues, 0, 1, text, 5000);
	g_assert_cmpuint(cues_find(cues, 0, texts), ==, 1);
	g_assert_cmpuint(strlen(texts[0]), ==, CUES_TEXT_MAX);
	cues_add(cues, 0, 1, text, 5000);
	g_assert_cmpuint(cues_get_count(cues), ==, 1); /* sent again after a seek */
	for (unsigned i = 0; i < CUES_MAX + 5; i++) {
		cues_add(cues, i + 1, i + 2, "x", 1);
	}
	g_assert_cmpuint(cues_get_count(cues), ==, CUES_MAX);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cues/rows", test_rows);
	g_test_add_func("/cues/limits", test_limits);
	return g_test_run();
}
