/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream/pieces.h: streams that servers cut into pieces, HLS and DASH: what a list of them says. Pure.
 *
 * The pieces one behind the other, each after its head where it has one, are an ordinary transport
 * stream, MP4 or ADTS. Nothing is fetched here. */
#pragma once

#include <av-upnp/url.h>

#define PIECES_TEXT_MAX (1024u * 1024) /* LIM-21 */
#define PIECES_MAX 20000u              /* eleven hours of two seconds each */
#define PIECES_URIS_MAX (8u * 1024 * 1024)
#define PIECES_VARIANTS_MAX 64u
#define PIECES_RATE_MAX 200000000u /* bit/s: whatever is more is nonsense from somebody */

typedef enum {
	PIECES_NONE,
	PIECES_HLS,
	PIECES_DASH,
} PiecesKind;

/* By the type of the answer, or by the name where the type says nothing. @param mime  may be NULL */
PiecesKind pieces_kind_of(const char *mime, const char *uri);

typedef struct {
	char *uri;               /* http, https */
	uint64_t offset, length; /* in it; length 0: to its end */
	int64_t start_ns, duration_ns;
	uint64_t number; /* of HLS; else counted from 0 */
	unsigned head;   /* index in heads + 1; 0: it has none */
} Piece;

typedef struct {
	GArray *pieces, *heads; /* Piece */
	char *next_uri;         /* not NULL: the pieces are in the list there */
	bool live;              /* more will come */
	int64_t reload_ns;      /* of live ones: pieces come about that often */
	int64_t duration_ns;    /* of all */
	uint64_t rate_bps;      /* 0: not said */
	const char *mime;       /* a kind, as "video/" and an asterisk; NULL: not said */
	bool side;              /* its sound is a stream of its own */
	size_t uri_bytes;
} PieceList;

typedef struct {
	const char *base; /* where the list came from */
	bool side;        /* the sound that is apart */
	uint64_t max_bps; /* rather no more; 0: any */
} PiecesWish;

/** @return NULL with AVU_ERROR_SYNTAX, LIMIT, UNSUPPORTED (encrypted, live DASH), NOT_FOUND (empty) */
PieceList *pieces_parse(
	PiecesKind kind, const char *text, size_t len, const PiecesWish *wish, GError **error);
void piece_list_free(PieceList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PieceList, piece_list_free)

static inline const Piece *
piece_list_get(const PieceList *list, size_t i)
{
	return &g_array_index(list->pieces, Piece, i);
}

/* ---- for the two parsers */

PieceList *piece_list_new(void);
/** An address in a list. @return NULL with SYNTAX, or DENIED: a list that came safely names it by http */
AvuUrl *pieces_resolve(const char *base, const char *reference, GError **error);
/** @param reference  against base  @return false with error */
bool piece_list_add(PieceList *list, GArray *to, const char *base, const char *reference,
	const Piece *piece, GError **error);
/** Of several rates the one to take: the highest that is not above the wish, or the lowest. */
size_t pieces_choose(const uint64_t *rates, size_t n, uint64_t max_bps);
/** Decimal seconds, at most a year. @return false: it is none; the rest is not looked at */
bool pieces_take_seconds(const char **at, const char *end, int64_t *ret_ns);
/** "a-b" or, for HLS, "n" and "n@o" */
bool pieces_take_range(const char *text, Piece *piece);

PieceList *hls_parse(const char *text, size_t len, const PiecesWish *wish, GError **error);
PieceList *dash_parse(const char *text, size_t len, const PiecesWish *wish, GError **error);
