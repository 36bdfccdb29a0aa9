/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The identity of a resource over several connections. Pure: every value comes from a server and is
 * compared, never trusted; none of them is longer than the limit of heads. */

#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/http-date.h>
#include <av-upnp/text.h>
#include <av-upnp/time-seek.h>

#include "remote-source.h"

#define REMOTE_SOURCE_SHOWN 80
#define REMOTE_SOURCE_ICY_INTERVAL_MAX (1024 * 1024)
#define REMOTE_SOURCE_ICY_KBPS_MAX 100000
#define REMOTE_SOURCE_RETRY_AFTER_MAX_S 3600

void
remote_source_clear(RemoteSource *source)
{
	g_free(source->mime);
	g_free(source->etag);
	g_free(source->validator);
	g_free(source->station);
	g_free(source->speeds);
	*source = (RemoteSource){ .total_bytes = -1, .whole_bytes = -1 };
}

static const char *
remote_source_field(const AvuStreamHead *head, const char *name)
{
	return g_hash_table_lookup((GHashTable *)head->headers, name);
}

static uint64_t
remote_source_number(const AvuStreamHead *head, const char *name, uint64_t max)
{
	const char *text = remote_source_field(head, name);
	uint64_t value = 0;

	return text != NULL && avu_parse_uint(text, max, &value) ? value : 0;
}

/* A tag that is not weak; else a date, when it is surely older than the answer (RFC 9110, 8.8.2.2:
 * within the same second a resource could have changed twice). */
static char *
remote_source_dup_validator(const AvuStreamHead *head)
{
	const char *etag = remote_source_field(head, "etag");
	const char *modified = remote_source_field(head, "last-modified");
	const char *date = remote_source_field(head, "date");
	int64_t modified_s = modified != NULL ? avu_http_date_parse(modified) : AVU_TIME_NONE;
	int64_t date_s = date != NULL ? avu_http_date_parse(date) : AVU_TIME_NONE;

	if (etag != NULL && etag[0] == '"') {
		return g_strdup(etag);
	}
	return modified_s != AVU_TIME_NONE && modified_s < date_s ? g_strdup(modified) : NULL;
}

/* The value of a parameter of contentFeatures.dlna.org, or NULL. */
static const char *
remote_source_feature(const AvuStreamHead *head, const char *name)
{
	const char *features = remote_source_field(head, "contentfeatures.dlna.org");
	const char *at = features != NULL ? strstr(features, name) : NULL;

	return at != NULL ? at + strlen(name) : NULL;
}

/* A time was asked for: the answer has to say which one it begins with. */
static bool
remote_source_take_start(
	const AvuStreamHead *head, int64_t asked_ns, AvuTimeSeekAnswer *ret_answer, GError **error)
{
	const char *text = remote_source_field(head, "timeseekrange.dlna.org");

	if (asked_ns == 0) {
		*ret_answer = (AvuTimeSeekAnswer){ .from_ns = 0 };
		return true;
	}
	if (text == NULL || !avu_time_seek_parse_answer(text, ret_answer)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"the server does not begin at the time that was asked for");
		return false;
	}
	return true;
}

/* What was sent for a time is the rest of a resource, which can be asked for in octets as well. */
static bool
remote_source_is_rest(
	const AvuStreamHead *head, const AvuTimeSeekAnswer *answer, const AvuMediaAnswer *said)
{
	return said->by_bytes && answer->has_bytes && answer->size_bytes <= INT64_MAX &&
	       answer->last_byte + 1 == answer->size_bytes && head->total_bytes >= 0 &&
	       (uint64_t)head->total_bytes == answer->size_bytes - answer->first_byte;
}

size_t
remote_source_get_icy_interval(const AvuStreamHead *head)
{
	return (size_t)remote_source_number(head, "icy-metaint", REMOTE_SOURCE_ICY_INTERVAL_MAX);
}

static bool
remote_source_is_radio(const AvuStreamHead *head)
{
	static const char *const names[] = { "icy-metaint", "icy-name", "icy-br" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (remote_source_field(head, names[i]) != NULL) {
			return true;
		}
	}
	return false;
}

/* It is still made, and its server can begin at any octet that there is. Its end moves, its beginning does
 * not; what loses its beginning is on the air. */
static bool
remote_source_grows(const AvuStreamHead *head, const AvuTimeSeekAnswer *answer,
	const AvuMediaAnswer *said, bool timed)
{
	if (!said->end_moves || said->start_moves || remote_source_is_radio(head)) {
		return false;
	}
	return timed ? said->by_bytes && answer->has_bytes && answer->size_bytes == UINT64_MAX
		     : head->total_bytes < 0 && (head->ranges || said->by_bytes);
}

/* It loses its beginning, and its server can begin at any octet that is left. */
static bool
remote_source_shifts(const RemoteSource *source, const AvuStreamHead *head)
{
	const AvuMediaAnswer *said = &source->said;

	return source->live && head->status == 206 && said->limited && said->by_bytes &&
	       said->has_available && said->available.has_bytes && !said->available.start_fixed;
}

/* Places of an answer that begins at a time are none of the resource, unless it says which they are. If not,
 * the same answer can be had again as long as the resource is the same. */
static void
remote_source_take_places(RemoteSource *source, const AvuStreamHead *head,
	const AvuTimeSeekAnswer *answer, bool timed)
{
	source->growing = remote_source_grows(head, answer, &source->said, timed);
	if (source->growing) {
		source->base_bytes = timed ? answer->first_byte : 0;
		source->total_bytes = -1;
	} else if (timed && remote_source_is_rest(head, answer, &source->said)) {
		source->base_bytes = answer->first_byte;
		source->whole_bytes = (int64_t)answer->size_bytes;
		source->ranges = true;
		source->validator = remote_source_dup_validator(head);
	} else if (timed) {
		source->validator = remote_source_dup_validator(head);
		source->repeats = source->validator != NULL && source->total_bytes >= 0;
	} else {
		source->whole_bytes = source->total_bytes;
		source->ranges = head->ranges && source->total_bytes >= 0;
		source->validator = remote_source_dup_validator(head);
	}
}

/* A body that is no media but a coding of it. */
static bool
remote_source_is_coded(const AvuStreamHead *head, GError **error)
{
	const char *coding = remote_source_field(head, "content-encoding");

	if (coding == NULL || coding[0] == '\0' || g_ascii_strcasecmp(coding, "identity") == 0) {
		return false;
	}
	g_autofree char *shown = avu_text_for_display(coding, REMOTE_SOURCE_SHOWN);

	g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
		"the server sends it in the coding '%s', which nobody asked for", shown);
	return true;
}

static void
remote_source_set_status_error(const AvuStreamHead *head, GError **error)
{
	bool missing = head->status == 404 || head->status == 410;

	g_set_error(error, AVU_ERROR, missing ? AVU_ERROR_NOT_FOUND : AVU_ERROR_FAILED,
		"the server answered %u", head->status);
}

bool
remote_source_is_answer(const AvuStreamHead *head)
{
	return head->status == 200 || head->status == 206;
}

bool
remote_source_is_at_speed(const AvuStreamHead *head, AvuPlaySpeed speed)
{
	const char *text = remote_source_field(head, "playspeed.dlna.org");
	AvuPlaySpeed told;

	return avu_play_speed_is_normal(speed) ||
	       (text != NULL && avu_play_speed_parse_header(text, &told) &&
		       told.numerator == speed.numerator && told.denominator == speed.denominator);
}

RemoteSourceVerdict
remote_source_open(RemoteSource *source, const AvuStreamHead *head, uint64_t offset,
	int64_t start_ns, GError **error)
{
	const AvuMediaRequest asked = { .from_ns = start_ns };
	AvuTimeSeekAnswer start;

	if (!remote_source_is_answer(head)) {
		remote_source_set_status_error(head, error);
		return REMOTE_SOURCE_NEVER;
	}
	if (head->offset != offset) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_FAILED,
			"the server began at octet %" G_GUINT64_FORMAT
			" instead of %" G_GUINT64_FORMAT,
			head->offset, offset);
		return REMOTE_SOURCE_NEVER;
	}
	if (remote_source_is_coded(head, error) ||
		!remote_source_take_start(head, start_ns, &start, error)) {
		return REMOTE_SOURCE_NEVER;
	}
	remote_source_clear(source);
	source->start_ns = start.from_ns;
	avu_media_answer_read(
		&asked, head->status, head->headers, /* res_features = */ NULL, &source->said);
	/* Titles in between: places of the media are none of the resource. */
	source->total_bytes = remote_source_get_icy_interval(head) > 0 ? -1 : head->total_bytes;
	remote_source_take_places(source, head, &start, start_ns > 0);
	if (offset > 0) {
		source->base_bytes = offset;
		source->total_bytes -= source->total_bytes >= 0 ? (int64_t)offset : 0;
	}
	source->live = source->total_bytes < 0 &&
		       (remote_source_is_radio(head) || source->said.start_moves);
	source->shifts = remote_source_shifts(source, head);
	if (start_ns == 0 && source->said.limited && source->said.has_available &&
		source->said.available.has_time) {
		/* what is not sought begins at the fixed start, or with what is on the air */
		source->start_ns = source->said.available.start_fixed
					   ? source->said.available.from_ns
					   : source->said.available.to_ns;
	}
	source->mime = g_strdup(head->mime);
	source->etag = g_strdup(remote_source_field(head, "etag"));
	const char *speeds = remote_source_feature(head, "DLNA.ORG_PS=");

	source->speeds = speeds != NULL ? g_strndup(speeds, strcspn(speeds, "; ")) : NULL;
	source->station = g_strdup(remote_source_field(head, "icy-name"));
	source->rate_bps = remote_source_number(head, "icy-br", REMOTE_SOURCE_ICY_KBPS_MAX) * 1000;
	return REMOTE_SOURCE_TAKE;
}

/* ---- later answers */

static RemoteSourceJudgement
remote_source_say(RemoteSourceVerdict verdict)
{
	return (RemoteSourceJudgement){ .verdict = verdict, .asked_ns = AVU_TIME_NONE };
}

static bool
remote_source_differs(const char *what, const char *was, const char *now, GError **error)
{
	if (was == NULL || now == NULL || strcmp(was, now) == 0) {
		return false;
	}
	g_autofree char *shown_was = avu_text_for_display(was, REMOTE_SOURCE_SHOWN);
	g_autofree char *shown_now = avu_text_for_display(now, REMOTE_SOURCE_SHOWN);

	g_set_error(error, AVU_ERROR, AVU_ERROR_GONE,
		"the resource changed while it was read: its %s was %s and is %s", what, shown_was,
		shown_now);
	return true;
}

/* @param was_bytes, now_bytes  -1: not known */
static bool
remote_source_has_other_length(
	const RemoteSource *source, int64_t was_bytes, int64_t now_bytes, GError **error)
{
	if (was_bytes == now_bytes || now_bytes < 0 || source->growing) {
		return false;
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_GONE,
		"the resource changed while it was read: its length was %" G_GINT64_FORMAT
		" and is %" G_GINT64_FORMAT,
		was_bytes, now_bytes);
	return true;
}

static bool
remote_source_changed(const RemoteSource *source, const AvuStreamHead *head, GError **error)
{
	const int64_t was_bytes = source->repeats ? source->total_bytes : source->whole_bytes;

	if (remote_source_has_other_length(source, was_bytes, head->total_bytes, error)) {
		return true;
	}
	if (source->growing) {
		return false; /* its tag and date are others at each look */
	}
	if (source->etag != NULL || source->validator == NULL) {
		/* A date that is always now, as some servers send, says nothing. */
		return remote_source_differs(
			"entity tag", source->etag, remote_source_field(head, "etag"), error);
	}
	return remote_source_differs(
		"date", source->validator, remote_source_field(head, "last-modified"), error);
}

/* Does it say which one it is? */
static bool
remote_source_is_named(const AvuStreamHead *head)
{
	return remote_source_field(head, "etag") != NULL ||
	       remote_source_field(head, "last-modified") != NULL;
}

/* The same answer once more, not only the same resource: what was read of it is dropped. */
static RemoteSourceJudgement
remote_source_continue_repeated(
	const RemoteSource *source, const AvuStreamHead *head, uint64_t offset, GError **error)
{
	const char *text = remote_source_field(head, "timeseekrange.dlna.org");
	AvuTimeSeekAnswer answer;

	if (remote_source_is_named(head) && head->offset == 0 &&
		head->total_bytes == source->total_bytes && text != NULL &&
		avu_time_seek_parse_answer(text, &answer) && answer.from_ns == source->start_ns) {
		return remote_source_say(offset > 0 ? REMOTE_SOURCE_SKIP : REMOTE_SOURCE_TAKE);
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_GONE,
		"the connection broke at octet %" G_GUINT64_FORMAT
		" behind a time, and the server does not begin there as it did",
		offset);
	return remote_source_say(REMOTE_SOURCE_NEVER);
}

static RemoteSourceJudgement
remote_source_continue_whole(
	const RemoteSource *source, const AvuStreamHead *head, uint64_t offset, GError **error)
{
	if (source->base_bytes + offset == 0) {
		return remote_source_say(REMOTE_SOURCE_TAKE);
	}
	/* Only what is surely the same from its beginning can be joined in its middle. */
	if (source->validator != NULL && source->total_bytes >= 0 && remote_source_is_named(head)) {
		return remote_source_say(REMOTE_SOURCE_SKIP);
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_GONE,
		"the connection broke at octet %" G_GUINT64_FORMAT
		", and the server starts at the beginning only",
		offset);
	return remote_source_say(REMOTE_SOURCE_NEVER);
}

/* Of a 416: how much there is. @return -1: it does not say */
static int64_t
remote_source_get_extent(const AvuStreamHead *head)
{
	const char *text = remote_source_field(head, "content-range");
	AvuCursor in = avu_cursor_string(text != NULL ? text : "");
	uint64_t bytes;

	return avu_cursor_take(&in, "bytes */") && avu_cursor_take_uint(&in, INT64_MAX, &bytes) &&
			       avu_cursor_at_end(&in)
		       ? (int64_t)bytes
		       : -1;
}

/* It says of itself that it is not made any more. */
static bool
remote_source_is_made(const AvuStreamHead *head)
{
	const AvuMediaRequest any = { .from_ns = 0 };
	AvuMediaAnswer said;

	if (remote_source_field(head, "contentfeatures.dlna.org") == NULL) {
		return false;
	}
	avu_media_answer_read(&any, head->status, head->headers, /* res_features = */ NULL, &said);
	return !said.end_moves;
}

/* Nothing is there (yet) behind what was read of a recording. @return not of one that was longer */
static bool
remote_source_may_grow(const RemoteSource *source, const AvuStreamHead *head, uint64_t place)
{
	const int64_t extent_bytes = remote_source_get_extent(head);

	return source->growing && (extent_bytes < 0 || (uint64_t)extent_bytes >= place);
}

/* Of what moves on: is the next octet still to come, and not one that is gone, or of another stream?
 * @return false: it is not known to be */
static bool
remote_source_is_ahead(const AvuStreamHead *head, uint64_t place)
{
	const AvuMediaRequest any = { .from_ns = 0 };
	AvuMediaAnswer said;

	avu_media_answer_read(&any, head->status, head->headers, /* res_features = */ NULL, &said);
	return said.has_available && said.available.has_bytes &&
	       place == said.available.last_byte + 1;
}

static RemoteSourceJudgement
remote_source_continue_shifted(
	const RemoteSource *source, const AvuStreamHead *head, uint64_t offset, GError **error)
{
	const uint64_t place = source->base_bytes + offset;
	RemoteSourceJudgement judgement = remote_source_say(REMOTE_SOURCE_PLAIN);

	if (head->status == 206 && head->offset == place &&
		!remote_source_differs("entity tag", source->etag,
			remote_source_field(head, "etag"), /* error = */ NULL)) {
		return remote_source_say(REMOTE_SOURCE_TAKE);
	}
	if (head->status == 200) {
		return remote_source_say(REMOTE_SOURCE_MISSED);
	}
	if (head->status == 416 && remote_source_is_ahead(head, place)) {
		judgement.verdict =
			remote_source_is_made(head) ? REMOTE_SOURCE_END : REMOTE_SOURCE_LATER;
		judgement.reason = BACK_OFF_GROWING;
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
		"octet %" G_GUINT64_FORMAT " is not there%s", place,
		judgement.verdict == REMOTE_SOURCE_LATER ? " yet" : "");
	return judgement;
}

static RemoteSourceJudgement
remote_source_continue_refused(
	const RemoteSource *source, const AvuStreamHead *head, uint64_t offset, GError **error)
{
	RemoteSourceJudgement judgement = remote_source_say(REMOTE_SOURCE_LATER);
	unsigned status = head->status;

	if (status == 416 && remote_source_may_grow(source, head, source->base_bytes + offset)) {
		g_set_error_literal(
			error, AVU_ERROR, AVU_ERROR_NOT_FOUND, "there is no more of it yet");
		judgement.reason = BACK_OFF_GROWING;
		judgement.verdict =
			remote_source_is_made(head) ? REMOTE_SOURCE_END : REMOTE_SOURCE_LATER;
		return judgement;
	}
	if (status == 416) {
		g_autofree char *was =
			source->whole_bytes >= 0
				? g_strdup_printf("its length was %" G_GINT64_FORMAT ", and ",
					  source->whole_bytes)
				: g_strdup("");

		g_set_error(error, AVU_ERROR, AVU_ERROR_GONE,
			"the resource changed while it was read: %soctet %" G_GUINT64_FORMAT
			" is behind its end now",
			was, source->base_bytes + offset);
		return remote_source_say(REMOTE_SOURCE_NEVER);
	}
	remote_source_set_status_error(head, error);
	if (status == 408 || status == 429 || status >= 500) {
		uint64_t after_s =
			remote_source_number(head, "retry-after", REMOTE_SOURCE_RETRY_AFTER_MAX_S);

		judgement.reason = BACK_OFF_BUSY;
		judgement.asked_ns = after_s > 0 ? (int64_t)after_s * AVU_NS_PER_S : AVU_TIME_NONE;
		return judgement;
	}
	if (status == 403 || status == 404 || status == 410) {
		judgement.reason = BACK_OFF_MISSING;
		return judgement;
	}
	return remote_source_say(REMOTE_SOURCE_NEVER);
}

RemoteSourceJudgement
remote_source_continue(
	const RemoteSource *source, const AvuStreamHead *head, uint64_t offset, GError **error)
{
	if (!remote_source_is_answer(head) && !(source->shifts && head->status == 416)) {
		return remote_source_continue_refused(source, head, offset, error);
	}
	if (remote_source_is_coded(head, error)) {
		return remote_source_say(REMOTE_SOURCE_NEVER);
	}
	if (source->shifts) {
		return remote_source_continue_shifted(source, head, offset, error);
	}
	if (source->live) {
		/* What was missed is gone; it goes on with what is on the air. */
		return remote_source_say(REMOTE_SOURCE_TAKE);
	}
	if (remote_source_changed(source, head, error)) {
		return remote_source_say(REMOTE_SOURCE_NEVER);
	}
	if (source->repeats) {
		return remote_source_continue_repeated(source, head, offset, error);
	}
	if (head->status == 200) {
		return remote_source_continue_whole(source, head, offset, error);
	}
	if (head->offset != source->base_bytes + offset) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_FAILED,
			"the server went on at octet %" G_GUINT64_FORMAT
			" instead of %" G_GUINT64_FORMAT,
			head->offset, source->base_bytes + offset);
		return remote_source_say(REMOTE_SOURCE_NEVER);
	}
	return remote_source_say(REMOTE_SOURCE_TAKE);
}

bool
remote_source_settle(RemoteSource *source, const AvuStreamHead *head)
{
	const uint64_t whole_bytes = (uint64_t)MAX(head->total_bytes, 0);

	if (!source->growing || head->status != 206 || whole_bytes < source->base_bytes ||
		!remote_source_is_made(head)) {
		return false;
	}
	source->growing = false;
	source->ranges = true;
	g_free(source->etag);
	source->etag = g_strdup(remote_source_field(head, "etag"));
	source->validator = remote_source_dup_validator(head);
	source->whole_bytes = head->total_bytes;
	source->total_bytes = (int64_t)(whole_bytes - source->base_bytes);
	return true;
}
