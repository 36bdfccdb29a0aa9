/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where in a list of pieces reading begins, or goes on when the list is a newer one or that of another rate.
 * Pure: how old the list before is is an argument; limits: pieces.h. */

#include "piece-place.h"

/* Pictures and the sound that is apart are cut at places of their own. */
#define PLACE_APART_NS (30 * AVU_NS_PER_S)

guint
piece_place_start(const AvuPieceList *list, int64_t start_ns, int64_t live_ns)
{
	const guint n = list->pieces->len;
	const bool shared = live_ns > 0 && n > 0 &&
			    avu_piece_list_get(list, 0)->start_ns <= live_ns &&
			    avu_piece_list_get(list, n - 1)->start_ns > live_ns - PLACE_APART_NS;
	guint at = 0;

	if (list->live && shared) {
		start_ns = live_ns;
	} else if (list->live) {
		return n > AVU_PIECES_LIVE_BEHIND ? n - AVU_PIECES_LIVE_BEHIND : 0;
	}
	while (at + 1 < n && avu_piece_list_get(list, at + 1)->start_ns <= start_ns) {
		at++;
	}
	return at;
}

guint
piece_place_next(const PiecePlace *place, const AvuPieceList *list)
{
	const guint n = list->pieces->len;
	guint at = 0;

	if (n > 0 &&
		avu_piece_list_get(list, n - 1)->number + list->restart + 1 < place->expected) {
		return piece_place_start(list, 0, 0);
	}
	while (at < n && avu_piece_list_get(list, at)->number < place->expected + list->slack) {
		at++;
	}
	return at;
}

/* How much of the list there is from this piece on. */
static int64_t
place_get_rest_ns(const AvuPieceList *list, guint at)
{
	int64_t sum_ns = 0;

	for (guint i = at; i < list->pieces->len; i++) {
		sum_ns = MIN(sum_ns + avu_piece_list_get(list, i)->duration_ns, PIECES_TIME_MAX);
	}
	return sum_ns;
}

/* @return the piece that was made next; the number of pieces: it is not there yet, or none says when */
static guint
place_find_dated(const AvuPieceList *list, int64_t date_ns)
{
	const guint n = list->pieces->len;
	guint at = 0;

	/* Their lengths are rounded, and so are their dates. */
	while (at < n && avu_piece_list_get(list, at)->date_ns <
				 date_ns - avu_piece_list_get(list, at)->duration_ns / 2) {
		at++;
	}
	return at;
}

/* In the live list of another rate: lists of several rates are made at the same time, but each counts its
 * pieces as it likes (RFC 8216, 6.2.4). When they were made tells; else how far they are from the end, and
 * a piece of the same number there is believed. */
guint
piece_place_abreast(const PiecePlace *place, const AvuPieceList *list)
{
	const guint n = list->pieces->len, same = piece_place_next(place, list);
	const int64_t age_ns = place->age_ns;
	const int64_t rest_ns = place_get_rest_ns(place->list, place->at);
	guint best = n;

	if (n == 0) {
		return 0;
	}
	if (place->date_ns > 0 && avu_piece_list_get(list, n - 1)->date_ns > 0) {
		return place_find_dated(list, place->date_ns);
	}
	const int64_t longest_ns = MAX(list->reload_ns, avu_piece_list_get(list, 0)->duration_ns);
	const int64_t same_ns = place_get_rest_ns(list, same);

	const bool named =
		avu_piece_list_get(list, MIN(same, n - 1))->number + (same == n) == place->expected;

	/* What was made since the list before was read may be in this one, or not. */
	if (named && same_ns >= rest_ns - longest_ns && same_ns <= rest_ns + age_ns + longest_ns) {
		return same;
	}
	while (best > 0 &&
		place_get_rest_ns(list, best - 1) <=
			rest_ns + age_ns + avu_piece_list_get(list, best - 1)->duration_ns / 2) {
		best--;
	}
	return best;
}

guint
piece_place_same(const PiecePlace *place, const AvuPieceList *list)
{
	const guint n = list->pieces->len;
	const int64_t wanted_ns = avu_piece_list_get(place->list, place->at)->start_ns;
	guint at = 0;

	/* Cut alike: then roundings of their lengths do not count. */
	if (n == place->list->pieces->len) {
		return place->at;
	}
	while (at + 1 < n && ABS(avu_piece_list_get(list, at + 1)->start_ns - wanted_ns) <=
				     ABS(avu_piece_list_get(list, at)->start_ns - wanted_ns)) {
		at++;
	}
	return at;
}
