/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which track comes when. One order of the tracks at a time: theirs, or a shuffled one; RANDOM is one
 * shuffled order after another, so that every track comes before any comes again.
 * Pure. Sizes: of whoever read the list. @clause AVTransport:1 2.2.10 */
#include <string.h>

#include "transport-media.h"

const char *const transport_mode_names[TRANSPORT_N_MODES + 1] = {
	[TRANSPORT_NORMAL] = "NORMAL",
	[TRANSPORT_SHUFFLE] = "SHUFFLE",
	[TRANSPORT_REPEAT_ONE] = "REPEAT_ONE",
	[TRANSPORT_REPEAT_ALL] = "REPEAT_ALL",
	[TRANSPORT_RANDOM] = "RANDOM",
	[TRANSPORT_DIRECT_1] = "DIRECT_1",
	[TRANSPORT_INTRO] = "INTRO",
};

/* What is played after a track by itself. */
static const struct {
	bool shuffled; /* not in the order of the list */
	bool endless;  /* after the last one comes the first */
	bool same;     /* the same once more */
	bool alone;    /* nothing */
} modes[TRANSPORT_N_MODES] = {
	[TRANSPORT_SHUFFLE] = { .shuffled = true },
	[TRANSPORT_REPEAT_ONE] = { .same = true },
	[TRANSPORT_REPEAT_ALL] = { .endless = true },
	[TRANSPORT_RANDOM] = { .shuffled = true, .endless = true },
	[TRANSPORT_DIRECT_1] = { .alone = true },
};

bool
transport_mode_parse(const char *name, TransportMode *ret_mode)
{
	for (unsigned i = 0; i < TRANSPORT_N_MODES; i++) {
		if (strcmp(transport_mode_names[i], name) == 0) {
			*ret_mode = (TransportMode)i;
			return true;
		}
	}
	return false;
}

/* ---- orders */

static unsigned
at(const GArray *order, unsigned place)
{
	return g_array_index(order, unsigned, place);
}

static void
swap(GArray *order, unsigned a, unsigned b)
{
	unsigned *places = (unsigned *)(void *)order->data;
	const unsigned kept = places[a];

	places[a] = places[b];
	places[b] = kept;
}

static GArray *
order_new(unsigned n, bool shuffled, GRand *rand)
{
	GArray *order = g_array_sized_new(FALSE, FALSE, sizeof(unsigned), n);

	for (unsigned i = 0; i < n; i++) {
		g_array_append_val(order, i);
	}
	for (unsigned i = n; shuffled && i > 1; i--) {
		swap(order, i - 1, (unsigned)g_rand_int_range(rand, 0, (int)i));
	}
	return order;
}

static unsigned
find_place(const GArray *order, unsigned index)
{
	for (unsigned place = 0; place < order->len; place++) {
		if (at(order, place) == index) {
			return place;
		}
	}
	g_assert_not_reached();
}

static void
drop_round(TransportMedia *media)
{
	g_clear_pointer(&media->round, g_array_unref);
}

/* The order after this one does not begin with what was heard last. */
static const GArray *
look_ahead(TransportMedia *media, GRand *rand)
{
	if (media->round == NULL) {
		const unsigned n = media->tracks->len;

		media->round = order_new(n, modes[media->mode].shuffled, rand);
		if (modes[media->mode].shuffled && n > 1 &&
			at(media->round, 0) == at(media->order, media->place)) {
			swap(media->round, 0, (unsigned)g_rand_int_range(rand, 1, (int)n));
		}
	}
	return media->round;
}

/* ---- life */

static void
free_track(void *track)
{
	transport_track_free(track);
}

TransportMedia *
transport_media_new(const char *uri, const char *metadata, const char *protocol_info,
	TransportTrack *take_track)
{
	TransportMedia *media = g_new0(TransportMedia, 1);

	media->uri = g_strdup(uri);
	media->metadata = g_strdup(metadata);
	media->protocol_info = g_strdup(protocol_info);
	media->tracks = g_ptr_array_new_with_free_func(free_track);
	if (take_track != NULL) {
		g_ptr_array_add(media->tracks, take_track);
	} else {
		media->state = TRANSPORT_MEDIA_UNREAD;
	}
	media->order = order_new(media->tracks->len, false, NULL);
	return media;
}

void
transport_media_free(TransportMedia *media)
{
	if (media == NULL) {
		return;
	}
	drop_round(media);
	transport_push_free(media->push);
	g_array_unref(media->order);
	g_ptr_array_unref(media->tracks);
	g_free(media->uri);
	g_free(media->metadata);
	g_free(media->protocol_info);
	g_free(media);
}

/* A shuffled order begins with this track, so that all others are still to come. */
static void
reorder(TransportMedia *media, unsigned index, GRand *rand)
{
	drop_round(media);
	g_array_unref(media->order);
	media->order = order_new(media->tracks->len, modes[media->mode].shuffled, rand);
	if (modes[media->mode].shuffled) {
		swap(media->order, 0, find_place(media->order, index));
	}
	media->place = modes[media->mode].shuffled ? 0 : index;
}

void
transport_media_fill(TransportMedia *media, GPtrArray *take_tracks, unsigned first, GRand *rand)
{
	g_ptr_array_unref(media->tracks);
	media->tracks = take_tracks;
	g_ptr_array_set_free_func(media->tracks, free_track);
	media->state = TRANSPORT_MEDIA_READY;
	reorder(media, MIN(first, take_tracks->len - 1), rand);
}

void
transport_media_append(TransportMedia *media, GPtrArray *take_tracks, GRand *rand)
{
	const unsigned had = media->tracks->len;

	if (take_tracks->len == 0) {
		g_ptr_array_unref(take_tracks);
		return;
	}
	if (had == 0) {
		transport_media_fill(media, take_tracks, 0, rand);
		return;
	}
	g_ptr_array_extend_and_steal(media->tracks, take_tracks);
	drop_round(media);
	for (unsigned i = had; i < media->tracks->len; i++) {
		g_array_append_val(media->order, i);
		if (modes[media->mode].shuffled) {
			swap(media->order, i,
				(unsigned)g_rand_int_range(
					rand, (int)media->place + 1, (int)i + 1));
		}
	}
}

void
transport_media_set_mode(TransportMedia *media, TransportMode mode, GRand *rand)
{
	const bool other = modes[mode].shuffled || modes[media->mode].shuffled;

	media->mode = mode;
	drop_round(media);
	if (other && media->tracks->len > 0) {
		reorder(media, at(media->order, media->place), rand);
	}
}

/* ---- the current one, and others */

TransportTrack *
transport_media_get_current(const TransportMedia *media)
{
	return media->tracks->len > 0 ? media->tracks->pdata[at(media->order, media->place)] : NULL;
}

unsigned
transport_media_get_number(const TransportMedia *media)
{
	return media->tracks->len > 0 ? at(media->order, media->place) + 1 : 0;
}

unsigned
transport_media_get_n(const TransportMedia *media)
{
	return media->tracks->len;
}

static bool
is_playable(const TransportMedia *media, unsigned index)
{
	return !((const TransportTrack *)media->tracks->pdata[index])->failed;
}

/* The first playable place from this one on, or len. */
static unsigned
find_playable(const TransportMedia *media, const GArray *order, unsigned place)
{
	while (place < order->len && !is_playable(media, at(order, place))) {
		place++;
	}
	return place;
}

/* false: it ends here. ret_round: the place is one of the round after this one. */
static bool
find_after(TransportMedia *media, GRand *rand, unsigned *ret_place, bool *ret_round)
{
	const unsigned n = media->tracks->len;

	*ret_round = false;
	*ret_place = media->place;
	if (n == 0 || modes[media->mode].alone) {
		return false;
	}
	if (modes[media->mode].same) {
		return is_playable(media, at(media->order, media->place));
	}
	*ret_place = find_playable(media, media->order, media->place + 1);
	if (*ret_place < n || !modes[media->mode].endless) {
		return *ret_place < n;
	}
	*ret_round = true;
	*ret_place = find_playable(media, look_ahead(media, rand), 0);
	return *ret_place < n;
}

TransportTrack *
transport_media_peek(TransportMedia *media, GRand *rand)
{
	unsigned place;
	bool round;

	if (!find_after(media, rand, &place, &round)) {
		return NULL;
	}
	return media->tracks->pdata[at(round ? media->round : media->order, place)];
}

static void
forgive(TransportMedia *media)
{
	for (guint i = 0; i < media->tracks->len; i++) {
		((TransportTrack *)media->tracks->pdata[i])->failed = false;
	}
}

/* What failed in one round is tried again in the next. */
static void
go_to(TransportMedia *media, unsigned place, bool round)
{
	if (round) {
		g_array_unref(media->order);
		media->order = g_steal_pointer(&media->round);
		forgive(media);
	}
	drop_round(media);
	media->place = place;
}

bool
transport_media_advance(TransportMedia *media, GRand *rand)
{
	unsigned place;
	bool round;

	if (!find_after(media, rand, &place, &round)) {
		return false;
	}
	go_to(media, place, round);
	return true;
}

/* What is random has no end, so that going on is no wrapping around. */
static bool
is_random(const TransportMedia *media)
{
	return modes[media->mode].shuffled && modes[media->mode].endless && media->tracks->len > 1;
}

bool
transport_media_can_step(const TransportMedia *media, int by)
{
	return by < 0 ? media->place > 0
		      : media->place + 1 < media->tracks->len || is_random(media);
}

bool
transport_media_step(TransportMedia *media, int by, GRand *rand)
{
	if (!transport_media_can_step(media, by)) {
		return false;
	}
	if (by > 0 && media->place + 1 == media->tracks->len) {
		(void)look_ahead(media, rand);
		go_to(media, 0, /* round = */ true);
	} else {
		go_to(media, by < 0 ? media->place - 1 : media->place + 1, /* round = */ false);
	}
	return true;
}

bool
transport_media_go(TransportMedia *media, unsigned number)
{
	if (number == 0 || number > media->tracks->len) {
		return false;
	}
	unsigned place = find_place(media->order, number - 1);

	/* picked from what is still to come of a shuffled order: the rest is played after it */
	if (modes[media->mode].shuffled && place > media->place) {
		swap(media->order, media->place + 1, place);
		place = media->place + 1;
	}
	go_to(media, place, /* round = */ false);
	return true;
}

void
transport_media_rewind(TransportMedia *media, GRand *rand)
{
	if (media->tracks->len == 0) {
		return;
	}
	forgive(media);
	drop_round(media);
	g_array_unref(media->order);
	media->order = order_new(media->tracks->len, modes[media->mode].shuffled, rand);
	media->place = 0;
}

bool
transport_media_has_failures(const TransportMedia *media)
{
	for (guint i = 0; i < media->tracks->len; i++) {
		if (!is_playable(media, i)) {
			return true;
		}
	}
	return false;
}

/* ---- times */

/* Of the first n tracks in the order of the list; AVU_TIME_NONE: one of them has no duration. */
static int64_t
sum_durations(const TransportMedia *media, unsigned n)
{
	int64_t sum_ns = 0;

	for (unsigned i = 0; i < n; i++) {
		const TransportTrack *track = media->tracks->pdata[i];

		if (track->duration_ns == AVU_TIME_NONE ||
			track->duration_ns > INT64_MAX - sum_ns) {
			return AVU_TIME_NONE;
		}
		sum_ns += track->duration_ns;
	}
	return sum_ns;
}

int64_t
transport_media_get_duration_ns(const TransportMedia *media)
{
	return media->tracks->len == 0 ? AVU_TIME_NONE : sum_durations(media, media->tracks->len);
}

int64_t
transport_media_get_offset_ns(const TransportMedia *media)
{
	const unsigned number = transport_media_get_number(media);

	return number == 0 ? 0 : sum_durations(media, number - 1);
}

bool
transport_media_find_time(const TransportMedia *media, int64_t position_ns, unsigned *ret_number,
	int64_t *ret_within_ns)
{
	for (unsigned i = 0; i < media->tracks->len; i++) {
		const TransportTrack *track = media->tracks->pdata[i];
		const bool last = i + 1 == media->tracks->len;

		*ret_number = i + 1;
		*ret_within_ns = position_ns;
		if (track->duration_ns == AVU_TIME_NONE) {
			return last; /* behind its end the engine knows none */
		}
		if (position_ns < track->duration_ns ||
			(last && position_ns == track->duration_ns)) {
			return true;
		}
		position_ns -= track->duration_ns;
	}
	return false;
}
