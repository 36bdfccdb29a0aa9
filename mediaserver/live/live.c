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
#include "mediaserver/negotiate/station.h"

#define ICY_INTERVAL "16000"
#define ICY_INTERVAL_BYTES 16000
#define RETRY_AFTER_S "10"

struct Live {
	LiveSpec spec;
	LiveHub *hub;
};

/* What is asked for. */
typedef struct {
	const Live *live;
	const AvuHttpRequest *request;
	int64_t item;
	const Recipe *recipe; /* NULL: as it comes */
	ConvertPlan plan;     /* with a recipe */
	CatalogueStation station;
} Question;

/* "i0123456789abcde.mp3" or "i0123456789abcde/lpcm.l16". The name of a recipe goes no further than this (SEC-160). */
static bool
parse_rest(const char *rest, Question *question)
{
	const size_t len = strcspn(rest, "./");
	g_autofree char *text = g_strndup(rest, len);
	const char *name = rest[len] == '/' ? rest + len + 1 : NULL;
	g_autofree char *recipe = name != NULL ? g_strndup(name, strcspn(name, ".")) : NULL;
	ObjectId id;

	if (len >= OBJECT_ID_MAX || !object_id_parse(text, &id) || id.item == 0) {
		return false;
	}
	question->item = id.item;
	question->recipe = recipe != NULL ? recipe_find(recipe) : NULL;
	return recipe == NULL || question->recipe != NULL;
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

/* A part of what is still there, and not what is on the air. */
static bool
wants_place(const AvuHttpRequest *request)
{
	const char *range = avu_http_request_get_header(request, "Range");

	return range != NULL && g_ascii_strcasecmp(range, "bytes=0-") != 0;
}

/* What it is made of, and by what. */
static void
assume(const Question *question, Item *ret_assumed, ConvertMachine *ret_machine)
{
	g_autoptr(ClientView) client =
		clients_identify_request(question->live->spec.clients, question->request);
	ConvertMachine machine;
	Item item;

	item_init(&item);
	item.kind = question->station.kind;
	item.mime = question->station.mime;
	station_assume(&item, ret_assumed);
	conversions_get_machine(question->live->spec.conversions, &machine);
	*ret_machine = convert_machine_for(&machine, client_view_get_profile(client));
}

/* @return false: not in this form; or, with busy, not of its own now: only with others who listen to it */
static bool
plan(Question *question, bool *ret_busy)
{
	Conversions *conversions = question->live->spec.conversions;
	ConvertMachine machine;
	Item assumed;

	*ret_busy = false;
	if (question->recipe == NULL || conversions == NULL) {
		return question->recipe == NULL;
	}
	assume(question, &assumed, &machine);
	if (station_plan(question->recipe, &assumed, &machine, &question->plan)) {
		return true;
	}
	machine.able = conversions_get_ability(conversions);
	*ret_busy = station_plan(question->recipe, &assumed, &machine, &question->plan);
	return false;
}

/* @param listener  NULL: what it will be is not known yet */
static AvuDlnaParameters
describe(const Question *question, const ClientView *client, LiveListener *listener, ItemKind kind,
	const char **mime)
{
	AvuDlnaParameters dlna = question->recipe != NULL
					 ? sides_describe_live_plan(client, &question->plan, mime)
					 : sides_describe_live(client, kind, mime);
	uint64_t first, end;

	if (listener != NULL && !live_listener_get_reach(listener, &first, &end)) {
		dlna.flags &= ~AVU_DLNA_FLAG_LIMITED_BYTE_SEEK; /* it is a file that is sent once */
	}
	return dlna;
}

/* What is fetched, and by whom. */
static void
report(const Question *question, AvuHttpResponse *response, const char *mime, const char *features)
{
	g_autofree char *protocol_info = g_strdup_printf("http-get:*:%s:%s", mime, features);
	const ReportedFile reported = { question->item, (ItemKind)question->station.kind,
		protocol_info, 0, 0, "" };

	if (question->live->spec.reports != NULL) {
		reports_follow(
			question->live->spec.reports, question->request, response, &reported);
	}
}

/* What comes, by the name that was listed: a transport stream has several. */
static const char *
name_of(const char *mime)
{
	return g_ascii_strncasecmp(mime, "video/mp2t", 10) == 0 ? "video/mpeg" : mime;
}

/* @param listener  taken; NULL: the head alone is wanted */
static AvuHttpResponse *
deliver(const Question *question, LiveListener *listener)
{
	const CatalogueStation *station = &question->station;
	const ItemKind kind = question->recipe == NULL ? sides_get_live_kind(station->kind)
			      : question->recipe->kind == RECIPE_AUDIO ? ITEM_AUDIO
								       : ITEM_VIDEO;
	const bool titles = wants_titles(question->request) && question->recipe == NULL &&
			    kind == ITEM_AUDIO && !wants_place(question->request);
	g_autoptr(ClientView) client =
		clients_identify_request(question->live->spec.clients, question->request);
	const char *mime = question->recipe != NULL ? question->plan.mime
			   : listener != NULL       ? name_of(live_listener_get_mime(listener))
						    : station->mime;
	const AvuDlnaParameters dlna = describe(question, client, listener, kind, &mime);
	g_autofree char *features = avu_dlna_format_features(&dlna);
	g_autofree char *name =
		g_strdup(listener != NULL ? live_listener_get_station(listener) : NULL);
	/* the listener may be gone when these are used last */
	g_autofree char *sent_mime = g_strdup(mime);
	g_autofree char *mark =
		g_strdup(listener != NULL && !titles ? live_listener_get_mark(listener) : NULL);
	const AvuDelivery delivery = {
		.source = live_source_new(listener, titles ? ICY_INTERVAL_BYTES : 0),
		.kind = kind == ITEM_AUDIO ? AVU_MEDIA_AUDIO : AVU_MEDIA_VIDEO,
		.mime = sent_mime,
		.content_features = features,
		.etag = mark,
		.client = client != NULL ? client->profile : NULL,
		.log_name = avu_http_request_get_path(question->request),
	};
	AvuHttpResponse *response = avu_deliver(question->request, &delivery);

	if (titles) {
		avu_http_response_set_header(response, "icy-metaint", ICY_INTERVAL);
	}
	if (name != NULL) {
		avu_http_response_set_header(response, "icy-name", name);
	}
	report(question, response, sent_mime, features);
	return response;
}

/* What was to be copied is not what it was taken for: it is made anew. */
static LiveListener *
join_instead(Question *question, GError **error)
{
	ConvertMachine machine;
	ConvertPlan copy;
	Item assumed;

	if (question->recipe == NULL || !recipe_is_copy(question->recipe) ||
		!g_error_matches(*error, AVU_ERROR, AVU_ERROR_UNSUPPORTED)) {
		return NULL;
	}
	copy = question->plan;
	assume(question, &assumed, &machine);
	if (!station_plan_instead(&copy, &assumed, &machine, &question->plan)) {
		return NULL;
	}
	g_clear_error(error);
	return live_hub_join(
		question->live->hub, question->item, &question->station, &question->plan, error);
}

static AvuHttpResponse *
answer(Question *question)
{
	g_autoptr(GError) error = NULL;
	LiveListener *listener = NULL;
	bool busy;

	if (!plan(question, &busy) && !busy) {
		return avu_http_response_new_error(404, "no such resource");
	}
	/* who asks for the head alone does not make anybody connect */
	if (busy || avu_http_request_get_method(question->request) != AVU_HTTP_HEAD) {
		listener = (busy ? live_hub_join_others : live_hub_join)(question->live->hub,
			question->item, &question->station,
			question->recipe != NULL ? &question->plan : NULL, &error);
		if (listener == NULL) {
			listener = join_instead(question, &error);
		}
		if (listener == NULL) {
			g_info("%s: %s", question->station.url, error->message);
			return refuse(error);
		}
	}
	return deliver(question, listener);
}

static AvuHttpResponse *
on_request(const AvuHttpRequest *request, void *user_data)
{
	const Live *live = user_data;
	Question question = { .live = live, .request = request };
	g_autoptr(GError) error = NULL;
	AvuHttpResponse *response = avu_delivery_check_request(request);

	if (response != NULL) {
		return response;
	}
	if (!parse_rest(avu_http_request_get_rest(request), &question)) {
		return avu_http_response_new_error(404, "no such resource");
	}
	if (catalogue_find_station(
		    live->spec.catalogue, question.item, &question.station, &error)) {
		response = answer(&question);
	} else if (g_error_matches(error, AVU_UPNP_ERROR, 701)) {
		response = avu_http_response_new_error(404, "no such resource");
	} else {
		response = avu_http_response_new_error(503, "the catalogue is busy");
	}
	catalogue_station_clear(&question.station);
	return response;
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
	live->hub = live_hub_new(spec->roots, &spec->stations, &spec->house, spec->conversions);
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

static uint32_t
get_recipes(void *data, int64_t item)
{
	const Live *live = data;

	return live_hub_get_recipes(live->hub, item);
}

ContentLive
live_describe(Live *live)
{
	return (ContentLive){ dup_title, get_recipes, live };
}
