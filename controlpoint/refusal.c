/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a device allows now is asked for when a verb has failed, not at each refusal: many actions are optional,
 * and verbs try them and go on. All that is said comes from the device and is shown safely. Main thread. */
#include "refusal.h"

#include <inttypes.h>
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "address/service-name.h"
#include "commands/renderer-state.h"
#include "session-private.h"

#define ALLOWED_CHARS 240
#define VALUES_MAX 20 /* of one argument that are listed */

struct Refusal {
	AvuRemoteDevice *device;
	const AvuServiceSpec *standard; /* NULL: of its maker's own */
	char *service, *action;
	char **names; /* of the arguments */
	int code;
	char *message;
};

/* Which question tells what the device allows. @clause AVTransport:1 2.4, ContentDirectory:1 2.7,
 * RenderingControl:1 2.4, UDA 1.0 table 3-3 */
static const struct {
	const AvuServiceSpec *service;
	int from, to; /* codes */
	const char *question, *argument;
	const char *says;
} questions[] = {
	{ &avu_service_av_transport, 401, 401, "GetCurrentTransportActions", "Actions",
		"it allows" },
	{ &avu_service_av_transport, 501, 501, "GetCurrentTransportActions", "Actions",
		"it allows" },
	{ &avu_service_av_transport, 602, 602, "GetCurrentTransportActions", "Actions",
		"it allows" },
	{ &avu_service_av_transport, 701, 711, "GetCurrentTransportActions", "Actions",
		"it allows" },
	{ &avu_service_content_directory, 708, 708, "GetSearchCapabilities", "SearchCaps",
		"it can be searched by" },
	{ &avu_service_content_directory, 709, 709, "GetSortCapabilities", "SortCaps",
		"it can sort by" },
	{ &avu_service_rendering_control, 701, 701, "ListPresets", "CurrentPresetNameList",
		"its presets are" },
};

/* Those that are about a value. */
static const struct {
	const AvuServiceSpec *service; /* NULL: any */
	int code;
} of_values[] = {
	{ NULL, AVU_UPNP_INVALID_ARGS }, { NULL, AVU_UPNP_ARGUMENT_VALUE_INVALID },
	{ NULL, AVU_UPNP_ARGUMENT_VALUE_OUT_OF_RANGE },
	{ &avu_service_av_transport, 710 }, /* seek mode */
	{ &avu_service_av_transport, 712 }, /* play mode */
	{ &avu_service_av_transport, 717 }, /* play speed */
};

Refusal *
refusal_new(AvuRemoteDevice *device, const AvuServiceSpec *service, const char *action,
	const char *const *arguments, const GError *error)
{
	Refusal *refusal = g_new0(Refusal, 1);
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();

	for (size_t i = 0; arguments != NULL && arguments[i] != NULL; i += 2) {
		g_strv_builder_add(names, arguments[i]);
	}
	*refusal = (Refusal){ .device = avu_remote_device_ref(device),
		.standard = avu_service_find(service->name, NULL),
		.service = g_strdup(service->name),
		.action = g_strdup(action),
		.names = g_strv_builder_end(names),
		.code = error->code,
		.message = g_strdup(error->message) };
	return refusal;
}

void
refusal_free(Refusal *refusal)
{
	if (refusal != NULL) {
		avu_remote_device_unref(refusal->device);
		g_strfreev(refusal->names);
		g_free(refusal->service);
		g_free(refusal->action);
		g_free(refusal->message);
		g_free(refusal);
	}
}

/* "; its state is stopped" @return false: the device does not answer */
static bool
add_state(Session *session, const Refusal *refusal, GString *text)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(AvuRemoteAnswer) answer = session_call(session, refusal->device,
		&avu_service_av_transport, "GetTransportInfo", NULL, &why);

	if (answer != NULL) {
		g_string_append_printf(text, "; its state is \"%s\"",
			transport_state_name(transport_state_parse(
				avu_remote_answer_get(answer, "CurrentTransportState"))));
	}
	return answer != NULL || why->domain == AVU_UPNP_ERROR;
}

/* "; it allows Play, Stop now" */
static void
add_answer(Session *session, const Refusal *refusal, size_t question, GString *text)
{
	g_autoptr(AvuRemoteAnswer) answer = session_call(session, refusal->device,
		questions[question].service, questions[question].question, NULL, NULL);

	if (answer == NULL) {
		return;
	}
	g_auto(GStrv) entries = g_strsplit(
		avu_remote_answer_get(answer, questions[question].argument), ",", VALUES_MAX);

	for (size_t i = 0; entries[i] != NULL; i++) {
		(void)g_strstrip(entries[i]);
	}
	g_autofree char *list = g_strjoinv(", ", entries);
	g_autofree char *shown = avu_text_for_display(list, ALLOWED_CHARS);

	g_string_append_printf(text, "; %s %s now", questions[question].says,
		shown[0] != '\0' ? shown : "nothing");
}

/* "; Speed may be 1, 2, -1" */
static void
add_allowed(const AvuServiceSpec *spec, const AvuArgumentSpec *argument, GString *text)
{
	const AvuVariableSpec *variable = avu_service_find_variable(spec, argument->variable);
	g_autoptr(GString) list = g_string_new(NULL);

	for (size_t i = 0; variable != NULL && variable->allowed != NULL &&
			   variable->allowed[i] != NULL && i < VALUES_MAX;
		i++) {
		g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", variable->allowed[i]);
	}
	if (list->len == 0 && variable != NULL && variable->min != variable->max) {
		g_string_append_printf(
			list, "from %" PRId64 " to %" PRId64, variable->min, variable->max);
	}
	if (list->len > 0) {
		g_autofree char *shown = avu_text_for_display(list->str, ALLOWED_CHARS);
		g_autofree char *name = avu_text_for_display(argument->name, ALLOWED_CHARS);

		g_string_append_printf(text, "; %s may be %s", name, shown);
	}
}

static void
add_values(Session *session, const Refusal *refusal, GString *text)
{
	g_auto(NamedService) service = { NULL, NULL, NULL };
	const AvuActionSpec *action = NULL;

	/* What our own table says counts for little: the device has refused. */
	if (service_name_find(session, refusal->device, refusal->service, &service, NULL) &&
		service.scpd != NULL) {
		action = avu_service_find_action(service.spec, refusal->action);
	}
	for (const AvuArgumentSpec *a = action != NULL ? action->arguments : NULL;
		a != NULL && a->name != NULL; a++) {
		if (a->direction == AVU_IN &&
			g_strv_contains((const char *const *)refusal->names, a->name)) {
			add_allowed(service.spec, a, text);
		}
	}
}

static bool
is_of_value(const Refusal *refusal)
{
	for (size_t i = 0; i < G_N_ELEMENTS(of_values); i++) {
		if (of_values[i].code == refusal->code &&
			(of_values[i].service == NULL ||
				of_values[i].service == refusal->standard)) {
			return true;
		}
	}
	return false;
}

static char *
ask(Session *session, const Refusal *refusal)
{
	GString *text = g_string_new(NULL);
	bool answers = true;

	for (size_t i = 0; answers && i < G_N_ELEMENTS(questions); i++) {
		if (questions[i].service != refusal->standard ||
			refusal->code < questions[i].from || refusal->code > questions[i].to) {
			continue;
		}
		answers = questions[i].service != &avu_service_av_transport ||
			  add_state(session, refusal, text);
		if (answers) {
			add_answer(session, refusal, i, text);
		}
	}
	if (answers && is_of_value(refusal)) {
		add_values(session, refusal, text);
	}
	return g_string_free(text, false);
}

void
refusal_explain(Session *session, GError *error)
{
	Refusal *refusal = g_steal_pointer(&session->refusal);

	if (refusal != NULL && error->domain == AVU_UPNP_ERROR && error->code == refusal->code &&
		g_str_has_suffix(error->message, refusal->message)) {
		g_autofree char *allowed = ask(session, refusal);
		g_autofree char *before = error->message;

		error->message = g_strconcat(before, allowed, NULL);
	}
	refusal_free(refusal);
}
