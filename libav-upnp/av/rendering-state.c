/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetStateVariables and SetStateVariables: what a bookmark keeps of a renderer. All is checked before
 * anything is set. @clause RenderingControl:3 2.4.34, 2.4.35, schema avs */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/xml-reader.h>
#include <av-upnp/xml-writer.h>

#include "rendering-private.h"

#define PAIRS_NAMESPACE "urn:schemas-upnp-org:av:avs"
#define VOLUME_DB "VolumeDB"
#define LIST_MAX 64 /* more than there are variables: the rest is one name, which nobody has */

/* A variable that can be kept. VolumeDB is VOLUME in other words. */
static bool
find_variable(const AvuRendering *self, const char *name, AvuValue *ret_value)
{
	*ret_value = AVU_VALUE_VOLUME;
	return (strcmp(name, VOLUME_DB) == 0 || avu_value_find(name, ret_value)) &&
	       !avu_value_get_spec(*ret_value)->transform_only &&
	       rendering_has(self, *ret_value, AVU_CHANNEL_MASTER);
}

static void
write_variable(const AvuRendering *self, AvuXmlWriter *out, const char *name, AvuValue value)
{
	const bool channels = avu_value_get_spec(value)->channels;

	for (unsigned c = 0; c < AVU_N_CHANNELS; c++) {
		if (!rendering_has(self, value, (AvuChannel)c)) {
			continue;
		}
		const char *channel = channels ? avu_channel_get_name((AvuChannel)c) : NULL;
		g_autofree char *text =
			avu_variables_dup(self->variables, self->instance, channel, name);

		avu_xml_start(out, "stateVariable");
		avu_xml_attribute(out, "variableName", name);
		if (channel != NULL) {
			avu_xml_attribute(out, "channel", channel);
		}
		avu_xml_text(out, text);
		avu_xml_end(out);
	}
}

static void
write_all(const AvuRendering *self, AvuXmlWriter *out)
{
	AvuValue value;

	for (unsigned v = 0; v < AVU_N_VALUES; v++) {
		if (find_variable(self, avu_value_get_spec((AvuValue)v)->name, &value)) {
			write_variable(self, out, avu_value_get_spec(value)->name, value);
		}
	}
	if (find_variable(self, VOLUME_DB, &value)) {
		write_variable(self, out, VOLUME_DB, value);
	}
}

static bool
write_listed(const AvuRendering *self, AvuXmlWriter *out, const char *list, GError **error)
{
	g_auto(GStrv) names = g_strsplit(list, ",", LIST_MAX);

	for (size_t i = 0; names[i] != NULL; i++) {
		const char *name = g_strstrip(names[i]);
		AvuValue value;

		if (*name == '\0' || strchr(name, '"') != NULL) {
			g_set_error(error, AVU_UPNP_ERROR, RENDERING_ILL_FORMED_LIST,
				"the list has an empty or quoted entry");
			return false;
		}
		if (!find_variable(self, name, &value)) {
			g_set_error(error, AVU_UPNP_ERROR, RENDERING_INVALID_VARIABLE_LIST,
				"no variable '%.40s'", name);
			return false;
		}
		/* asked for twice, answered once */
		for (size_t before = 0; before <= i; before++) {
			if (before == i) {
				write_variable(self, out, name, value);
			} else if (strcmp(names[before], name) == 0) {
				break;
			}
		}
	}
	return true;
}

bool
rendering_get_state(AvuRendering *self, AvuCall *call, GError **error)
{
	const char *list = avu_call_string(call, "StateVariableList");
	g_autoptr(AvuXmlWriter) out = avu_xml_writer_new();

	avu_xml_start(out, "stateVariableValuePairs");
	avu_xml_attribute(out, "xmlns", PAIRS_NAMESPACE);
	if (strcmp(list, "*") == 0) {
		write_all(self, out);
	} else if (!write_listed(self, out, list, error)) {
		return false;
	}
	avu_xml_end(out);
	g_autofree char *text = avu_xml_writer_finish_string(g_steal_pointer(&out));

	avu_call_reply_string(call, "StateVariableValuePairs", text);
	return true;
}

/* ---- setting */

/* What a document wants, and the names by which, each once. */
typedef struct {
	RenderingWishes wishes;
	GPtrArray *names; /* borrowed from the table of variables */
} Pairs;

/* "RenderingControl:2", or the whole URN; of no later version than ours. */
static bool
is_our_type(const AvuRendering *self, const char *type)
{
	const char *name = strstr(type, "RenderingControl:");
	uint64_t version;

	return name != NULL &&
	       (name == type || g_str_has_prefix(type, avu_service_rendering_control.type_base)) &&
	       avu_parse_uint(name + strlen("RenderingControl:"), self->version, &version) &&
	       version > 0;
}

static bool
refuse(GError **error, RenderingError code, const char *why)
{
	g_set_error(error, AVU_UPNP_ERROR, code, "%s", why);
	return false;
}

static bool
is_for_us(const AvuRendering *self, const AvuCall *call, GError **error)
{
	if (g_strcmp0(avu_call_string(call, "RenderingControlUDN"), self->udn) != 0) {
		return refuse(error, RENDERING_INVALID_UDN, "the UDN is another device's");
	}
	if (!is_our_type(self, avu_call_string(call, "ServiceType"))) {
		return refuse(error, RENDERING_INVALID_SERVICE_TYPE, "another service type");
	}
	if (strcmp(avu_call_string(call, "ServiceId"), avu_service_rendering_control.id) != 0) {
		return refuse(error, RENDERING_INVALID_SERVICE_ID, "another service id");
	}
	return true;
}

static bool
read_pair(const AvuRendering *self, const AvuXmlElement *element, Pairs *pairs, GError **error)
{
	const char *name = avu_xml_get_attribute(element, "variableName");
	const char *channel_name = avu_xml_get_attribute(element, "channel");
	AvuChannel channel = AVU_CHANNEL_MASTER;
	AvuValue value;
	int64_t number;

	if (name == NULL || !find_variable(self, name, &value)) {
		return refuse(error, RENDERING_IMPROPER_VARIABLES, "a variable that cannot be set");
	}
	const AvuVariableSpec *spec =
		avu_service_find_variable(&avu_service_rendering_control, name);
	const bool decibels = strcmp(name, VOLUME_DB) == 0;

	if (channel_name != NULL && (!avu_channel_find(channel_name, &channel) ||
					    !rendering_has(self, value, channel))) {
		return refuse(error, RENDERING_INVALID_VALUE, "no such channel");
	}
	if (!avu_parse_int(avu_xml_get_text(element),
		    decibels ? self->volume_db[0] : avu_value_get_spec(value)->min,
		    decibels ? self->volume_db[self->n_positions - 1]
			     : rendering_get_max(self, value),
		    &number)) {
		return refuse(error, RENDERING_INVALID_VALUE, "a value out of its range");
	}
	rendering_wish(&pairs->wishes, value, channel,
		decibels ? rendering_find_position(self, (int32_t)number) : (int32_t)number);
	if (!g_ptr_array_find(pairs->names, spec->name, NULL)) {
		g_ptr_array_add(pairs->names, (void *)spec->name);
	}
	return true;
}

static bool
read_pairs(const AvuRendering *self, const char *document, Pairs *pairs, GError **error)
{
	g_autoptr(AvuXmlDocument) tree =
		avu_xml_parse(&avu_xml_kind_didl, document, strlen(document), NULL);
	const AvuXmlElement *root = tree != NULL ? avu_xml_get_root(tree) : NULL;

	if (root == NULL || !avu_xml_is(root, "stateVariableValuePairs")) {
		return refuse(error, RENDERING_IMPROPER_VARIABLES, "no stateVariableValuePairs");
	}
	for (const AvuXmlElement *at = avu_xml_find_child(root, "stateVariable"); at != NULL;
		at = avu_xml_find_next(at, "stateVariable")) {
		if (!read_pair(self, at, pairs, error)) {
			return false;
		}
	}
	return true;
}

bool
rendering_set_state(AvuRendering *self, AvuCall *call, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	Pairs pairs = { .names = names };

	if (!is_for_us(self, call, error) ||
		!read_pairs(
			self, avu_call_string(call, "StateVariableValuePairs"), &pairs, error)) {
		return false;
	}
	if (names->len > 0) {
		rendering_set_wishes(self, &pairs.wishes);
	}
	g_ptr_array_add(names, NULL);
	g_autofree char *list = g_strjoinv(",", (char **)names->pdata);

	avu_call_reply_string(call, "StateVariableList", list);
	return true;
}
