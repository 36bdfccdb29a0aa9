/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "commands/file-name.h"

#define MP3 "http-get:*:audio/mpeg:*"

static const struct {
	const char *title, *url, *protocol_info;
	const char *name;
	const char *why;
} rows[] = {
	{ "Cocoon", "http://192.0.2.1/media/1.flac", "http-get:*:audio/flac:*", "Cocoon.flac",
		"ending of the URL" },
	{ "Cocoon", "http://192.0.2.1/MediaItems/22", MP3, "Cocoon.mp3", "ending of the type" },
	{ "Cocoon", "http://192.0.2.1/a.b/22", MP3, "Cocoon.mp3", "the dot is in a folder's name" },
	{ "Cocoon", "http://192.0.2.1/22.FLAC?x=.mp3", NULL, "Cocoon.flac", "query left out" },
	{ "Cocoon", "http://192.0.2.1/22.longending", "http-get:*:x/y:*", "Cocoon",
		"no ending that can be meant" },
	{ "Cocoon", "http://192.0.2.1/22.a%2f", NULL, "Cocoon", "not an ending" },
	{ "Cocoon.mp3", "http://192.0.2.1/22.mp3", MP3, "Cocoon.mp3", "there already" },
	{ "AC/DC", NULL, NULL, "AC_DC", "a slash" },
	{ "a\\b", NULL, NULL, "a_b", "a backslash" },
	{ "..", NULL, NULL, "_.", "the folder above" },
	{ "../../etc/passwd", NULL, NULL, "_._.._etc_passwd", "a way out" },
	{ ".bashrc", NULL, NULL, "_bashrc", "hidden" },
	{ "-rf", NULL, NULL, "_rf", "an option" },
	{ "a-b", NULL, NULL, "a-b", "a hyphen" },
	{ "song\xe2\x80\xaegpj.exe", NULL, NULL, "song_gpj.exe", "shown as songexe.jpg" },
	{ "", NULL, NULL, "untitled", "nothing" },
	{ NULL, NULL, NULL, "untitled", "nothing at all" },
	{ "  \t ", NULL, NULL, "untitled", "blanks" },
	{ "bad\xff octet", NULL, NULL, "bad_ octet", "no UTF-8" },
	{ "Björk", NULL, NULL, "Björk", "beyond ASCII" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name =
			file_name_of(rows[i].title, rows[i].url, rows[i].protocol_info);

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(name, ==, rows[i].name);
	}
}

static void
test_long(void)
{
	g_autofree char *title = g_strnfill(5000, 'x');
	g_autofree char *name = file_name_of(title, "http://192.0.2.1/1.flac", NULL);

	/* with ".part" behind it, still a name that file systems take */
	g_assert_cmpuint(strlen(name) + strlen(".part"), <=, 255);
	g_assert_true(g_str_has_suffix(name, "x.flac"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/file-name/rows", test_rows);
	g_test_add_func("/file-name/long", test_long);
	return g_test_run();
}
