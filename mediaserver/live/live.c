/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a URL to a listener. Runs on the connection's thread: who asks for a station waits for it, nobody else. */
#include "mediaserver/live/live.h"

#include <string.h>

#include <av-upnp/delivery.h>
#include <av-upnp/error.h>
#include <av-upnp/protocol-info.h>

#include "mediaserver/content/object-id.h"
#include "mediaserver/content/sides.h"
#include "mediaserver/live/live-hub.h"
#include "mediaserver/live/live-source.h"

#define ICY_INTERVAL "16000"
#define ICY_INTERVAL_BYTES 16000
#define RETRY_AFTER_S "10"

struct Live {
	LiveSpec spec;
	LiveHub *hub;
};

/* "i0123456789abcde.mp3" */
static bool
parse_rest(const char *rest, int64_t *ret_item)
{
	g_autofree char *text = g_strndup(rest, strcspn(rest, "."));
	ObjectId id;

	if (strlen(text) >= OBJECT_ID_MAX || !object_id_parse(text, &id) || id.item == 0) {
		return false;
	}
	*ret_item = id.item;
	return true;
}

static AvuHttpResponse *
refuse(const GError *error)
{
	const bool busy = g_error_matches(error, AVU_ERROR, AVU_ERROR_BUSY);
	const bool gone = g_error_matches(error, AVU_ERROR, AVU_ERROR_NOT_FOUND);
	AvuHttpResponse *response = avu_http_response_new_error(busy   ? 503
								: gone ? 404
								       : 502,
		error->message);

	if (busy) {
		avu_http_response_set_header(response, "Retry-After", RETRY_AFTER_S);
	}
	return response;
}

/* Winamp's players show what is played, if they are told how long the pieces between are. */
static bool
wants_titles(const AvuHttpRequest *request)
{
	return g_strcmp0(avu_http_request_get_header(request, "Icy-MetaData"), "1") == 0;
}

/* What comes, by the name that was listed: a transport stream has several. */
static const char *
name_of(const char *mime)
{
	return g_ascii_strncasecmp(mime, "video/mp2t", 10) == 0 ? "video/mpeg" : mime;
}

static AvuHttpResponse *
deliver(const Live *live, const AvuHttpRequest *request, int64_t item,
	const CatalogueStation *station, LiveListener *listener)
{
	const ItemKind kind = sides_get_live_kind(station->kind);
	const bool titles = wants_titles(request) && kind == ITEM_AUDIO;
	g_autoptr(ClientView) client = clients_identify_request(live->spec.clients, request);
	const char *mime =
		name_of(listener != NULL ? live_listener_get_mime(listener) : station->mime);
	const AvuDlnaParameters dlna = sides_describe_live(client, kind, &mime);
	g_autofree char *features = avu_dlna_format_features(&dlna);
	g_autofree char *name =
		g_strdup(listener != NULL ? live_listener_get_station(listener) : NULL);
	g_autofree char *sent_mime =
		g_strdup(mime); /* the listener may be gone when it is used last */
	AvuDelivery delivery = {
		.kind = kind == ITEM_AUDIO ? AVU_MEDIA_AUDIO : AVU_MEDIA_VIDEO,
		.mime = sent_mime,
		.content_features = features,
		.client = client != NULL ? client->profile : NULL,
		.log_name = avu_http_request_get_path(request),
	};

	delivery.source = live_source_new(listener, titles ? ICY_INTERVAL_BYTES : 0);
	AvuHttpResponse *response = avu_deliver(request, &delivery);

	if (titles) {
		avu_http_response_set_header(response, "icy-metaint", ICY_INTERVAL);
	}
	if (name != NULL) {
		avu_http_response_set_header(response, "icy-name", name);
	}
	if (live->spec.reports != NULL) {
		g_autofree char *protocol_info =
			g_strdup_printf("http-get:*:%s:%s", sent_mime, features);
		const ReportedFile reported = { item, (ItemKind)station->kind, protocol_info, 0, 0,
			"" };

		reports_follow(live->spec.reports, request, response, &reported);
	}
	return response;
}

static AvuHttpResponse *
answer(const Live *live, const AvuHttpRequest *request, int64_t item,
	const CatalogueStation *station)
{
	g_autoptr(GError) error = NULL;
	LiveListener *listener = NULL;

	/* who asks for the head alone does not make anybody connect */
	if (avu_http_request_get_method(request) != AVU_HTTP_HEAD) {
		listener = live_hub_join(live->hub, item, station, &error);
		if (listener == NULL) {
			g_info("%s: %s", station->url, error->message);
			return refuse(error);
		}
	}
	return deliver(live, request, item, station, listener);
}

static AvuHttpResponse *
on_request(const AvuHttpRequest *request, void *user_data)
{
	const Live *live = user_data;
	g_auto(CatalogueStation) station = { 0 };
	g_autoptr(GError) error = NULL;
	int64_t item;
	AvuHttpResponse *wrong = avu_delivery_check_request(request);

	if (wrong != NULL) {
		return wrong;
	}
	if (!parse_rest(avu_http_request_get_rest(request), &item)) {
		return avu_http_response_new_error(404, "no such resource");
	}
	if (!catalogue_find_station(live->spec.catalogue, item, &station, &error)) {
		return g_error_matches(error, AVU_UPNP_ERROR, 701)
			       ? avu_http_response_new_error(404, "no such resource")
			       : avu_http_response_new_error(503, "the catalogue is busy");
	}
	return answer(live, request, item, &station);
}

Live *
live_new(AvuHttpServer *server, const LiveSpec *spec)
{
	Live *live = g_new0(Live, 1);
	const AvuHttpRoute route = {
		.path = SIDES_LIVE_PREFIX,
		.prefix = true,
		.methods = AVU_HTTP_GET | AVU_HTTP_HEAD,
		.handler = on_request,
	};

	live->spec = *spec;
	live->hub = live_hub_new(spec->roots, &spec->stations);
	avu_http_server_add_route(server, &route, live);
	return live;
}

void
live_stop(Live *live)
{
	live_hub_stop(live->hub);
}

void
live_free(Live *live)
{
	if (live != NULL) {
		live_hub_free(live->hub);
		g_free(live);
	}
}

static char *
dup_title(void *data, int64_t item)
{
	const Live *live = data;

	return live_hub_dup_title(live->hub, item);
}

ContentLive
live_describe(Live *live)
{
	return (ContentLive){ dup_title, live };
}
