/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp call: any action of a device, checked against what the device says of it before it is sent;
 * without an action, what there is to call. Main thread. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "address/finder.h"
#include "address/service-name.h"
#include "commands/command.h"

#define ARGUMENTS_MAX 24

/* A service of servers is looked for on one, all others on a renderer unless only -s is given. */
static AvuRemoteDevice *
find_device(Run *run, GError **error)
{
	const char *server = run_get_server(run);
	const bool renderer_named = avu_settings_get_string(run->settings, "Renderer") != NULL &&
				    avu_settings_get_string(run->settings, "Renderer")[0] != '\0';
	const bool of_servers =
		run->n_operands > 0 &&
		g_ascii_strcasecmp(run->operands[0], avu_service_content_directory.name) == 0;

	if (of_servers || (server != NULL && !renderer_named)) {
		return finder_find(run->session, AVU_DEVICE_SERVER, server, error);
	}
	return run_find_renderer(run, error);
}

static const AvuActionSpec *
find_action(const AvuServiceSpec *service, const char *name, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (const AvuActionSpec *action = service->actions; action->name != NULL; action++) {
		if (g_ascii_strcasecmp(action->name, name) == 0) {
			return action;
		}
		g_ptr_array_add(names, (void *)action->name);
	}
	g_ptr_array_add(names, NULL);
	const char *nearest = avu_text_nearest(name, (const char *const *)names->pdata);
	g_autofree char *shown = avu_text_for_display(name, 60);

	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "%s has no action '%s'%s%s%s", service->name,
		shown, nearest != NULL ? ", did you mean \"" : "; avcp call ",
		nearest != NULL ? nearest : service->name, nearest != NULL ? "\"?" : " lists them");
	return NULL;
}

/* Listings */

static json_t *
argument_record(const AvuServiceSpec *service, const AvuArgumentSpec *argument)
{
	const AvuVariableSpec *variable = avu_service_find_variable(service, argument->variable);
	json_t *record = json_object();
	json_t *allowed = json_array();

	record_set_text(record, "name", argument->name);
	record_set_text(record, "type", avu_data_type_name(variable->type));
	for (size_t i = 0; variable->allowed != NULL && variable->allowed[i] != NULL; i++) {
		(void)json_array_append_new(allowed, json_string(variable->allowed[i]));
	}
	(void)json_object_set_new(record, "allowed", allowed);
	return record;
}

/* What the standard says of the action, or the action itself where it knows none. */
static const AvuActionSpec *
standard_of(const AvuServiceSpec *standard, const AvuActionSpec *action)
{
	const AvuActionSpec *known =
		standard != NULL ? avu_service_find_action(standard, action->name) : NULL;

	return known != NULL ? known : action;
}

static json_t *
action_record(const NamedService *service, const AvuActionSpec *action)
{
	const AvuActionSpec *standard = standard_of(service->description->spec, action);
	json_t *record = json_object();
	json_t *in = json_array();
	json_t *out = json_array();

	for (const AvuArgumentSpec *a = action->arguments; a != NULL && a->name != NULL; a++) {
		(void)json_array_append_new(
			a->direction == AVU_IN ? in : out, argument_record(service->spec, a));
	}
	record_set_text(record, "action", action->name);
	record_set_count(record, "since", standard->since);
	(void)json_object_set_new(record, "required", json_boolean(standard->required));
	(void)json_object_set_new(record, "in", in);
	(void)json_object_set_new(record, "out", out);
	return record;
}

static void
list_actions(Run *run, const NamedService *service)
{
	/* our table has actions of all versions, the device's own description only what is there */
	const unsigned version = service->scpd != NULL ? UINT_MAX : service->description->version;

	for (const AvuActionSpec *action = service->spec->actions; action->name != NULL; action++) {
		if (action->since <= version) {
			output_record(run->output, action_record(service, action));
		}
	}
}

/* "InstanceID, Speed (1)" */
static char *
cell_arguments(const json_t *record, const char *key)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const json_t *arguments = json_object_get(record, key);

	for (size_t i = 0; i < json_array_size(arguments); i++) {
		const json_t *argument = json_array_get(arguments, i);

		g_string_append_printf(text, "%s%s:%s", i > 0 ? ", " : "",
			json_string_value(json_object_get(argument, "name")),
			json_string_value(json_object_get(argument, "type")));
	}
	return g_string_free(g_steal_pointer(&text), false);
}

static const OutputColumn action_columns[] = {
	{ "action", "action", output_cell_text },
	{ "in", "in", cell_arguments },
	{ "out", "out", cell_arguments },
	{ NULL },
};
static const OutputSchema action_schema = { OUTPUT_LIST, action_columns };

static const OutputColumn service_columns[] = {
	{ "service", "service", output_cell_text },
	{ "version", "version", output_cell_text },
	{ "control_url", "control", output_cell_text },
	{ NULL },
};
static const OutputSchema service_schema = { OUTPUT_LIST, service_columns };

static void
list_services(Run *run, const AvuRemoteDevice *device)
{
	const GPtrArray *services = avu_remote_device_get_description(device)->services;

	output_begin(run->output, &service_schema);
	for (guint i = 0; i < services->len; i++) {
		const AvuServiceDescription *service = services->pdata[i];
		json_t *record = json_object();

		record_set_text(record, "service",
			service->spec != NULL ? service->spec->name : service->type);
		record_set_count(record, "version", service->version);
		record_set_text(record, "control_url",
			service->control_url != NULL ? avu_url_get_text(service->control_url)
						     : NULL);
		output_record(run->output, record);
	}
	output_end(run->output);
}

/* The call */

/* "Name=Value" of the command line, names in any case, as the call wants them. */
static bool
collect_arguments(const Run *run, const AvuActionSpec *action, GPtrArray *arguments, GError **error)
{
	for (unsigned i = 2; i < run->n_operands; i++) {
		const char *equals = strchr(run->operands[i], '=');
		const AvuArgumentSpec *argument = action->arguments;
		g_autofree char *name =
			equals != NULL
				? g_strndup(run->operands[i], (size_t)(equals - run->operands[i]))
				: g_strdup(run->operands[i]);

		while (argument != NULL && argument->name != NULL &&
			(argument->direction != AVU_IN ||
				g_ascii_strcasecmp(argument->name, name) != 0)) {
			argument++;
		}
		if (equals == NULL || argument == NULL || argument->name == NULL) {
			g_autofree char *shown = avu_text_for_display(run->operands[i], 60);

			g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
				"'%s' is no argument of %s; they are given as Name=Value, and "
				"avcp call %s lists them",
				shown, action->name, run->operands[0]);
			return false;
		}
		g_ptr_array_add(arguments, (void *)argument->name);
		g_ptr_array_add(arguments, (void *)(equals + 1));
	}
	g_ptr_array_add(arguments, NULL);
	return true;
}

static bool
call_action(Run *run, AvuRemoteDevice *device, const AvuServiceSpec *service,
	const AvuActionSpec *action, const GPtrArray *arguments, GError **error)
{
	g_autoptr(AvuRemoteAnswer) answer = session_call(run->session, device, service,
		action->name, (const char *const *)arguments->pdata, error);

	if (answer == NULL) {
		return false;
	}
	output_begin(run->output, &run->command->schema);
	for (const AvuArgumentSpec *a = action->arguments; a != NULL && a->name != NULL; a++) {
		if (a->direction == AVU_OUT) {
			json_t *record = json_object();

			record_set_text(record, "argument", a->name);
			record_set_text(record, "value", avu_remote_answer_get(answer, a->name));
			output_record(run->output, record);
		}
	}
	output_end(run->output);
	return true;
}

static bool
run_call_verb(Run *run, GError **error)
{
	g_autoptr(GPtrArray) arguments = g_ptr_array_new();
	g_auto(NamedService) service = { NULL, NULL, NULL };
	g_autoptr(AvuRemoteDevice) device = find_device(run, error);

	if (device == NULL) {
		return false;
	}
	if (run->n_operands == 0) {
		list_services(run, device);
		return true;
	}
	if (!service_name_find(run->session, device, run->operands[0], &service, error)) {
		return false;
	}
	if (run->n_operands == 1) {
		output_begin(run->output, &action_schema);
		list_actions(run, &service);
		output_end(run->output);
		return true;
	}
	const AvuActionSpec *action = find_action(service.spec, run->operands[1], error);

	return action != NULL && collect_arguments(run, action, arguments, error) &&
	       call_action(run, device, service.spec, action, arguments, error);
}

static const OutputColumn columns[] = {
	{ "argument", "argument", output_cell_text },
	{ "value", "value", output_cell_text },
	{ NULL },
};

const Command command_call = {
	.name = "call",
	.operands = "[SERVICE [ACTION [NAME=VALUE…]]]",
	.summary = "call any action of a device",
	.help = "Calls an action of the renderer of -r, or of the server of -s, and shows what it "
		"answers.\n"
		"Names may be written in any case. Arguments are checked against what the device "
		"says of its\n"
		"services before they are sent; those left out get their default, InstanceID is "
		"0. Without\n"
		"ACTION: the actions with their arguments; without SERVICE: the services of the "
		"device, also\n"
		"those of its maker's own.\n"
		"\n"
		"With --json: an array of {argument, value}; of actions {action, since, required, "
		"in, out},\n"
		"  in and out being arrays of {name, type, allowed}; of services {service, "
		"version,\n"
		"  control_url}.\n"
		"\n"
		"Examples:\n"
		"  avcp -r kitchen call AVTransport\n"
		"  avcp -r kitchen call RenderingControl GetVolume Channel=Master\n"
		"  avcp -s NAS call ContentDirectory Browse ObjectID=0 "
		"BrowseFlag=BrowseMetadata\n",
	.max_operands = 2 + ARGUMENTS_MAX,
	.operand_specs = { { OPERAND_SERVICE }, { OPERAND_ACTION }, { OPERAND_ARGUMENT } },
	.schema = { OUTPUT_LIST, columns },
	.run = run_call_verb,
};
