/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* NFO files as collectors' programs write them. */
#include <string.h>

#include <av-upnp/error.h>

#include "mediaserver/library/nfo.h"

static Nfo *
parse(const char *text, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));

	return nfo_parse(bytes, error);
}

static void
test_film(void)
{
	g_autoptr(Nfo) nfo = parse("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
				   "<movie><title> Stalker </title><sorttitle>Stalker</sorttitle>"
				   "<plot>Three men.\nA zone.</plot><year>1979</year>"
				   "<premiered>1979-05-25</premiered><mpaa>PG</mpaa>"
				   "<genre>Drama</genre><genre>Science Fiction</genre>"
				   "<director>Andrei Tarkovsky</director>"
				   "<actor><name>A. Kaidanovsky</name><role>Stalker</role></actor>"
				   "<actor><name>A. Solonitsyn</name></actor>"
				   "<userrating>9</userrating></movie>\n"
				   "https://www.themoviedb.org/movie/1398\n",
		NULL);

	g_assert_nonnull(nfo);
	g_assert_cmpint(nfo->kind, ==, NFO_FILM);
	g_assert_cmpstr(nfo->title, ==, "Stalker");
	g_assert_cmpstr(nfo->plot, ==, "Three men.\nA zone.");
	g_assert_cmpstr(nfo->date, ==, "1979-05-25"); /* over the year alone */
	g_assert_cmpstr(nfo->genre, ==, "Drama\nScience Fiction");
	g_assert_cmpstr(nfo->director, ==, "Andrei Tarkovsky");
	g_assert_cmpstr(nfo->actor, ==, "A. Kaidanovsky\nA. Solonitsyn");
	g_assert_cmpstr(nfo->certificate, ==, "PG");
	g_assert_cmpint(nfo->rating, ==, 90);
	g_assert_cmpint(nfo->season, ==, -1);
	g_assert_null(nfo->series);
}

static void
test_kinds(void)
{
	static const struct {
		const char *text;
		int code; /* 0: taken */
		NfoKind kind;
		const char *title;
		int64_t season, episode;
		const char *why;
	} rows[] = {
		{ "<episodedetails><title>E</title><season>2</season><episode>5</episode>"
		  "</episodedetails>",
			0, NFO_EPISODE, "E", 2, 5, "an episode" },
		{ "<episodedetails><title>E</title><season>2</season><episode>5</episode>"
		  "</episodedetails><episodedetails><title>F</title></episodedetails>",
			0, NFO_EPISODE, "E", 2, 5, "two in one: the first" },
		{ "<tvshow><title>S</title></tvshow>", 0, NFO_SERIES, "S", -1, -1, "a series" },
		{ "<album><title>A</title><artist>B</artist></album>", 0, NFO_ALBUM, "A", -1, -1,
			"an album has an artist inside" },
		{ "<movie><title/><season>x</season></movie>", 0, NFO_FILM, NULL, -1, -1,
			"empty, and no number" },
		{ "Release notes of somebody", AVU_ERROR_SYNTAX, 0, NULL, -1, -1, "plain text" },
		{ "https://www.themoviedb.org/movie/1398", AVU_ERROR_SYNTAX, 0, NULL, -1, -1,
			"an address alone" },
		{ "<movie><title>cut", AVU_ERROR_SYNTAX, 0, NULL, -1, -1, "cut" },
		{ "<person/>", AVU_ERROR_SYNTAX, 0, NULL, -1, -1, "about something else" },
		{ "", AVU_ERROR_SYNTAX, 0, NULL, -1, -1, "empty" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Nfo) nfo = parse(rows[i].text, &error);

		g_test_message("%s", rows[i].why);
		if (rows[i].code != 0) {
			g_assert_error(error, AVU_ERROR, rows[i].code);
			continue;
		}
		g_assert_no_error(error);
		g_assert_cmpint(nfo->kind, ==, rows[i].kind);
		g_assert_cmpstr(nfo->title, ==, rows[i].title);
		g_assert_cmpint(nfo->season, ==, rows[i].season);
		g_assert_cmpint(nfo->episode, ==, rows[i].episode);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/library/nfo/film", test_film);
	g_test_add_func("/library/nfo/kinds", test_kinds);
	return g_test_run();
}
