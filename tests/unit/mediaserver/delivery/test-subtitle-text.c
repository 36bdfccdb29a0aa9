/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text of subtitles in encodings; octets are those of the tables of the encodings. */
#include <string.h>

#include "mediaserver/delivery/subtitle-text.h"

static void
test_encodings(void)
{
	static const struct {
		const char *charset, *octets, *why;
	} rows[] = {
		{ NULL, "\xef\xbb\xbfk\xc5\xaf\xc5\x88 \xd0\x96", "UTF-8, marked" },
		{ "UTF-8", "\xef\xbb\xbfk\xc5\xaf\xc5\x88 \xd0\x96", "the same by its name" },
		{ "windows-1250", "k\xf9\xf2 ?", "of Central Europe; a letter that it lacks" },
		{ "windows-1251", "k?? \xc6", "of Russia" },
		{ "no-such-thing", "\xef\xbb\xbfk\xc5\xaf\xc5\x88 \xd0\x96",
			"this machine does not know it" },
	};
	static const char text[] = "k\xc5\xaf\xc5\x88 \xd0\x96"; /* kůň Ж */

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) plain = g_bytes_new_static(text, strlen(text));
		g_autoptr(GBytes) made = subtitle_text_encode(plain, rows[i].charset);
		gsize len;
		const void *octets = g_bytes_get_data(made, &len);

		g_test_message("%s", rows[i].why);
		g_assert_cmpmem(octets, len, rows[i].octets, strlen(rows[i].octets));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/subtitle-text/encodings", test_encodings);
	return g_test_run();
}
