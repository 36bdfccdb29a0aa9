/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-fetch.h"

#include <av-upnp/registry.h>

#include "descriptions.h"

#define LOCATION "http://192.0.2.1:8200/description.xml"
#define CONTROL(service) "http://192.0.2.1:8200/control/" service

#define ENVELOPE(body)                                           \
	"<?xml version=\"1.0\"?><s:Envelope "                    \
	"xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">" \
	"<s:Body>" body "</s:Body></s:Envelope>"
#define FAULT(detail)                                                                           \
	ENVELOPE("<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring>" \
		 "<detail>" detail "</detail></s:Fault>")

typedef struct {
	AvuFetcher *fetcher;
	AvuRegistry *registry;
	AvuRemoteDevice *device;
	unsigned n_done;
	char *result; /* value of the out argument asked for, or the error's message */
	const char *wanted;
	GQuark domain;
	int code;
} House;

static void
house_init(House *house, const char *description)
{
	*house = (House){ .fetcher = avu_fetcher_new(NULL, NULL) };
	house->registry = avu_registry_new(house->fetcher, NULL, NULL);
	avu_registry_add_location(house->registry, LOCATION);
	fake_answer(house->fetcher, LOCATION, 200, description);
	g_autoptr(GPtrArray) list = avu_registry_list(house->registry);

	g_assert_cmpuint(list->len, ==, 1);
	house->device = avu_remote_device_ref(list->pdata[0]);
}

static void
house_clear(House *house)
{
	avu_remote_device_unref(house->device);
	avu_registry_free(house->registry);
	avu_fetcher_free(house->fetcher);
	g_free(house->result);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(House, house_clear)

static void
done(AvuRemoteAnswer *answer, const GError *error, void *user_data)
{
	House *house = user_data;

	house->n_done++;
	g_free(house->result);
	house->result = g_strdup(
		error != NULL ? error->message : avu_remote_answer_get(answer, house->wanted));
	house->domain = error != NULL ? error->domain : 0;
	house->code = error != NULL ? error->code : 0;
}

static AvuRemoteCall *
call(House *house, const AvuServiceSpec *service, const char *action, const char *const *arguments,
	GError **error)
{
	return avu_remote_call(
		house->device, house->fetcher, service, action, arguments, 0, done, house, error);
}

static void
test_request(void)
{
	/* Given in disorder, completed with InstanceID, sent in the order of the SCPD. */
	static const char *const arguments[] = { "Target", "0:01:00", "Unit", "REL_TIME", NULL };
	g_auto(House) house = { NULL };
	g_autoptr(GError) error = NULL;

	house_init(&house, RENDERER("uuid:r", "R"));
	g_assert_nonnull(call(&house, &avu_service_av_transport, "Seek", arguments, &error));
	g_assert_no_error(error);
	const AvuFetch *fetch = fake_find(house.fetcher, CONTROL("AVTransport"));

	g_assert_nonnull(fetch);
	g_assert_cmpstr(fetch->method, ==, "POST");
	g_assert_true(g_strv_contains((const char *const *)fetch->headers,
		"SOAPACTION: \"urn:schemas-upnp-org:service:AVTransport:1#Seek\""));
	g_assert_true(g_strv_contains(
		(const char *const *)fetch->headers, "Content-Type: text/xml; charset=\"utf-8\""));
	const char *instance = strstr(fetch->body, "<InstanceID>0</InstanceID>");
	const char *unit = strstr(fetch->body, "<Unit>REL_TIME</Unit>");
	const char *target = strstr(fetch->body, "<Target>0:01:00</Target>");

	g_assert_nonnull(instance);
	g_assert_true(unit > instance && target > unit);
	g_assert_cmpuint(house.n_done, ==, 0);
	fake_answer(house.fetcher, CONTROL("AVTransport"), 200,
		ENVELOPE("<u:SeekResponse "
			 "xmlns:u=\"urn:schemas-upnp-org:service:AVTransport:1\"/>"));
	g_assert_cmpuint(house.n_done, ==, 1);
	g_assert_cmpint(house.code, ==, 0);
}

static const struct {
	unsigned status;
	const char *body;
	const char *result; /* volume, or part of the message */
	int upnp_code;      /* 0: none */
	int code;           /* AvuError, -1: none */
	const char *why;
} answers[] = {
	{ 200,
		ENVELOPE("<u:GetVolumeResponse "
			 "xmlns:u=\"urn:schemas-upnp-org:service:RenderingControl:1\">"
			 "<CurrentVolume>40</CurrentVolume></u:GetVolumeResponse>"),
		"40", 0, -1, "as it should be" },
	{ 200,
		ENVELOPE("<x:GetVolumeResponse xmlns:x=\"urn:upnp-org:serviceId:RenderingControl\">"
			 "<CurrentVolume>41</CurrentVolume></x:GetVolumeResponse>"),
		"41", 0, -1, "service id in the place of the type" },
	{ 200, ENVELOPE("<GetVolumeResponse/>"), "", 0, -1, "argument left out" },
	{ 200, ENVELOPE("<GetMuteResponse><CurrentVolume>1</CurrentVolume></GetMuteResponse>"),
		"GetMute", 0, AVU_ERROR_SYNTAX, "answer to something else" },
	{ 500,
		FAULT("<UPnPError "
		      "xmlns=\"urn:schemas-upnp-org:control-1-0\"><errorCode>702</errorCode>"
		      "<errorDescription>Invalid InstanceID</errorDescription></UPnPError>"),
		"702 Invalid InstanceID", 702, -1, "refused, in the words of the service" },
	{ 500,
		FAULT("<UPnPError "
		      "xmlns=\"urn:schemas-upnp-org:control-1-0\"><errorCode>501</errorCode>"
		      "<errorDescription>tape\xc2\x9b"
		      "2J torn</errorDescription></UPnPError>"),
		"refused GetVolume: 501", 501, -1, "words of its own, not to be trusted" },
	{ 500, FAULT(""), "501", 501, -1, "a fault without code" },
	{ 200,
		FAULT("<UPnPError "
		      "xmlns=\"urn:schemas-upnp-org:control-1-0\"><errorCode>401</errorCode>"
		      "</UPnPError>"),
		"401", 401, -1, "a fault under status 200" },
	{ 404, "<html>", "404", 0, AVU_ERROR_UNSUPPORTED, "a page that is not there" },
	{ 500, "oops", "GetVolume", 0, AVU_ERROR_SYNTAX, "no SOAP" },
	{ 200, "", "GetVolume", 0, AVU_ERROR_SYNTAX, "nothing" },
};

static void
test_answers(void)
{
	static const char *const master[] = { "Channel", "Master", NULL };

	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		g_auto(House) house = { NULL };
		g_autoptr(GError) error = NULL;

		g_test_message("%s", answers[i].why);
		house_init(&house, RENDERER("uuid:r", "R"));
		house.wanted = "CurrentVolume";
		g_assert_nonnull(
			call(&house, &avu_service_rendering_control, "GetVolume", master, &error));
		fake_answer(house.fetcher, CONTROL("RenderingControl"), answers[i].status,
			answers[i].body);
		g_assert_cmpuint(house.n_done, ==, 1);
		g_assert_null(strstr(house.result, "\xc2\x9b"));
		if (answers[i].upnp_code == 0 && answers[i].code < 0) {
			g_assert_cmpstr(house.result, ==, answers[i].result);
			g_assert_cmpint(house.domain, ==, 0);
			continue;
		}
		g_assert_nonnull(strstr(house.result, answers[i].result));
		g_assert_cmpint(
			house.domain, ==, answers[i].upnp_code != 0 ? AVU_UPNP_ERROR : AVU_ERROR);
		g_assert_cmpint(house.code, ==,
			answers[i].upnp_code != 0 ? answers[i].upnp_code : answers[i].code);
	}
}

static const struct {
	const AvuServiceSpec *service;
	const char *action;
	const char *arguments[5];
	bool upnp;
	int code;
	const char *why;
} refusals[] = {
	{ &avu_service_content_directory, "Browse", { NULL }, false, AVU_ERROR_UNSUPPORTED,
		"the device has no such service" },
	{ &avu_service_av_transport, "Fly", { NULL }, false, AVU_ERROR_UNSUPPORTED,
		"no such action" },
	{ &avu_service_av_transport, "GetStateVariables", { NULL }, false, AVU_ERROR_UNSUPPORTED,
		"an action of version 2 to a device of version 1" },
	{ &avu_service_av_transport, "Play", { "Rate", "1", NULL }, false, AVU_ERROR_USAGE,
		"no such argument" },
	{ &avu_service_av_transport, "GetTransportInfo", { "CurrentTransportState", "x", NULL },
		false, AVU_ERROR_USAGE, "an argument that goes the other way" },
	{ &avu_service_rendering_control, "SetVolume",
		{ "Channel", "Master", "DesiredVolume", "loud", NULL }, true, AVU_UPNP_INVALID_ARGS,
		"a word for a number" },
};

static void
test_refusals(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_auto(House) house = { NULL };
		g_autoptr(GError) error = NULL;

		g_test_message("%s", refusals[i].why);
		house_init(&house, RENDERER("uuid:r", "R"));
		g_assert_null(call(&house, refusals[i].service, refusals[i].action,
			refusals[i].arguments, &error));
		g_assert_error(
			error, (refusals[i].upnp ? AVU_UPNP_ERROR : AVU_ERROR), refusals[i].code);
		g_assert_cmpuint(house.fetcher->fetches->len, ==, 0);
		g_assert_cmpuint(house.n_done, ==, 0);
	}
}

static void
test_wide_range(void)
{
	/* Volumes are the renderer's own: our table's 0…100 is not its range. */
	static const char *const loud[] = { "Channel", "Master", "DesiredVolume", "200", NULL };
	g_auto(House) house = { NULL };
	g_autoptr(GError) error = NULL;

	house_init(&house, RENDERER("uuid:r", "R"));
	g_assert_nonnull(call(&house, &avu_service_rendering_control, "SetVolume", loud, &error));
	g_assert_no_error(error);
	fake_fail(house.fetcher, CONTROL("RenderingControl"), AVU_ERROR_TIMEOUT);
	g_assert_cmpint(house.code, ==, AVU_ERROR_TIMEOUT);
}

static void
test_cancel(void)
{
	g_auto(House) house = { NULL };
	AvuRemoteCall *under_way = NULL;

	house_init(&house, RENDERER("uuid:r", "R"));
	under_way = call(&house, &avu_service_av_transport, "Stop", NULL, NULL);
	avu_remote_call_cancel(under_way);
	g_assert_cmpuint(house.fetcher->fetches->len, ==, 0);
	g_assert_cmpuint(house.n_done, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/remote-call/request", test_request);
	g_test_add_func("/remote-call/answers", test_answers);
	g_test_add_func("/remote-call/refusals", test_refusals);
	g_test_add_func("/remote-call/wide-range", test_wide_range);
	g_test_add_func("/remote-call/cancel", test_cancel);
	return g_test_run();
}
