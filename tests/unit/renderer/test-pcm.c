/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MIME types of samples without a header (RFC 2586, DLNA's LPCM). */

#include "media/pcm.h"

static const struct {
	const char *mime;
	unsigned rate_hz, channels; /* 0: refused */
	const char *why;
} rows[] = {
	{ "audio/L16;rate=44100;channels=2", 44100, 2, "as DLNA writes it" },
	{ "audio/L16; rate=48000; channels=1", 48000, 1, "blanks" },
	{ "audio/l16;channels=1;rate=48000", 48000, 1, "case, order" },
	{ "audio/L16", 44100, 2, "RFC 2586 wants a rate; devices leave it out" },
	{ "audio/L16;rate=0;channels=2", 0, 0, "no rate" },
	{ "audio/L16;rate=4294967297;channels=2", 0, 0, "more than 32 bits" },
	{ "audio/L16;rate=-1", 0, 0, "sign" },
	{ "audio/L16;rate=44100;channels=0", 0, 0, "no channel" },
	{ "audio/L16;rate=44100;channels=99", 0, 0, "too many channels" },
	{ "audio/L16;rate=44100;", 0, 0, "ends in a separator" },
	{ "audio/L16;rate=44100 channels=2", 0, 0, "separator missing" },
	{ "audio/L16x", 0, 0, "another type" },
	{ "audio/L24;rate=44100", 0, 0, "another type" },
	{ "audio/mpeg", 0, 0, "another type" },
	{ "", 0, 0, "empty" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		PcmFormat format = { 0, 0 };

		g_test_message("%s: %s", rows[i].mime, rows[i].why);
		g_assert_cmpint(pcm_parse_mime(rows[i].mime, &format), ==, rows[i].rate_hz != 0);
		g_assert_cmpuint(format.rate_hz, ==, rows[i].rate_hz);
		g_assert_cmpuint(format.channels, ==, rows[i].channels);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pcm/mime", test_rows);
	return g_test_run();
}
