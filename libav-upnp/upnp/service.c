/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Look-ups in the service tables and the check of one value against its variable. Any thread; the
 * tables are constant. */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/service.h>
#include <av-upnp/text.h>

#include "host-private.h"

static const AvuServiceSpec *const services[] = {
	&avu_service_content_directory,
	&avu_service_connection_manager,
	&avu_service_av_transport,
	&avu_service_rendering_control,
	&avu_service_media_receiver_registrar,
	NULL,
};

/* UDA 1.0 table 3-3; 606 from DeviceSecurity. */
static const char *const type_names[] = {
	[AVU_TYPE_STRING] = "string",
	[AVU_TYPE_UI1] = "ui1",
	[AVU_TYPE_UI2] = "ui2",
	[AVU_TYPE_UI4] = "ui4",
	[AVU_TYPE_I2] = "i2",
	[AVU_TYPE_I4] = "i4",
	[AVU_TYPE_INT] = "int",
	[AVU_TYPE_BOOLEAN] = "boolean",
	[AVU_TYPE_URI] = "uri",
	[AVU_TYPE_BIN_BASE64] = "bin.base64",
};

static const AvuErrorText uda_errors[] = {
	{ 401, "Invalid Action" },
	{ 402, "Invalid Args" },
	{ 404, "Invalid Var" },
	{ 501, "Action Failed" },
	{ 600, "Argument Value Invalid" },
	{ 601, "Argument Value Out of Range" },
	{ 602, "Optional Action Not Implemented" },
	{ 603, "Out of Memory" },
	{ 604, "Human Intervention Required" },
	{ 605, "String Argument Too Long" },
	{ 606, "Action not authorized" },
	{ 0, NULL },
};

const AvuServiceSpec *const *
avu_services(void)
{
	return services;
}

unsigned
service_parse_type(const AvuServiceSpec *spec, const char *type)
{
	AvuCursor in = avu_cursor_string(type);
	uint64_t version = 0;

	if (!avu_cursor_take(&in, spec->type_base) || !avu_cursor_take_char(&in, ':') ||
		!avu_cursor_take_uint(&in, UINT8_MAX, &version) || !avu_cursor_at_end(&in)) {
		return 0;
	}
	return (unsigned)version;
}

const AvuServiceSpec *
avu_service_find(const char *type_or_name, unsigned *ret_version)
{
	for (size_t i = 0; services[i] != NULL; i++) {
		unsigned version = service_parse_type(services[i], type_or_name);

		if (version == 0 && strcmp(type_or_name, services[i]->name) != 0) {
			continue;
		}
		if (ret_version != NULL) {
			*ret_version = version;
		}
		return services[i];
	}
	return NULL;
}

const AvuActionSpec *
avu_service_find_action(const AvuServiceSpec *service, const char *name)
{
	for (const AvuActionSpec *action = service->actions; action->name != NULL; action++) {
		if (strcmp(action->name, name) == 0) {
			return action;
		}
	}
	return NULL;
}

const AvuVariableSpec *
avu_service_find_variable(const AvuServiceSpec *service, const char *name)
{
	const AvuVariableSpec *newest = NULL;

	for (const AvuVariableSpec *variable = service->variables; variable->name != NULL;
		variable++) {
		if (strcmp(variable->name, name) == 0) {
			newest = variable;
		}
	}
	return newest;
}

static bool
speaks_for(const AvuVariableSpec *variable, unsigned version)
{
	return variable->since <= version && (variable->until == 0 || version <= variable->until);
}

const AvuVariableSpec *
avu_service_find_variable_at(const AvuServiceSpec *service, unsigned version, const char *name)
{
	for (const AvuVariableSpec *variable = service->variables; variable->name != NULL;
		variable++) {
		if (speaks_for(variable, version) && strcmp(variable->name, name) == 0) {
			return variable;
		}
	}
	return NULL;
}

static bool
action_uses(const AvuActionSpec *action, unsigned version, const char *variable)
{
	for (const AvuArgumentSpec *argument = action->arguments;
		argument != NULL && argument->name != NULL; argument++) {
		if (argument->since <= version && strcmp(argument->variable, variable) == 0) {
			return true;
		}
	}
	return false;
}

bool
avu_service_has_variable(const AvuServiceSpec *service, unsigned version,
	const AvuVariableSpec *variable, bool (*offered)(const char *name, void *data), void *data)
{
	if (!speaks_for(variable, version)) {
		return false;
	}
	for (const AvuActionSpec *action = service->actions; action->name != NULL; action++) {
		if (action->since <= version && action_uses(action, version, variable->name) &&
			(offered == NULL || offered(action->name, data))) {
			return true;
		}
	}
	if ((variable->flags & AVU_VARIABLE_OPTIONAL) != 0) {
		return offered == NULL || offered(variable->name, data);
	}
	/* Evented variables that no action names, such as LastChange; those that some action names
	 * exist with that action only. */
	for (const AvuActionSpec *action = service->actions; action->name != NULL; action++) {
		if (action_uses(action, UINT8_MAX, variable->name)) {
			return false;
		}
	}
	return (variable->flags & AVU_VARIABLE_EVENTED) != 0;
}

static const char *
find_text(const AvuErrorText *texts, int code)
{
	for (; texts != NULL && texts->code != 0; texts++) {
		if (texts->code == code) {
			return texts->text;
		}
	}
	return NULL;
}

const char *
avu_service_error_text(const AvuServiceSpec *service, int code)
{
	const char *text = service != NULL ? find_text(service->errors, code) : NULL;

	if (text == NULL) {
		text = find_text(uda_errors, code);
	}
	return text != NULL ? text : "Error";
}

static const struct {
	int64_t min, max; /* both 0: no number */
	bool sign;
} types[] = {
	[AVU_TYPE_UI1] = { 0, UINT8_MAX, false },
	[AVU_TYPE_UI2] = { 0, UINT16_MAX, false },
	[AVU_TYPE_UI4] = { 0, UINT32_MAX, false },
	[AVU_TYPE_I2] = { INT16_MIN, INT16_MAX, true },
	[AVU_TYPE_I4] = { INT32_MIN, INT32_MAX, true },
	[AVU_TYPE_INT] = { INT64_MIN, INT64_MAX, true },
	[AVU_TYPE_BIN_BASE64] = { 0, 0, false },
};

/* The message repeats what the peer sent, made harmless. */
static bool
refuse(GError **error, int code, const char *argument, const char *value, const char *why)
{
	g_autofree char *shown = avu_text_for_display(value, 40);

	g_set_error(error, AVU_UPNP_ERROR, code, "%s '%s' %s", argument, shown, why);
	return false;
}

static bool
is_number(const char *text, bool sign)
{
	if (sign && (*text == '-' || *text == '+')) {
		text++;
	}
	if (*text == '\0') {
		return false;
	}
	return strspn(text, "0123456789") == strlen(text);
}

static bool
check_number(const AvuVariableSpec *spec, const char *argument, const char *value, GError **error)
{
	bool bounded = spec->min != 0 || spec->max != 0;
	int64_t min = bounded ? spec->min : types[spec->type].min;
	int64_t max = bounded ? spec->max : types[spec->type].max;
	int64_t number;

	if (!is_number(value, types[spec->type].sign)) {
		return refuse(error, AVU_UPNP_INVALID_ARGS, argument, value, "is not a number");
	}
	if (!avu_parse_int(value, min, max, &number)) {
		g_autofree char *why = g_strdup_printf(
			"is not from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, min, max);

		return refuse(error, AVU_UPNP_ARGUMENT_VALUE_OUT_OF_RANGE, argument, value, why);
	}
	if (spec->step > 1 && (number - min) % spec->step != 0) {
		return refuse(error, AVU_UPNP_ARGUMENT_VALUE_OUT_OF_RANGE, argument, value,
			"lies between two steps");
	}
	return true;
}

static bool
check_boolean(const char *argument, const char *value, GError **error)
{
	static const char *const words[] = { "0", "1", "false", "true", "no", "yes", NULL };

	for (size_t i = 0; words[i] != NULL; i++) {
		if (g_ascii_strcasecmp(value, words[i]) == 0) {
			return true;
		}
	}
	return refuse(error, AVU_UPNP_INVALID_ARGS, argument, value, "is not a boolean");
}

/* Only what no URI may contain: it need not be absolute, and whether it can be fetched is the
 * handler's matter. */
static bool
check_uri(const char *argument, const char *value, GError **error)
{
	if (strlen(value) > AVU_LIMIT_URL) {
		return refuse(
			error, AVU_UPNP_STRING_ARGUMENT_TOO_LONG, argument, value, "is too long");
	}
	for (const char *p = value; *p != '\0'; p++) {
		if ((unsigned char)*p <= ' ' || *p == 0x7f) {
			return refuse(error, AVU_UPNP_ARGUMENT_VALUE_INVALID, argument, value,
				"is not a URI");
		}
	}
	return true;
}

static bool
check_base64(const char *argument, const char *value, GError **error)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				       "0123456789+/";
	size_t digits = 0;
	size_t padding = 0;

	for (const char *p = value; *p != '\0'; p++) {
		if (strchr(" \t\r\n", *p) != NULL) {
			continue;
		}
		if (*p == '=') {
			padding++;
		} else if (padding == 0 && strchr(alphabet, *p) != NULL) {
			digits++;
		} else {
			padding = 3;
		}
	}
	if (padding > 2 || (digits + padding) % 4 != 0) {
		return refuse(
			error, AVU_UPNP_ARGUMENT_VALUE_INVALID, argument, value, "is not base64");
	}
	return true;
}

static bool
check_list(const AvuVariableSpec *spec, const char *argument, const char *value, GError **error)
{
	if (spec->allowed == NULL || (spec->flags & AVU_VARIABLE_OPEN_LIST) != 0 ||
		g_strv_contains(spec->allowed, value)) {
		return true;
	}
	return refuse(error, AVU_UPNP_ARGUMENT_VALUE_OUT_OF_RANGE, argument, value,
		"is not an allowed value");
}

bool
avu_variable_check(
	const AvuVariableSpec *spec, const char *argument, const char *value, GError **error)
{
	switch (spec->type) {
	case AVU_TYPE_STRING:
		return check_list(spec, argument, value, error);
	case AVU_TYPE_BOOLEAN:
		return check_boolean(argument, value, error);
	case AVU_TYPE_URI:
		return check_uri(argument, value, error);
	case AVU_TYPE_BIN_BASE64:
		return check_base64(argument, value, error);
	default:
		return check_number(spec, argument, value, error);
	}
}

const char *
avu_data_type_name(AvuDataType type)
{
	return type_names[type];
}

bool
avu_data_type_parse(const char *name, AvuDataType *ret_type)
{
	for (size_t i = 0; i < G_N_ELEMENTS(type_names); i++) {
		if (strcmp(type_names[i], name) == 0) {
			*ret_type = (AvuDataType)i;
			return true;
		}
	}
	return false;
}
