/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The two ways of a body: collected up to the route's limit and then given to the handler, or handed
 * on while it arrives. Of the connection's thread. */
#include <av-upnp/clock.h>
#include <av-upnp/limits.h>

#include "http-body.h"

static AvuHttpResponse *
too_large(void)
{
	return avu_http_response_new_error(413, "the body is too large");
}

static int64_t
usual_deadline(uint64_t octets)
{
	/* A day more than anybody waits; keeps the sum far from its end. */
	const uint64_t max_s = 24 * 3600;
	uint64_t seconds = MIN(octets / AVU_LIMIT_UPLOAD_OCTETS_PER_S, max_s);

	return avu_now_ns() + AVU_LIMIT_SOAP_BODY_NS + (int64_t)seconds * AVU_NS_PER_S;
}

AvuHttpResponse *
http_body_begin(
	HttpBody *body, const HttpRoute *route, const AvuHttpRequest *request, uint64_t length)
{
	const AvuHttpRoute *table = &route->route;
	AvuHttpMethod method = avu_http_request_get_method(request);

	body->route = route;
	body->streams = table->upload != NULL && (method & (AVU_HTTP_POST | AVU_HTTP_PUT)) != 0;
	body->upload.length = length;
	body->upload.max_octets = table->max_body;
	body->upload.deadline_ns = avu_now_ns() + AVU_LIMIT_SOAP_BODY_NS;
	if (body->streams) {
		AvuHttpResponse *refusal;

		body->upload.deadline_ns =
			usual_deadline(length != UINT64_MAX ? length : table->max_body);
		body->begun = true;
		refusal = table->upload->begin(request, &body->upload, route->user_data);
		if (refusal != NULL) {
			return refusal;
		}
	}
	return length != UINT64_MAX && length > body->upload.max_octets ? too_large() : NULL;
}

AvuHttpResponse *
http_body_take(HttpBody *body, const char *octets, size_t len)
{
	if (len > body->upload.max_octets - body->received) {
		return too_large();
	}
	body->received += len;
	if (body->streams) {
		return body->route->route.upload->take(body->upload.data, octets, len);
	}
	return http_buffer_append(&body->collected, octets, len, body->upload.max_octets)
		       ? NULL
		       : too_large();
}

AvuHttpResponse *
http_body_end(HttpBody *body, const AvuHttpRequest *request)
{
	const HttpRoute *route = body->route;

	return body->streams ? route->route.upload->end(request, body->upload.data)
			     : route->route.handler(request, route->user_data);
}

void
http_body_clear(HttpBody *body)
{
	if (body->begun && body->route->route.upload->free != NULL) {
		body->route->route.upload->free(body->upload.data);
	}
	body->begun = false;
	http_buffer_clear(&body->collected);
}
