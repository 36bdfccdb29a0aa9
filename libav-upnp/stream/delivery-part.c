/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which part of a resource is sent: Range, TimeSeekRange and PlaySpeed, in their order of precedence
 * (dlna-http-transport.md 4 to 7 and steps 8 to 12 of 11). Any thread; blocks where the source looks
 * for a time. */
#include "config.h"

#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/media-range.h>

#include "delivery-plan.h"

/* What is sent when nobody asks for a part. */
static void
take_whole(const DeliveryQuestion *question, DeliveryPlan *plan)
{
	const AvuMediaSpan *span = &question->span;

	plan->part = (AvuMediaPart){
		.first_byte = span->start_moves ? AVU_LENGTH_UNKNOWN : span->first_byte,
		.end_byte =
			span->start_moves || span->end_moves ? AVU_LENGTH_UNKNOWN : span->end_byte,
		.to_ns = AVU_TIME_NONE,
		.speed = AVU_PLAY_SPEED_NORMAL,
	};
}

/* A last octet that nothing has: who names it takes what is added later, too (RFC 8673, 2.2). */
#define VERY_LARGE (UINT64_C(1) << 39)

/* Many send it always, and it is the whole anyway. */
static bool
is_from_start(const char *range)
{
	return g_ascii_strcasecmp(range, "bytes=0-") == 0;
}

/* All that there will be is asked for, and understood to be so. Then its length is not known. */
static bool
wants_what_comes(const char *range, const AvuMediaSpan *span, uint64_t *ret_last)
{
	uint64_t offset, length;

	if (!span->end_moves ||
		avu_range_parse(range, UINT64_MAX, &offset, &length) != AVU_RANGE_PART) {
		return false;
	}
	*ret_last = offset + length - 1;
	return *ret_last >= VERY_LARGE && *ret_last <= INT64_MAX;
}

static unsigned
choose_bytes(const DeliveryQuestion *question, const char *range, DeliveryPlan *plan)
{
	const AvuMediaSpan *span = &question->span;
	uint64_t offset, length;

	if (span->start_moves && is_from_start(range)) {
		return 0; /* no place: whoever seeks within what moves on knows where */
	}
	if ((span->seek & AVU_SEEK_BYTES) == 0) {
		return is_from_start(range) ||
				       avu_client_has(question->client, AVU_CLIENT_LENIENT_SEEK)
			       ? 0
			       : delivery_refuse(
					 plan, 406, "this resource does not seek by octets");
	}
	switch (avu_range_parse(range, span->end_byte, &offset, &length)) {
	case AVU_RANGE_MALFORMED:
		return avu_client_has(question->client, AVU_CLIENT_LENIENT_SEEK)
			       ? 0
			       : delivery_refuse(plan, 400, "Range is malformed");
	case AVU_RANGE_NOT_SATISFIABLE:
		return delivery_if_range_holds(question) ? 416 : 0;
	case AVU_RANGE_PART:
		if (!delivery_if_range_holds(question)) {
			return 0;
		}
		if (offset < span->first_byte) {
			return 416;
		}
		plan->part.first_byte = offset;
		plan->part.end_byte = wants_what_comes(range, span, &plan->last_byte)
					      ? AVU_LENGTH_UNKNOWN
					      : offset + length;
		return 206;
	case AVU_RANGE_NONE:
		break;
	}
	return 0;
}

/* Forwards: start before end, both within the content; an end behind it is cut. */
static unsigned
check_forward(const DeliveryQuestion *question, DeliveryPlan *plan)
{
	const AvuMediaSpan *span = &question->span;
	AvuMediaPart *part = &plan->part;

	if (part->to_ns != AVU_TIME_NONE && part->from_ns >= part->to_ns) {
		return delivery_refuse(plan, 400, "TimeSeekRange.dlna.org ends before it starts");
	}
	if (part->from_ns < span->first_ns ||
		(span->end_ns != AVU_TIME_NONE && part->from_ns > span->end_ns)) {
		return 416;
	}
	if (span->end_ns != AVU_TIME_NONE && part->to_ns > span->end_ns) {
		part->to_ns = span->limited ? span->end_ns : AVU_TIME_NONE;
	}
	return 0;
}

/* Backwards: from the later time to the earlier; an open end is the beginning. */
static unsigned
check_backward(const DeliveryQuestion *question, DeliveryPlan *plan)
{
	const AvuMediaSpan *span = &question->span;
	AvuMediaPart *part = &plan->part;

	if (part->to_ns == AVU_TIME_NONE) {
		part->to_ns = span->first_ns;
	}
	if (part->from_ns <= part->to_ns) {
		return delivery_refuse(plan, 400, "TimeSeekRange.dlna.org runs forwards");
	}
	if (part->to_ns < span->first_ns) {
		return 416;
	}
	if (span->end_ns != AVU_TIME_NONE) {
		part->from_ns = MIN(part->from_ns, span->end_ns);
	}
	return part->from_ns > part->to_ns ? 0 : 416; /* all of it lies behind the end */
}

static unsigned
refuse_for(DeliveryPlan *plan, const GError *error)
{
	if (g_error_matches(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED)) {
		return delivery_refuse(plan, 406, "this resource does not seek by time");
	}
	if (g_error_matches(error, AVU_ERROR, AVU_ERROR_NOT_FOUND)) {
		return delivery_refuse(plan, 404, "the resource is not there any more");
	}
	return delivery_refuse(plan, 503, "the place cannot be found now");
}

static unsigned
choose_time(const DeliveryQuestion *question, const char *value, DeliveryPlan *plan)
{
	AvuMediaPart *part = &plan->part;
	bool scaled = !avu_play_speed_is_normal(part->speed);
	g_autoptr(GError) error = NULL;

	if ((question->span.seek & AVU_SEEK_TIME) == 0) {
		return avu_client_has(question->client, AVU_CLIENT_LENIENT_SEEK)
			       ? 0
			       : delivery_refuse(plan, 406, "this resource does not seek by time");
	}
	if (!avu_time_seek_parse_request(value, &part->from_ns, &part->to_ns)) {
		return delivery_refuse(plan, 400, "TimeSeekRange.dlna.org is malformed");
	}
	if (scaled && question->span.limited && part->to_ns == AVU_TIME_NONE) {
		return delivery_refuse(plan, 400, "TimeSeekRange.dlna.org needs an end here");
	}
	unsigned status = part->speed.numerator < 0 ? check_backward(question, plan)
						    : check_forward(question, plan);

	if (status != 0) {
		return status;
	}
	part->timed = true;
	part->first_byte = part->end_byte = AVU_LENGTH_UNKNOWN;
	if (!avu_media_source_locate(question->delivery->source, part, &error)) {
		return refuse_for(plan, error);
	}
	return 0;
}

static unsigned
choose_speed(const DeliveryQuestion *question, const char *value, DeliveryPlan *plan)
{
	AvuMediaPart *part = &plan->part;

	if (!avu_play_speed_parse_header(value, &part->speed)) {
		return delivery_refuse(plan, 400, "PlaySpeed.dlna.org is malformed");
	}
	if (!avu_media_source_has_speed(question->delivery->source, part->speed)) {
		return delivery_refuse(plan, 406, "this resource has no such speed");
	}
	if (!avu_play_speed_is_normal(part->speed)) {
		part->end_byte = AVU_LENGTH_UNKNOWN; /* other octets than those of the file */
	}
	return 0;
}

unsigned
delivery_choose_part(const DeliveryQuestion *question, DeliveryPlan *plan)
{
	const char *range = delivery_ask(question, "Range");
	const char *time = delivery_ask(question, "TimeSeekRange.dlna.org");
	const char *speed = delivery_ask(question, "PlaySpeed.dlna.org");
	unsigned status = 0;

	take_whole(question, plan);
	if (delivery_ask(question, "Range.dtcp.com") != NULL) {
		return delivery_refuse(plan, 406, "this resource is not protected");
	}
	if (range != NULL) { /* wins over time and speed */
		return choose_bytes(question, range, plan);
	}
	if (speed != NULL) {
		status = choose_speed(question, speed, plan);
	}
	return status == 0 && time != NULL ? choose_time(question, time, plan) : status;
}
