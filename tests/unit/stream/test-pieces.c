/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of HLS and DASH: what they are read as. Times and addresses by hand, from RFC 8216 and ISO
 * 23009-1. */

#include <string.h>

#include <av-upnp/error.h>

#include "libav-upnp/stream/pieces.h"

#define BASE "http://h/a/b.x?q"
#define M3U "#EXTM3U\n"
#define HLS M3U "#EXT-X-TARGETDURATION:4\n"
#define END "#EXT-X-ENDLIST\n"
#define MPD(inner) "<MPD mediaPresentationDuration='PT10S'><Period>" inner "</Period></MPD>"
#define VIDEO(inner) "<AdaptationSet contentType='video'>" inner "</AdaptationSet>"
#define LIVE(more, periods)                                                                       \
	"<MPD type='dynamic' availabilityStartTime='1970-01-01T01:16:40+01:00' " more ">" periods \
	"</MPD>"
#define PERIOD(more, inner) "<Period " more ">" VIDEO(inner) "</Period>"
#define TEMPLATE "<SegmentTemplate media='$Number$' duration='4' startNumber='7'/>" REP
#define TIMELINE(inner)                                                          \
	"<SegmentTemplate media='$Time$' timescale='10'><SegmentTimeline>" inner \
	"</SegmentTimeline></SegmentTemplate>" REP
#define REP "<Representation id='v' bandwidth='1000'/>"

static const struct {
	const char *why;
	AvuPiecesKind kind;
	const char *text;
	uint64_t max_bps;
	bool side;
	int code;           /* AvuError; -1: good */
	const char *result; /* each piece: head|uri@offset+length=start/duration in ms */
	int64_t wall_s;     /* since 1970 */
} rows[] = {
	{ "two pieces", AVU_PIECES_HLS, HLS "#EXTINF:4.5,\none.ts\n#EXTINF:2,t\n/two.ts\n" END, 0,
		false, -1, "http://h/a/one.ts=0/4500 http://h/two.ts=4500/2000 " },
	{ "CRLF and a mark in front", AVU_PIECES_HLS,
		"\xef\xbb\xbf#EXTM3U\r\n#EXT-X-TARGETDURATION:1\r\n#EXTINF:1,\r\nx.ts\r\n" END, 0,
		false, -1, "http://h/a/x.ts=0/1000 " },
	{ "a head, ranges with and without a place", AVU_PIECES_HLS,
		HLS
		"#EXT-X-MAP:URI=\"i.mp4\",BYTERANGE=\"10@0\"\n#EXT-X-BYTERANGE:20@10\n#EXTINF:1,\n"
		"f.mp4\n#EXT-X-BYTERANGE:5\n#EXTINF:1,\nf.mp4\n" END,
		0, false, -1,
		"http://h/a/i.mp4@0+10|http://h/a/f.mp4@10+20=0/1000 "
		"http://h/a/i.mp4@0+10|http://h/a/f.mp4@30+5=1000/1000 " },
	{ "a piece that is missing", AVU_PIECES_HLS,
		HLS "#EXTINF:1,\na\n#EXT-X-GAP\n#EXTINF:1,\nb\n#EXTINF:1,\nc\n" END, 0, false, -1,
		"http://h/a/a=0/1000 http://h/a/c=2000/1000 " },
	{ "more is to come", AVU_PIECES_HLS, HLS "#EXTINF:1,\na\n", 0, false, -1,
		"http://h/a/a=0/1000 live" },
	{ "the highest rate", AVU_PIECES_HLS,
		M3U "#EXT-X-STREAM-INF:BANDWIDTH=5\nlow\n#EXT-X-STREAM-INF:BANDWIDTH=9\nhigh\n", 0,
		false, -1, "next http://h/a/high" },
	{ "the highest that is not too high", AVU_PIECES_HLS,
		M3U "#EXT-X-STREAM-INF:BANDWIDTH=5\nlow\n#EXT-X-STREAM-INF:BANDWIDTH=9\nhigh\n", 8,
		false, -1, "next http://h/a/low" },
	{ "all are too high", AVU_PIECES_HLS,
		M3U "#EXT-X-STREAM-INF:BANDWIDTH=9\nhigh\n#EXT-X-STREAM-INF:BANDWIDTH=5\nlow\n", 1,
		false, -1, "next http://h/a/low" },
	{ "a comma in quotes", AVU_PIECES_HLS,
		M3U "#EXT-X-STREAM-INF:CODECS=\"a,BANDWIDTH=99\",BANDWIDTH=5\nlow\n"
		    "#EXT-X-STREAM-INF:BANDWIDTH=9\nhigh\n",
		0, false, -1, "next http://h/a/high" },
	{ "sound apart", AVU_PIECES_HLS,
		M3U "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"g\",URI=\"s\"\n"
		    "#EXT-X-STREAM-INF:BANDWIDTH=5,AUDIO=\"g\"\nv\n",
		0, false, -1, "next http://h/a/v side" },
	{ "that sound", AVU_PIECES_HLS,
		M3U "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"g\",URI=\"s\"\n"
		    "#EXT-X-STREAM-INF:BANDWIDTH=5,AUDIO=\"g\"\nv\n",
		0, true, -1, "next http://h/a/s" },
	{ "no sound apart", AVU_PIECES_HLS, M3U "#EXT-X-STREAM-INF:BANDWIDTH=5\nv\n", 0, true,
		AVU_ERROR_NOT_FOUND, NULL },
	{ "encrypted, each piece with its number", AVU_PIECES_HLS,
		HLS "#EXT-X-MEDIA-SEQUENCE:4660\n#EXTINF:1,\na\n"
		    "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:1,\nb\n" END,
		0, false, -1,
		"http://h/a/a=0/1000 "
		"(http://h/a/k 00000000000000000000000000001235)http://h/a/b=1000/1000 " },
	{ "encrypted with a word of its own, the head, too; and then no more", AVU_PIECES_HLS,
		HLS "#EXT-X-KEY:METHOD=AES-128,URI=\"/k\",IV=0xA1,KEYFORMAT=\"identity\"\n"
		    "#EXT-X-MAP:URI=\"i\"\n#EXTINF:1,\na\n"
		    "#EXT-X-KEY:METHOD=NONE\n#EXTINF:1,\nb\n" END,
		0, false, -1,
		"(http://h/k 000000000000000000000000000000a1)http://h/a/i|"
		"(http://h/k 000000000000000000000000000000a1)http://h/a/a=0/1000 "
		"(http://h/k "
		"000000000000000000000000000000a1)http://h/a/i|http://h/a/b=1000/1000 " },
	{ "a head that is encrypted by no word", AVU_PIECES_HLS,
		HLS "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXT-X-MAP:URI=\"i\"\n" END, 0, false,
		AVU_ERROR_SYNTAX, NULL },
	{ "a key without a place", AVU_PIECES_HLS,
		HLS "#EXT-X-KEY:METHOD=AES-128\n#EXTINF:1,\na\n" END, 0, false, AVU_ERROR_SYNTAX,
		NULL },
	{ "a key in a file", AVU_PIECES_HLS,
		HLS "#EXT-X-KEY:METHOD=AES-128,URI=\"file:///k\"\n#EXTINF:1,\na\n" END, 0, false,
		AVU_ERROR_SYNTAX, NULL },
	{ "a word that is too long", AVU_PIECES_HLS,
		HLS "#EXT-X-KEY:METHOD=AES-128,URI=\"k\","
		    "IV=0x000102030405060708090a0b0c0d0e0f00\n#EXTINF:1,\na\n" END,
		0, false, AVU_ERROR_SYNTAX, NULL },
	{ "encrypted within the samples", AVU_PIECES_HLS,
		HLS "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\"\n#EXTINF:1,\na\n" END, 0, false,
		AVU_ERROR_UNSUPPORTED, NULL },
	{ "a key that somebody keeps", AVU_PIECES_HLS,
		HLS "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",KEYFORMAT=\"com.example\"\n"
		    "#EXTINF:1,\na\n" END,
		0, false, AVU_ERROR_UNSUPPORTED, NULL },
	{ "not encrypted", AVU_PIECES_HLS, HLS "#EXT-X-KEY:METHOD=NONE\n#EXTINF:1,\na\n" END, 0,
		false, -1, "http://h/a/a=0/1000 " },
	{ "a file", AVU_PIECES_HLS, HLS "#EXTINF:1,\nfile:///etc/passwd\n" END, 0, false,
		AVU_ERROR_SYNTAX, NULL },
	{ "a range of nothing", AVU_PIECES_HLS, HLS "#EXT-X-BYTERANGE:0\n#EXTINF:1,\na\n" END, 0,
		false, AVU_ERROR_SYNTAX, NULL },
	{ "ranges that go on without an end", AVU_PIECES_HLS,
		HLS "#EXT-X-BYTERANGE:4611686018427387903@4611686018427387903\n#EXTINF:1,\na\n"
		    "#EXT-X-BYTERANGE:9\n#EXTINF:1,\na\n" END,
		0, false, AVU_ERROR_SYNTAX, NULL },
	{ "rates beyond all measure are high ones", AVU_PIECES_HLS,
		M3U "#EXT-X-STREAM-INF:BANDWIDTH=999999999\nhigh\n"
		    "#EXT-X-STREAM-INF:BANDWIDTH=90000000\nlow\n",
		20000000, false, -1, "next http://h/a/low" },
	{ "a list of songs", AVU_PIECES_HLS, M3U "#EXTINF:1,\na.mp3\n", 0, false, AVU_ERROR_SYNTAX,
		NULL },
	{ "empty", AVU_PIECES_HLS, HLS END, 0, false, AVU_ERROR_NOT_FOUND, NULL },
	{ "nothing at all", AVU_PIECES_HLS, "", 0, false, AVU_ERROR_SYNTAX, NULL },
	{ "numbers", AVU_PIECES_DASH,
		MPD(VIDEO("<SegmentTemplate media='$RepresentationID$-$Number%03d$$$.m' "
			  "initialization='$RepresentationID$.i' duration='4' "
			  "startNumber='7'/>" REP)),
		0, false, -1,
		"http://h/a/v.i|http://h/a/v-007$.m=0/4000 "
		"http://h/a/v.i|http://h/a/v-008$.m=4000/4000 "
		"http://h/a/v.i|http://h/a/v-009$.m=8000/2000 " },
	{ "a timeline", AVU_PIECES_DASH,
		MPD(VIDEO("<SegmentTemplate media='$Time$' timescale='10'><SegmentTimeline>"
			  "<S t='100' d='30' r='1'/><S "
			  "d='5'/></SegmentTimeline></SegmentTemplate>" REP)),
		0, false, -1,
		"http://h/a/100=10000/3000 http://h/a/130=13000/3000 http://h/a/160=16000/500 " },
	{ "a timeline to the end", AVU_PIECES_DASH,
		MPD(VIDEO("<SegmentTemplate media='$Number$' timescale='10'><SegmentTimeline>"
			  "<S t='0' d='50' r='-1'/></SegmentTimeline></SegmentTemplate>" REP)),
		0, false, -1, "http://h/a/1=0/5000 http://h/a/2=5000/5000 " },
	{ "a timeline to the next place", AVU_PIECES_DASH,
		MPD(VIDEO("<SegmentTemplate media='$Time$' timescale='10'><SegmentTimeline>"
			  "<S t='0' d='20' r='-1'/><S t='60' d='40'/></SegmentTimeline>"
			  "</SegmentTemplate>" REP)),
		0, false, -1,
		"http://h/a/0=0/2000 http://h/a/20=2000/2000 http://h/a/40=4000/2000 "
		"http://h/a/60=6000/4000 " },
	{ "periods that say when they begin", AVU_PIECES_DASH,
		"<MPD mediaPresentationDuration='PT10S'><Period>" VIDEO(
			"<Representation><BaseURL>a</BaseURL></Representation>") "</Period>"
										 "<Period "
										 "start='PT4S'"
										 ">" VIDEO("<Repres"
											   "entatio"
											   "n><"
											   "BaseURL"
											   ">b</"
											   "BaseURL"
											   "></"
											   "Represe"
											   "ntation"
											   ">") "</"
												"Pe"
												"ri"
												"od"
												"><"
												"/M"
												"PD"
												">",
		0, false, -1, "http://h/a/a=0/4000 http://h/a/b=4000/6000 " },
	{ "a list", AVU_PIECES_DASH,
		MPD(VIDEO("<BaseURL>c/</BaseURL><SegmentList duration='5'>"
			  "<Initialization sourceURL='i' range='0-9'/>"
			  "<SegmentURL media='a'/><SegmentURL media='b' mediaRange='3-4'/>"
			  "</SegmentList>" REP)),
		0, false, -1,
		"http://h/a/c/i@0+10|http://h/a/c/a=0/5000 "
		"http://h/a/c/i@0+10|http://h/a/c/b@3+2=5000/5000 " },
	{ "one file", AVU_PIECES_DASH,
		MPD(VIDEO("<Representation id='v' bandwidth='1'><BaseURL>f.mp4</BaseURL>"
			  "</Representation>")),
		0, false, -1, "http://h/a/f.mp4=0/10000 " },
	{ "pictures, and their sound apart", AVU_PIECES_DASH,
		MPD(VIDEO("<Representation "
			  "bandwidth='1'><BaseURL>v</BaseURL></Representation>") "<Adaptation"
										 "Set "
										 "mimeType='"
										 "audio/"
										 "mp4'><"
										 "Representat"
										 "ion><"
										 "BaseURL>a</"
										 "BaseURL>"
										 "</"
										 "Representat"
										 "ion></"
										 "AdaptationS"
										 "et>"),
		0, false, -1, "http://h/a/v=0/10000 side" },
	{ "that sound", AVU_PIECES_DASH,
		MPD(VIDEO("<Representation "
			  "bandwidth='1'><BaseURL>v</BaseURL></Representation>") "<Adaptation"
										 "Set "
										 "mimeType='"
										 "audio/"
										 "mp4'><"
										 "Representat"
										 "ion><"
										 "BaseURL>a</"
										 "BaseURL>"
										 "</"
										 "Representat"
										 "ion></"
										 "AdaptationS"
										 "et>"),
		0, true, -1, "http://h/a/a=0/10000 " },
	{ "the rate that fits", AVU_PIECES_DASH,
		MPD(VIDEO("<Representation bandwidth='9'><BaseURL>h</BaseURL></Representation>"
			  "<Representation bandwidth='5'><BaseURL>l</BaseURL></Representation>")),
		8, false, -1, "http://h/a/l=0/10000 " },
	{ "live, and what time it is is not known", AVU_PIECES_DASH, LIVE("", PERIOD("", TEMPLATE)),
		0, false, AVU_ERROR_UNSUPPORTED, NULL },
	{ "live since no time", AVU_PIECES_DASH, "<MPD type='dynamic'/>", 0, false,
		AVU_ERROR_UNSUPPORTED, NULL, 1010 },
	{ "live, not begun yet", AVU_PIECES_DASH, LIVE("", PERIOD("", TEMPLATE)), 0, false,
		AVU_ERROR_NOT_FOUND, NULL, 999 },
	{ "live, by numbers: those that are whole", AVU_PIECES_DASH, LIVE("", PERIOD("", TEMPLATE)),
		0, false, -1, "http://h/a/7=0/4000 http://h/a/8=4000/4000 live", 1010 },
	{ "live, nothing is whole yet", AVU_PIECES_DASH, LIVE("", PERIOD("", TEMPLATE)), 0, false,
		-1, "live", 1003 },
	{ "live, by numbers: those that are kept", AVU_PIECES_DASH,
		LIVE("timeShiftBufferDepth='PT8S'", PERIOD("", TEMPLATE)), 0, false, -1,
		"http://h/a/12=20000/4000 http://h/a/13=24000/4000 live", 1030 },
	{ "live, a timeline", AVU_PIECES_DASH,
		LIVE("", PERIOD("", TIMELINE("<S t='100' d='30' r='1'/><S d='5'/>"))), 0, false, -1,
		"http://h/a/100=10000/3000 http://h/a/130=13000/3000 http://h/a/160=16000/500 live",
		1100 },
	{ "live, a timeline up to now", AVU_PIECES_DASH,
		LIVE("", PERIOD("", TIMELINE("<S t='0' d='30' r='-1'/>"))), 0, false, -1,
		"http://h/a/0=0/3000 http://h/a/30=3000/3000 http://h/a/60=6000/3000 live", 1010 },
	{ "live, the second period; a third comes later", AVU_PIECES_DASH,
		LIVE("", PERIOD("start='PT0S'", TEMPLATE) PERIOD("start='PT8S'", TEMPLATE)
				 PERIOD("start='PT20S'", TEMPLATE)),
		0, false, -1,
		"http://h/a/7=0/4000 http://h/a/8=4000/4000 http://h/a/7=8000/4000 live", 1013 },
	{ "live, the periods before are gone", AVU_PIECES_DASH,
		LIVE("", PERIOD("start='PT8S'", TEMPLATE)), 0, false, -1,
		"http://h/a/7=8000/4000 live", 1013 },
	{ "live, a period that is over: what is kept of it", AVU_PIECES_DASH,
		LIVE("timeShiftBufferDepth='PT9S'",
			PERIOD("start='PT0S'", TEMPLATE) PERIOD("start='PT16S'", TEMPLATE)),
		0, false, -1, "http://h/a/10=12000/4000 http://h/a/7=16000/4000 live", 1023 },
	{ "live, a period that is over: nothing is kept of it", AVU_PIECES_DASH,
		LIVE("timeShiftBufferDepth='PT4S'",
			PERIOD("start='PT0S'", TEMPLATE) PERIOD("start='PT16S'", TEMPLATE)),
		0, false, -1, "http://h/a/7=16000/4000 live", 1021 },
	{ "live, a timeline of what is over", AVU_PIECES_DASH,
		LIVE("timeShiftBufferDepth='PT5S'",
			PERIOD("", TIMELINE("<S t='0' d='30' r='2'/><S d='20'/>"))),
		0, false, -1, "http://h/a/60=6000/3000 http://h/a/90=9000/2000 live", 1012 },
	{ "live, a timeline of days up to now", AVU_PIECES_DASH,
		"<MPD type='dynamic' availabilityStartTime='1970-01-01T00:00:00Z' "
		"timeShiftBufferDepth='PT5S'>" PERIOD(
			"", TIMELINE("<S t='0' d='30' r='-1'/>")) "</MPD>",
		0, false, -1,
		"http://h/a/999960=99996000/3000 http://h/a/999990=99999000/3000 live", 100003 },
	{ "live since 1970, a period of days that is over", AVU_PIECES_DASH,
		"<MPD type='dynamic' availabilityStartTime='1970-01-01T00:00:00Z'>" PERIOD(
			"start='PT0S' duration='PT100000S'",
			"<SegmentTemplate media='$Number$' duration='50000' startNumber='0'/>" REP)
			PERIOD("start='PT100000S'", TEMPLATE) "</MPD>",
		0, false, -1,
		"http://h/a/0=0/50000000 http://h/a/1=50000000/50000000 "
		"http://h/a/7=100000000/4000 live",
		100005 },
	{ "it was live", AVU_PIECES_DASH,
		LIVE("mediaPresentationDuration='PT8S'", PERIOD("", TEMPLATE)), 0, false, -1,
		"http://h/a/7=0/4000 http://h/a/8=4000/4000 ", 1100 },
	{ "live since 1970, with days of pieces", AVU_PIECES_DASH,
		"<MPD type='dynamic' availabilityStartTime='1970-01-01T00:00:00'>" PERIOD("",
			"<SegmentTemplate media='$Number$' duration='1000' "
			"startNumber='0'/>" REP) "</MPD>",
		0, false, -1, "http://h/a/0=0/1000000 http://h/a/1=1000000/1000000 live", 2000 },
	{ "live, pieces without a length", AVU_PIECES_DASH,
		LIVE("", PERIOD("", "<SegmentTemplate media='$Number$'/>" REP)), 0, false,
		AVU_ERROR_SYNTAX, NULL, 1010 },
	{ "encrypted", AVU_PIECES_DASH, MPD(VIDEO("<ContentProtection/>" REP)), 0, false,
		AVU_ERROR_UNSUPPORTED, NULL },
	{ "a template of nothing", AVU_PIECES_DASH,
		MPD(VIDEO("<SegmentTemplate media='$Nobody$' duration='4'/>" REP)), 0, false,
		AVU_ERROR_SYNTAX, NULL },
	{ "a width that is too wide", AVU_PIECES_DASH,
		MPD(VIDEO("<SegmentTemplate media='$Number%0999d$' duration='4'/>" REP)), 0, false,
		AVU_ERROR_SYNTAX, NULL },
	{ "too many", AVU_PIECES_DASH,
		MPD(VIDEO(
			"<SegmentTemplate media='$Number$' duration='1' timescale='10000'/>" REP)),
		0, false, AVU_ERROR_LIMIT, NULL },
	{ "a timeline that stands still", AVU_PIECES_DASH,
		MPD(VIDEO("<SegmentTemplate media='$Number$'><SegmentTimeline><S d='0' r='5'/>"
			  "</SegmentTimeline></SegmentTemplate>" REP)),
		0, false, AVU_ERROR_SYNTAX, NULL },
	{ "a file", AVU_PIECES_DASH, MPD(VIDEO("<BaseURL>file:///etc/</BaseURL>" REP)), 0, false,
		AVU_ERROR_SYNTAX, NULL },
	{ "no pictures, no sound", AVU_PIECES_DASH, MPD(""), 0, false, AVU_ERROR_NOT_FOUND, NULL },
	{ "no list", AVU_PIECES_DASH, "<html/>", 0, false, AVU_ERROR_UNSUPPORTED, NULL },
	{ "broken", AVU_PIECES_DASH, "<MPD>", 0, false, AVU_ERROR_SYNTAX, NULL },
};

static void
put_place(GString *out, const AvuPieceList *list, const AvuPiece *piece)
{
	if (piece->key != 0) {
		g_string_append_printf(
			out, "(%s ", (const char *)list->keys->pdata[piece->key - 1]);
		for (size_t i = 0; i < sizeof(piece->iv); i++) {
			g_string_append_printf(out, "%02x", piece->iv[i]);
		}
		g_string_append_c(out, ')');
	}
	g_string_append(out, piece->uri);
	if (piece->length > 0) {
		g_string_append_printf(out, "@%" G_GUINT64_FORMAT "+%" G_GUINT64_FORMAT,
			piece->offset, piece->length);
	}
}

static char *
describe(const AvuPieceList *list)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < list->pieces->len; i++) {
		const AvuPiece *piece = avu_piece_list_get(list, i);

		if (piece->head > 0) {
			put_place(
				out, list, &g_array_index(list->heads, AvuPiece, piece->head - 1));
			g_string_append_c(out, '|');
		}
		put_place(out, list, piece);
		g_string_append_printf(out, "=%d/%d ", (int)(piece->start_ns / AVU_NS_PER_MS),
			(int)(piece->duration_ns / AVU_NS_PER_MS));
	}
	if (list->next_uri != NULL) {
		g_string_append_printf(out, "next %s", list->next_uri);
	}
	if (list->side) {
		g_string_append(out, list->next_uri != NULL ? " side" : "side");
	}
	if (list->live) {
		g_string_append(out, "live");
	}
	return g_string_free(out, FALSE);
}

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const AvuPiecesWish wish = { BASE, rows[i].side, rows[i].max_bps, true,
			rows[i].wall_s * AVU_NS_PER_S, NULL };
		g_autoptr(GError) error = NULL;
		g_autoptr(AvuPieceList) list = avu_pieces_parse(
			rows[i].kind, rows[i].text, strlen(rows[i].text), &wish, &error);

		g_test_message("%s", rows[i].why);
		if (rows[i].code >= 0) {
			g_assert_null(list);
			g_assert_error(error, AVU_ERROR, rows[i].code);
			continue;
		}
		g_assert_no_error(error);
		g_autofree char *text = describe(list);

		g_assert_cmpstr(text, ==, rows[i].result);
	}
}

/* What came safely names nothing that does not. */
static void
test_safe_lists(void)
{
	static const struct {
		AvuPiecesKind kind;
		const char *text;
		int code; /* AvuError; -1: good */
	} lists[] = {
		{ AVU_PIECES_HLS, HLS "#EXTINF:1,\nhttps://x/a\n" END, -1 },
		{ AVU_PIECES_HLS, HLS "#EXTINF:1,\nhttp://x/a\n" END, AVU_ERROR_DENIED },
		{ AVU_PIECES_HLS, HLS "#EXT-X-MAP:URI=\"http://x/i\"\n#EXTINF:1,\na\n" END,
			AVU_ERROR_DENIED },
		{ AVU_PIECES_HLS, M3U "#EXT-X-STREAM-INF:BANDWIDTH=5\nhttp://x/l\n",
			AVU_ERROR_DENIED },
		{ AVU_PIECES_DASH, MPD(VIDEO("<BaseURL>http://x/</BaseURL>" REP)),
			AVU_ERROR_DENIED },
		{ AVU_PIECES_DASH, MPD(VIDEO("<BaseURL>c/</BaseURL>" REP)), -1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		const AvuPiecesWish wish = { .base = "https://h/l" };
		g_autoptr(GError) error = NULL;
		g_autoptr(AvuPieceList) list = avu_pieces_parse(
			lists[i].kind, lists[i].text, strlen(lists[i].text), &wish, &error);

		g_test_message("%s", lists[i].text);
		if (lists[i].code >= 0) {
			g_assert_error(error, AVU_ERROR, lists[i].code);
		} else {
			g_assert_no_error(error);
			g_assert_nonnull(list);
		}
	}
}

#define DAY "#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:"
#define FULL(start, more) "<Period start='" start "'>" VIDEO(more) "</Period>"

/* Parts that were made by themselves, and when: each piece with its part, an exclamation mark where one begins, and
 * milliseconds since 1970. */
static const struct {
	const char *why;
	AvuPiecesKind kind;
	const char *text;
	const char *result;
	bool named;
} part_rows[] = {
	{ "a break before the second; a number says nothing where it stands", AVU_PIECES_HLS,
		HLS "#EXTINF:1,\na\n#EXT-X-DISCONTINUITY\n#EXTINF:1,\nb\n#EXTINF:1,\nc\n"
		    "#EXT-X-DISCONTINUITY-SEQUENCE:9\n" END,
		"a 0 b 1! c 1 ", false },
	{ "counted from a number", AVU_PIECES_HLS,
		HLS "#EXT-X-DISCONTINUITY-SEQUENCE:9\n#EXTINF:1,\na\n#EXT-X-DISCONTINUITY\n"
		    "#EXTINF:1,\nb\n" END,
		"a 9 b 10! ", true },
	{ "the list begins with a break", AVU_PIECES_HLS,
		HLS "#EXT-X-DISCONTINUITY-SEQUENCE:9\n#EXT-X-DISCONTINUITY\n#EXTINF:1,\na\n" END,
		"a 10! ", true },
	{ "the piece with the break is missing: it is before the next", AVU_PIECES_HLS,
		HLS "#EXTINF:1,\na\n#EXT-X-DISCONTINUITY\n#EXT-X-GAP\n#EXTINF:1,\nb\n"
		    "#EXTINF:1,\nc\n" END,
		"a 0 c 1! ", false },
	{ "two breaks in a row", AVU_PIECES_HLS,
		HLS
		"#EXTINF:1,\na\n#EXT-X-DISCONTINUITY\n#EXT-X-DISCONTINUITY\n#EXTINF:1,\nb\n" END,
		"a 0 b 2! ", false },
	{ "a date counts on, and back, and not over a break", AVU_PIECES_HLS,
		HLS "#EXTINF:1,\na\n" DAY "10:00.500Z\n#EXTINF:2,\nb\n#EXTINF:1,\nc\n"
		    "#EXT-X-DISCONTINUITY\n#EXTINF:1,\nd\n" DAY "20:00+00:10\n#EXTINF:1,\ne\n" END,
		"a 0 599500 b 0 600500 c 0 602500 d 1! 599000 e 1 600000 ", false },
	{ "what is no date", AVU_PIECES_HLS, HLS DAY "99:00Z\n#EXTINF:1,\na\n" END, "a 0 ", false },
	{ "periods", AVU_PIECES_DASH,
		"<MPD mediaPresentationDuration='PT12S'>" FULL("PT0S", TEMPLATE)
			FULL("PT8S", TEMPLATE) "</MPD>",
		"7 0 8 0 7 8000000000! ", true },
};

static void
test_parts(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(part_rows); i++) {
		const AvuPiecesWish wish = { .base = BASE };
		g_autoptr(GError) error = NULL;
		g_autoptr(AvuPieceList) list = avu_pieces_parse(part_rows[i].kind,
			part_rows[i].text, strlen(part_rows[i].text), &wish, &error);
		g_autoptr(GString) text = g_string_new(NULL);

		g_test_message("%s", part_rows[i].why);
		g_assert_no_error(error);
		for (guint k = 0; k < list->pieces->len; k++) {
			const AvuPiece *at = avu_piece_list_get(list, k);

			g_string_append_printf(text, "%s %" G_GUINT64_FORMAT "%s ",
				strrchr(at->uri, '/') + 1, at->part, at->breaks ? "!" : "");
			if (at->date_ns != 0) {
				g_string_append_printf(
					text, "%d ", (int)(at->date_ns / AVU_NS_PER_MS));
			}
		}
		g_assert_cmpstr(text->str, ==, part_rows[i].result);
		g_assert_cmpint(list->parts_named, ==, part_rows[i].named);
	}
}

/* Who cannot decrypt is told so. */
static void
test_no_keys(void)
{
	static const char text[] = HLS "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:1,\na\n" END;
	const AvuPiecesWish wish = { .base = BASE };
	g_autoptr(GError) error = NULL;

	g_assert_null(avu_pieces_parse(AVU_PIECES_HLS, text, strlen(text), &wish, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pieces/rows", test_rows);
	g_test_add_func("/pieces/safe-lists", test_safe_lists);
	g_test_add_func("/pieces/parts", test_parts);
	g_test_add_func("/pieces/no-keys", test_no_keys);
	return g_test_run();
}
