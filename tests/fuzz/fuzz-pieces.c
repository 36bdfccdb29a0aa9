/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of streams in pieces: the first octet says of which kind and what is wished. Every address is
 * one of http, nothing is longer than its limit, and no piece has a head that is not there. */
#include <string.h>

#include <av-upnp/url.h>

#include "libav-upnp/stream/pieces.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_places(const GArray *places)
{
	g_assert_cmpuint(places->len, <=, PIECES_MAX);
	for (guint i = 0; i < places->len; i++) {
		const AvuPiece *piece = &g_array_index(places, AvuPiece, i);
		g_autoptr(AvuUrl) url = avu_url_parse(piece->uri, NULL);

		g_assert_nonnull(url);
		g_assert_true(g_str_has_prefix(avu_url_get_scheme(url), "http"));
		g_assert_cmpuint(piece->offset, <=, INT64_MAX);
		g_assert_cmpint(piece->start_ns, >=, 0);
		g_assert_cmpint(piece->duration_ns, >=, 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0) {
		return 0;
	}
	const AvuPiecesWish wish = { "http://h/a/b", (data[0] & 2) != 0,
		(data[0] & 4) != 0 ? 1000 : 0, true,
		(data[0] & 16) != 0 ? INT64_C(1700000000) * AVU_NS_PER_S : 0,
		(data[0] & 8) != 0 ? "1" : NULL };
	g_autoptr(AvuPieceList) list =
		avu_pieces_parse((data[0] & 1) != 0 ? AVU_PIECES_DASH : AVU_PIECES_HLS,
			(const char *)data + 1, size - 1, &wish, NULL);

	if (list == NULL) {
		return 0;
	}
	check_places(list->pieces);
	check_places(list->heads);
	for (guint i = 0; i < list->pieces->len; i++) {
		g_assert_cmpuint(avu_piece_list_get(list, i)->head, <=, list->heads->len);
		g_assert_cmpuint(avu_piece_list_get(list, i)->key, <=, list->keys->len);
	}
	g_assert_true(list->live || list->next_uri != NULL || list->pieces->len > 0);
	g_assert_cmpuint(list->rate_bps, <=, PIECES_RATE_MAX);
	return 0;
}
