/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream/pieces.h: what the parsers of HLS and DASH share (av-upnp/pieces.h) */
#pragma once

#include <av-upnp/pieces.h>
#include <av-upnp/url.h>

#define PIECES_MAX 20000u /* eleven hours of two seconds each */
#define PIECES_URIS_MAX (8u * 1024 * 1024)
#define PIECES_VARIANTS_MAX 64u
#define PIECES_RATE_MAX 200000000u /* bit/s: whatever is more is nonsense from somebody */

AvuPieceList *piece_list_new(void);
/** An address in a list. @return NULL with SYNTAX, or DENIED: a list that came safely names it by http */
AvuUrl *pieces_resolve(const char *base, const char *reference, GError **error);
/** @param reference  against base  @return false with error */
bool piece_list_add(AvuPieceList *list, GArray *to, const char *base, const char *reference,
	const AvuPiece *piece, GError **error);
/** Of several rates the one to take: the highest that is not above the wish, or the lowest. */
size_t pieces_choose(const uint64_t *rates, size_t n, uint64_t max_bps);
/** Decimal seconds, at most a year. @return false: it is none; the rest is not looked at */
bool pieces_take_seconds(const char **at, const char *end, int64_t *ret_ns);
/** "a-b" or, for HLS, "n" and "n@o" */
bool pieces_take_range(const char *text, AvuPiece *piece);

AvuPieceList *hls_parse(const char *text, size_t len, const AvuPiecesWish *wish, GError **error);
AvuPieceList *dash_parse(const char *text, size_t len, const AvuPiecesWish *wish, GError **error);
