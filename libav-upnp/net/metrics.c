/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counters over HTTP, for this host. Handlers run on their connections' threads. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <av-upnp/clock.h>
#include <av-upnp/metrics.h>

#define HEALTH_NS (2 * AVU_NS_PER_S)

struct AvuMetrics {
	AvuHttpServer *server;
	AvuCounters *counters;
	AvuMailbox *mailbox;
};

/* The server may have no address but those of the LAN: who comes from the one it was reached at is on
 * this host too. */
static bool
is_local(const AvuHttpRequest *request)
{
	const AvuAddress *peer = avu_http_request_get_peer(request);

	return avu_address_class(peer) == AVU_ADDRESS_LOOPBACK ||
	       avu_address_equal_ip(peer, avu_http_request_get_local(request));
}

static AvuHttpResponse *
nothing_here(void)
{
	return avu_http_response_new_error(404, "there is nothing here");
}

static AvuHttpResponse *
answer(unsigned status, const char *mime, char *text)
{
	AvuHttpResponse *response =
		avu_http_response_new(status, mime, g_bytes_new_take(text, strlen(text)));

	avu_http_response_set_header(response, "Cache-Control", "no-store");
	return response;
}

static AvuHttpResponse *
on_prometheus(const AvuHttpRequest *request, void *user_data)
{
	const AvuMetrics *metrics = user_data;

	return is_local(request) ? answer(200, "text/plain; version=0.0.4; charset=utf-8",
					   avu_counters_format_prometheus(metrics->counters))
				 : nothing_here();
}

static AvuHttpResponse *
on_json(const AvuHttpRequest *request, void *user_data)
{
	return is_local(request) ? answer(200, "application/json",
					   avu_metrics_format_json(user_data, SIZE_MAX))
				 : nothing_here();
}

static void
do_nothing(void *data)
{
	(void)data;
}

static AvuHttpResponse *
on_health(const AvuHttpRequest *request, void *user_data)
{
	const AvuMetrics *metrics = user_data;

	if (!is_local(request)) {
		return nothing_here();
	}
	return avu_mailbox_call(metrics->mailbox, do_nothing, NULL, avu_now_ns() + HEALTH_NS, NULL)
		       ? answer(200, "text/plain", g_strdup("ok\n"))
		       : answer(503, "text/plain", g_strdup("the main thread does not answer\n"));
}

AvuMetrics *
avu_metrics_new(AvuHttpServer *server, AvuCounters *counters, AvuMailbox *mailbox)
{
	static const AvuHttpRoute routes[] = {
		{ "/metrics", false, AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_prometheus },
		{ "/metrics.json", false, AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_json },
		{ "/healthz", false, AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_health },
	};
	AvuMetrics *metrics = g_new0(AvuMetrics, 1);

	metrics->server = server;
	metrics->counters = counters;
	metrics->mailbox = mailbox;
	for (size_t i = 0; i < G_N_ELEMENTS(routes); i++) {
		avu_http_server_add_route(server, &routes[i], metrics);
	}
	return metrics;
}

void
avu_metrics_free(AvuMetrics *metrics)
{
	g_free(metrics);
}

static json_t *
rate_or_null(uint64_t octets_per_s)
{
	return octets_per_s != UINT64_MAX ? json_integer((json_int_t)octets_per_s) : json_null();
}

static json_t *
describe(const AvuHttpTransfer *transfer)
{
	g_autofree char *client = avu_address_format(&transfer->client);

	return json_pack("{s:s, s:s, s:f, s:I, s:o, s:o, s:I, s:i, s:f, s:o}", "client", client,
		"object", transfer->object, "seconds",
		(double)(avu_now_ns() - transfer->since_ns) / (double)AVU_NS_PER_S, "octets",
		(json_int_t)transfer->acked_octets, "media",
		transfer->media_octets_per_s > 0 ? rate_or_null(transfer->media_octets_per_s)
						 : json_null(),
		"pace", rate_or_null(transfer->pace_octets_per_s), "delivery",
		(json_int_t)transfer->delivery_octets_per_s, "rtt_us", (int)transfer->rtt_us,
		"loss", transfer->loss, "tfrc", rate_or_null(transfer->tfrc_octets_per_s));
}

static gint
newest_first(gconstpointer a, gconstpointer b)
{
	const AvuHttpTransfer *left = a;
	const AvuHttpTransfer *right = b;

	return left->since_ns > right->since_ns ? -1 : left->since_ns < right->since_ns;
}

char *
avu_metrics_format_json(AvuMetrics *metrics, size_t max_streams)
{
	g_autofree char *counters = avu_counters_format_json(metrics->counters);
	g_autoptr(GArray) transfers = avu_http_server_list_transfers(metrics->server);
	json_t *streams = json_array();
	json_t *document;
	char *text, *copy;

	g_array_sort(transfers, newest_first);
	for (guint i = 0; i < transfers->len && i < max_streams; i++) {
		(void)json_array_append_new(streams, /* out of memory: a shorter list */
			describe(&g_array_index(transfers, AvuHttpTransfer, i)));
	}
	document = json_pack(
		"{s:o, s:o}", "counters", json_loads(counters, 0, NULL), "streams", streams);
	text = json_dumps(document, JSON_COMPACT);
	copy = g_strdup(text != NULL ? text : "{}");
	free(text);
	json_decref(document);
	return copy;
}
