/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where reading goes on in a list of another rate of a live stream. Lists by hand, of pieces of a second. */

#include <string.h>

#include "libav-upnp/stream/piece-place.h"

#define HLS(number, more) \
	"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:" number "\n" more
#define PIECE(name) "#EXTINF:1,\n" name "\n"
#define DATE(second) "#EXT-X-PROGRAM-DATE-TIME:2020-01-01T00:00:" second "Z\n"

static AvuPieceList *
parse(const char *text)
{
	const AvuPiecesWish wish = { .base = "http://h/" };
	g_autoptr(GError) error = NULL;
	AvuPieceList *list = avu_pieces_parse(AVU_PIECES_HLS, text, strlen(text), &wish, &error);

	g_assert_no_error(error);
	return list;
}

static const struct {
	const char *why;
	const char *now, *other;
	guint at;           /* in now; its pieces before were read */
	int64_t age_ms;     /* of now */
	const char *result; /* name of a piece in other; NULL: it is not there yet */
} rows[] = {
	{ "both count alike", HLS("7", PIECE("a") PIECE("b") PIECE("c")),
		HLS("7", PIECE("A") PIECE("B") PIECE("C")), 1, 0, "B" },
	{ "both count alike, and one went on", HLS("7", PIECE("a") PIECE("b") PIECE("c")),
		HLS("9", PIECE("C") PIECE("D") PIECE("E")), 2, 2000, "C" },
	{ "both count alike, and nothing is there yet", HLS("7", PIECE("a") PIECE("b")),
		HLS("7", PIECE("A") PIECE("B")), 2, 500, NULL },
	{ "the other counts from elsewhere, higher: as far from the end",
		HLS("7", PIECE("a") PIECE("b") PIECE("c") PIECE("d")),
		HLS("5000", PIECE("A") PIECE("B") PIECE("C") PIECE("D")), 1, 0, "B" },
	{ "the other counts from elsewhere, lower",
		HLS("700", PIECE("a") PIECE("b") PIECE("c") PIECE("d")),
		HLS("690", PIECE("A") PIECE("B") PIECE("C") PIECE("D")), 1, 0, "B" },
	{ "the same, and two came since", HLS("7", PIECE("a") PIECE("b") PIECE("c") PIECE("d")),
		HLS("5000", PIECE("C") PIECE("D") PIECE("E") PIECE("F")), 2, 2000, "C" },
	{ "all was read, and the other is the longer list", HLS("7", PIECE("a") PIECE("b")),
		HLS("5000", PIECE("W") PIECE("X") PIECE("Y") PIECE("Z")), 2, 0, NULL },
	{ "dates tell, whatever the numbers and the ends are",
		HLS("7", DATE("10") PIECE("a") PIECE("b") PIECE("c")),
		HLS("7", DATE("08") PIECE("y") PIECE("z") PIECE("A") PIECE("B")), 1, 0, "B" },
	{ "dates that are a little apart", HLS("7", DATE("10") PIECE("a") PIECE("b") PIECE("c")),
		HLS("90", DATE("09.900") PIECE("A") PIECE("B") PIECE("C")), 1, 0, "B" },
	{ "by its date it is not there yet", HLS("7", DATE("10") PIECE("a") PIECE("b")),
		HLS("1", DATE("10") PIECE("A") PIECE("B")), 2, 9000, NULL },
	{ "only one has dates: numbers", HLS("7", DATE("10") PIECE("a") PIECE("b")),
		HLS("7", PIECE("A") PIECE("B")), 1, 0, "B" },
	{ "the other list is empty", HLS("7", PIECE("a") PIECE("b")), HLS("7", ""), 1, 0, NULL },
};

static void
test_abreast(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(AvuPieceList) now = parse(rows[i].now);
		g_autoptr(AvuPieceList) other = parse(rows[i].other);
		const AvuPiece *before = avu_piece_list_get(now, rows[i].at - 1);
		const PiecePlace place = { now, rows[i].at, before->number + 1,
			before->date_ns > 0 ? before->date_ns + before->duration_ns : 0,
			rows[i].age_ms * AVU_NS_PER_MS };
		const guint at = piece_place_abreast(&place, other);

		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(at, <=, other->pieces->len);
		g_assert_cmpstr(at < other->pieces->len
					? strrchr(avu_piece_list_get(other, at)->uri, '/') + 1
					: NULL,
			==, rows[i].result);
	}
}

/* A newer list of the same rate; one whose server began anew is begun as a live one is. */
static void
test_next(void)
{
	static const struct {
		uint64_t expected;
		const char *result;
	} next[] = { { 0, "A" }, { 50, "A" }, { 51, "B" }, { 54, NULL }, { 90, NULL },
		{ 500, "B" } };
	g_autoptr(AvuPieceList) list =
		parse(HLS("50", PIECE("A") PIECE("B") PIECE("C") PIECE("D")));

	for (size_t i = 0; i < G_N_ELEMENTS(next); i++) {
		const PiecePlace place = { .expected = next[i].expected };
		const guint at = piece_place_next(&place, list);

		g_assert_cmpstr(at < 4 ? strrchr(avu_piece_list_get(list, at)->uri, '/') + 1 : NULL,
			==, next[i].result);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/piece-place/abreast", test_abreast);
	g_test_add_func("/piece-place/next", test_next);
	return g_test_run();
}
