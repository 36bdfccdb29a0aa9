/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Seek: from a unit and a target to a track and a time in it.
 *
 * The engine knows times alone. Counters count milliseconds. Octets are in proportion to the time: what
 * is read of a file is not in step with what is heard of it. Frames go by the rate in the metadata.
 * Main context's thread. @clause AVTransport:1 2.4.13, spec/upnp-av-avtransport.md 4 */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/duration.h>

#include "transport-private.h"

#define SHORT_HOURS_MAX 99
#define SHORT_TIME_MAX 7          /* "00:0:00"; of eight, all have their digits */
#define COUNT_MAX (INT32_MAX - 1) /* INT32_MAX: not implemented */

/* Another track, or the same from its beginning. */
static void
jump(AvuTransport *self, unsigned number, int64_t within_ns)
{
	(void)transport_media_go(self->media, number);
	self->start_ns = within_ns;
	self->speed = AVU_PLAY_SPEED_NORMAL;
	self->failures = 0;
	transport_set_trouble(self, NULL);
	transport_load(self);
}

static bool
check_seekable(const AvuTransport *self, GError **error)
{
	return transport_is_seekable(self) ||
	       transport_refuse(error, TRANSPORT_NO_TRANSITION, "this content has no positions");
}

/* @return only a part of it can be sought now: that one */
static bool
get_reach(const AvuTransport *self, AvuEngineReach *ret_reach)
{
	const AvuEngine *engine = self->config.engine;

	return self->loaded && engine->get_reach != NULL &&
	       engine->get_reach(self->config.engine_self, ret_reach);
}

static bool
seek_in_track(AvuTransport *self, int64_t position_ns, GError **error)
{
	const int64_t duration_ns = transport_get_track(self)->duration_ns;
	AvuEngineReach reach;

	if (duration_ns != AVU_TIME_NONE && position_ns > duration_ns) {
		return transport_refuse(
			error, TRANSPORT_NO_SEEK_TARGET, "the target lies behind the end");
	}
	if (!check_seekable(self, error)) {
		return false;
	}
	if (get_reach(self, &reach) && reach.to_ns != AVU_TIME_NONE &&
		(position_ns < reach.from_ns || position_ns > reach.to_ns)) {
		return transport_refuse(error, TRANSPORT_NO_SEEK_TARGET,
			"the target lies outside of what the server has now");
	}
	transport_seek_to(self, position_ns);
	return true;
}

static bool
seek_in_media(AvuTransport *self, int64_t position_ns, GError **error)
{
	unsigned number;
	int64_t within_ns;

	if (transport_media_get_n(self->media) == 1) {
		return seek_in_track(self, position_ns, error);
	}
	if (!transport_media_find_time(self->media, position_ns, &number, &within_ns)) {
		return transport_refuse(error, TRANSPORT_NO_SEEK_TARGET,
			"the target lies behind the end, or behind a track of unknown length");
	}
	if (number == transport_media_get_number(self->media)) {
		return seek_in_track(self, within_ns, error);
	}
	jump(self, number, within_ns);
	return true;
}

/* ---- units */

/* Minutes and seconds of one digit: "0:3:7", from Home Assistant (async_upnp_client). */
static bool
parse_short_time(const char *target, int64_t *ret_ns)
{
	AvuCursor in = avu_cursor_string(target);
	uint64_t hours, minutes, seconds;

	if (!avu_cursor_take_uint(&in, SHORT_HOURS_MAX, &hours) ||
		!avu_cursor_take_char(&in, ':') || !avu_cursor_take_uint(&in, 59, &minutes) ||
		!avu_cursor_take_char(&in, ':') || !avu_cursor_take_uint(&in, 59, &seconds) ||
		!avu_cursor_at_end(&in) || strlen(target) > SHORT_TIME_MAX) {
		return false;
	}
	*ret_ns = (int64_t)((hours * 60 + minutes) * 60 + seconds) * AVU_NS_PER_S;
	return true;
}

static bool
parse_time(const char *target, int64_t *ret_ns, GError **error)
{
	return avu_duration_parse(target, /* allow_negative = */ false, ret_ns) ||
	       parse_short_time(target, ret_ns) ||
	       transport_refuse(error, TRANSPORT_NO_SEEK_TARGET, "the target is not H:MM:SS");
}

static bool
seek_rel_time(AvuTransport *self, const char *target, GError **error)
{
	int64_t position_ns;

	return parse_time(target, &position_ns, error) && seek_in_track(self, position_ns, error);
}

static bool
seek_abs_time(AvuTransport *self, const char *target, GError **error)
{
	int64_t position_ns;

	return parse_time(target, &position_ns, error) && seek_in_media(self, position_ns, error);
}

static bool
parse_number(const char *target, uint64_t max, uint64_t *ret_number, GError **error)
{
	return avu_parse_uint(target, max, ret_number) ||
	       transport_refuse(error, TRANSPORT_NO_SEEK_TARGET, "the target is no such number");
}

static bool
seek_rel_count(AvuTransport *self, const char *target, GError **error)
{
	uint64_t count;

	return parse_number(target, COUNT_MAX, &count, error) &&
	       seek_in_track(self, (int64_t)count * AVU_NS_PER_MS, error);
}

static bool
seek_abs_count(AvuTransport *self, const char *target, GError **error)
{
	uint64_t count;

	return parse_number(target, COUNT_MAX, &count, error) &&
	       seek_in_media(self, (int64_t)count * AVU_NS_PER_MS, error);
}

/* When this frame is shown, rounded up, so that it is not the one before. */
static bool
parse_frame(const AvuTransport *self, const char *target, int64_t *ret_ns, GError **error)
{
	const TransportTrack *track = transport_get_track(self);
	uint64_t frame;

	if (track->frames <= 0) {
		return transport_refuse(
			error, TRANSPORT_NO_SEEK_MODE, "the frame rate of this is not known");
	}
	if (!parse_number(target, COUNT_MAX, &frame, error)) {
		return false;
	}
	const int64_t whole_s = (int64_t)frame / track->frames;
	const int64_t rest = (int64_t)frame % track->frames;

	*ret_ns = whole_s * track->per_s * AVU_NS_PER_S +
		  (rest * track->per_s * AVU_NS_PER_S + track->frames - 1) / track->frames;
	return true;
}

static bool
seek_rel_frame(AvuTransport *self, const char *target, GError **error)
{
	int64_t position_ns = 0;

	return parse_frame(self, target, &position_ns, error) &&
	       seek_in_track(self, position_ns, error);
}

static bool
seek_frame(AvuTransport *self, const char *target, GError **error)
{
	int64_t position_ns = 0;

	return parse_frame(self, target, &position_ns, error) &&
	       seek_in_media(self, position_ns, error);
}

/* @param reach  with times: in proportion to its octets */
static bool
seek_byte_within(
	AvuTransport *self, const AvuEngineReach *reach, const char *target, GError **error)
{
	uint64_t octet;

	if (!parse_number(target, reach->last_byte, &octet, error)) {
		return false;
	}
	if (octet < reach->first_byte) {
		return transport_refuse(error, TRANSPORT_NO_SEEK_TARGET,
			"the target lies outside of what the server has now");
	}
	const double part = (double)(octet - reach->first_byte) /
			    (double)MAX(reach->last_byte - reach->first_byte, 1);

	return seek_in_track(self,
		reach->from_ns + (int64_t)(part * (double)(reach->to_ns - reach->from_ns)), error);
}

static bool
seek_byte(AvuTransport *self, const char *target, GError **error)
{
	AvuEngineReach reach;

	if (get_reach(self, &reach) && reach.to_ns != AVU_TIME_NONE) {
		return seek_byte_within(self, &reach, target, error);
	}
	const int64_t size_bytes = transport_get_size_bytes(self);
	const int64_t duration_ns = transport_get_track(self)->duration_ns;
	uint64_t octet;

	if (size_bytes <= 0 || duration_ns == AVU_TIME_NONE) {
		return transport_refuse(error, TRANSPORT_NO_SEEK_MODE,
			"the size or the duration of this is not known");
	}
	return parse_number(target, (uint64_t)size_bytes, &octet, error) &&
	       seek_in_track(self,
		       (int64_t)((double)octet / (double)size_bytes * (double)duration_ns), error);
}

/* 0 is the end of the media. */
static bool
seek_end(AvuTransport *self, GError **error)
{
	const unsigned n = transport_media_get_n(self->media);
	const TransportTrack *last = self->media->tracks->pdata[n - 1];

	if (last->duration_ns == AVU_TIME_NONE || !last->seekable) {
		return transport_refuse(error, TRANSPORT_NO_SEEK_TARGET, "the end is not known");
	}
	if (last == transport_get_track(self)) {
		transport_seek_to(self, last->duration_ns);
	} else {
		jump(self, n, last->duration_ns);
	}
	return true;
}

static bool
seek_track(AvuTransport *self, const char *target, GError **error)
{
	uint64_t number;

	if (!parse_number(target, transport_media_get_n(self->media), &number, error)) {
		return false;
	}
	if (number == 0) {
		return seek_end(self, error);
	}
	/* every content can be begun again, though not all can be sought in */
	if (number == transport_media_get_number(self->media) && transport_is_seekable(self)) {
		transport_seek_to(self, 0);
	} else {
		jump(self, (unsigned)number, 0);
	}
	return true;
}

static const struct {
	const char *unit;
	unsigned since; /* version of the service */
	bool (*apply)(AvuTransport *self, const char *target, GError **error);
} units[] = {
	{ "TRACK_NR", 1, seek_track },
	{ "REL_TIME", 1, seek_rel_time },
	{ "ABS_TIME", 1, seek_abs_time },
	{ "REL_COUNT", 1, seek_rel_count },
	{ "ABS_COUNT", 1, seek_abs_count },
	{ "FRAME", 1, seek_frame },
	{ "REL_FRAME", 2, seek_rel_frame },
	{ "X_DLNA_REL_BYTE", 1, seek_byte },
};

void
transport_seek_units(unsigned version, const char *ret_units[TRANSPORT_SEEK_UNITS_MAX])
{
	size_t n = 0;

	G_STATIC_ASSERT(G_N_ELEMENTS(units) < TRANSPORT_SEEK_UNITS_MAX);
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		if (units[i].since <= version) {
			ret_units[n++] = units[i].unit;
		}
	}
	ret_units[n] = NULL;
}

bool
transport_seek(AvuTransport *self, const char *unit, const char *target, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		if (strcmp(units[i].unit, unit) != 0 || units[i].since > self->config.version) {
			continue;
		}
		if (transport_get_track(self) == NULL) {
			return transport_refuse(
				error, TRANSPORT_NO_TRANSITION, "the list is still being read");
		}
		return units[i].apply(self, target, error);
	}
	return transport_refuse(error, TRANSPORT_NO_SEEK_MODE, "there is no such unit here");
}

bool
transport_step(AvuTransport *self, int by, GError **error)
{
	if (!transport_can_step(self, by)) {
		return transport_refuse(error, TRANSPORT_NO_SEEK_TARGET,
			by > 0 ? "there is no next track" : "there is no track before this one");
	}
	if (!transport_media_step(self->media, by, self->rand)) {
		(void)transport_advance_media(self);
	}
	self->start_ns = 0;
	self->speed = AVU_PLAY_SPEED_NORMAL;
	self->failures = 0;
	transport_set_trouble(self, NULL);
	transport_load(self);
	return true;
}

/* ---- positions in other units */

int32_t
transport_count(int64_t position_ns)
{
	return (int32_t)MIN(position_ns / AVU_NS_PER_MS, COUNT_MAX);
}

int64_t
transport_get_size_bytes(const AvuTransport *self)
{
	const AvuEngine *engine = self->config.engine;
	const TransportTrack *track = transport_get_track(self);
	int64_t size_bytes = -1;

	if (self->loaded && engine->get_size_bytes != NULL) {
		size_bytes = engine->get_size_bytes(self->config.engine_self);
	}
	return size_bytes < 0 && track != NULL ? track->size_bytes : size_bytes;
}

int64_t
transport_get_position_bytes(const AvuTransport *self)
{
	const TransportTrack *track = transport_get_track(self);
	const int64_t size_bytes = transport_get_size_bytes(self);

	if (size_bytes < 0 || track->duration_ns == AVU_TIME_NONE || track->duration_ns <= 0) {
		return -1;
	}
	const double part = (double)transport_get_position_ns(self) / (double)track->duration_ns;

	return (int64_t)(MIN(part, 1.0) * (double)size_bytes + 0.5);
}
