/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream/jitter-pieces.h: how far a jitter buffer is with a stream in pieces */
#pragma once

#include <av-upnp/piece-cipher.h>
#include <av-upnp/piece-clock.h>

#include "piece-rates.h"

typedef struct {
	AvuPiecesKind kind;
	char *list_uri;     /* where the list is */
	char *base;         /* what answered when it was last asked for */
	AvuPieceList *list; /* NULL: not read yet */
	unsigned depth;     /* of lists that name lists */
	int64_t loaded_ns;  /* when it was last read */
	int64_t wall_ns;    /* since 1970, at that moment, as its server has it */
	AvuPieceClock clock;
	guint at;          /* in the list: what is read, or comes next */
	bool doubtful;     /* what comes next was not there: the list is read again before */
	uint64_t expected; /* numbers of pieces that come are not lower; with any */
	bool any;          /* one was read, or passed over */
	uint64_t part;     /* in which the last one was; with any */
	bool live;         /* it was, when it was begun */
	bool inside;       /* one of the present part was read, or passed over */
	int64_t date_ns;   /* when what comes next was made; 0: not known */
	int64_t passed_ns; /* all that were read or passed over, one behind the other */
	char *head_uri;    /* of the head that is in force; NULL: none */
	uint64_t head_at;  /* its offset there */
	bool of_head;      /* the head of the piece is read before it */
	uint64_t done;     /* octets of what is read that are in the ring */
	char *key_uri;     /* of the key that was fetched last; NULL: none */
	uint8_t key[AVU_AES_BLOCK];
	bool distrusted; /* what is read could not be decrypted, and its key is fetched again */
	AvuPieceCipher
		*tail; /* the end of the last piece, which the ring did not want yet; NULL: none */
	PieceRates rates;
	uint64_t rate_bps; /* 0: not said */
	const char *mime;  /* NULL: not said */
	bool side;         /* its sound is apart */
} JitterPieces;
