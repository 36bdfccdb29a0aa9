/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which list a resource is, and what can take the place of what was chosen from it. */

#include <string.h>

#include "libav-upnp/stream/pieces.h"

#define BASE "http://h/a/b.x?q"
#define M3U "#EXTM3U\n"
#define MPD(inner)                                                                                 \
	"<MPD mediaPresentationDuration='PT10S'><Period><AdaptationSet contentType='video'>" inner \
	"</AdaptationSet></Period></MPD>"

static const struct {
	const char *mime, *uri;
	AvuPiecesKind kind;
} kinds[] = {
	{ "application/vnd.apple.mpegurl", "http://h/x", AVU_PIECES_HLS },
	{ "Application/X-MpegURL; charset=utf-8", "http://h/x", AVU_PIECES_HLS },
	{ "audio/mpegurl", "http://h/x", AVU_PIECES_HLS },
	{ "application/dash+xml", "http://h/x", AVU_PIECES_DASH },
	{ NULL, "http://h/x.m3u8?token=1", AVU_PIECES_HLS },
	{ "text/plain", "http://h/x.MPD", AVU_PIECES_DASH },
	{ "audio/mpeg", "http://h/station.m3u8", AVU_PIECES_NONE },
	{ "text/plain", "http://h/x?y.m3u8", AVU_PIECES_NONE },
	{ NULL, "http://h/x.mp3", AVU_PIECES_NONE },
};

static void
test_kinds(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_test_message("%s", kinds[i].uri);
		g_assert_cmpint(avu_pieces_kind_of(kinds[i].mime, kinds[i].uri), ==, kinds[i].kind);
	}
}

#define RATE(bps, codecs, uri) \
	"#EXT-X-STREAM-INF:BANDWIDTH=" bps ",CODECS=\"" codecs "\"\n" uri "\n"
#define OF(id, codecs) "<Representation id='" id "' bandwidth='1" id "' codecs='" codecs "'/>"

/* The one that was chosen has an asterisk. */
static const struct {
	const char *why;
	AvuPiecesKind kind;
	const char *text, *variant;
	const char *result;
} variant_rows[] = {
	{ "all of a kind, whatever the profile", AVU_PIECES_HLS,
		M3U RATE("5", "avc1.42,mp4a.40.2", "a") RATE("9", "mp4a.40.5, avc1.64", "b"), NULL,
		"http://h/a/a=5 http://h/a/b=9* " },
	{ "another codec is another stream", AVU_PIECES_HLS,
		M3U RATE("5", "avc1.42", "a") RATE("9", "hvc1.1", "b") RATE("7", "hvc1.2", "c"),
		NULL, "http://h/a/b=9* http://h/a/c=7 " },
	{ "sound alone is none of the pictures", AVU_PIECES_HLS,
		M3U RATE("5", "mp4a.40.2", "a") RATE("9", "avc1.4,mp4a.40.2", "b"), NULL,
		"http://h/a/b=9* " },
	{ "nor is it taken because it is the smallest", AVU_PIECES_HLS,
		M3U RATE("5", "mp4a.40.2", "a") RATE("80000000", "avc1.4,mp4a.40.2", "b"), NULL,
		"http://h/a/b=80000000* " },
	{ "nothing is said: all", AVU_PIECES_HLS,
		M3U "#EXT-X-STREAM-INF:BANDWIDTH=5\na\n#EXT-X-STREAM-INF:BANDWIDTH=9\nb\n", NULL,
		"http://h/a/a=5 http://h/a/b=9* " },
	{ "sound apart for one of them only", AVU_PIECES_HLS,
		M3U "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"g\",URI=\"s\"\n"
		    "#EXT-X-STREAM-INF:BANDWIDTH=5\na\n"
		    "#EXT-X-STREAM-INF:BANDWIDTH=9,AUDIO=\"g\"\nb\n",
		NULL, "http://h/a/b=9* " },
	{ "an address that is none", AVU_PIECES_HLS,
		M3U RATE("5", "avc1", "file:///a") RATE("9", "avc1", "b"), NULL,
		"http://h/a/b=9* " },
	{ "of DASH", AVU_PIECES_DASH, MPD(OF("1", "avc1.4") OF("2", "avc1.6") OF("3", "vp09")),
		NULL, "3=13* " },
	{ "the one that is wished", AVU_PIECES_DASH,
		MPD(OF("1", "avc1.4") OF("2", "avc1.6") OF("3", "vp09")), "1", "1=11* 2=12 " },
	{ "one that is not there", AVU_PIECES_DASH, MPD(OF("1", "a") OF("2", "a")), "7",
		"1=11 2=12* " },
};

static void
test_variants(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(variant_rows); i++) {
		const AvuPiecesWish wish = { BASE, false, 6000000, false, 0,
			variant_rows[i].variant };
		g_autoptr(GError) error = NULL;
		g_autoptr(AvuPieceList) list = avu_pieces_parse(variant_rows[i].kind,
			variant_rows[i].text, strlen(variant_rows[i].text), &wish, &error);
		g_autoptr(GString) text = g_string_new(NULL);

		g_test_message("%s", variant_rows[i].why);
		g_assert_no_error(error);
		for (guint k = 0; k < list->variants->len; k++) {
			const AvuPieceVariant *at =
				&g_array_index(list->variants, AvuPieceVariant, k);

			g_string_append_printf(text, "%s=%" G_GUINT64_FORMAT "%s ", at->name,
				at->rate_bps, k == list->variant ? "*" : "");
		}
		g_assert_cmpstr(text->str, ==, variant_rows[i].result);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/piece-variants/kinds", test_kinds);
	g_test_add_func("/piece-variants/variants", test_variants);
	return g_test_run();
}
