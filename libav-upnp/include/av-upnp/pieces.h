/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/pieces.h: streams that servers cut into pieces, HLS and DASH: what a list of them says. Pure.
 *
 * The pieces one behind the other, each after its head where it has one, are an ordinary transport
 * stream, MP4 or ADTS. Nothing is fetched here. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define AVU_PIECES_TEXT_MAX (1024u * 1024) /* LIM-21 */
/* A live list is begun so many before its end @clause RFC 8216, 6.3.3 */
#define AVU_PIECES_LIVE_BEHIND 3u
/* Lists name lists once. */
#define AVU_PIECES_DEPTH_MAX 2u

typedef enum {
	AVU_PIECES_NONE,
	AVU_PIECES_HLS,
	AVU_PIECES_DASH,
} AvuPiecesKind;

/** By the type of the answer, or by the name where the type says nothing. @param mime  may be NULL
 *  @thread any */
AVU_API AvuPiecesKind avu_pieces_kind_of(const char *mime, const char *uri);

typedef struct {
	char *uri;               /* http, https */
	uint64_t offset, length; /* in it; length 0: to its end */
	int64_t start_ns, duration_ns;
	uint64_t number; /* grows from piece to piece, also from list to list of a live stream */
	int64_t date_ns; /* when it was made, since 1970; 0: not said */
	uint64_t part;   /* what was made by itself: its times and its format are its own */
	bool breaks;     /* such a part begins with it */
	unsigned head;   /* index in heads + 1; 0: it has none */
	unsigned key;    /* index in keys + 1; 0: it is not encrypted */
	uint8_t iv[16];  /* with key */
} AvuPiece;

/* The same in another rate. */
typedef struct {
	char *name; /* of HLS the address of its list, of DASH what it is called */
	uint64_t rate_bps;
} AvuPieceVariant;

typedef struct {
	GArray *pieces, *heads; /* AvuPiece */
	GPtrArray *keys;        /* char *: where the keys of AES-128 are; http, https */
	char *next_uri;         /* not NULL: the pieces are in the list there */
	GArray *variants;    /* AvuPieceVariant: of which this is one; empty: there is no other */
	guint variant;       /* which */
	bool live;           /* more will come */
	bool parts_named;    /* parts have the same numbers in all lists of the stream */
	uint64_t slack;      /* of numbers: as if they were the same */
	uint64_t restart;    /* numbers that went back by more: the server began anew */
	int64_t reload_ns;   /* of live ones: pieces come about that often */
	int64_t duration_ns; /* of all */
	uint64_t rate_bps;   /* 0: not said */
	const char *mime;    /* a kind, as "video/" and an asterisk; NULL: not said */
	bool side;           /* its sound is a stream of its own */
	size_t uri_bytes;
} AvuPieceList;

typedef struct {
	const char *base;    /* where the list came from */
	bool side;           /* the sound that is apart */
	uint64_t max_bps;    /* rather no more; 0: any */
	bool keys;           /* those that are encrypted by AES-128 are of use */
	int64_t wall_ns;     /* since 1970, by the clock of the server; 0: live DASH is of no use */
	const char *variant; /* rather this one of DASH; NULL: by max_bps */
} AvuPiecesWish;

/** @return NULL with AVU_ERROR_SYNTAX, LIMIT, UNSUPPORTED (encrypted, live DASH), NOT_FOUND (empty)
 *  @thread any */
AVU_API AvuPieceList *avu_pieces_parse(AvuPiecesKind kind, const char *text, size_t len,
	const AvuPiecesWish *wish, GError **error);
AVU_API void avu_piece_list_free(AvuPieceList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuPieceList, avu_piece_list_free)

static inline const AvuPiece *
avu_piece_list_get(const AvuPieceList *list, size_t i)
{
	return &g_array_index(list->pieces, AvuPiece, i);
}

G_END_DECLS
