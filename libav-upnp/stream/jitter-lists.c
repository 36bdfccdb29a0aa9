/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of a stream in pieces, as a jitter buffer takes it in: for the first time, again when a live
 * one goes on, and that of another rate. On the buffer's thread. */

#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "jitter-private.h"
#include "piece-place.h"
#include "rate-choice.h"

static PiecePlace
lists_get_place(const JitterPieces *pieces)
{
	return (PiecePlace){ pieces->list, pieces->at, pieces->expected, pieces->date_ns,
		pieces->list != NULL ? avu_now_ns() - pieces->loaded_ns : 0 };
}

/* From here on it is like a resource without a length. */
void
jitter_pieces_describe(AvuJitterBuffer *buffer)
{
	JitterPieces *pieces = buffer->pieces;
	const AvuPieceList *list = pieces->list;

	/* One that has come to its end meanwhile tells places of what is left of it. */
	pieces->live = pieces->live || list->live;

	buffer->described = true;
	buffer->mime = g_strdup(pieces->mime != NULL ? pieces->mime : list->mime);
	buffer->in_pieces = true;
	buffer->has_side = pieces->side || list->side;
	buffer->time_seek = !pieces->live && list->pieces->len > 1;
	buffer->has_parts = jitter_pieces_may_break(pieces);
	buffer->begins_ns = pieces->live ? pieces->passed_ns
			    : pieces->at < list->pieces->len
				    ? avu_piece_list_get(list, pieces->at)->start_ns
				    : 0;
	if (list->live && pieces->kind == AVU_PIECES_DASH && pieces->at < list->pieces->len) {
		buffer->live_begins_ns = avu_piece_list_get(list, pieces->at)->start_ns;
	}
	buffer->list_ns =
		!pieces->live && list->duration_ns > 0 ? list->duration_ns : AVU_TIME_NONE;
	avu_ring_writer_describe(buffer->ring, -1, /* seekable = */ false);
}

static bool
lists_take_next(AvuJitterBuffer *buffer, AvuPieceList *list)
{
	JitterPieces *pieces = buffer->pieces;

	if (++pieces->depth >= AVU_PIECES_DEPTH_MAX) {
		g_set_error_literal(&buffer->error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"the lists of the stream name each other");
		return false;
	}
	g_free(pieces->list_uri);
	pieces->list_uri = g_strdup(list->next_uri);
	pieces->rate_bps = list->rate_bps;
	pieces->mime = list->mime;
	pieces->side = list->side;
	piece_rates_take(&pieces->rates, list, avu_now_ns());
	return true;
}

static bool
lists_has_head(const AvuPieceList *list)
{
	return list->pieces->len > 0 && avu_piece_list_get(list, 0)->head != 0;
}

/* What is read next is cut in the same way and not live where it was not: the player sees one stream. */
static bool
lists_fits(const AvuPieceList *now, const AvuPieceList *list)
{
	return list->next_uri == NULL && list->live == now->live &&
	       lists_has_head(list) == lists_has_head(now);
}

/* From here on numbers are those of another list. */
static void
lists_count_from(JitterPieces *pieces, const AvuPieceList *list)
{
	const guint n = list->pieces->len;

	if (pieces->at < n) {
		pieces->expected = avu_piece_list_get(list, pieces->at)->number;
	} else if (n > 0) {
		pieces->expected = avu_piece_list_get(list, n - 1)->number + 1;
	}
}

/* The list of the rate that was asked for. @return false: it is of no use */
static bool
lists_change_rate(AvuJitterBuffer *buffer, AvuPieceList *list)
{
	JitterPieces *pieces = buffer->pieces;
	const AvuPieceVariant *variant = piece_rates_get_wanted(&pieces->rates);

	if (!lists_fits(pieces->list, list)) {
		return false;
	}
	const PiecePlace place = lists_get_place(pieces);

	pieces->at = pieces->kind == AVU_PIECES_DASH ? piece_place_next(&place, list)
		     : pieces->list->live            ? piece_place_abreast(&place, list)
						     : piece_place_same(&place, list);
	if (pieces->kind == AVU_PIECES_HLS) {
		lists_count_from(pieces, list);
		g_free(pieces->list_uri);
		pieces->list_uri = g_strdup(variant->name);
	}
	pieces->rate_bps = variant->rate_bps;
	piece_rates_commit(&pieces->rates, avu_now_ns());
	return true;
}

const char *
jitter_pieces_get_list_uri(const JitterPieces *pieces)
{
	return pieces->kind == AVU_PIECES_HLS && piece_rates_is_changing(&pieces->rates)
		       ? piece_rates_get_wanted(&pieces->rates)->name
		       : pieces->list_uri;
}

static AvuPieceList *
lists_parse(AvuJitterBuffer *buffer, const GByteArray *text, GError **error)
{
	const JitterPieces *pieces = buffer->pieces;
	const AvuPieceVariant *wanted = piece_rates_get_wanted(&pieces->rates);
	const AvuPiecesWish wish = {
		.base = pieces->base,
		.side = buffer->side && pieces->depth == 0,
		.keys = true,
		.wall_ns = pieces->wall_ns,
		.max_bps = wanted != NULL ? wanted->rate_bps
					  : rate_get_first_max(jitter_get_network_bps(buffer)),
		.variant = wanted != NULL && pieces->kind == AVU_PIECES_DASH ? wanted->name : NULL,
	};

	return avu_pieces_parse(pieces->kind, text->len > 0 ? (const char *)text->data : "",
		text->len, &wish, error);
}

static void
lists_keep(AvuJitterBuffer *buffer, AvuPieceList *list)
{
	JitterPieces *pieces = buffer->pieces;

	avu_piece_list_free(pieces->list);
	pieces->list = list;
	pieces->loaded_ns = avu_now_ns();
	pieces->done = 0;
	pieces->doubtful = false;
	buffer->source.rate_bps = pieces->rate_bps;
	jitter_pieces_look_at_head(pieces);
	if (!buffer->described) {
		jitter_pieces_describe(buffer);
	}
}

bool
jitter_pieces_take_list(AvuJitterBuffer *buffer, const GByteArray *text)
{
	JitterPieces *pieces = buffer->pieces;
	const bool changing = piece_rates_is_changing(&pieces->rates);
	g_autoptr(GError) error = NULL;
	g_autoptr(AvuPieceList) list = lists_parse(buffer, text, &error);

	if (changing) {
		if (list != NULL && lists_change_rate(buffer, list)) {
			lists_keep(buffer, g_steal_pointer(&list));
		} else {
			/* What a live one sent may have been half of it. */
			piece_rates_give_up(
				&pieces->rates, list != NULL || !pieces->list->live, avu_now_ns());
		}
		return true;
	}
	if (list == NULL && pieces->list != NULL && pieces->list->live) {
		/* It is made anew all the time, and was read when half of it was there. */
		g_clear_error(&buffer->trouble);
		buffer->trouble = g_steal_pointer(&error);
		pieces->loaded_ns = avu_now_ns();
		return true;
	}
	if (list == NULL) {
		buffer->error = g_steal_pointer(&error);
		return false;
	}
	if (list->next_uri != NULL) {
		return lists_take_next(buffer, list);
	}
	/* Nothing was read yet: where the first list was begun with, if that was told. */
	const int64_t live_ns =
		buffer->live_begins_ns > 0 ? buffer->live_begins_ns : buffer->live_ns;

	const PiecePlace place = lists_get_place(pieces);

	pieces->at = pieces->any ? piece_place_next(&place, list)
				 : piece_place_start(list, buffer->start_ns, live_ns);
	if (pieces->rate_bps == 0) {
		pieces->rate_bps = list->rate_bps;
	}
	piece_rates_take(&pieces->rates, list, avu_now_ns());
	lists_keep(buffer, g_steal_pointer(&list));
	return true;
}
