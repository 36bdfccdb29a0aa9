/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SOAP requests and answers, the SOAPACTION line, property sets. A request that was understood is
 * written again and must be understood the same; each of its values is put to every variable's
 * check. */
#include <string.h>

#include <av-upnp/soap.h>

#include "libav-upnp/upnp/property-set.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_values(const AvuSoapMessage *message)
{
	const AvuServiceSpec *service = avu_service_find(message->service_type, NULL);

	for (guint i = 0; service != NULL && i < message->arguments->len && i < 8; i++) {
		const AvuSoapArgument *argument =
			&g_array_index(message->arguments, AvuSoapArgument, i);

		for (const AvuVariableSpec *variable = service->variables; variable->name != NULL;
			variable++) {
			g_autoptr(GError) error = NULL;
			bool good = avu_variable_check(
				variable, argument->name, argument->value, &error);

			g_assert_true(good == (error == NULL));
		}
	}
}

static void
write_again(const AvuSoapMessage *message)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autoptr(GPtrArray) values = g_ptr_array_new();

	for (guint i = 0; i < message->arguments->len; i++) {
		const AvuSoapArgument *argument =
			&g_array_index(message->arguments, AvuSoapArgument, i);

		g_ptr_array_add(names, argument->name);
		g_ptr_array_add(values, argument->value);
	}
	g_ptr_array_add(names, NULL);
	g_autofree char *text = avu_soap_write_request(message->service_type, message->action,
		(const char *const *)names->pdata, (const char *const *)values->pdata);
	g_autoptr(AvuSoapMessage) again = avu_soap_parse_request(text, strlen(text), NULL);

	g_assert_nonnull(again);
	g_assert_cmpstr(again->action, ==, message->action);
	g_assert_cmpuint(again->arguments->len, ==, message->arguments->len);
	for (guint i = 0; i < again->arguments->len; i++) {
		g_assert_cmpstr(g_array_index(again->arguments, AvuSoapArgument, i).value, ==,
			g_array_index(message->arguments, AvuSoapArgument, i).value);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	g_autoptr(AvuSoapMessage) request = avu_soap_parse_request(text, size, NULL);
	g_autoptr(AvuSoapMessage) answer = avu_soap_parse_answer(text, size, NULL);
	g_autoptr(PropertySet) set = property_set_parse(text, size, NULL);
	g_autofree char *line = g_strndup(text, MIN(size, 4096));
	g_autofree char *type = NULL;
	g_autofree char *action = NULL;

	if (request != NULL) {
		check_values(request);
		write_again(request);
	}
	if (answer != NULL) {
		g_assert_true(answer->fault_code >= 0);
	}
	if (set != NULL) {
		g_assert_cmpuint(set->names->len, ==, set->values->len);
	}
	if (avu_soap_parse_action_header(line, &type, &action)) {
		g_assert_true(*type != '\0' && *action != '\0');
	}
	return 0;
}
