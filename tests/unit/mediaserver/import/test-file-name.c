/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Titles of peers as names of files (spec/dlna-upload.md 8; names that systems give a meaning). */
#include <string.h>

#include "mediaserver/import/file-name.h"

static const struct {
	const char *title, *extension;
	unsigned n;
	const char *name;
	const char *why;
} rows[] = {
	{ "Sunset", "jpg", 0, "Sunset.jpg", "plain" },
	{ "Sunset.jpg", "jpg", 0, "Sunset.jpg", "the title has it" },
	{ "Sunset.JPG", "jpg", 0, "Sunset.jpg", "in any case" },
	{ "Sunset.png", "jpg", 0, "Sunset.png.jpg", "another one is part of the title" },
	{ "Sunset", "jpg", 2, "Sunset (2).jpg", "the second of that name" },
	{ "Sunset", "", 3, "Sunset (3)", "a folder" },
	{ "a/b?c<d>e\\f:g*h|i\"j", "jpg", 0, "a_b_c_d_e_f_g_h_i_j.jpg", "what systems refuse" },
	{ "../../etc/passwd", "mp3", 0, "etc_passwd.mp3", "a way out" },
	{ "..", "mp3", 0, "file.mp3", "the folder above" },
	{ ".", "", 0, "file", "the folder itself" },
	{ ".hidden", "mp3", 0, "hidden.mp3", "hidden from scans" },
	{ ".av-upnp-i0.part", "mp3", 0, "av-upnp-i0.part.mp3", "a name of ours" },
	{ "", "mp3", 0, "file.mp3", "empty" },
	{ " . ", "mp3", 0, "file.mp3", "blank" },
	{ ".mp3", "mp3", 0, "mp3.mp3", "the extension alone" },
	{ "a\nb\tc\x01", "mp3", 0, "a_b_c.mp3", "control characters" },
	{ "nul", "mp3", 0, "file nul.mp3", "a device" },
	{ "COM1", "mp3", 0, "file COM1.mp3", "a device with a number" },
	{ "Common", "mp3", 0, "Common.mp3", "begins like a device" },
	{ "con.cert", "mp3", 0, "file con.cert.mp3", "a device with an extension" },
	{ "Bj\xc3\xb6rk", "mp3", 0, "Bj\xc3\xb6rk.mp3", "UTF-8" },
	{ "-rf", "mp3", 0, "-rf.mp3", "harmless: nobody gives it to a shell" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name = file_name_make(rows[i].title, rows[i].extension, rows[i].n);

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(name, ==, rows[i].name);
	}
}

/* Never longer than a file system takes, never half a character. */
static void
test_length(void)
{
	g_autoptr(GString) title = g_string_new("x");

	while (title->len < 1000) {
		g_string_append(title, "\xc3\xa4");
	}
	g_autofree char *name = file_name_make(title->str, "jpeg", 99);

	g_assert_cmpuint(strlen(name), <=, 255);
	g_assert_true(g_str_has_suffix(name, "\xc3\xa4 (99).jpeg"));
	g_assert_true(g_utf8_validate(name, -1, NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/file-name/rows", test_rows);
	g_test_add_func("/file-name/length", test_length);
	return g_test_run();
}
