/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* live/live-pieces.h: a list of pieces that is read: how far it is, and what its lists say
 *
 * All on the feed's thread. */
#pragma once

#include <av-upnp/piece-cipher.h>
#include <av-upnp/piece-clock.h>

#include "mediaserver/live/live-transfer.h"

G_BEGIN_DECLS

typedef struct {
	LiveTransfer transfer;
	AvuPiecesKind kind;
	LivePiecesPart part;
	bool apart; /* of LIVE_PIECES_WHOLE: the sound is */
	char *list_uri, *base;
	GByteArray *text;    /* of a list or a key on its way; NULL: a piece is */
	bool of_key;         /* it is a key */
	AvuPieceClock clock; /* of live lists of DASH */
	int64_t wall_ns;     /* since 1970 by that, when the list came */
	AvuPieceList *list;  /* NULL: not read yet */
	unsigned depth;      /* of lists that name lists */
	guint at;            /* in the list: what is read, or comes next */
	uint64_t passed;     /* number of the last piece that was read; with any */
	bool any;
	char *head_uri; /* of the head that was sent last; NULL: none */
	uint64_t head_at;
	bool of_head;    /* the head of the piece is read before it */
	uint64_t done;   /* octets of what is read that were put */
	uint64_t skip;   /* that nobody asked for: the server knows no ranges */
	unsigned status; /* of the answer */
	/* of a piece that is encrypted, which is read from its beginning each time */
	char *key_uri; /* where the key at hand is from; NULL: none is */
	uint8_t key[AVU_AES_BLOCK];
	unsigned key_tries;     /* that failed, of this piece */
	AvuPieceCipher *cipher; /* NULL: it is not encrypted */
	uint64_t secret;        /* octets that came */
	uint64_t drop;          /* of what they say: they were put before */
	bool ending;            /* all came; its end is still to be put */
	bool opened;
	GError *refusal; /* of the whole */
	char mime[LIVE_MIME_MAX];
	int64_t loaded_ns;
} PiecesFeed;

/** What comes next, or its head before it. */
const AvuPiece *pieces_feed_get_target(const PiecesFeed *feed);
/** Where its key is; NULL: it has none. */
const char *pieces_feed_get_key(const PiecesFeed *feed, const AvuPiece *piece);
bool pieces_feed_has_more(const PiecesFeed *feed);
/** The target is there, or will never be. */
void pieces_feed_pass_target(PiecesFeed *feed);
/** A list came whole. @return false: it is of no use, with refusal; or apart is set */
bool pieces_feed_take_list(PiecesFeed *feed);

G_END_DECLS
