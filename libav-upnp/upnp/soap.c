/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SOAP 1.1 envelopes of UPnP control. No I/O, any thread; sizes are limited by the XML reader's kinds
 * and by limits.h. */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/soap.h>
#include <av-upnp/xml-reader.h>
#include <av-upnp/xml-writer.h>

#include "envelope.h"

#define ENVELOPE_NAMESPACE "http://schemas.xmlsoap.org/soap/envelope/"
#define ENCODING "http://schemas.xmlsoap.org/soap/encoding/"
#define CONTROL_NAMESPACE "urn:schemas-upnp-org:control-1-0"

static void
clear_argument(void *data)
{
	AvuSoapArgument *argument = data;

	g_free(argument->name);
	g_free(argument->value);
}

void
avu_soap_message_free(AvuSoapMessage *message)
{
	if (message == NULL) {
		return;
	}
	g_free(message->service_type);
	g_free(message->action);
	g_free(message->fault_text);
	g_array_unref(message->arguments);
	g_free(message);
}

static AvuSoapMessage *
message_new(const AvuXmlElement *action, const char *name, size_t name_len)
{
	AvuSoapMessage *message = g_new0(AvuSoapMessage, 1);

	message->service_type = g_strdup(avu_xml_get_namespace(action));
	message->action = g_strndup(name, name_len);
	message->arguments = g_array_new(FALSE, FALSE, sizeof(AvuSoapArgument));
	g_array_set_clear_func(message->arguments, clear_argument);
	return message;
}

static void
take_arguments(AvuSoapMessage *message, const AvuXmlElement *action)
{
	for (const AvuXmlElement *child = avu_xml_find_child(action, NULL); child != NULL;
		child = avu_xml_find_next(child, NULL)) {
		AvuSoapArgument argument = { g_strdup(avu_xml_get_name(child)),
			g_strdup(avu_xml_get_text(child)) };

		g_array_append_val(message->arguments, argument);
	}
}

/* The only child of the body of an envelope, or NULL. */
static const AvuXmlElement *
find_payload(const AvuXmlDocument *document, bool strict)
{
	const AvuXmlElement *envelope = avu_xml_get_root(document);

	if (!avu_xml_is(envelope, "Envelope") ||
		(strict && strcmp(avu_xml_get_namespace(envelope), ENVELOPE_NAMESPACE) != 0)) {
		return NULL;
	}
	const AvuXmlElement *body = avu_xml_find_child(envelope, "Body");

	if (body == NULL ||
		(strict && strcmp(avu_xml_get_namespace(body), ENVELOPE_NAMESPACE) != 0)) {
		return NULL;
	}
	const AvuXmlElement *payload = avu_xml_find_child(body, NULL);

	return payload == NULL || avu_xml_find_next(payload, NULL) == NULL ? payload : NULL;
}

AvuSoapMessage *
avu_soap_parse_request(const char *text, size_t len, GError **error)
{
	g_autoptr(AvuXmlDocument) document =
		avu_xml_parse(&avu_xml_kind_soap_request, text, len, error);

	if (document == NULL) {
		return NULL;
	}
	const AvuXmlElement *action = find_payload(document, /* strict = */ true);

	if (action == NULL) {
		g_set_error(error, AVU_UPNP_ERROR, AVU_UPNP_INVALID_ACTION,
			"SOAP request: not an envelope with one action");
		return NULL;
	}
	const char *name = avu_xml_get_name(action);
	AvuSoapMessage *message = message_new(action, name, strlen(name));

	take_arguments(message, action);
	return message;
}

/* <Fault> … <detail><UPnPError><errorCode> */
static void
take_fault(AvuSoapMessage *message, const AvuXmlElement *fault)
{
	const AvuXmlElement *detail = avu_xml_find_child(fault, "detail");
	const AvuXmlElement *upnp = detail != NULL ? avu_xml_find_child(detail, "UPnPError") : NULL;
	const char *code_text = upnp != NULL ? avu_xml_get_child_text(upnp, "errorCode") : NULL;
	const char *text = upnp != NULL ? avu_xml_get_child_text(upnp, "errorDescription") : NULL;
	uint64_t code = 0;

	if (code_text != NULL) {
		g_autofree char *trimmed = g_strstrip(g_strdup(code_text));

		(void)avu_parse_uint(trimmed, 99999, &code);
	}
	message->fault_code = code > 0 ? (int)code : AVU_UPNP_ACTION_FAILED;
	if (text == NULL) {
		text = avu_xml_get_child_text(fault, "faultstring");
	}
	message->fault_text = g_strdup(text != NULL ? text : "");
}

AvuSoapMessage *
avu_soap_parse_answer(const char *text, size_t len, GError **error)
{
	g_autoptr(AvuXmlDocument) document =
		avu_xml_parse_foreign(&avu_xml_kind_soap_answer, text, len, error);

	if (document == NULL) {
		return NULL;
	}
	const AvuXmlElement *payload = find_payload(document, /* strict = */ false);

	if (payload == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"SOAP answer: not an envelope with one response");
		return NULL;
	}
	const char *name = avu_xml_get_name(payload);

	if (avu_xml_is(payload, "Fault")) {
		AvuSoapMessage *fault = message_new(payload, "", 0);

		take_fault(fault, payload);
		return fault;
	}
	if (!g_str_has_suffix(name, "Response")) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"SOAP answer: its element is not a response");
		return NULL;
	}
	AvuSoapMessage *message = message_new(payload, name, strlen(name) - strlen("Response"));

	take_arguments(message, payload);
	return message;
}

const char *
avu_soap_find_argument(const AvuSoapMessage *message, const char *name)
{
	for (guint i = 0; i < message->arguments->len; i++) {
		const AvuSoapArgument *argument =
			&g_array_index(message->arguments, AvuSoapArgument, i);

		if (strcmp(argument->name, name) == 0) {
			return argument->value;
		}
	}
	return NULL;
}

AvuXmlWriter *
envelope_begin(void)
{
	AvuXmlWriter *out = avu_xml_writer_new();

	avu_xml_declaration(out);
	avu_xml_start(out, "s:Envelope");
	avu_xml_attribute(out, "xmlns:s", ENVELOPE_NAMESPACE);
	avu_xml_attribute(out, "s:encodingStyle", ENCODING);
	avu_xml_start(out, "s:Body");
	return out;
}

GBytes *
envelope_end(AvuXmlWriter *out)
{
	avu_xml_end(out);
	avu_xml_end(out);
	return avu_xml_writer_finish(out);
}

char *
avu_soap_write_request(const char *service_type, const char *action, const char *const *names,
	const char *const *values)
{
	AvuXmlWriter *out = envelope_begin();
	g_autofree char *element = g_strconcat("u:", action, NULL);

	avu_xml_start(out, element);
	avu_xml_attribute(out, "xmlns:u", service_type);
	for (size_t i = 0; names[i] != NULL; i++) {
		avu_xml_element(out, names[i], values[i]);
	}
	avu_xml_end(out);
	avu_xml_end(out);
	avu_xml_end(out);
	return avu_xml_writer_finish_string(out);
}

GBytes *
avu_soap_write_fault(int code, const char *text)
{
	AvuXmlWriter *out = envelope_begin();

	avu_xml_start(out, "s:Fault");
	avu_xml_element(out, "faultcode", "s:Client");
	avu_xml_element(out, "faultstring", "UPnPError");
	avu_xml_start(out, "detail");
	avu_xml_start(out, "UPnPError");
	avu_xml_attribute(out, "xmlns", CONTROL_NAMESPACE);
	avu_xml_element_int(out, "errorCode", code);
	avu_xml_element(out, "errorDescription", text);
	avu_xml_end(out);
	avu_xml_end(out);
	avu_xml_end(out);
	return envelope_end(out);
}

bool
avu_soap_parse_action_header(const char *value, char **ret_service_type, char **ret_action)
{
	AvuCursor in = avu_cursor_string(value);

	(void)avu_cursor_skip_blank(&in);
	while (in.end > in.at && (in.end[-1] == ' ' || in.end[-1] == '\t')) {
		in.end--;
	}
	if (avu_cursor_take_char(&in, '"')) {
		if (avu_cursor_at_end(&in) || in.end[-1] != '"') {
			return false;
		}
		in.end--;
	}
	if (avu_cursor_len(&in) > 2 * AVU_LIMIT_XML_NAME ||
		memchr(in.at, '"', avu_cursor_len(&in))) {
		return false;
	}
	AvuCursor type = avu_cursor_take_until(&in, "#");

	if (avu_cursor_at_end(&type) || !avu_cursor_take_char(&in, '#') || avu_cursor_at_end(&in)) {
		return false;
	}
	*ret_service_type = avu_cursor_dup(&type);
	*ret_action = avu_cursor_dup(&in);
	return true;
}
