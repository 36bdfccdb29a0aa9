/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where entries of playlists point: below the roots or nowhere. */
#include "mediaserver/library/playlist-location.h"

static const char *const roots[] = { "/srv/music", "/srv/video/", NULL };

static void
test_places(void)
{
	static const struct {
		const char *folder, *location;
		size_t root;
		const char *path; /* NULL: nowhere */
		const char *why;
	} rows[] = {
		{ "Can", "Spoon.mp3", 0, "Can/Spoon.mp3", "beside the list" },
		{ "", "Can/Spoon.mp3", 0, "Can/Spoon.mp3", "below it" },
		{ "Lists", "../Can/Spoon.mp3", 0, "Can/Spoon.mp3", "above it" },
		{ "Lists", "./a//b/./c.mp3", 0, "Lists/a/b/c.mp3", "idle parts" },
		{ "Lists", "../../etc/passwd", 0, NULL, "out of the root" },
		{ "Lists", "../../music/Can/Spoon.mp3", 0, NULL, "out and in again" },
		{ "a/b", "../..", 0, NULL, "the root itself" },
		{ "Lists", "/srv/music/Can/Spoon.mp3", 0, "Can/Spoon.mp3", "absolute" },
		{ "Lists", "/srv/video/x.mkv", 1, "x.mkv", "in another root" },
		{ "Lists", "/srv/musical/x.mp3", 0, NULL, "only begins like a root" },
		{ "Lists", "/srv/music/../../etc/passwd", 0, NULL, "out of it by the back door" },
		{ "Lists", "/srv/music/../video/x.mkv", 1, "x.mkv", "into another one" },
		{ "Lists", "/etc/passwd", 0, NULL, "elsewhere" },
		{ "Lists", "/../srv/music/x", 0, NULL, "above everything" },
		{ "Lists", "Can\\Ege Bamyasi\\Spoon.mp3", 0, "Lists/Can/Ege Bamyasi/Spoon.mp3",
			"backslashes" },
		{ "Lists", "..\\..\\x", 0, NULL, "out with backslashes" },
		{ "Lists", "a/b\\c.mp3", 0, "Lists/a/b\\c.mp3", "a backslash in a name" },
		{ "Lists", "C:\\Music\\x.mp3", 0, NULL, "a drive" },
		{ "Lists", "file:///srv/music/a%20b.mp3", 0, "a b.mp3", "URL" },
		{ "Lists", "FILE://localhost/srv/music/x.mp3", 0, "x.mp3", "with a host" },
		{ "Lists", "file:///srv/music/a%2Fb.mp3", 0, NULL, "a slash in disguise" },
		{ "Lists", "file:///srv/music/%2e%2e/%2e%2e/etc/passwd", 0, NULL,
			"dots in disguise" },
		{ "Lists", "file:///srv/music/a%00b", 0, NULL, "a zero in disguise" },
		{ "Lists", "file:///srv/music/a%2", 0, NULL, "half an escape" },
		{ "Lists", "http://h/x.mp3", 0, NULL, "an address" },
		{ "Lists", "concat:a|b", 0, "Lists/concat:a|b",
			"a name, whatever others make of it" },
		{ "Lists", "Bj\xf6rk.mp3", 0, "Lists/Bj\xf6rk.mp3", "octets" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		LocalPlace place;
		bool good = location_resolve(roots, 0, rows[i].folder, rows[i].location, &place);
		g_autofree char *path = place.path;

		g_autofree char* shown = g_strescape(rows[i].location, NULL);
		g_test_message("%s: %s", shown, rows[i].why);
		g_assert_cmpstr(path, ==, rows[i].path);
		g_assert_cmpint(good, ==, rows[i].path != NULL);
		if (good) {
			g_assert_cmpuint(place.root, ==, rows[i].root);
		}
	}
}

static void
test_streams(void)
{
	static const struct {
		const char *location;
		bool good;
		const char *why;
	} rows[] = {
		{ "http://radio.example/live.mp3", true, "plain" },
		{ "HTTPS://radio.example:8000/;stream?a=b&c=d", true, "secure" },
		{ "http://[2001:db8::1]:8000/x", true, "a literal of IPv6" },
		{ "http://user:secret@radio.example/", false, "with a password (SEC-180)" },
		{ "http:///x", false, "no host" },
		{ "http://h/a b", false, "a blank" },
		{ "http://h/\"><x", false, "quotes" },
		{ "http://h/\xff", false, "not UTF-8" },
		{ "ftp://h/x", false, "another scheme" },
		{ "file:///x", false, "a file" },
		{ "x.mp3", false, "a path" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char* shown = g_strescape(rows[i].location, NULL);
		g_test_message("%s: %s", shown, rows[i].why);
		g_assert_cmpint(location_is_stream(rows[i].location), ==, rows[i].good);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/library/playlist-location/places", test_places);
	g_test_add_func("/library/playlist-location/streams", test_streams);
	return g_test_run();
}
