/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Turns a plan into an answer. Runs on the connection's thread; files are sent by the kernel. */
#include "config.h"

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/http-date.h>
#include <av-upnp/log.h>
#include <av-upnp/text.h>

#include "delivery-plan.h"

#define LOG_NAME_MAX 120

/* Lists that decide whether there is an answer at all; of the others the first line will do. */
static bool
is_list(const char *name)
{
	return strcmp(name, "If-Match") == 0 || strcmp(name, "If-None-Match") == 0;
}

static const char *
request_header(const void *request, const char *name)
{
	if (is_list(name)) {
		return avu_http_request_get_list(request, name);
	}
	return avu_http_request_get_header(request, name);
}

static void
add_header(void *response, const char *name, const char *value)
{
	avu_http_response_set_header(response, name, value);
}

static void
add_taken(AvuHttpResponse *response, const char *name, char *value)
{
	avu_http_response_set_header(response, name, value);
	g_free(value);
}

/* What there is now: asked for, or owed because it changes (spec 7). */
static void
describe_available(AvuHttpResponse *response, const DeliveryPlan *plan)
{
	const AvuMediaSpan *span = &plan->span;
	AvuAvailableRange range = {
		.start_fixed = !span->start_moves,
		.has_time = (span->seek & AVU_SEEK_TIME) != 0 && span->end_ns != AVU_TIME_NONE,
		.has_bytes = (span->seek & AVU_SEEK_BYTES) != 0 &&
			     span->end_byte != AVU_LENGTH_UNKNOWN &&
			     span->end_byte > span->first_byte,
		.from_ns = span->first_ns,
		.to_ns = span->end_ns,
		.first_byte = span->first_byte,
		.last_byte = span->end_byte - 1,
	};

	if (range.has_time || range.has_bytes) {
		add_taken(response, "availableSeekRange.dlna.org",
			avu_available_range_format(&range));
	}
}

/* A token of a list, which may also hold what is meant for caches. */
static bool
asks_for_ifo(const AvuHttpRequest *request)
{
	const char *value = avu_http_request_get_header(request, "Pragma");
	AvuCursor in = avu_cursor_string(value != NULL ? value : "");

	while (!avu_cursor_at_end(&in)) {
		AvuCursor token = avu_cursor_take_list_item(&in);
		const AvuCursor name = avu_cursor_take_until(&token, " \t;=");

		if (avu_cursor_equal_ci(&name, "getIfoFileURI.dlna.org")) {
			return true;
		}
	}
	return false;
}

/* One line: what is asked for, and what a cache of HTTP/1.0 needs, which knows no Vary. */
static void
describe_pragma(AvuHttpResponse *response, const AvuHttpRequest *request,
	const AvuDelivery *delivery, const DeliveryPlan *plan)
{
	const AvuMediaPart *part = &plan->part;
	const bool varies = (plan->status == 200 || plan->status == 206) &&
			    (part->timed || !avu_play_speed_is_normal(part->speed)) &&
			    avu_http_request_is_http10(request);
	const bool ifo = delivery->ifo_url != NULL && asks_for_ifo(request);

	if (ifo) {
		add_taken(response, "Pragma",
			g_strdup_printf("%sifoFileURI.dlna.org=\"%s\"", varies ? "no-cache, " : "",
				delivery->ifo_url));
	} else if (varies) {
		add_header(response, "Pragma", "no-cache");
	}
}

/* What else of a request chooses the octets. */
static void
describe_vary(AvuHttpResponse *response, const AvuHttpRequest *request, const AvuDelivery *delivery,
	bool by_time)
{
	if (avu_http_request_is_http10(request)) {
		return;
	}
	if (by_time) {
		add_header(response, "Vary", "TimeSeekRange.dlna.org, PlaySpeed.dlna.org");
	} else if (delivery->source->class->has_speed != NULL) {
		add_header(response, "Vary", "PlaySpeed.dlna.org");
	}
}

/* What tells a cache and a player which resource this is and what can be done with it. */
static void
describe(AvuHttpResponse *response, const AvuHttpRequest *request, const AvuDelivery *delivery,
	const DeliveryPlan *plan)
{
	bool by_bytes = (plan->span.seek & AVU_SEEK_BYTES) != 0;
	bool by_time = (plan->span.seek & AVU_SEEK_TIME) != 0;

	add_header(response, "Accept-Ranges", by_bytes ? "bytes" : "none");
	add_header(response, "transferMode.dlna.org", delivery_mode_name(plan->mode));
	if (plan->features && delivery->content_features != NULL) {
		add_header(response, "contentFeatures.dlna.org", delivery->content_features);
	}
	if (plan->available) {
		describe_available(response, plan);
	}
	if (plan->real_time) {
		add_header(response, "realTimeInfo.dlna.org", "DLNA.ORG_TLAG=*");
	}
	if (delivery->scms != NULL && delivery->kind == AVU_MEDIA_AUDIO) {
		add_header(response, "scmsFlag.dlna.org", delivery->scms);
	}
	describe_vary(response, request, delivery, by_time);
	if (delivery->etag != NULL) {
		add_header(response, "ETag", delivery->etag);
	}
	if (delivery->modified_s > 0) {
		add_taken(response, "Last-Modified", avu_http_date_format(delivery->modified_s));
	}
	describe_pragma(response, request, delivery, plan);
	vendor_add_headers(delivery, plan->client, request_header, request, add_header, response);
}

/* The part that was found for a time: the real one, which is at least what was asked for. */
static void
describe_time(AvuHttpResponse *response, const DeliveryPlan *plan)
{
	const AvuMediaPart *part = &plan->part;
	const AvuMediaSpan *span = &plan->span;
	AvuTimeSeekAnswer answer = {
		.from_ns = part->from_ns,
		.to_ns = part->to_ns,
		.duration_ns = plan->duration_ns,
		.size_bytes = span->end_moves ? UINT64_MAX : span->end_byte,
	};
	uint64_t end = part->end_byte != AVU_LENGTH_UNKNOWN ? part->end_byte : span->end_byte;

	if (answer.to_ns != AVU_TIME_NONE && answer.to_ns == plan->duration_ns) {
		answer.to_ns -= AVU_NS_PER_MS; /* the last moment, not the one behind it */
		answer.to_ns = MAX(answer.to_ns, answer.from_ns);
	}
	if ((span->seek & AVU_SEEK_BYTES) != 0 && part->first_byte < end &&
		end != AVU_LENGTH_UNKNOWN) {
		answer.has_bytes = true;
		answer.first_byte = part->first_byte;
		answer.last_byte = end - 1;
	}
	add_taken(response, "TimeSeekRange.dlna.org", avu_time_seek_format_answer(&answer));
}

static void
describe_part(AvuHttpResponse *response, const DeliveryPlan *plan)
{
	const AvuMediaPart *part = &plan->part;
	bool scaled = !avu_play_speed_is_normal(part->speed);

	if (plan->status == 206) {
		g_autofree char *size = plan->span.end_moves ? g_strdup("*")
							     : g_strdup_printf("%" G_GUINT64_FORMAT,
								       plan->span.end_byte);

		add_taken(response, "Content-Range",
			g_strdup_printf("bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "/%s",
				part->first_byte,
				part->end_byte != AVU_LENGTH_UNKNOWN ? part->end_byte - 1
								     : plan->last_byte,
				size));
	}
	if (part->timed) {
		describe_time(response, plan);
	}
	if (scaled) {
		g_autofree char *speed = avu_play_speed_format(part->speed);

		add_taken(response, "PlaySpeed.dlna.org", g_strconcat("speed=", speed, NULL));
	}
}

/* A HEAD starts nothing; the length is that of the GET. */
static ssize_t
read_nothing(void *data, uint64_t position, char *buffer, size_t max)
{
	(void)data, (void)position, (void)buffer, (void)max;
	return -1;
}

static AvuHttpResponse *
answer_head(const AvuDelivery *delivery, const DeliveryPlan *plan)
{
	const AvuMediaPart *part = &plan->part;
	bool known = part->end_byte != AVU_LENGTH_UNKNOWN && part->first_byte != AVU_LENGTH_UNKNOWN;

	return avu_http_response_new_stream(plan->status, delivery->mime,
		known ? part->end_byte - part->first_byte : AVU_LENGTH_UNKNOWN, read_nothing, NULL,
		NULL);
}

/* What the plan did not foresee. */
static void
refuse_for(const GError *error, DeliveryPlan *plan)
{
	static const struct {
		int code;
		unsigned status;
		const char *text;
	} rows[] = {
		{ AVU_ERROR_NOT_FOUND, 404, "the resource is not there any more" },
		{ AVU_ERROR_UNSUPPORTED, 404, "nothing can be made of the resource" },
		{ AVU_ERROR_DENIED, 403, "the server may not read this" },
		{ AVU_ERROR_BUSY, 503, "the server is busy" },
	};

	plan->status = 500;
	plan->why = "the resource cannot be read";
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (g_error_matches(error, AVU_ERROR, rows[i].code)) {
			plan->status = rows[i].status;
			plan->why = rows[i].text;
		}
	}
}

/* @return NULL when it cannot be opened; the plan says why */
static AvuHttpResponse *
answer_get(const AvuDelivery *delivery, DeliveryPlan *plan)
{
	g_auto(AvuMediaBody) body = { .fd = -1 };
	g_autoptr(GError) error = NULL;

	if (!avu_media_source_open(delivery->source, &plan->part, &body, &error)) {
		g_info("cannot open a resource: %s", error->message);
		refuse_for(error, plan);
		return NULL;
	}
	if (body.fd >= 0) {
		return avu_http_response_new_file(plan->status, delivery->mime,
			avu_steal_fd(&body.fd), body.offset, body.length);
	}
	return avu_http_response_new_stream(plan->status, delivery->mime, body.length, body.read,
		g_steal_pointer(&body.data), g_steal_pointer(&body.free_data));
}

static void
mark(AvuHttpResponse *response, const AvuDelivery *delivery, const DeliveryPlan *plan)
{
	static const AvuTraffic traffic[] = {
		[DELIVERY_STREAMING] = AVU_TRAFFIC_STREAMING,
		[DELIVERY_INTERACTIVE] = AVU_TRAFFIC_DEFAULT,
		[DELIVERY_BACKGROUND] = AVU_TRAFFIC_BACKGROUND,
	};
	const int64_t bits = 8;

	avu_http_response_set_traffic(response, traffic[plan->mode],
		delivery->bitrate_bps > 0 ? (uint64_t)(delivery->bitrate_bps / bits) : 0);
}

/* @return NULL when there is nothing to send after all */
static AvuHttpResponse *
send_part(const AvuHttpRequest *request, const AvuDelivery *delivery, DeliveryPlan *plan)
{
	AvuHttpResponse *response = avu_http_request_get_method(request) == AVU_HTTP_HEAD
					    ? answer_head(delivery, plan)
					    : answer_get(delivery, plan);

	if (response == NULL) {
		return NULL;
	}
	describe(response, request, delivery, plan);
	describe_part(response, plan);
	mark(response, delivery, plan);
	return response;
}

static AvuHttpResponse *
send_nothing(const AvuHttpRequest *request, const AvuDelivery *delivery, const DeliveryPlan *plan)
{
	AvuHttpResponse *response;

	switch (plan->status) {
	case 304:
		response = avu_http_response_new(304, NULL, NULL);
		describe(response, request, delivery, plan);
		return response;
	case 412:
		return avu_http_response_new_error(412, "the resource is another by now");
	case 416:
		response = avu_http_response_new_error(416, "the range lies behind the end");
		if ((plan->span.seek & AVU_SEEK_BYTES) != 0) {
			add_taken(response, "Content-Range",
				g_strdup_printf("bytes */%" G_GUINT64_FORMAT, plan->span.end_byte));
		}
		/* who waits for more of a recording learns from it whether more may come */
		if (plan->features && delivery->content_features != NULL) {
			add_header(
				response, "contentFeatures.dlna.org", delivery->content_features);
		}
		if (plan->available) {
			describe_available(response, plan);
		}
		return response;
	default:
		response = avu_http_response_new_error(plan->status, plan->why);
		if (plan->status == 503) {
			add_header(response, "Retry-After", "5");
		}
		return response;
	}
}

static void
log_answer(const AvuHttpRequest *request, const AvuDelivery *delivery, const DeliveryPlan *plan)
{
	if (!avu_log_is_wanted(G_LOG_DOMAIN, G_LOG_LEVEL_INFO)) {
		return;
	}
	g_autofree char *name = avu_text_for_display(
		delivery->log_name != NULL ? delivery->log_name : "media", LOG_NAME_MAX);
	g_autofree char *client = vendor_dup_client_name(request_header, request);
	g_autofree char *shown =
		avu_text_for_display(client != NULL ? client : "nobody", LOG_NAME_MAX);

	g_info("%s: %u, octets %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ", %s, for '%s'", name,
		plan->status, plan->part.first_byte, plan->part.end_byte,
		delivery_mode_name(plan->mode), shown);
}

AvuHttpResponse *
avu_deliver(const AvuHttpRequest *request, const AvuDelivery *delivery)
{
	g_autoptr(AvuMediaSource) source = delivery->source;
	DeliveryPlan plan = delivery_plan(delivery, request_header, request);
	AvuHttpResponse *response = plan.status == 200 || plan.status == 206
					    ? send_part(request, delivery, &plan)
					    : NULL;

	(void)source; /* freed at the end */
	if (response == NULL) {
		response = send_nothing(request, delivery, &plan);
	}
	log_answer(request, delivery, &plan);
	return response;
}

AvuHttpResponse *
avu_delivery_check_request(const AvuHttpRequest *request)
{
	DeliveryPlan plan = { 0 };
	unsigned status = delivery_check_ones(request_header, request, &plan);

	return status != 0 ? avu_http_response_new_error(status, plan.why) : NULL;
}
