/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cues by hand: what ASS says of looks is dropped but for what both formats know, and nothing of it ends
 * a cue before its time. */
#include <string.h>

#include "mediaserver/worker/cue-text.h"

static const struct {
	const char *event, *srt, *vtt, *why;
} rows[] = {
	{ "Yes.", "Yes.", "Yes.", "plain" },
	{ "{\\i1}Yes{\\i0}\\NNo", "<i>Yes</i>\nNo", "<i>Yes</i>\nNo", "italics, a line" },
	{ "{\\an8\\b700\\c&H00FFFF&}Up", "<b>Up</b>", "<b>Up</b>",
		"place and colour go, weight is bold" },
	{ "{\\i1}a{\\b1}b{\\i0}c", "<i>a<b>b</b></i><b>c</b>", "<i>a<b>b</b></i><b>c</b>",
		"tags nest" },
	{ "{\\i1}a{\\r}b", "<i>a</i>b", "<i>a</i>b", "back to the style" },
	{ "{\\i1}a", "<i>a</i>", "<i>a</i>", "left open" },
	{ "{\\i1}{\\i1}{\\i0}{\\i0}a", "<i></i>a", "<i></i>a", "twice" },
	{ "a < b & c --> d", "a < b & c --> d", "a &lt; b &amp; c --&gt; d",
		"WebVTT's own characters" },
	{ "a\\N\\N\\Nb", "a\nb", "a\nb", "an empty line would end the cue" },
	{ "a\\N \\Nb\r\n\r\nc", "a\n \nb\nc", "a\n \nb\nc", "blanks are no empty line" },
	{ "{\\p1}m 0 0 l 10 10{\\p0}a", "a", "a", "a drawing" },
	{ "{no tag} a\\h{b", "{no tag} a {b", "{no tag} a {b", "braces that are text" },
	{ "{\\", "{\\", "{\\", "the end in a tag" },
	{ "a\\", "a\\", "a\\", "the end in a backslash" },
	{ "\x01 a\xff", "a\xef\xbf\xbd", "a\xef\xbf\xbd", "octets that are no text" },
	{ "<3", "<3", "&lt;3", "a heart" },
	{ "{\\i1} {\\i0}", NULL, NULL, "nothing is said" },
	{ "", NULL, NULL, "empty" },
	{ "{\\p1}m 0 0", NULL, NULL, "a drawing alone" },
};

static void
check(SubtitleForm form, const char *event, const char *wanted)
{
	g_auto(CueText) cues = { 0 };

	cue_text_init(&cues, form, 4096);
	cue_text_add(&cues, 3723004, 3724500, event);
	if (wanted == NULL) {
		g_assert_cmpuint(cues.n, ==, 0);
		return;
	}
	g_autofree char *whole =
		form == SUBTITLE_SRT
			? g_strdup_printf("1\n01:02:03,004 --> 01:02:04,500\n%s\n\n", wanted)
			: g_strdup_printf(
				  "WEBVTT\n\n01:02:03.004 --> 01:02:04.500\n%s\n\n", wanted);

	g_assert_cmpstr(cues.text->str, ==, whole);
}

static void
test_events(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		check(SUBTITLE_SRT, rows[i].event, rows[i].srt);
		check(SUBTITLE_VTT, rows[i].event, rows[i].vtt);
	}
}

static void
test_order_and_room(void)
{
	g_auto(CueText) cues = { 0 };

	cue_text_init(&cues, SUBTITLE_SRT, 200);
	cue_text_add(&cues, 1000, 2000, "a");
	cue_text_add(&cues, 1000, 2000, "a"); /* the shadow under it */
	cue_text_add(&cues, 1000, 2000, "b");
	cue_text_add(&cues, 3000, 3000, "no time");
	cue_text_add(&cues, -1, 3000, "before the beginning");
	cue_text_add(&cues, 3000, INT64_MAX, "never ends");
	g_assert_cmpuint(cues.n, ==, 2);
	g_autofree char *rest = g_strnfill(150, 'x');

	cue_text_add(&cues, 4000, 5000, rest);
	g_assert_true(cues.full);
	cue_text_add(&cues, 6000, 7000, "c"); /* not what comes later without what came before */
	g_assert_cmpuint(cues.n, ==, 2);
	g_assert_cmpuint(cues.text->len, <=, 200);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mediaserver/worker/cue-text/events", test_events);
	g_test_add_func("/mediaserver/worker/cue-text/order-and-room", test_order_and_room);
	return g_test_run();
}
