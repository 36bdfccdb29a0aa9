/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* content/protocol-memo.h: protocolInfo as this client wants it, written once for each kind of resource of
 * an answer. Of one client, as it was when the answer began; one thread. */
#pragma once

#include "mediaserver/clients/client-view.h"
#include "mediaserver/content/text-pool.h"

G_BEGIN_DECLS

#define PROTOCOL_MEMO_MAX 24

/* Which of a client's names it gets. */
typedef enum {
	PROTOCOL_ORIGINAL,
	PROTOCOL_EXTRA, /* the file under a name that few players want */
	PROTOCOL_CONVERTED,
} ProtocolNaming;

typedef struct {
	const ClientView *client; /* borrowed; NULL: nothing is known of it */
	struct {
		ItemKind kind;
		ProtocolNaming naming;
		char *mime, *profile, *speeds; /* the last two may be NULL */
		unsigned extra;
		AvuDlnaParameters dlna;
		char *text;
	} known[PROTOCOL_MEMO_MAX];
	unsigned n_known;
} ProtocolMemo;

void protocol_memo_init(ProtocolMemo *memo, const ClientView *client);
void protocol_memo_clear(ProtocolMemo *memo);

/* What a resource is before the client's names. */
typedef struct {
	ItemKind kind;
	ProtocolNaming naming;
	const char *mime;
	const AvuDlnaParameters *dlna;
	unsigned extra; /* of PROTOCOL_EXTRA: which of them */
} Protocol;

/** The same as to name it and to write it.
 *  @param pool  keeps what the memo has no room for  @return lives as long as both */
const char *protocol_memo_get(ProtocolMemo *memo, const Protocol *protocol, TextPool *pool);

G_END_DECLS
