/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A service description as a service table. What the XML reader lets through (elements, lengths) bounds all
 * of it. Any thread; no state. */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/scpd.h>
#include <av-upnp/xml-reader.h>

/* Stands for a variable that is missing. */
#define ANY_TEXT "any text"

struct AvuScpd {
	AvuServiceSpec spec;
	GStringChunk *texts;
	GPtrArray *blocks; /* arrays that the spec points into */
};

static const char *
keep(AvuScpd *scpd, const char *text)
{
	return text != NULL ? g_string_chunk_insert_const(scpd->texts, text) : NULL;
}

/* The array with an entry of zeroes at its end, as tables have it. @param array  taken */
static const void *
keep_array(AvuScpd *scpd, GArray *array)
{
	void *data = g_array_free(array, false);

	g_ptr_array_add(scpd->blocks, data);
	return data;
}

static const char *
name_in(AvuScpd *scpd, const AvuXmlElement *element)
{
	const char *name = avu_xml_get_child_text(element, "name");

	return name != NULL && name[0] != '\0' ? keep(scpd, name) : NULL;
}

/* Variables */

static const char *const *
read_allowed(AvuScpd *scpd, const AvuXmlElement *variable)
{
	const AvuXmlElement *list = avu_xml_find_child(variable, "allowedValueList");
	const AvuXmlElement *value = list != NULL ? avu_xml_find_child(list, "allowedValue") : NULL;

	if (value == NULL) {
		return NULL;
	}
	GArray *values = g_array_new(true, true, sizeof(const char *));

	for (; value != NULL; value = avu_xml_find_next(value, "allowedValue")) {
		const char *text = keep(scpd, avu_xml_get_text(value));

		g_array_append_val(values, text);
	}
	return keep_array(scpd, values);
}

static int64_t
number_in(const AvuXmlElement *range, const char *name)
{
	const char *text = avu_xml_get_child_text(range, name);
	int64_t value = 0;

	/* decimals and nonsense are no limit */
	return text != NULL && avu_parse_int(text, INT32_MIN, UINT32_MAX, &value) ? value : 0;
}

/* Other types than our tables have are text to us. */
static AvuDataType
read_type(const AvuXmlElement *variable)
{
	const char *name = avu_xml_get_child_text(variable, "dataType");
	AvuDataType type = AVU_TYPE_STRING;

	return name != NULL && avu_data_type_parse(name, &type) ? type : AVU_TYPE_STRING;
}

static void
read_variable(AvuScpd *scpd, const AvuXmlElement *element, GArray *variables)
{
	const AvuXmlElement *range = avu_xml_find_child(element, "allowedValueRange");
	AvuVariableSpec variable = { .name = name_in(scpd, element), .type = read_type(element) };

	if (variable.name == NULL) {
		return;
	}
	variable.allowed = variable.type == AVU_TYPE_STRING ? read_allowed(scpd, element) : NULL;
	variable.fallback = keep(scpd, avu_xml_get_child_text(element, "defaultValue"));
	if (range != NULL) {
		variable.min = number_in(range, "minimum");
		variable.max = number_in(range, "maximum");
		variable.step = number_in(range, "step");
	}
	if (variable.max < variable.min) {
		variable.min = variable.max = 0;
	}
	g_array_append_val(variables, variable);
}

/* The last one stands for those that are missing. */
static const AvuVariableSpec *
read_variables(AvuScpd *scpd, const AvuXmlElement *root)
{
	const AvuVariableSpec any = { .name = ANY_TEXT, .type = AVU_TYPE_STRING };
	GArray *variables = g_array_new(true, true, sizeof(AvuVariableSpec));
	const AvuXmlElement *table = avu_xml_find_child(root, "serviceStateTable");
	const AvuXmlElement *element =
		table != NULL ? avu_xml_find_child(table, "stateVariable") : NULL;

	for (; element != NULL; element = avu_xml_find_next(element, "stateVariable")) {
		read_variable(scpd, element, variables);
	}
	g_array_append_val(variables, any);
	return keep_array(scpd, variables);
}

/* Actions */

static void
read_arguments(AvuScpd *scpd, const AvuXmlElement *list, AvuDirection direction, GArray *arguments)
{
	const AvuXmlElement *element = list != NULL ? avu_xml_find_child(list, "argument") : NULL;

	for (; element != NULL; element = avu_xml_find_next(element, "argument")) {
		const char *way = avu_xml_get_child_text(element, "direction");
		const bool out = way != NULL && g_ascii_strcasecmp(way, "out") == 0;
		const char *variable = avu_xml_get_child_text(element, "relatedStateVariable");
		AvuArgumentSpec argument = { .name = name_in(scpd, element),
			.direction = direction };

		if (argument.name == NULL || out != (direction == AVU_OUT)) {
			continue;
		}
		argument.variable =
			variable != NULL && avu_service_find_variable(&scpd->spec, variable) != NULL
				? keep(scpd, variable)
				: ANY_TEXT;
		g_array_append_val(arguments, argument);
	}
}

static const AvuActionSpec *
read_actions(AvuScpd *scpd, const AvuXmlElement *root, GError **error)
{
	GArray *actions = g_array_new(true, true, sizeof(AvuActionSpec));
	const AvuXmlElement *list = avu_xml_find_child(root, "actionList");
	const AvuXmlElement *element = list != NULL ? avu_xml_find_child(list, "action") : NULL;

	for (; element != NULL; element = avu_xml_find_next(element, "action")) {
		const AvuXmlElement *of = avu_xml_find_child(element, "argumentList");
		AvuActionSpec action = { .name = name_in(scpd, element) };

		if (action.name != NULL) {
			GArray *arguments = g_array_new(true, true, sizeof(AvuArgumentSpec));

			read_arguments(scpd, of, AVU_IN, arguments);
			read_arguments(scpd, of, AVU_OUT, arguments);
			action.arguments = keep_array(scpd, arguments);
			g_array_append_val(actions, action);
		}
	}
	if (actions->len == 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"service description: there is no action in it");
	}
	return keep_array(scpd, actions);
}

/* "urn:…:service:Name:1" */
static void
take_type(AvuScpd *scpd, const char *type)
{
	const char *version = strrchr(type, ':');
	g_autofree char *base =
		g_strndup(type, version != NULL ? (size_t)(version - type) : strlen(type));
	const char *name = strrchr(base, ':');
	const AvuServiceSpec *ours = avu_service_find(type, NULL);

	scpd->spec.type_base = keep(scpd, base);
	scpd->spec.name = keep(scpd, name != NULL ? name + 1 : base);
	scpd->spec.id = ours != NULL ? ours->id : "";
	scpd->spec.errors = ours != NULL ? ours->errors : NULL;
}

AvuScpd *
avu_scpd_read(const char *type, const char *text, size_t len, GError **error)
{
	g_autoptr(AvuXmlDocument) document =
		avu_xml_parse_foreign(&avu_xml_kind_scpd, text, len, error);
	g_autoptr(GError) empty = NULL;

	if (document == NULL) {
		return NULL;
	}
	g_autoptr(AvuScpd) scpd = g_new0(AvuScpd, 1);

	scpd->texts = g_string_chunk_new(1024);
	scpd->blocks = g_ptr_array_new_with_free_func(g_free);
	take_type(scpd, type);
	scpd->spec.variables = read_variables(scpd, avu_xml_get_root(document));
	scpd->spec.actions = read_actions(scpd, avu_xml_get_root(document), &empty);
	if (empty != NULL) {
		g_propagate_error(error, g_steal_pointer(&empty));
		return NULL;
	}
	return g_steal_pointer(&scpd);
}

void
avu_scpd_free(AvuScpd *scpd)
{
	if (scpd != NULL) {
		g_ptr_array_unref(scpd->blocks);
		g_string_chunk_free(scpd->texts);
		g_free(scpd);
	}
}

const AvuServiceSpec *
avu_scpd_get_spec(const AvuScpd *scpd)
{
	return &scpd->spec;
}
