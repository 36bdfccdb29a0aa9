/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A radio stream in pieces: the first octets choose interval and piece; media and blocks add up to
 * what came, whatever the cut, and titles are clean text. */
#include <string.h>

#include <av-upnp/icy.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* @return octets of media; titles are appended */
static size_t
run(const char *octets, size_t len, size_t interval, size_t piece, GString *titles)
{
	size_t media = 0;
	AvuIcy icy;

	avu_icy_init(&icy, interval);
	for (size_t at = 0; at < len;) {
		size_t n = MIN(piece, len - at);
		size_t here = avu_icy_count_media(&icy, n);

		if (here > 0) {
			avu_icy_pass_media(&icy, here);
			media += here;
			at += here;
			continue;
		}
		g_autofree char *title = NULL;
		size_t taken = avu_icy_take_block(&icy, octets + at, n, &title);

		g_assert_cmpuint(taken, >, 0);
		g_assert_cmpuint(taken, <=, n);
		at += taken;
		if (title != NULL) {
			g_assert_true(g_utf8_validate(title, -1, NULL));
			g_assert_null(strpbrk(title, "\r\x1b"));
			g_string_append(titles, title);
		}
	}
	return media;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GString) whole = g_string_new(NULL);
	g_autoptr(GString) cut = g_string_new(NULL);

	if (size < 2) {
		return 0;
	}
	size_t interval = data[0];
	size_t piece = (size_t)data[1] + 1;
	const char *octets = (const char *)data + 2;

	size_t media = run(octets, size - 2, interval, SIZE_MAX, whole);

	g_assert_cmpuint(media, <=, size - 2);
	g_assert_cmpuint(run(octets, size - 2, interval, piece, cut), ==, media);
	g_assert_cmpstr(whole->str, ==, cut->str);
	return 0;
}
