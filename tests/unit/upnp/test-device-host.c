/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A hosted device seen through sockets on loopback: documents, calls, statuses and faults.
 * SEC-064: what names the action. */
#include "loopback.h"

#include <av-upnp/description.h>
#include <av-upnp/device-host.h>
#include <av-upnp/error.h>

#define RENDERING "urn:schemas-upnp-org:service:RenderingControl:1"
#define CONTENT "urn:schemas-upnp-org:service:ContentDirectory:1"

typedef struct {
	AvuMailbox *mailbox;
	AvuHttpServer *server;
	AvuFetcher *fetcher;
	AvuDeviceHost *host;
	AvuService *rendering;
	AvuService *content;
	pthread_t main_thread;
	bool denied;
} Fixture;

static bool
list_presets(AvuCall *call, void *object, GError **error)
{
	(void)object;
	if (avu_call_ui4(call, "InstanceID") != 0) {
		g_set_error(error, AVU_UPNP_ERROR, 702, "no such instance");
		return false;
	}
	return true; /* CurrentPresetNameList is the variable's value */
}

static bool
select_preset(AvuCall *call, void *object, GError **error)
{
	(void)object;
	if (strcmp(avu_call_string(call, "PresetName"), "FactoryDefaults") != 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_FAILED, "no error of UPnP's");
		return false;
	}
	return true;
}

static bool
set_volume(AvuCall *call, void *object, GError **error)
{
	Fixture *fixture = object;

	(void)error;
	/* As declared: on the main thread. */
	g_assert_true(pthread_equal(pthread_self(), fixture->main_thread));
	avu_variables_set_int(avu_service_get_variables(fixture->rendering), 0,
		avu_call_string(call, "Channel"), "Volume", avu_call_ui4(call, "DesiredVolume"));
	return true;
}

static bool
get_volume(AvuCall *call, void *object, GError **error)
{
	(void)call;
	(void)object;
	(void)error;
	return true;
}

static bool
set_mute(AvuCall *call, void *object, GError **error)
{
	(void)object;
	(void)error;
	/* Any of the words of UDA arrives as a truth value. */
	g_assert_true(avu_call_bool(call, "DesiredMute"));
	return true;
}

static const AvuBinding rendering_bindings[] = {
	{ "ListPresets", list_presets },
	{ "SelectPreset", select_preset },
	{ "SetVolume", set_volume },
	{ "GetVolume", get_volume },
	{ "SetMute", set_mute },
	{ NULL, NULL },
};

static bool
answer_nothing(AvuCall *call, void *object, GError **error)
{
	(void)call;
	(void)object;
	(void)error;
	return true;
}

static bool
browse(AvuCall *call, void *object, GError **error)
{
	const Fixture *fixture = object;
	g_autofree char *local = avu_address_format(avu_call_get_local(call));
	AvuXmlWriter *out;

	(void)error;
	g_assert_cmpstr(local, ==, "127.0.0.1");
	g_assert_cmpuint(
		avu_call_get_local(call)->port, ==, avu_http_server_get_port(fixture->server));
	out = avu_call_reply_begin_document(call, "Result");
	avu_xml_element(out, "title", avu_call_string(call, "ObjectID"));
	avu_call_reply_end_document(call);
	avu_call_reply_ui4(call, "NumberReturned", 1);
	avu_call_reply_ui4(call, "TotalMatches", UINT32_MAX);
	return true;
}

static const AvuBinding content_bindings[] = {
	{ "GetSearchCapabilities", answer_nothing },
	{ "GetSortCapabilities", answer_nothing },
	{ "GetSystemUpdateID", answer_nothing },
	{ "Browse", browse },
	{ NULL, NULL },
};

static bool
may_call(const AvuCall *call, void *data)
{
	const Fixture *fixture = data;

	(void)call;
	return !fixture->denied;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
	static const AvuIcon icons[] = { { "image/png", 48, 48, 24, "/icon.png" }, { NULL } };
	static const char *const channels[] = { "Master", NULL };
	const AvuDeviceInfo info = {
		.type_base = "urn:schemas-upnp-org:device:MediaRenderer",
		.version = 1,
		.udn = "uuid:11111111-2222-3333-4444-555555555555",
		.friendly_name = "Room <1> & kitchen",
		.model_name = "test",
		.dlna_doc = "DMR-1.50",
		.icons = icons,
	};
	const AvuGate gate = { may_call, fixture };
	AvuAddress loopback;

	(void)data;
	fixture->main_thread = pthread_self();
	fixture->mailbox = avu_mailbox_new(NULL);
	fixture->server = avu_http_server_new();
	fixture->fetcher = avu_fetcher_new(NULL, NULL);
	fixture->host = avu_device_host_new(
		fixture->server, fixture->mailbox, fixture->fetcher, NULL, &info, &gate);
	fixture->rendering =
		avu_device_host_add_service(fixture->host, &avu_service_rendering_control, 1,
			rendering_bindings, AVU_SERVICE_MAIN_THREAD, fixture);
	fixture->content =
		avu_device_host_add_service(fixture->host, &avu_service_content_directory, 1,
			content_bindings, AVU_SERVICE_ANY_THREAD, fixture);
	avu_service_narrow(fixture->rendering, "Volume", NULL, 0, 50);
	avu_service_narrow(fixture->rendering, "A_ARG_TYPE_Channel", channels, 0, 0);
	avu_service_offer(fixture->content, "ContainerUpdateIDs");
	avu_variables_set(avu_service_get_variables(fixture->rendering), 0, NULL, "PresetNameList",
		"FactoryDefaults");
	avu_device_host_start(fixture->host);
	g_assert_true(avu_http_server_start(fixture->server, 0, 0, NULL));
	g_assert_true(avu_address_parse("127.0.0.1", &loopback));
	g_assert_true(avu_http_server_set_addresses(fixture->server, &loopback, 1, NULL));
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	avu_mailbox_close(fixture->mailbox);
	avu_http_server_free(fixture->server);
	avu_device_host_free(fixture->host);
	avu_fetcher_free(fixture->fetcher);
	avu_mailbox_unref(fixture->mailbox);
}

static char *
ask(const Fixture *fixture, const char *request)
{
	return exchange(fixture->mailbox, avu_http_server_get_port(fixture->server), request);
}

static char *
get(const Fixture *fixture, const char *path)
{
	g_autofree char *request = g_strdup_printf(
		"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n\r\n", path,
		avu_http_server_get_port(fixture->server));

	return ask(fixture, request);
}

/* headers: each with its line end. */
static char *
post(const Fixture *fixture, const char *service, const char *headers, const char *body)
{
	g_autofree char *request = g_strdup_printf(
		"POST /control/%s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
		"%sContent-Length: %zu\r\nConnection: close\r\n"
		"\r\n%s",
		service, avu_http_server_get_port(fixture->server), headers, strlen(body), body);

	return ask(fixture, request);
}

#define XML "Content-Type: text/xml; charset=\"utf-8\"\r\n"
/* SEC-050: nothing of a request is in what is said against it. */
#define MARK "zzmarkzz"
#define SET_VOLUME "SOAPACTION: \"" RENDERING "#SetVolume\"\r\n"
#define OPEN(type, action)                                       \
	"<?xml version=\"1.0\"?><s:Envelope "                    \
	"xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">" \
	"<s:Body><u:" action " xmlns:u=\"" type "\">"
#define CLOSE(action) "</u:" action "></s:Body></s:Envelope>"
#define SET(arguments) OPEN(RENDERING, "SetVolume") arguments CLOSE("SetVolume")

static const struct {
	const char *headers;
	const char *body;
	int status;
	int code; /* UPnP error of a 500 */
	const char *why;
} rows[] = {
	{ XML SET_VOLUME,
		SET("<InstanceID>0</InstanceID><Channel>Master</Channel><DesiredVolume>7</"
		    "DesiredVolume>"),
		200, 0, "as printed" },
	{ XML SET_VOLUME,
		SET("<DesiredVolume>7</DesiredVolume><InstanceID>0</InstanceID><Channel>Master</"
		    "Channel>"),
		200, 0, "arguments in another order" },
	{ XML SET_VOLUME,
		SET("<InstanceID>0</InstanceID><Channel>Master</Channel><DesiredVolume>7</"
		    "DesiredVolume>"
		    "<Extra>1</Extra>"),
		200, 0, "one argument more" },
	{ "content-type: TEXT/XML\r\n" SET_VOLUME,
		SET("<InstanceID>0</InstanceID><Channel>Master</Channel><DesiredVolume>7</"
		    "DesiredVolume>"),
		200, 0, "type without charset" },
	{ XML "SOAPAction: " RENDERING "#SetVolume\r\n",
		SET("<InstanceID>0</InstanceID><Channel>Master</Channel><DesiredVolume>7</"
		    "DesiredVolume>"),
		200, 0, "SOAPACTION without quotes" },
	{ XML,
		SET("<InstanceID>0</InstanceID><Channel>Master</Channel><DesiredVolume>7</"
		    "DesiredVolume>"),
		200, 0, "no SOAPACTION" },
	{ XML "SOAPACTION: \"" RENDERING "#GetVolume\"\r\n",
		SET("<InstanceID>0</InstanceID><Channel>Master</Channel><DesiredVolume>7</"
		    "DesiredVolume>"),
		500, 401, "SOAPACTION names another action" },
	{ XML "SOAPACTION: nonsense\r\n", SET(""), 500, 401, "SOAPACTION is nonsense" },
	{ XML SET_VOLUME, SET("<InstanceID>0</InstanceID><Channel>Master</Channel>"), 500, 402,
		"argument missing" },
	{ XML SET_VOLUME,
		SET("<InstanceID>0</InstanceID><InstanceID>0</InstanceID><Channel>Master</Channel>"
		    "<DesiredVolume>7</DesiredVolume>"),
		500, 402, "argument twice" },
	{ XML SET_VOLUME,
		SET("<InstanceID>0</InstanceID><Channel>Master</Channel><DesiredVolume>x</"
		    "DesiredVolume>"),
		500, 402, "wrong type" },
	{ XML SET_VOLUME,
		SET("<InstanceID>0</InstanceID><Channel>Master</Channel><DesiredVolume/>"), 500,
		402, "empty number" },
	{ XML SET_VOLUME,
		SET("<InstanceID>0</InstanceID><Channel>Master</Channel><DesiredVolume>51</"
		    "DesiredVolume>"),
		500, 601, "over the narrowed range" },
	{ XML SET_VOLUME,
		SET("<InstanceID>0</InstanceID><Channel>LF</Channel><DesiredVolume>7</"
		    "DesiredVolume>"),
		200, 0,
		"outside an open list: for the handler, which has a code of its own (703)" },
	{ XML,
		OPEN(RENDERING, "SetMute") "<InstanceID>0</InstanceID><Channel>Master</Channel>"
					   "<DesiredMute>yes</DesiredMute>" CLOSE("SetMute"),
		200, 0, "boolean as a word" },
	{ XML, OPEN(RENDERING, "ListPresets") "<InstanceID>1</InstanceID>" CLOSE("ListPresets"),
		500, 702, "the handler's own error" },
	{ XML,
		OPEN(RENDERING, "SelectPreset") "<InstanceID>0</InstanceID><PresetName>x</"
						"PresetName>" CLOSE("SelectPreset"),
		500, 501, "an error that is not UPnP's" },
	{ XML, OPEN(RENDERING, "Nothing") CLOSE("Nothing"), 500, 401, "no such action" },
	{ XML, OPEN(RENDERING, "GetStateVariables") CLOSE("GetStateVariables"), 500, 401,
		"action of version 2" },
	{ XML, OPEN(RENDERING, "GetBrightness") "<InstanceID>0</InstanceID>" CLOSE("GetBrightness"),
		500, 602, "optional action that is not offered" },
	{ XML,
		OPEN("urn:schemas-upnp-org:service:RenderingControl:2", "ListPresets")
			CLOSE("ListPresets"),
		500, 401, "higher version" },
	{ XML, OPEN(CONTENT, "ListPresets") CLOSE("ListPresets"), 500, 401, "other service" },
	{ XML, OPEN("", "ListPresets") CLOSE("ListPresets"), 500, 401, "empty namespace" },
	{ XML, "<a/>", 500, 401, "no envelope" },
	{ XML, "<a>", 400, 0, "not well-formed" },
	{ XML, "<" MARK "><b></" MARK ">", 400, 0, "a tag that is another's end" },
	{ XML, "<a><" MARK ":b/></a>", 500, 401, "a prefix without a name space" },
	{ XML SET_VOLUME,
		SET("<InstanceID>" MARK "</InstanceID><Channel>Master</Channel><DesiredVolume>7</"
		    "DesiredVolume>"),
		500, 402, "a number that is none" },
	{ XML, "<!DOCTYPE a><a/>", 400, 0, "document type" },
	{ XML, "", 400, 0, "no body" },
	/* SEC-042: no form of a page gets here */
	{ "Content-Type: text/plain\r\n", "<a/>", 415, 0, "other type" },
	{ "Content-Type: text/xmlx\r\n", "<a/>", 415, 0, "type that only begins right" },
	{ "", "<a/>", 415, 0, "no type" },
};

static void
test_rows(Fixture *fixture, gconstpointer data)
{
	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *answer =
			post(fixture, "RenderingControl", rows[i].headers, rows[i].body);

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(status_of(answer), ==, rows[i].status);
		g_assert_null(strstr(answer, MARK));
		if (rows[i].status == 200 || rows[i].code != 0) {
			g_autofree char *type = header_of(answer, "Content-Type");
			g_autofree char *ext = header_of(answer, "EXT");
			g_autoptr(AvuSoapMessage) message = avu_soap_parse_answer(
				body_of(answer), strlen(body_of(answer)), NULL);

			g_assert_cmpstr(type, ==, "text/xml; charset=\"utf-8\"");
			g_assert_nonnull(ext);
			g_assert_nonnull(message);
			g_assert_cmpint(message->fault_code, ==, rows[i].code);
		}
	}
}

static void
test_replies(Fixture *fixture, gconstpointer data)
{
	(void)data;
	avu_variables_set(
		avu_service_get_variables(fixture->rendering), 0, "Master", "Volume", "33");
	g_autofree char *volume = post(fixture, "RenderingControl", XML,
		OPEN(RENDERING, "GetVolume") "<InstanceID>0</InstanceID><Channel>Master</"
					     "Channel>" CLOSE("GetVolume"));

	g_assert_nonnull(
		strstr(volume, "<u:GetVolumeResponse xmlns:u=\"" RENDERING
			       "\"><CurrentVolume>33</CurrentVolume></u:GetVolumeResponse>"));
	g_autofree char *presets = post(fixture, "RenderingControl", XML,
		OPEN(RENDERING, "ListPresets") "<InstanceID>0</InstanceID>" CLOSE("ListPresets"));

	g_assert_nonnull(
		strstr(presets, "<CurrentPresetNameList>FactoryDefaults</CurrentPresetNameList>"));
	g_autofree char *result = post(fixture, "ContentDirectory", XML,
		OPEN(CONTENT,
			"Browse") "<ObjectID>a&lt;b</ObjectID><BrowseFlag>BrowseMetadata"
				  "</BrowseFlag><Filter>*</Filter><StartingIndex>0</StartingIndex>"
				  "<RequestedCount>0</RequestedCount><SortCriteria/>" CLOSE(
					  "Browse"));

	g_assert_nonnull(strstr(result, "<Result>&lt;title&gt;a&amp;lt;b&lt;/title&gt;</"
					"Result><NumberReturned>1</NumberReturned>"
					"<TotalMatches>4294967295</TotalMatches><UpdateID>0</"
					"UpdateID></u:BrowseResponse>"));
}

static void
test_gate(Fixture *fixture, gconstpointer data)
{
	static const char *const names[] = { "InstanceID", NULL };
	static const char *const values[] = { "0" };

	(void)data;
	g_autoptr(AvuSoapMessage) allowed =
		avu_service_call(fixture->rendering, "ListPresets", names, values);

	fixture->denied = true;
	g_autoptr(AvuSoapMessage) denied =
		avu_service_call(fixture->rendering, "ListPresets", names, values);

	g_assert_cmpint(allowed->fault_code, ==, 0);
	g_assert_cmpstr(
		avu_soap_find_argument(allowed, "CurrentPresetNameList"), ==, "FactoryDefaults");
	g_assert_cmpint(denied->fault_code, ==, 606);
}

/* LIM-07. */
static void
test_size(Fixture *fixture, gconstpointer data)
{
	(void)data;
	for (int more = 0; more < 2; more++) {
		g_autofree char *body =
			g_strnfill(more ? 0 : 262144, ' '); /* the length is enough */
		g_autofree char *request = g_strdup_printf(
			"POST /control/RenderingControl HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n" XML
			"Content-Length: %d\r\nConnection: close\r\n\r\n%s",
			avu_http_server_get_port(fixture->server), 262144 + more, body);
		g_autofree char *answer = ask(fixture, request);

		g_assert_cmpint(status_of(answer) == 413, ==, more == 1);
		g_assert_cmpint(status_of(answer), >=, 400);
	}
}

static void
test_methods(Fixture *fixture, gconstpointer data)
{
	g_autofree char *by_get = get(fixture, "/control/RenderingControl");
	g_autofree char *unknown = get(fixture, "/scpd/Nothing.xml");

	(void)data;
	g_assert_cmpint(status_of(by_get), ==, 405);
	g_assert_cmpint(status_of(unknown), ==, 404);
}

/* Read by our own reader of foreign descriptions, which has its own test against foreign texts. */
static void
test_documents(Fixture *fixture, gconstpointer data)
{
	g_autofree char *answer = get(fixture, "/description.xml");
	g_autofree char *type = header_of(answer, "Content-Type");
	g_autoptr(AvuUrl) location = avu_url_parse("http://127.0.0.1:8200/description.xml", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(AvuDescription) description =
		avu_description_parse(location, body_of(answer), strlen(body_of(answer)), &error);

	(void)data;
	g_assert_no_error(error);
	g_assert_cmpstr(type, ==, "text/xml; charset=\"utf-8\"");
	const AvuDeviceDescription *device = g_ptr_array_index(description->devices, 0);
	const AvuServiceDescription *service =
		avu_device_description_find_service(device, &avu_service_rendering_control);

	g_assert_cmpstr(device->device_type, ==, "urn:schemas-upnp-org:device:MediaRenderer:1");
	g_assert_cmpstr(device->udn, ==, "uuid:11111111-2222-3333-4444-555555555555");
	g_assert_cmpstr(device->friendly_name, ==, "Room <1> & kitchen");
	g_assert_cmpstr(device->dlna_doc, ==, "DMR-1.50");
	g_assert_cmpstr(service->type, ==, RENDERING);
	g_assert_cmpstr(service->id, ==, "urn:upnp-org:serviceId:RenderingControl");
	g_assert_nonnull(strstr(answer,
		"<iconList><icon><mimetype>image/png</mimetype><width>48</width><height>48</height>"
		"<depth>24</depth><url>/icon.png</url></icon></iconList>"));
	g_autofree char *scpd = get(fixture, avu_url_get_target(service->scpd_url));

	g_assert_cmpint(status_of(scpd), ==, 200);
	g_assert_nonnull(strstr(scpd, "<name>SetVolume</name>"));
	g_assert_null(strstr(scpd, "GetBrightness"));
	g_assert_null(strstr(scpd, "Brightness"));
	g_assert_nonnull(strstr(scpd, "<maximum>50</maximum>"));
	g_assert_nonnull(strstr(
		scpd, "<allowedValueList><allowedValue>Master</allowedValue></allowedValueList>"));
	g_autofree char *content = get(fixture, "/scpd/ContentDirectory.xml");

	g_assert_nonnull(strstr(content, "ContainerUpdateIDs"));
	g_assert_null(strstr(content, "TransferIDs"));
	g_assert_cmpuint(avu_device_host_get_config_id(fixture->host), <=, 16777215);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/upnp/device-host/rows", Fixture, NULL, set_up, test_rows, tear_down);
	g_test_add("/upnp/device-host/replies", Fixture, NULL, set_up, test_replies, tear_down);
	g_test_add("/upnp/device-host/gate", Fixture, NULL, set_up, test_gate, tear_down);
	g_test_add("/upnp/device-host/size", Fixture, NULL, set_up, test_size, tear_down);
	g_test_add("/upnp/device-host/methods", Fixture, NULL, set_up, test_methods, tear_down);
	g_test_add("/upnp/device-host/documents", Fixture, NULL, set_up, test_documents, tear_down);
	return g_test_run();
}
