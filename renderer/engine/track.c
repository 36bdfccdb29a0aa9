/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A loaded track on the control side. Main thread. */

#include "track.h"

/* Each reads ahead as far as a track does: short ones are many. */
#define TRACK_PARTS_MAX 3
#define TRACK_BITS 8.0
/* What a server says of sizes and times may make any number of them, and more than fits. */
#define TRACK_MOST ((double)(INT64_MAX / 2))

EngineTrack *
engine_track_new(AvuJitterGroup *group, const AvuTrack *track, int64_t target_ns, bool next,
	void *user_data, GError **error)
{
	const AvuJitterSource source = {
		.uri = track->uri,
		.mime = track->mime,
		.duration_ns = track->duration_ns,
		.rate_bps = track->rate_bps,
		.target_ns = target_ns,
		.prefetch = next,
	};
	AvuJitterBuffer *buffer = avu_jitter_buffer_new(group, &source, user_data, error);

	if (buffer == NULL) {
		return NULL;
	}
	EngineTrack *self = g_new0(EngineTrack, 1);

	self->token = track->token;
	self->broke_ns = AVU_TIME_NONE;
	self->speed = AVU_PLAY_SPEED_NORMAL;
	self->uri = g_strdup(track->uri);
	self->mime = g_strdup(track->mime);
	self->buffer = buffer;
	self->duration_ns = track->duration_ns;
	self->rate_bps = track->rate_bps;
	self->show_ns = track->show_ns;
	self->has_track_gain = track->has_track_gain;
	self->has_album_gain = track->has_album_gain;
	self->track_gain_db = track->track_gain_db;
	self->album_gain_db = track->album_gain_db;
	self->title = g_strdup(track->title);
	self->artist = g_strdup(track->artist);
	self->album = g_strdup(track->album);
	return self;
}

/* Its numbers begin at 0 again, but for those that go along from part to part. */
static void
track_keep_numbers(EngineTrack *track, bool parts)
{
	const AvuJitterNumbers numbers = avu_jitter_buffer_get_numbers(track->buffer);

	track->past.underruns += numbers.underruns;
	track->past.reconnects += numbers.reconnects;
	track->past.steps_down += parts ? 0 : numbers.steps_down;
	track->past.steps_up += parts ? 0 : numbers.steps_up;
}

/* Of the whole if that is known, else as it is read. */
static uint64_t
track_measure_rate_bps(const EngineTrack *track)
{
	const int64_t size_bytes = avu_jitter_buffer_get_size_bytes(track->buffer);

	return size_bytes > 0 && track->duration_ns > 0
		       ? (uint64_t)MIN((double)size_bytes * TRACK_BITS * AVU_NS_PER_S /
					       (double)track->duration_ns,
				 TRACK_MOST)
		       : avu_jitter_buffer_get_numbers(track->buffer).rate_bps;
}

static int64_t
track_time_of(const EngineTrack *track, uint64_t octet)
{
	const double place = (double)octet - (double)track->origin_byte;
	const double time_ns = (double)track->origin_ns +
			       place * TRACK_BITS * AVU_NS_PER_S / (double)track->rate_bps;

	return (int64_t)CLAMP(time_ns, 0, TRACK_MOST);
}

/* @return not within the bounds of anything */
static double
track_place_of(const EngineTrack *track, int64_t position_ns)
{
	return (double)track->origin_byte + (double)(position_ns - track->origin_ns) *
						    (double)track->rate_bps / TRACK_BITS /
						    AVU_NS_PER_S;
}

/* What time an octet is, of which that is known: the first one, if it stays. */
static void
track_take_origin(EngineTrack *track, const AvuJitterOctets *octets)
{
	track->origin_byte = octets->moves ? octets->begin_byte : 0;
	track->origin_ns = octets->moves ? avu_jitter_buffer_get_start_ns(track->buffer) : 0;
}

bool
engine_track_get_reach(EngineTrack *track, AvuEngineReach *ret_reach)
{
	AvuEngineReach *reach = &track->reach;
	AvuJitterOctets octets;

	if (avu_jitter_buffer_get_octets(track->buffer, &octets)) {
		const uint64_t rate_bps = track_measure_rate_bps(track);

		track_take_origin(track, &octets);
		track->rate_bps = rate_bps > 0 ? rate_bps : track->rate_bps;
		reach->first_byte = octets.first_byte;
		reach->last_byte = octets.last_byte;
		reach->from_ns = reach->to_ns = AVU_TIME_NONE;
		if (track->rate_bps > 0) {
			/* what was on the air before time began has none */
			reach->first_byte =
				(uint64_t)MAX((double)reach->first_byte, track_place_of(track, 0));
			reach->from_ns = track_time_of(track, reach->first_byte);
			reach->to_ns = track_time_of(track, reach->last_byte);
		}
	}
	*ret_reach = *reach;
	return reach->last_byte > 0;
}

bool
engine_track_seeks_octets(EngineTrack *track)
{
	AvuEngineReach reach;

	if (track->seekable || (avu_jitter_buffer_is_open(track->buffer) &&
				       (avu_jitter_buffer_can_seek_octets(track->buffer) ||
					       avu_jitter_buffer_can_seek_time(track->buffer)))) {
		return false;
	}
	return engine_track_get_reach(track, &reach);
}

/* @return 0: its beginning, or it is not known how many octets a second has */
static uint64_t
track_find_octet(const EngineTrack *track, int64_t position_ns)
{
	return (uint64_t)CLAMP(track_place_of(track, position_ns), (double)track->reach.first_byte,
		(double)track->reach.last_byte);
}

bool
engine_track_reopen(EngineTrack *track, AvuJitterGroup *group, int64_t target_ns, int64_t start_ns,
	AvuPlaySpeed speed, void *user_data, GError **error)
{
	const bool by_octet = engine_track_seeks_octets(track);
	const uint64_t start_byte = by_octet ? track_find_octet(track, start_ns) : 0;

	if (by_octet && start_byte == 0) {
		start_ns = 0;
	} else if (by_octet && track->reach.to_ns != AVU_TIME_NONE) {
		start_ns = CLAMP(start_ns, track->reach.from_ns, track->reach.to_ns);
	}
	const AvuJitterSource source = {
		.uri = track->uri,
		.mime = track->mime,
		.start_ns = start_ns,
		.start_byte = start_byte,
		.speed = speed,
		.duration_ns = AVU_TIME_NONE,
		.target_ns = target_ns,
		.again = true,
	};
	AvuJitterBuffer *buffer = avu_jitter_buffer_new(group, &source, user_data, error);

	if (buffer == NULL) {
		return false;
	}
	track_keep_numbers(track, /* parts = */ false);
	avu_jitter_buffer_free(track->buffer);
	g_clear_pointer(&track->side, avu_jitter_buffer_free);
	g_clear_pointer(&track->part, engine_track_free);
	track->buffer = buffer;
	track->speed = speed;
	g_clear_pointer(&track->trouble, g_free);
	track->sent = track->held = track->starved = track->side_starved = false;
	track->left = track->unplayable = false;
	track->start_ns = 0;
	track->base_ns = start_ns;
	return true;
}

bool
engine_track_open_side(EngineTrack *track, AvuJitterGroup *group, int64_t target_ns,
	void *user_data, GError **error)
{
	const AvuJitterSource source = {
		.uri = track->uri,
		.start_ns = track->base_ns,
		.duration_ns = AVU_TIME_NONE,
		.target_ns = target_ns,
		.again = true,
		.side = true,
		.live_ns = avu_jitter_buffer_get_live_ns(track->buffer),
	};

	avu_jitter_buffer_free(track->side);
	track->side = avu_jitter_buffer_new(group, &source, user_data, error);
	return track->side != NULL;
}

static EngineTrack *
track_new_part(const EngineTrack *track)
{
	EngineTrack *part = g_new0(EngineTrack, 1);

	part->part_of = true;
	part->token = track->token;
	part->uri = g_strdup(track->uri);
	part->broke_ns = AVU_TIME_NONE;
	part->speed = AVU_PLAY_SPEED_NORMAL;
	part->duration_ns = track->duration_ns;
	part->has_track_gain = track->has_track_gain;
	part->has_album_gain = track->has_album_gain;
	part->track_gain_db = track->track_gain_db;
	part->album_gain_db = track->album_gain_db;
	return part;
}

/* Pictures, and sound that is apart, come to the end of a part each in its own time. */
static bool
track_is_parted(EngineTrack *track)
{
	return avu_jitter_buffer_has_onward(track->buffer) &&
	       (track->side == NULL || avu_jitter_buffer_has_onward(track->side));
}

bool
engine_track_open_parts(EngineTrack *track, AvuJitterGroup *group, void *user_data, GError **error)
{
	unsigned n = 0;

	for (; track->part != NULL; track = track->part) {
		n++;
	}
	if (n >= TRACK_PARTS_MAX || !track_is_parted(track)) {
		return true;
	}
	g_autoptr(EngineTrack) part = track_new_part(track);

	part->buffer = avu_jitter_buffer_new_onward(group, track->buffer, user_data, error);
	if (part->buffer != NULL && track->side != NULL) {
		part->side = avu_jitter_buffer_new_onward(group, track->side, user_data, error);
	}
	if (part->buffer == NULL || (track->side != NULL && part->side == NULL)) {
		return false;
	}
	track->part = g_steal_pointer(&part);
	return true;
}

bool
engine_track_is_last_part(const EngineTrack *track)
{
	return track->part == NULL && !avu_jitter_buffer_has_onward(track->buffer) &&
	       !avu_jitter_buffer_may_part(track->buffer);
}

EngineTrack *
engine_track_find_part(EngineTrack *track, const AvuJitterBuffer *buffer)
{
	while (track != NULL && track->buffer != buffer && track->side != buffer) {
		track = track->part;
	}
	return track;
}

EngineTrack *
engine_track_take_part(EngineTrack *track)
{
	EngineTrack *part = g_steal_pointer(&track->part);

	part->title = g_steal_pointer(&track->title);
	part->artist = g_steal_pointer(&track->artist);
	part->album = g_steal_pointer(&track->album);
	part->cover = g_steal_pointer(&track->cover);
	part->subtitles = g_steal_pointer(&track->subtitles);
	part->played = part->played || track->played;
	part->n_left = track->n_left + track->left;
	part->deaths = track->deaths;
	part->died_ns = track->died_ns;
	track_keep_numbers(track, /* parts = */ true);
	part->past = track->past;
	engine_track_free(track);
	return part;
}

bool
engine_track_leave(EngineTrack *track)
{
	if (engine_track_is_last_part(track)) {
		return false;
	}
	track->left = true;
	track->sent = false;
	avu_jitter_buffer_leave(track->buffer);
	if (track->side != NULL) {
		avu_jitter_buffer_leave(track->side);
	}
	return true;
}

bool
engine_track_is_open(const EngineTrack *track)
{
	return avu_jitter_buffer_is_open(track->buffer) &&
	       (track->side == NULL || avu_jitter_buffer_is_open(track->side));
}

void
engine_track_set_playing(EngineTrack *track, bool playing)
{
	avu_jitter_buffer_set_playing(track->buffer, playing);
	if (track->side != NULL) {
		avu_jitter_buffer_set_playing(track->side, playing);
	}
}

void
engine_track_promote(EngineTrack *track)
{
	avu_jitter_buffer_promote(track->buffer);
	if (track->side != NULL) {
		avu_jitter_buffer_promote(track->side);
	}
}

void
engine_track_free(EngineTrack *track)
{
	if (track != NULL) {
		engine_track_free(track->part);
		avu_jitter_buffer_free(track->buffer);
		avu_jitter_buffer_free(track->side);
		attachment_free(track->subtitles);
		attachment_free(track->cover);
		g_free(track->title);
		g_free(track->artist);
		g_free(track->album);
		g_free(track->uri);
		g_free(track->mime);
		g_free(track->trouble);
		g_free(track);
	}
}
