/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Turns a plan into an answer. Runs on the connection's thread; the file is sent by the kernel. */
#include "config.h"

#include <av-upnp/fd.h>
#include <av-upnp/text.h>

#include "delivery-plan.h"
#include "http-date.h"

#define LOG_NAME_MAX 120

static const char *
request_header(const void *request, const char *name)
{
	return avu_http_request_get_header(request, name);
}

/* What tells a cache and a player which resource this is and what can be done with it. */
static void
describe(AvuHttpResponse *response, const AvuDeliveryFile *file, const DeliveryPlan *plan)
{
	avu_http_response_set_header(response, "Accept-Ranges", "bytes");
	avu_http_response_set_header(
		response, "transferMode.dlna.org", delivery_mode_name(plan->mode));
	if (plan->features && file->content_features != NULL) {
		avu_http_response_set_header(
			response, "contentFeatures.dlna.org", file->content_features);
	}
	if (file->etag != NULL) {
		avu_http_response_set_header(response, "ETag", file->etag);
	}
	if (file->modified_s > 0) {
		g_autofree char *date = http_date_format(file->modified_s);

		avu_http_response_set_header(response, "Last-Modified", date);
	}
}

static AvuHttpResponse *
send_part(AvuDeliveryFile *file, const DeliveryPlan *plan)
{
	AvuHttpResponse *response = avu_http_response_new_file(
		plan->status, file->mime, avu_steal_fd(&file->fd), plan->offset, plan->length);

	if (plan->status == 206) {
		g_autofree char *range = g_strdup_printf(
			"bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
			plan->offset, plan->offset + plan->length - 1, file->size_bytes);

		avu_http_response_set_header(response, "Content-Range", range);
	}
	describe(response, file, plan);
	return response;
}

static AvuHttpResponse *
send_nothing(const AvuDeliveryFile *file, const DeliveryPlan *plan)
{
	AvuHttpResponse *response;

	switch (plan->status) {
	case 304:
		response = avu_http_response_new(304, NULL, NULL);
		describe(response, file, plan);
		return response;
	case 412:
		return avu_http_response_new_error(412, "the resource is another by now");
	case 416: {
		g_autofree char *range =
			g_strdup_printf("bytes */%" G_GUINT64_FORMAT, file->size_bytes);

		response = avu_http_response_new_error(416, "the range lies behind the end");
		avu_http_response_set_header(response, "Content-Range", range);
		return response;
	}
	default:
		return avu_http_response_new_error(plan->status, plan->why);
	}
}

AvuHttpResponse *
avu_deliver_file(const AvuHttpRequest *request, AvuDeliveryFile *file)
{
	g_autofree char *name = avu_text_for_display(
		file->log_name != NULL ? file->log_name : "media", LOG_NAME_MAX);
	DeliveryPlan plan = delivery_plan(file, request_header, request);
	AvuHttpResponse *response = plan.status == 200 || plan.status == 206
					    ? send_part(file, &plan)
					    : send_nothing(file, &plan);

	g_info("%s: %u, %" G_GUINT64_FORMAT " octets from %" G_GUINT64_FORMAT, name, plan.status,
		plan.length, plan.offset);
	avu_fd_cleanup(&file->fd);
	file->fd = -1;
	return response;
}
