/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream/pieces.h: what the parsers of HLS and DASH share (av-upnp/pieces.h) */
#pragma once

#include <av-upnp/pieces.h>
#include <av-upnp/url.h>

#define PIECES_MAX 20000u /* eleven hours of two seconds each */
#define PIECES_URIS_MAX (8u * 1024 * 1024)
#define PIECES_VARIANTS_MAX 64u
#define PIECES_TIME_MAX (INT64_MAX / 4) /* 73 years: times are counted from 1970, too */
#define PIECES_RATE_MAX 200000000u      /* bit/s: whatever is more is nonsense from somebody */

AvuPieceList *piece_list_new(void);
/** An address in a list. @return NULL with SYNTAX, or DENIED: a list that came safely names it by http */
AvuUrl *pieces_resolve(const char *base, const char *reference, GError **error);
/** @param reference  against base  @return false with error */
bool piece_list_add(AvuPieceList *list, GArray *to, const char *base, const char *reference,
	const AvuPiece *piece, GError **error);
/** @return false with error */
bool piece_list_add_key(
	AvuPieceList *list, const char *base, const char *reference, GError **error);
/** "0x1f…", right-aligned in n octets. @return false: it is none, or longer */
bool pieces_take_hex(const char *text, uint8_t *ret_octets, size_t n);
/** @param name  copied */
void piece_list_add_variant(AvuPieceList *list, const char *name, uint64_t rate_bps);
/** Of which kind what it is coded in is, whatever the order and the details: "mp4a.40.2,avc1.4d" and
 *  "avc1.64,mp4a.40.5" are of one. @param codecs  may be NULL. @return g_free() it */
char *pieces_dup_family(const char *codecs);
static inline uint64_t
pieces_get_max_bps(const AvuPiecesWish *wish)
{
	return wish->max_bps > 0 ? wish->max_bps : UINT64_MAX;
}
/** @return since 1970; AVU_TIME_NONE: it is none. @param text  ISO 8601; may be NULL */
int64_t pieces_parse_date(const char *text);
/** @return false, for those who return it */
bool pieces_set_syntax(GError **error, const char *what);
/** Decimal seconds, at most 73 years. @return false: it is none; the rest is not looked at */
bool pieces_take_seconds(const char **at, const char *end, int64_t *ret_ns);
/** "a-b" or, for HLS, "n" and "n@o" */
bool pieces_take_range(const char *text, AvuPiece *piece);

AvuPieceList *hls_parse(const char *text, size_t len, const AvuPiecesWish *wish, GError **error);
AvuPieceList *dash_parse(const char *text, size_t len, const AvuPiecesWish *wish, GError **error);
