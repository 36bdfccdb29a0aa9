/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A root device on an HTTP server: its documents, its control and event URLs.
 *
 * Built on the main context's thread before the server starts; after avu_device_host_start() nothing
 * here changes, so that handlers on connections' threads need no lock. What does change lives in
 * AvuVariables and the publisher, which guard themselves. */
#include <string.h>

#include <av-upnp/device-host.h>
#include <av-upnp/error.h>
#include <av-upnp/hash.h>
#include <av-upnp/limits.h>

#include "device-description.h"
#include "gena-publisher.h"
#include "host-private.h"

#define XML_TYPE "text/xml; charset=\"utf-8\""

struct AvuDeviceHost {
	AvuHttpServer *server;
	AvuMailbox *mailbox;
	AvuDeviceInfo *info;
	AvuGate gate;
	GPtrArray *services; /* AvuService* */
	Publisher *publisher;
	GBytes *description;
	const AvuDeviceVariant *(*choose)(void *data, const AvuHttpRequest *request);
	void *choose_data;
	uint32_t config_id;
};

static void
service_free(void *data)
{
	AvuService *service = data;

	variables_free(service->variables);
	g_clear_pointer(&service->scpd, g_bytes_unref);
	g_ptr_array_unref(service->lists);
	g_ptr_array_unref(service->offered);
	g_free(service->rows);
	g_free(service);
}

AvuDeviceHost *
avu_device_host_new(AvuHttpServer *server, AvuMailbox *main_mailbox, AvuFetcher *fetcher,
	const AvuPrefixSet *prefixes, const AvuDeviceInfo *info, const AvuGate *gate)
{
	AvuDeviceHost *host = g_new0(AvuDeviceHost, 1);

	host->server = server;
	host->mailbox = main_mailbox;
	host->info = device_info_copy(info);
	host->gate = gate != NULL ? *gate : (AvuGate){ NULL, NULL };
	host->services = g_ptr_array_new_with_free_func(service_free);
	host->publisher = publisher_new(main_mailbox, fetcher, prefixes, /* clock = */ NULL);
	return host;
}

void
avu_device_host_free(AvuDeviceHost *host)
{
	if (host == NULL) {
		return;
	}
	publisher_close(host->publisher);
	publisher_unref(host->publisher);
	g_ptr_array_unref(host->services);
	g_clear_pointer(&host->description, g_bytes_unref);
	device_info_free(host->info);
	g_free(host);
}

void
avu_device_host_vary(AvuDeviceHost *host,
	const AvuDeviceVariant *(*choose)(void *data, const AvuHttpRequest *request), void *data)
{
	g_assert(host->description == NULL);
	host->choose = choose;
	host->choose_data = data;
}

AvuActionHandler
service_find_handler(const AvuService *service, const char *action)
{
	for (const AvuBinding *binding = service->bindings; binding->action != NULL; binding++) {
		if (strcmp(binding->action, action) == 0) {
			return binding->handler;
		}
	}
	return NULL;
}

bool
service_offers(const char *name, void *data)
{
	const AvuService *service = data;

	return service_find_handler(service, name) != NULL ||
	       g_ptr_array_find_with_equal_func(service->offered, name, g_str_equal, NULL);
}

/* Every binding names an action, every required action has a binding. */
static void
check_bindings(const AvuService *service)
{
	for (const AvuBinding *binding = service->bindings; binding->action != NULL; binding++) {
		g_assert(avu_service_find_action(&service->spec, binding->action) != NULL);
		g_assert(binding->handler != NULL);
	}
	for (const AvuActionSpec *action = service->spec.actions; action->name != NULL; action++) {
		g_assert(!action->required || action->since > service->version ||
			 service_find_handler(service, action->name) != NULL);
	}
}

AvuService *
avu_device_host_add_service(AvuDeviceHost *host, const AvuServiceSpec *spec, unsigned version,
	const AvuBinding *bindings, unsigned flags, void *object)
{
	AvuService *service = g_new0(AvuService, 1);
	size_t n_rows = 0;

	g_assert(host->description == NULL);
	g_assert(version >= 1 && version <= spec->max_version);
	while (spec->variables[n_rows].name != NULL) {
		n_rows++;
	}
	service->rows = g_memdup2(spec->variables, (n_rows + 1) * sizeof(AvuVariableSpec));
	service->spec = *spec;
	service->spec.variables = service->rows;
	service->lists = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	service->offered = g_ptr_array_new_with_free_func(g_free);
	service->version = version;
	service->bindings = bindings;
	service->flags = flags;
	service->object = object;
	service->host = host;
	service->gate = &host->gate;
	service->mailbox = host->mailbox;
	check_bindings(service);
	service->variables = variables_new(&service->spec, version);
	g_ptr_array_add(host->services, service);
	return service;
}

AvuVariables *
avu_service_get_variables(AvuService *service)
{
	return service->variables;
}

AvuService *
avu_device_host_find_service(AvuDeviceHost *host, const char *name)
{
	for (guint i = 0; i < host->services->len; i++) {
		AvuService *service = g_ptr_array_index(host->services, i);

		if (strcmp(service->spec.name, name) == 0) {
			return service;
		}
	}
	return NULL;
}

void
avu_service_narrow(AvuService *service, const char *variable, const char *const *allowed,
	int64_t min, int64_t max)
{
	AvuVariableSpec *row = (AvuVariableSpec *)avu_service_find_variable_at(
		&service->spec, service->version, variable);

	g_assert(service->scpd == NULL);
	g_assert(row != NULL && (row->flags & AVU_VARIABLE_DYNAMIC_RANGE) != 0);
	if (allowed != NULL) {
		char **list = g_strdupv((char **)allowed);

		g_ptr_array_add(service->lists, list);
		row->allowed = (const char *const *)list;
	}
	if (min != 0 || max != 0) {
		row->min = min;
		row->max = max;
	}
}

void
avu_service_offer(AvuService *service, const char *variable)
{
	const AvuVariableSpec *row =
		avu_service_find_variable_at(&service->spec, service->version, variable);

	g_assert(service->scpd == NULL);
	g_assert(row != NULL && (row->flags & AVU_VARIABLE_OPTIONAL) != 0);
	g_ptr_array_add(service->offered, g_strdup(variable));
}

static AvuHttpResponse *
answer_document(GBytes *document)
{
	return avu_http_response_new(200, XML_TYPE, g_bytes_ref(document));
}

static AvuHttpResponse *
on_description(const AvuHttpRequest *request, void *user_data)
{
	const AvuDeviceHost *host = user_data;
	const AvuDeviceVariant *variant =
		host->choose != NULL ? host->choose(host->choose_data, request) : NULL;

	if (variant == NULL) {
		return answer_document(host->description);
	}
	g_autoptr(GBytes) varied = device_description_write(host->info, variant, host->services);

	return answer_document(varied);
}

static AvuHttpResponse *
on_scpd(const AvuHttpRequest *request, void *user_data)
{
	const AvuService *service = user_data;

	(void)request;
	return answer_document(service->scpd);
}

static AvuHttpResponse *
on_event(const AvuHttpRequest *request, void *user_data)
{
	const AvuService *service = user_data;

	return publisher_handle(service->host->publisher, service->source, request);
}

/* "text/xml", parameters ignored. Anything else, nothing included, could come from a web page
 * without the browser asking us first. */
static bool
is_xml(const char *content_type)
{
	static const char xml[] = "text/xml";
	size_t len = strlen(xml);

	return content_type != NULL && g_ascii_strncasecmp(content_type, xml, len) == 0 &&
	       (content_type[len] == '\0' || strchr("; \t", content_type[len]) != NULL);
}

static AvuHttpResponse *
answer_soap(GBytes *envelope, int code)
{
	AvuHttpResponse *response =
		avu_http_response_new(code == 0 ? 200 : 500, XML_TYPE, envelope);

	avu_http_response_set_header(response, "EXT", "");
	return response;
}

static AvuHttpResponse *
answer_fault(const AvuService *service, int code)
{
	return answer_soap(
		avu_soap_write_fault(code, avu_service_error_text(&service->spec, code)), code);
}

/* The type in the action element is one of ours, and what SOAPACTION says, if it is there, is the
 * same (SEC-064). ret_version: the version the caller speaks. */
static bool
is_for_service(const AvuService *service, const AvuSoapMessage *message, const char *header,
	unsigned *ret_version)
{
	g_autofree char *type = NULL;
	g_autofree char *action = NULL;

	*ret_version = service_parse_type(&service->spec, message->service_type);
	if (*ret_version == 0) {
		return false;
	}
	if (header == NULL) {
		return true;
	}
	return avu_soap_parse_action_header(header, &type, &action) &&
	       strcmp(type, message->service_type) == 0 && strcmp(action, message->action) == 0;
}

static AvuHttpResponse *
on_control(const AvuHttpRequest *request, void *user_data)
{
	AvuService *service = user_data;
	g_autoptr(GError) error = NULL;
	unsigned version = 0;
	size_t len;
	const char *body = avu_http_request_get_body(request, &len);

	if (!is_xml(avu_http_request_get_header(request, "Content-Type"))) {
		return avu_http_response_new_error(415, "Content-Type is not text/xml");
	}
	g_autoptr(AvuSoapMessage) message = avu_soap_parse_request(body, len, &error);

	if (message == NULL) {
		g_debug("%s: %s", service->spec.name, error->message);
		/* SEC-050: what the reader says names what it read */
		return error->domain == AVU_UPNP_ERROR
			       ? answer_fault(service, error->code)
			       : avu_http_response_new_error(400, "the body is no sound XML");
	}
	if (!is_for_service(service, message, avu_http_request_get_header(request, "SOAPACTION"),
		    &version)) {
		return answer_fault(service, AVU_UPNP_INVALID_ACTION);
	}
	CallOrigin origin = { .http = request,
		.peer = *avu_http_request_get_peer(request),
		.local = *avu_http_request_get_local(request) };
	int code;
	GBytes *envelope = action_run(service, version, message, &origin, &code);

	return answer_soap(envelope, code);
}

AvuSoapMessage *
avu_service_call(AvuService *service, const char *action, const char *const *names,
	const char *const *values)
{
	g_autofree char *type = g_strdup_printf("%s:%u", service->spec.type_base, service->version);
	g_autofree char *text = avu_soap_write_request(type, action, names, values);
	g_autoptr(AvuSoapMessage) request = avu_soap_parse_request(text, strlen(text), NULL);
	CallOrigin origin = { .http = NULL };
	int code = AVU_UPNP_INVALID_ARGS;

	g_assert(service->scpd != NULL);
	(void)avu_address_parse("127.0.0.1", &origin.peer);
	origin.local = origin.peer;
	origin.local.port = avu_http_server_get_port(service->host->server);
	/* NULL: longer than a request may be. */
	g_autoptr(GBytes) envelope =
		request != NULL ? action_run(service, service->version, request, &origin, &code)
				: avu_soap_write_fault(code, "request is too long");
	size_t len;
	const char *answer = g_bytes_get_data(envelope, &len);
	AvuSoapMessage *message = avu_soap_parse_answer(answer, len, NULL);

	if (message == NULL) {
		g_autoptr(GBytes) fault = avu_soap_write_fault(AVU_UPNP_ACTION_FAILED, "too long");

		answer = g_bytes_get_data(fault, &len);
		message = avu_soap_parse_answer(answer, len, NULL);
	}
	return message;
}

static void
add_route(AvuService *service, const char *folder, const char *suffix, unsigned methods,
	size_t max_body, AvuHttpHandler handler)
{
	g_autofree char *path = g_strconcat("/", folder, "/", service->spec.name, suffix, NULL);
	AvuHttpRoute route = {
		.path = path, .methods = methods, .max_body = max_body, .handler = handler
	};

	avu_http_server_add_route(service->host->server, &route, service);
}

static void
append_document(GString *all, GBytes *document)
{
	size_t len;
	const char *octets = g_bytes_get_data(document, &len);

	g_string_append_len(all, octets, (gssize)len);
}

/* UDA 1.1 2.1: the same number means the same documents; 0 to 16777215 is free to use. */
static uint32_t
compute_config_id(const AvuDeviceHost *host)
{
	g_autoptr(GString) all = g_string_new(NULL);
	uint8_t digest[AVU_SHA256_LEN];

	append_document(all, host->description);
	for (guint i = 0; i < host->services->len; i++) {
		const AvuService *service = g_ptr_array_index(host->services, i);

		append_document(all, service->scpd);
	}
	avu_sha256(all->str, all->len, digest);
	return (uint32_t)digest[0] << 16 | (uint32_t)digest[1] << 8 | digest[2];
}

void
avu_device_host_start(AvuDeviceHost *host)
{
	AvuHttpRoute description = { .path = "/description.xml",
		.methods = AVU_HTTP_GET | AVU_HTTP_HEAD,
		.handler = on_description };

	for (guint i = 0; i < host->services->len; i++) {
		AvuService *service = g_ptr_array_index(host->services, i);

		variables_settle(service->variables, service_offers, service);
		service->source = publisher_add_source(host->publisher, service->variables);
		service->scpd =
			avu_scpd_write(&service->spec, service->version, service_offers, service);
		add_route(service, "scpd", ".xml", AVU_HTTP_GET | AVU_HTTP_HEAD, 0, on_scpd);
		add_route(service, "control", "", AVU_HTTP_POST, AVU_LIMIT_SOAP_BODY, on_control);
		add_route(service, "event", "", AVU_HTTP_SUBSCRIBE | AVU_HTTP_UNSUBSCRIBE, 0,
			on_event);
	}
	host->description = device_description_write(host->info, NULL, host->services);
	host->config_id = compute_config_id(host);
	avu_http_server_add_route(host->server, &description, host);
}

uint32_t
avu_device_host_get_config_id(const AvuDeviceHost *host)
{
	return host->config_id;
}
