/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes a service description (SCPD) from a service table. Any thread; no state. */
#include <av-upnp/service.h>
#include <av-upnp/xml-writer.h>

typedef struct {
	const AvuServiceSpec *service;
	unsigned version;
	bool (*offered)(const char *name, void *data);
	void *data;
	AvuXmlWriter *out;
} Scpd;

static void
write_action(const Scpd *scpd, const AvuActionSpec *action)
{
	avu_xml_start(scpd->out, "action");
	avu_xml_element(scpd->out, "name", action->name);
	avu_xml_start(scpd->out, "argumentList");
	for (const AvuArgumentSpec *argument = action->arguments;
		argument != NULL && argument->name != NULL; argument++) {
		if (argument->since > scpd->version) {
			continue;
		}
		avu_xml_start(scpd->out, "argument");
		avu_xml_element(scpd->out, "name", argument->name);
		avu_xml_element(
			scpd->out, "direction", argument->direction == AVU_IN ? "in" : "out");
		avu_xml_element(scpd->out, "relatedStateVariable", argument->variable);
		avu_xml_end(scpd->out);
	}
	avu_xml_end(scpd->out);
	avu_xml_end(scpd->out);
}

static void
write_actions(const Scpd *scpd)
{
	avu_xml_start(scpd->out, "actionList");
	for (const AvuActionSpec *action = scpd->service->actions; action->name != NULL; action++) {
		if (action->since <= scpd->version &&
			(scpd->offered == NULL || scpd->offered(action->name, scpd->data))) {
			write_action(scpd, action);
		}
	}
	avu_xml_end(scpd->out);
}

static void
write_values(const Scpd *scpd, const AvuVariableSpec *variable)
{
	if (variable->allowed != NULL) {
		avu_xml_start(scpd->out, "allowedValueList");
		for (const char *const *value = variable->allowed; *value != NULL; value++) {
			avu_xml_element(scpd->out, "allowedValue", *value);
		}
		avu_xml_end(scpd->out);
	} else if (variable->min != 0 || variable->max != 0) {
		avu_xml_start(scpd->out, "allowedValueRange");
		avu_xml_element_int(scpd->out, "minimum", variable->min);
		avu_xml_element_int(scpd->out, "maximum", variable->max);
		if (variable->step != 0) {
			avu_xml_element_int(scpd->out, "step", variable->step);
		}
		avu_xml_end(scpd->out);
	}
}

static void
write_variable(const Scpd *scpd, const AvuVariableSpec *variable)
{
	bool evented = (variable->flags & AVU_VARIABLE_EVENTED) != 0;

	avu_xml_start(scpd->out, "stateVariable");
	/* Always written: the default of the standard is "yes". */
	avu_xml_attribute(scpd->out, "sendEvents", evented ? "yes" : "no");
	avu_xml_element(scpd->out, "name", variable->name);
	avu_xml_element(scpd->out, "dataType", avu_data_type_name(variable->type));
	if (variable->fallback != NULL) {
		avu_xml_element(scpd->out, "defaultValue", variable->fallback);
	}
	write_values(scpd, variable);
	avu_xml_end(scpd->out);
}

GBytes *
avu_scpd_write(const AvuServiceSpec *service, unsigned version,
	bool (*offered)(const char *name, void *data), void *data)
{
	Scpd scpd = { service, version, offered, data, avu_xml_writer_new() };

	avu_xml_declaration(scpd.out);
	avu_xml_start(scpd.out, "scpd");
	avu_xml_attribute(scpd.out, "xmlns", "urn:schemas-upnp-org:service-1-0");
	avu_xml_start(scpd.out, "specVersion");
	avu_xml_element(scpd.out, "major", "1");
	avu_xml_element(scpd.out, "minor", "0");
	avu_xml_end(scpd.out);
	write_actions(&scpd);
	avu_xml_start(scpd.out, "serviceStateTable");
	for (const AvuVariableSpec *variable = service->variables; variable->name != NULL;
		variable++) {
		if (avu_service_has_variable(service, version, variable, offered, data)) {
			write_variable(&scpd, variable);
		}
	}
	avu_xml_end(scpd.out);
	avu_xml_end(scpd.out);
	return avu_xml_writer_finish(scpd.out);
}
