/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Few kinds of resources are in an answer, and each is told hundreds of times. What comes after
 * PROTOCOL_MEMO_MAX of them is written each time. No threads of its own. */
#include "mediaserver/content/protocol-memo.h"

#include <string.h>

void
protocol_memo_init(ProtocolMemo *memo, const ClientView *client)
{
	memo->client = client;
	memo->n_known = 0;
}

void
protocol_memo_clear(ProtocolMemo *memo)
{
	for (unsigned i = 0; i < memo->n_known; i++) {
		g_free(memo->known[i].mime);
		g_free(memo->known[i].profile);
		g_free(memo->known[i].speeds);
		g_free(memo->known[i].text);
	}
	memo->n_known = 0;
}

static char *
format(const ProtocolMemo *memo, const Protocol *protocol)
{
	AvuDlnaParameters dlna = *protocol->dlna;
	const char *mime = protocol->mime;

	switch (protocol->naming) {
	case PROTOCOL_CONVERTED:
		client_view_name_converted(memo->client, protocol->kind, &mime, &dlna);
		break;
	case PROTOCOL_EXTRA:
		(void)client_view_name_extra(
			memo->client, protocol->extra, protocol->kind, &mime, &dlna);
		break;
	case PROTOCOL_ORIGINAL:
		client_view_name(memo->client, protocol->kind, &mime, &dlna);
		break;
	}
	return avu_protocol_info_format(mime, &dlna);
}

static bool
is_same(const ProtocolMemo *memo, unsigned i, const Protocol *protocol)
{
	const AvuDlnaParameters *a = &memo->known[i].dlna, *b = protocol->dlna;

	return memo->known[i].kind == protocol->kind && memo->known[i].naming == protocol->naming &&
	       a->has_op == b->has_op && a->op_time == b->op_time && a->op_range == b->op_range &&
	       a->converted == b->converted && a->no_ci == b->no_ci && a->flags == b->flags &&
	       g_strcmp0(memo->known[i].mime, protocol->mime) == 0 &&
	       g_strcmp0(memo->known[i].profile, b->profile) == 0 &&
	       g_strcmp0(memo->known[i].speeds, b->speeds) == 0 &&
	       memo->known[i].extra == protocol->extra;
}

const char *
protocol_memo_get(ProtocolMemo *memo, const Protocol *protocol, TextPool *pool)
{
	for (unsigned i = 0; i < memo->n_known; i++) {
		if (is_same(memo, i, protocol)) {
			return memo->known[i].text;
		}
	}
	char *text = format(memo, protocol);

	if (memo->n_known == PROTOCOL_MEMO_MAX) {
		return text_pool_take(pool, text);
	}
	const unsigned slot = memo->n_known++;

	memo->known[slot].kind = protocol->kind;
	memo->known[slot].naming = protocol->naming;
	memo->known[slot].mime = g_strdup(protocol->mime);
	memo->known[slot].profile = g_strdup(protocol->dlna->profile);
	memo->known[slot].speeds = g_strdup(protocol->dlna->speeds);
	memo->known[slot].extra = protocol->extra;
	memo->known[slot].dlna = *protocol->dlna;
	memo->known[slot].text = text;
	return text;
}
