/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One call of an action on a foreign device: arguments from the service table, one POST, the answer
 * read tolerantly. What the answer's values look like is for the caller to check: devices send
 * numbers with blanks, empty strings for numbers and leave arguments out, and the rest of such an
 * answer is still of use. Main context's thread. Answer size: AVU_LIMIT_SOAP_ANSWER. */
#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/remote-device.h>
#include <av-upnp/soap.h>
#include <av-upnp/text.h>

#define FAULT_TEXT_CHARS 160

struct AvuRemoteAnswer {
	AvuSoapMessage *message;
};

struct AvuRemoteCall {
	AvuFetch *fetch;
	AvuRemoteDevice *device;
	const AvuServiceSpec *service;
	const AvuActionSpec *action;
	AvuRemoteDone done;
	void *user_data;
};

static void
answer_clear(void *data)
{
	AvuRemoteAnswer *answer = data;

	avu_soap_message_free(answer->message);
}

AvuRemoteAnswer *
avu_remote_answer_ref(AvuRemoteAnswer *answer)
{
	return g_rc_box_acquire(answer);
}

void
avu_remote_answer_unref(AvuRemoteAnswer *answer)
{
	if (answer != NULL) {
		g_rc_box_release_full(answer, answer_clear);
	}
}

const char *
avu_remote_answer_get(const AvuRemoteAnswer *answer, const char *argument)
{
	const char *value = avu_soap_find_argument(answer->message, argument);

	return value != NULL ? value : "";
}

static bool
is_numeric(AvuDataType type)
{
	return type != AVU_TYPE_STRING && type != AVU_TYPE_URI && type != AVU_TYPE_BIN_BASE64;
}

/* The value the caller gave for this argument, or one that stands for "nothing special". */
static const char *
value_for(const AvuArgumentSpec *argument, const AvuVariableSpec *variable,
	const char *const *arguments)
{
	for (size_t i = 0; arguments != NULL && arguments[i] != NULL; i += 2) {
		if (strcmp(arguments[i], argument->name) == 0) {
			return arguments[i + 1];
		}
	}
	if (variable->fallback != NULL) {
		return variable->fallback;
	}
	return is_numeric(variable->type) ? "0" : "";
}

/* Ranges that a device may narrow or widen are its own business. */
static bool
value_acceptable(const AvuArgumentSpec *argument, const AvuVariableSpec *variable,
	const char *value, GError **error)
{
	g_autoptr(GError) refused = NULL;

	if (avu_variable_check(variable, argument->name, value, &refused) ||
		((variable->flags & AVU_VARIABLE_DYNAMIC_RANGE) != 0 &&
			refused->code == AVU_UPNP_ARGUMENT_VALUE_OUT_OF_RANGE)) {
		return true;
	}
	g_propagate_error(error, g_steal_pointer(&refused));
	return false;
}

static bool
is_in_argument(const AvuActionSpec *action, const char *name, unsigned version)
{
	for (const AvuArgumentSpec *a = action->arguments; a->name != NULL; a++) {
		if (a->direction == AVU_IN && a->since <= version && strcmp(a->name, name) == 0) {
			return true;
		}
	}
	return false;
}

/* Names and values in the table's order; both borrowed. */
static bool
collect_arguments(const AvuServiceSpec *service, const AvuActionSpec *action, unsigned version,
	const char *const *arguments, GPtrArray *names, GPtrArray *values, GError **error)
{
	for (size_t i = 0; arguments != NULL && arguments[i] != NULL; i += 2) {
		if (!is_in_argument(action, arguments[i], version)) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
				"action %s has no argument \"%s\" in version %u", action->name,
				arguments[i], version);
			return false;
		}
	}
	for (const AvuArgumentSpec *a = action->arguments; a->name != NULL; a++) {
		if (a->direction != AVU_IN || a->since > version) {
			continue;
		}
		const AvuVariableSpec *variable = avu_service_find_variable(service, a->variable);
		const char *value = value_for(a, variable, arguments);

		if (!value_acceptable(a, variable, value, error)) {
			return false;
		}
		g_ptr_array_add(names, (void *)a->name);
		g_ptr_array_add(values, (void *)value);
	}
	g_ptr_array_add(names, NULL);
	return true;
}

static void
call_free(AvuRemoteCall *call)
{
	avu_remote_device_unref(call->device);
	g_free(call);
}

static void
finish(AvuRemoteCall *call, AvuRemoteAnswer *answer, const GError *error)
{
	call->done(answer, error, call->user_data);
	call_free(call);
}

static GError *
fault_error(const AvuRemoteCall *call, const AvuSoapMessage *message)
{
	const char *meaning = avu_service_error_text(call->service, message->fault_code);
	g_autofree char *said = avu_text_for_display(
		message->fault_text != NULL ? message->fault_text : "", FAULT_TEXT_CHARS);
	const bool more = said[0] != '\0' && g_ascii_strcasecmp(said, meaning) != 0;

	return g_error_new(AVU_UPNP_ERROR, message->fault_code, "\"%s\" refused %s: %d %s%s%s%s",
		avu_remote_device_get_name(call->device), call->action->name, message->fault_code,
		meaning, more ? " (" : "", more ? said : "", more ? ")" : "");
}

static AvuSoapMessage *
parse_answer(const AvuRemoteCall *call, const AvuFetchAnswer *answer, GError **error)
{
	const char *name = avu_remote_device_get_name(call->device);

	if (answer->status != 200 && answer->status != 500) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"\"%s\" does not take %s at the address it announced: HTTP status %u", name,
			call->action->name, answer->status);
		return NULL;
	}
	g_autoptr(AvuSoapMessage) message =
		avu_soap_parse_answer(answer->body, answer->body_len, error);

	if (message == NULL) {
		g_prefix_error(error, "answer of \"%s\" to %s: ", name, call->action->name);
		return NULL;
	}
	if (message->fault_code != 0) {
		g_propagate_error(error, fault_error(call, message));
		return NULL;
	}
	/* The name space is not looked at: devices put the service id or another version there. */
	if (g_strcmp0(message->action, call->action->name) != 0) {
		g_autofree char *got = avu_text_for_display(message->action, 64);

		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"answer of \"%s\" to %s is one to \"%s\"", name, call->action->name, got);
		return NULL;
	}
	return g_steal_pointer(&message);
}

static void
fetched(const AvuFetchAnswer *answer, const GError *error, void *user_data)
{
	AvuRemoteCall *call = user_data;
	g_autoptr(GError) own = NULL;

	if (answer == NULL) {
		own = g_error_copy(error);
		g_prefix_error(&own, "\"%s\", %s: ", avu_remote_device_get_name(call->device),
			call->action->name);
		finish(call, NULL, own);
		return;
	}
	AvuSoapMessage *message = parse_answer(call, answer, &own);

	if (message == NULL) {
		finish(call, NULL, own);
		return;
	}
	g_autoptr(AvuRemoteAnswer) result = g_rc_box_new0(AvuRemoteAnswer);

	result->message = message;
	finish(call, result, NULL);
}

/* The action of the table and the service of the device that offers it. */
static const AvuServiceDescription *
find_action(const AvuRemoteDevice *device, const AvuServiceSpec *service, const char *action,
	const AvuActionSpec **ret_action, GError **error)
{
	const AvuServiceDescription *description = avu_remote_device_find_service(device, service);
	const AvuActionSpec *spec = avu_service_find_action(service, action);

	if (description == NULL || description->control_url == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "\"%s\" has no service %s",
			avu_remote_device_get_name(device), service->name);
		return NULL;
	}
	if (spec == NULL || spec->since > description->version) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"\"%s\" has %s:%u, which has no action \"%s\"",
			avu_remote_device_get_name(device), service->name, description->version,
			action);
		return NULL;
	}
	*ret_action = spec;
	return description;
}

static AvuFetch *
post(AvuRemoteCall *call, AvuFetcher *fetcher, const AvuServiceDescription *description,
	const char *body, int64_t timeout_ns)
{
	g_autofree char *soap_action =
		g_strdup_printf("SOAPACTION: \"%s#%s\"", description->type, call->action->name);
	const char *const headers[] = { "Content-Type: text/xml; charset=\"utf-8\"", soap_action,
		NULL };
	const AvuFetchRequest request = {
		.method = "POST",
		.url = avu_url_get_text(description->control_url),
		.headers = headers,
		.body = body,
		.body_len = strlen(body),
		.max_answer = AVU_LIMIT_SOAP_ANSWER,
		.timeout_ns = timeout_ns,
	};

	return avu_fetch(fetcher, &request, fetched, call);
}

AvuRemoteCall *
avu_remote_call(AvuRemoteDevice *device, AvuFetcher *fetcher, const AvuServiceSpec *service,
	const char *action, const char *const *arguments, int64_t timeout_ns, AvuRemoteDone done,
	void *user_data, GError **error)
{
	const AvuActionSpec *spec = NULL;
	const AvuServiceDescription *description =
		find_action(device, service, action, &spec, error);
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autoptr(GPtrArray) values = g_ptr_array_new();

	if (description == NULL || !collect_arguments(service, spec, description->version,
					   arguments, names, values, error)) {
		return NULL;
	}
	g_autofree char *body = avu_soap_write_request(description->type, spec->name,
		(const char *const *)names->pdata, (const char *const *)values->pdata);
	AvuRemoteCall *call = g_new0(AvuRemoteCall, 1);

	call->device = avu_remote_device_ref(device);
	call->service = service;
	call->action = spec;
	call->done = done;
	call->user_data = user_data;
	call->fetch = post(call, fetcher, description, body, timeout_ns);
	return call;
}

void
avu_remote_call_cancel(AvuRemoteCall *call)
{
	if (call != NULL) {
		avu_fetch_cancel(call->fetch);
		call_free(call);
	}
}
