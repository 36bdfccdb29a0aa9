/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CUE sheets. Times by hand: a frame is a 75th of a second. */
#include <string.h>

#include <av-upnp/error.h>

#include "mediaserver/library/cue.h"

static CueSheet *
parse(const char *text, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));

	return cue_parse(bytes, error);
}

static void
test_album(void)
{
	g_autoptr(CueSheet) sheet = parse("REM GENRE Krautrock\r\n"
					  "REM DATE 1972\r\n"
					  "REM DISCNUMBER 1\r\n"
					  "REM TOTALDISCS 2\r\n"
					  "REM REPLAYGAIN_ALBUM_GAIN -6.54 dB\r\n"
					  "PERFORMER \"Can\"\r\n"
					  "TITLE \"Ege Bamyasi\"\r\n"
					  "FILE \"Can - Ege Bamyasi.flac\" WAVE\r\n"
					  "  TRACK 01 AUDIO\r\n"
					  "    TITLE \"Pinch\"\r\n"
					  "    REM REPLAYGAIN_TRACK_GAIN 1.20 dB\r\n"
					  "    INDEX 01 00:00:00\r\n"
					  "  TRACK 02 AUDIO\r\n"
					  "    TITLE \"Sing Swan Song\"\r\n"
					  "    PERFORMER \"Can & Guest\"\r\n"
					  "    INDEX 00 09:28:00\r\n"
					  "    INDEX 01 09:30:30\r\n"
					  "    INDEX 02 10:00:00\r\n",
		NULL);

	g_assert_nonnull(sheet);
	g_assert_cmpstr(sheet->title, ==, "Ege Bamyasi");
	g_assert_cmpstr(sheet->performer, ==, "Can");
	g_assert_cmpstr(sheet->genre, ==, "Krautrock");
	g_assert_cmpstr(sheet->date, ==, "1972");
	g_assert_cmpint(sheet->disc, ==, 1);
	g_assert_cmpint(sheet->discs, ==, 2);
	g_assert_cmpint(sheet->gain, ==, -654);
	g_assert_cmpuint(sheet->tracks->len, ==, 2);
	const CueTrack *first = cue_get(sheet, 0), *second = cue_get(sheet, 1);

	g_assert_cmpstr(first->file, ==, "Can - Ege Bamyasi.flac");
	g_assert_cmpstr(first->title, ==, "Pinch");
	g_assert_null(first->performer);
	g_assert_cmpint(first->gain, ==, 120);
	g_assert_cmpint(first->start_ns, ==, 0);
	/* 9 min 30 s 30 frames = 570.4 s */
	g_assert_cmpint(first->end_ns, ==, INT64_C(570400000000));
	g_assert_cmpint(second->start_ns, ==, INT64_C(570400000000));
	g_assert_cmpint(second->end_ns, ==, AVU_TIME_NONE);
	g_assert_cmpstr(second->performer, ==, "Can & Guest");
	g_assert_cmpuint(second->number, ==, 2);
}

static void
test_lines(void)
{
	static const struct {
		const char *text;
		const char *tracks; /* "file:number:start in ms;" for each; NULL: refused */
		const char *why;
	} rows[] = {
		{ "FILE a.wav WAVE\nTRACK 1 AUDIO\nINDEX 01 00:00:00\nFILE b.wav WAVE\nTRACK 2 "
		  "AUDIO\n"
		  "INDEX 01 00:00:00",
			"a.wav:1:0;b.wav:2:0;", "a file for each track" },
		{ "file a.wav wave\ntrack 1 audio\nindex 01 0:1:0", "a.wav:1:1000;",
			"small letters" },
		{ "\xef\xbb\xbf"
		  "FILE a.wav WAVE\nTRACK 1 AUDIO\nINDEX 01 00:00:15",
			"a.wav:1:200;", "a mark in front" },
		{ "FILE a.wav WAVE\nTRACK 1 MODE1/2352\nINDEX 01 00:00:00\nTRACK 2 AUDIO\n"
		  "INDEX 01 01:00:00",
			"a.wav:2:60000;", "a data track" },
		{ "FILE a.wav WAVE\nTRACK 1 AUDIO\nINDEX 01 01:00:00\nTRACK 2 AUDIO\nINDEX 01 "
		  "00:30:00",
			"a.wav:1:60000;", "a track before the one before" },
		{ "FILE a.wav WAVE\nTRACK 1 AUDIO\nINDEX 01 00:61:00\nTRACK 2 AUDIO\nINDEX 01 "
		  "00:00:75",
			NULL, "no such seconds and frames" },
		{ "FILE a.wav WAVE\nTRACK 1 AUDIO\nINDEX 00 00:00:00", NULL, "no place" },
		{ "TRACK 1 AUDIO\nINDEX 01 00:00:00", NULL, "no file" },
		{ "FILE a.wav WAVE\nTRACK 0 AUDIO\nINDEX 01 00:00:00\nTRACK 100 AUDIO\n"
		  "INDEX 01 00:00:00",
			NULL, "numbers that no disc has" },
		{ "FILE \"a.wav\nTRACK 1 AUDIO\nINDEX 01 00:00:00", "a.wav:1:0;",
			"a quote is open" },
		{ "TITLES\nFILE", NULL, "other words" },
		{ "", NULL, "empty" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(CueSheet) sheet = parse(rows[i].text, &error);
		g_autoptr(GString) tracks = g_string_new(NULL);

		g_test_message("%s", rows[i].why);
		if (rows[i].tracks == NULL) {
			g_assert_error(error, AVU_ERROR, AVU_ERROR_SYNTAX);
			continue;
		}
		g_assert_no_error(error);
		for (guint t = 0; t < sheet->tracks->len; t++) {
			const CueTrack *track = cue_get(sheet, t);

			g_string_append_printf(tracks, "%s:%u:%d;", track->file, track->number,
				(int)(track->start_ns / AVU_NS_PER_MS));
		}
		g_assert_cmpstr(tracks->str, ==, rows[i].tracks);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/library/cue/album", test_album);
	g_test_add_func("/library/cue/lines", test_lines);
	return g_test_run();
}
