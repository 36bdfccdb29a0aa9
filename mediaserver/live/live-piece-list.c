/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the lists of a station in pieces say: which piece comes next, and where reading goes on when a live one was
 * read anew. On the feed's thread. */
#include "mediaserver/live/live-pieces.h"

#include <av-upnp/clock.h>
#include <av-upnp/error.h>

/* bit/s: more than a wireless network carries at all times */
#define RATE_MAX 20000000u

const AvuPiece *
pieces_feed_get_target(const PiecesFeed *feed)
{
	const AvuPiece *piece = avu_piece_list_get(feed->list, feed->at);

	return feed->of_head ? &g_array_index(feed->list->heads, AvuPiece, piece->head - 1) : piece;
}

/* Where its key is; NULL: it has none. */
const char *
pieces_feed_get_key(const PiecesFeed *feed, const AvuPiece *piece)
{
	return piece->key > 0 ? g_ptr_array_index(feed->list->keys, piece->key - 1) : NULL;
}

bool
pieces_feed_has_more(const PiecesFeed *feed)
{
	return feed->list != NULL && feed->at < feed->list->pieces->len;
}

/* Before its piece comes a head that was not sent yet. */
static void
look_at_head(PiecesFeed *feed)
{
	feed->done = 0;
	feed->of_head = false;
	if (!pieces_feed_has_more(feed) || avu_piece_list_get(feed->list, feed->at)->head == 0) {
		return;
	}
	feed->of_head = true;
	const AvuPiece *head = pieces_feed_get_target(feed);

	feed->of_head = g_strcmp0(feed->head_uri, head->uri) != 0 || feed->head_at != head->offset;
}

/* The piece is there, or will never be. */
void
pieces_feed_pass_target(PiecesFeed *feed)
{
	const AvuPiece *target = pieces_feed_get_target(feed);

	feed->key_tries = 0;
	if (feed->of_head) {
		g_free(feed->head_uri);
		feed->head_uri = g_strdup(target->uri);
		feed->head_at = target->offset;
		feed->of_head = false;
		feed->done = 0;
		return;
	}
	feed->passed = target->number;
	feed->any = true;
	feed->at++;
	look_at_head(feed);
}

/* Where to go on in a list that was read anew. */
static guint
find_place(const PiecesFeed *feed, const AvuPieceList *list)
{
	const guint n = list->pieces->len;
	guint at = 0;

	if (!feed->any) {
		return list->live && n > AVU_PIECES_LIVE_BEHIND ? n - AVU_PIECES_LIVE_BEHIND : 0;
	}
	if (n > 0 && avu_piece_list_get(list, n - 1)->number + list->restart < feed->passed) {
		return n - 1; /* the server began anew */
	}
	while (at < n && avu_piece_list_get(list, at)->number <= feed->passed + list->slack) {
		at++;
	}
	return at;
}

/* @return false with refusal */
bool
pieces_feed_take_list(PiecesFeed *feed)
{
	const AvuPiecesWish wish = { .base = feed->base,
		.max_bps = RATE_MAX,
		.keys = true,
		.side = feed->part == LIVE_PIECES_SOUND && feed->depth == 0,
		.wall_ns = feed->wall_ns };
	g_autoptr(GError) error = NULL;
	g_autoptr(GByteArray) text = g_steal_pointer(&feed->text);
	g_autoptr(AvuPieceList) list = avu_pieces_parse(feed->kind,
		text->len > 0 ? (const char *)text->data : "", text->len, &wish, &error);

	feed->loaded_ns = avu_now_ns();
	if (list == NULL && feed->list != NULL && feed->list->live) {
		return true; /* it is made anew all the time, and was read when half of it was there */
	}
	if (list == NULL) {
		g_propagate_error(&feed->refusal, g_steal_pointer(&error));
		return false;
	}
	if (list->side && feed->part == LIVE_PIECES_WHOLE) {
		feed->apart = true;
		return false;
	}
	if (list->next_uri != NULL) {
		if (++feed->depth >= AVU_PIECES_DEPTH_MAX) {
			g_set_error(&feed->refusal, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
				"the station's list names lists of lists");
			return false;
		}
		g_free(feed->list_uri);
		feed->list_uri = g_steal_pointer(&list->next_uri);
		return true;
	}
	feed->at = find_place(feed, list);
	avu_piece_list_free(feed->list);
	feed->list = g_steal_pointer(&list);
	look_at_head(feed);
	return true;
}
