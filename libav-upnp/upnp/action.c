/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One incoming call: find → gate → check → handler → typed reply → SOAP.
 *
 * Runs on the connection's thread; gate and handler of a main-thread service run on the main context,
 * waited for at most AVU_LIMIT_SOAP_HANDLER_NS. A call belongs to one thread at a time. */
#define G_LOG_DOMAIN "avu-upnp"

#include <string.h>

#include <av-upnp/action.h>
#include <av-upnp/clock.h>
#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#include "envelope.h"
#include "host-private.h"

/* AVTransport's GetMediaInfo_Ext has 11 arguments in all, SetStaticPlaylist 9 in. */
#define ARGUMENTS_MAX 16

struct AvuCall {
	AvuService *service;
	unsigned version;
	const AvuActionSpec *action;
	const AvuSoapMessage *request;
	const CallOrigin *origin;
	const char *in[ARGUMENTS_MAX]; /* by position in action->arguments */
	char *out[ARGUMENTS_MAX];
	AvuXmlWriter *reply; /* NULL until a document was begun or the reply is finished */
	int document;        /* position of the argument written as document, or -1 */
};

static size_t
count_arguments(const AvuActionSpec *action)
{
	size_t n = 0;

	while (action->arguments[n].name != NULL) {
		n++;
	}
	return n;
}

static int
find_argument(const AvuCall *call, const char *name, AvuDirection direction)
{
	const AvuArgumentSpec *arguments = call->action->arguments;

	for (int i = 0; arguments[i].name != NULL; i++) {
		if (arguments[i].direction == direction && strcmp(arguments[i].name, name) == 0) {
			return i;
		}
	}
	/* A handler that does not know its own action. */
	g_assert_not_reached();
}

const char *
avu_call_string(const AvuCall *call, const char *argument)
{
	const char *value = call->in[find_argument(call, argument, AVU_IN)];

	/* Younger than the version called. */
	return value != NULL ? value : "";
}

static int64_t
call_number(const AvuCall *call, const char *argument)
{
	int64_t number = 0;

	(void)avu_parse_int(avu_call_string(call, argument), INT64_MIN, INT64_MAX, &number);
	return number;
}

uint32_t
avu_call_ui4(const AvuCall *call, const char *argument)
{
	return (uint32_t)call_number(call, argument);
}

int32_t
avu_call_i4(const AvuCall *call, const char *argument)
{
	return (int32_t)call_number(call, argument);
}

bool
avu_call_bool(const AvuCall *call, const char *argument)
{
	static const char *const yes[] = { "1", "true", "yes" };

	for (size_t i = 0; i < G_N_ELEMENTS(yes); i++) {
		if (g_ascii_strcasecmp(avu_call_string(call, argument), yes[i]) == 0) {
			return true;
		}
	}
	return false;
}

void
avu_call_reply_string(AvuCall *call, const char *argument, const char *value)
{
	int i = find_argument(call, argument, AVU_OUT);

	g_assert(call->out[i] == NULL && i != call->document);
	call->out[i] = g_strdup(value != NULL ? value : "");
}

static void
reply_number(AvuCall *call, const char *argument, int64_t value)
{
	char digits[24];

	(void)g_snprintf(digits, sizeof(digits), "%" G_GINT64_FORMAT, value);
	avu_call_reply_string(call, argument, digits);
}

void
avu_call_reply_ui4(AvuCall *call, const char *argument, uint32_t value)
{
	reply_number(call, argument, value);
}

void
avu_call_reply_i4(AvuCall *call, const char *argument, int32_t value)
{
	reply_number(call, argument, value);
}

void
avu_call_reply_bool(AvuCall *call, const char *argument, bool value)
{
	avu_call_reply_string(call, argument, value ? "1" : "0");
}

static void
begin_reply(AvuCall *call)
{
	g_autofree char *element = g_strconcat("u:", call->action->name, "Response", NULL);

	call->reply = envelope_begin();
	/* The writer keeps the pointer: it ends with the reply. */
	avu_xml_start(call->reply, g_intern_string(element));
	avu_xml_attribute(call->reply, "xmlns:u", call->request->service_type);
}

AvuXmlWriter *
avu_call_reply_begin_document(AvuCall *call, const char *argument)
{
	int i = find_argument(call, argument, AVU_OUT);

	g_assert(call->reply == NULL);
	g_assert(i == 0 || call->action->arguments[i - 1].direction == AVU_IN);
	begin_reply(call);
	call->document = i;
	avu_xml_start(call->reply, call->action->arguments[i].name);
	avu_xml_nest(call->reply);
	return call->reply;
}

void
avu_call_reply_end_document(AvuCall *call)
{
	g_assert(call->document >= 0);
	avu_xml_unnest(call->reply);
	avu_xml_end(call->reply);
}

const AvuActionSpec *
avu_call_get_action(const AvuCall *call)
{
	return call->action;
}

unsigned
avu_call_get_version(const AvuCall *call)
{
	return call->version;
}

const AvuAddress *
avu_call_get_peer(const AvuCall *call)
{
	return &call->origin->peer;
}

const AvuAddress *
avu_call_get_local(const AvuCall *call)
{
	return &call->origin->local;
}

const char *
avu_call_get_header(const AvuCall *call, const char *name)
{
	return call->origin->http != NULL ? avu_http_request_get_header(call->origin->http, name)
					  : NULL;
}

/* Arguments by name, in any order, each once; others are ignored (UDA 1.0 3.2.1, SEC-064). */
static bool
check_arguments(AvuCall *call, GError **error)
{
	const AvuServiceSpec *service = &call->service->spec;

	for (size_t i = 0; call->action->arguments[i].name != NULL; i++) {
		const AvuArgumentSpec *argument = &call->action->arguments[i];
		unsigned seen = 0;

		if (argument->direction != AVU_IN || argument->since > call->version) {
			continue;
		}
		for (guint k = 0; k < call->request->arguments->len; k++) {
			const AvuSoapArgument *given =
				&g_array_index(call->request->arguments, AvuSoapArgument, k);

			if (strcmp(given->name, argument->name) == 0) {
				call->in[i] = given->value;
				seen++;
			}
		}
		if (seen != 1) {
			g_set_error(error, AVU_UPNP_ERROR, AVU_UPNP_INVALID_ARGS, "%s is %s",
				argument->name, seen == 0 ? "missing" : "there twice");
			return false;
		}
		const AvuVariableSpec *variable = avu_service_find_variable_at(
			service, call->service->version, argument->variable);

		g_assert(variable != NULL);
		if (!avu_variable_check(variable, argument->name, call->in[i], error)) {
			return false;
		}
	}
	return true;
}

typedef struct {
	AvuCall *call;
	AvuActionHandler handler;
	bool done;
	GError *error;
} Run;

static void
run(void *data)
{
	Run *self = data;
	AvuService *service = self->call->service;
	const AvuGate *gate = service->gate;
	bool main_thread = (service->flags & AVU_SERVICE_ANY_THREAD) == 0;

	if (gate != NULL && gate->may_call != NULL && !gate->may_call(self->call, gate->data)) {
		g_set_error(&self->error, AVU_UPNP_ERROR, AVU_UPNP_NOT_AUTHORIZED,
			"not allowed for this control point");
		return;
	}
	if (!check_arguments(self->call, &self->error)) {
		return;
	}
	/* What one call changes is told in one event. */
	if (main_thread) {
		avu_variables_begin(service->variables);
	}
	self->done = self->handler(self->call, service->object, &self->error);
	if (main_thread) {
		avu_variables_commit(service->variables);
	}
}

static bool
run_where_it_belongs(AvuCall *call, AvuActionHandler handler, GError **error)
{
	Run self = { .call = call, .handler = handler };

	/* A call that did not come over HTTP is made on the right thread already. */
	if ((call->service->flags & AVU_SERVICE_ANY_THREAD) != 0 || call->origin->http == NULL) {
		run(&self);
	} else if (!avu_mailbox_call(call->service->mailbox, run, &self,
			   avu_now_ns() + AVU_LIMIT_SOAP_HANDLER_NS, error)) {
		return false;
	}
	if (self.error != NULL) {
		g_propagate_error(error, self.error);
	}
	return self.done;
}

/* The present value of the variable behind an argument the handler left to us. */
static char *
present_value(const AvuCall *call, const AvuArgumentSpec *argument)
{
	const AvuVariableSpec *variable = avu_service_find_variable_at(
		&call->service->spec, call->service->version, argument->variable);
	const char *channel = NULL;
	unsigned instance = 0;

	for (size_t i = 0; call->action->arguments[i].name != NULL; i++) {
		const char *name = call->action->arguments[i].name;

		if (call->in[i] != NULL && strcmp(name, "InstanceID") == 0) {
			instance = avu_call_ui4(call, name);
		} else if (call->in[i] != NULL && strcmp(name, "Channel") == 0 &&
			   (variable->flags & AVU_VARIABLE_CHANNEL) != 0) {
			channel = call->in[i];
		}
	}
	return avu_variables_dup(call->service->variables, instance, channel, argument->variable);
}

/* A reply that its own table forbids is our fault: the caller gets 501, the journal the reason. */
static bool
finish_reply(AvuCall *call, GError **error)
{
	if (call->reply == NULL) {
		begin_reply(call);
	}
	for (int i = 0; call->action->arguments[i].name != NULL; i++) {
		const AvuArgumentSpec *argument = &call->action->arguments[i];

		if (argument->direction != AVU_OUT || argument->since > call->version ||
			i == call->document) {
			continue;
		}
		if (call->out[i] == NULL) {
			call->out[i] = present_value(call, argument);
		}
		const AvuVariableSpec *variable = avu_service_find_variable_at(
			&call->service->spec, call->service->version, argument->variable);
		g_autoptr(GError) problem = NULL;

		if (!avu_variable_check(variable, argument->name, call->out[i], &problem)) {
			g_warning("reply of %s: %s", call->action->name, problem->message);
			g_set_error(error, AVU_UPNP_ERROR, AVU_UPNP_ACTION_FAILED, "bad reply");
			return false;
		}
		avu_xml_element(call->reply, argument->name, call->out[i]);
	}
	avu_xml_end(call->reply);
	return true;
}

static GBytes *
answer_error(const AvuService *service, const char *action, const GError *error, int *ret_code)
{
	const char *text;

	*ret_code = error->domain == AVU_UPNP_ERROR ? error->code : AVU_UPNP_ACTION_FAILED;
	text = avu_service_error_text(&service->spec, *ret_code);
	g_debug("%s: %d %s (%s)", action, *ret_code, text, error->message);
	return avu_soap_write_fault(*ret_code, text);
}

static GBytes *
run_action(AvuCall *call, AvuActionHandler handler, int *ret_code)
{
	g_autoptr(GError) error = NULL;
	GBytes *answer = NULL;

	if (run_where_it_belongs(call, handler, &error) && finish_reply(call, &error)) {
		*ret_code = 0;
		answer = envelope_end(g_steal_pointer(&call->reply));
	} else {
		if (error == NULL) {
			g_set_error(&error, AVU_UPNP_ERROR, AVU_UPNP_ACTION_FAILED, "no reason");
		}
		answer = answer_error(call->service, call->action->name, error, ret_code);
	}
	avu_xml_writer_free(call->reply);
	for (size_t i = 0; i < ARGUMENTS_MAX; i++) {
		g_free(call->out[i]);
	}
	return answer;
}

GBytes *
action_run(AvuService *service, unsigned version, const AvuSoapMessage *request,
	const CallOrigin *origin, int *ret_code)
{
	const AvuActionSpec *action = avu_service_find_action(&service->spec, request->action);
	AvuActionHandler handler = service_find_handler(service, request->action);

	if (action == NULL || action->since > version || version > service->version) {
		*ret_code = AVU_UPNP_INVALID_ACTION;
	} else if (handler == NULL) {
		*ret_code = AVU_UPNP_OPTIONAL_ACTION_NOT_IMPLEMENTED;
	} else {
		AvuCall call = { .service = service,
			.version = version,
			.action = action,
			.request = request,
			.origin = origin,
			.document = -1 };

		g_assert(count_arguments(action) <= ARGUMENTS_MAX);
		return run_action(&call, handler, ret_code);
	}
	return avu_soap_write_fault(*ret_code, avu_service_error_text(&service->spec, *ret_code));
}
