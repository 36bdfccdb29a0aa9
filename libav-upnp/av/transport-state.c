/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What of a transport is kept: by a bookmark of a control point (GetStateVariables, SetStateVariables),
 * and over a restart of the program. All is checked before anything is set.
 * Main context's thread. @clause AVTransport:2 2.4.19, 2.4.20, schema avs */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/duration.h>
#include <av-upnp/error.h>
#include <av-upnp/xml-reader.h>
#include <av-upnp/xml-writer.h>

#include "transport-private.h"

#define PAIRS_NAMESPACE "urn:schemas-upnp-org:av:avs"
#define LIST_MAX 64

enum {
	NO_VARIABLE = 726,
	ILL_FORMED_LIST = 727,
	NO_VALUE = 728,
	NO_SERVICE_TYPE = 729,
	NO_SERVICE_ID = 730,
};

/* ---- telling */

static bool
is_bound(const char *action, void *data)
{
	(void)data;
	for (size_t i = 0; transport_bindings[i].action != NULL; i++) {
		if (strcmp(transport_bindings[i].action, action) == 0) {
			return true;
		}
	}
	return false;
}

/* A state variable, and not the type of an argument, nor the envelope of events. */
static const AvuVariableSpec *
find_variable(const AvuTransport *self, const char *name)
{
	const AvuVariableSpec *spec =
		avu_service_find_variable_at(&avu_service_av_transport, self->config.version, name);

	return spec != NULL && !g_str_has_prefix(name, "A_ARG_TYPE_") &&
			       strcmp(name, "LastChange") != 0 &&
			       avu_service_has_variable(&avu_service_av_transport,
				       self->config.version, spec, is_bound, NULL)
		       ? spec
		       : NULL;
}

static void
write_variable(AvuTransport *self, AvuXmlWriter *out, const char *name)
{
	g_autofree char *text = avu_variables_dup(self->variables, self->instance, NULL, name);

	avu_xml_start(out, "stateVariable");
	avu_xml_attribute(out, "variableName", name);
	avu_xml_text(out, text);
	avu_xml_end(out);
}

static void
write_all(AvuTransport *self, AvuXmlWriter *out)
{
	for (const AvuVariableSpec *row = avu_service_av_transport.variables; row->name != NULL;
		row++) {
		if (find_variable(self, row->name) == row) {
			write_variable(self, out, row->name);
		}
	}
}

static bool
write_listed(AvuTransport *self, AvuXmlWriter *out, const char *list, GError **error)
{
	g_auto(GStrv) names = g_strsplit(list, ",", LIST_MAX);

	for (size_t i = 0; names[i] != NULL; i++) {
		const char *name = g_strstrip(names[i]);

		if (*name == '\0' || strchr(name, '"') != NULL || strchr(name, ',') != NULL) {
			return transport_refuse(
				error, ILL_FORMED_LIST, "the list has an empty or quoted entry");
		}
		if (find_variable(self, name) == NULL) {
			return transport_refuse(error, NO_VARIABLE, "there is no such variable");
		}
		write_variable(self, out, name);
	}
	return true;
}

bool
transport_get_state_variables(AvuTransport *self, AvuCall *call, GError **error)
{
	const char *list = avu_call_string(call, "StateVariableList");
	g_autoptr(AvuXmlWriter) out = avu_xml_writer_new();

	transport_publish_position(self);
	avu_xml_start(out, "stateVariableValuePairs");
	avu_xml_attribute(out, "xmlns", PAIRS_NAMESPACE);
	if (strcmp(list, "*") == 0) {
		write_all(self, out);
	} else if (*list == '\0') {
		return transport_refuse(error, ILL_FORMED_LIST, "the list is empty");
	} else if (!write_listed(self, out, list, error)) {
		return false;
	}
	avu_xml_end(out);
	g_autofree char *text = avu_xml_writer_finish_string(g_steal_pointer(&out));

	avu_call_reply_string(call, "StateVariableValuePairs", text);
	return true;
}

/* ---- setting */

/* What can be set; NULL and 0: was not given. */
typedef struct {
	const char *uri, *metadata, *next_uri, *next_metadata, *mode, *track, *position;
	GString *names; /* of what is taken */
} Wanted;

static const struct {
	const char *name;
	size_t offset; /* in Wanted */
} settable[] = {
	{ "AVTransportURI", offsetof(Wanted, uri) },
	{ "AVTransportURIMetaData", offsetof(Wanted, metadata) },
	{ "NextAVTransportURI", offsetof(Wanted, next_uri) },
	{ "NextAVTransportURIMetaData", offsetof(Wanted, next_metadata) },
	{ "CurrentPlayMode", offsetof(Wanted, mode) },
	{ "CurrentTrack", offsetof(Wanted, track) },
	{ "RelativeTimePosition", offsetof(Wanted, position) },
};

/* Others are true of a moment that has passed; they are left out of the answer. */
static void
take_value(Wanted *wanted, const char *name, const char *text)
{
	for (size_t i = 0; i < G_N_ELEMENTS(settable); i++) {
		if (strcmp(settable[i].name, name) == 0) {
			*(const char **)(void *)((char *)wanted + settable[i].offset) = text;
			g_string_append_printf(
				wanted->names, "%s%s", wanted->names->len > 0 ? "," : "", name);
		}
	}
}

static bool
read_pairs(const AvuTransport *self, const AvuXmlElement *root, Wanted *wanted, GError **error)
{
	for (const AvuXmlElement *at = avu_xml_find_child(root, "stateVariable"); at != NULL;
		at = avu_xml_find_next(at, "stateVariable")) {
		const char *name = avu_xml_get_attribute(at, "variableName");

		if (name == NULL || find_variable(self, name) == NULL) {
			return transport_refuse(error, NO_VARIABLE, "there is no such variable");
		}
		take_value(wanted, name, avu_xml_get_text(at));
	}
	return true;
}

/* "AVTransport:2" or the whole URN; of whatever version: what it sets is in all. */
static bool
check_service(const AvuCall *call, GError **error)
{
	const char *type = avu_call_string(call, "ServiceType");
	const char *name = strstr(type, "AVTransport:");
	uint64_t version;

	if (name == NULL || !avu_parse_uint(name + strlen("AVTransport:"), UINT8_MAX, &version) ||
		version == 0 ||
		(name != type && !g_str_has_prefix(type, avu_service_av_transport.type_base))) {
		return transport_refuse(error, NO_SERVICE_TYPE, "this is AVTransport");
	}
	if (strcmp(avu_call_string(call, "ServiceId"), avu_service_av_transport.id) != 0) {
		return transport_refuse(error, NO_SERVICE_ID, "another service id");
	}
	return true;
}

/* Wanted, with everything understood. */
typedef struct {
	TransportMedia *media, *next;
	TransportMode mode;
	uint64_t track;      /* 0: where it is */
	int64_t position_ns; /* AVU_TIME_NONE: none was given, or none that is known */
} Plan;

/* CurrentTrack is one of a list whose tracks are known; 0 only where there are none yet. */
static bool
check_track(const AvuTransport *self, const Wanted *wanted, const Plan *plan)
{
	const TransportMedia *media = wanted->uri != NULL ? plan->media : self->media;

	return wanted->track == NULL || media == NULL || media->state != TRANSPORT_MEDIA_READY ||
	       (plan->track > 0 && plan->track <= transport_media_get_n(media));
}

static bool
make_plan(AvuTransport *self, const Wanted *wanted, Plan *plan)
{
	const char *metadata = wanted->metadata != NULL ? wanted->metadata : "";
	const char *next_metadata = wanted->next_metadata != NULL ? wanted->next_metadata : "";

	*plan = (Plan){ .mode = self->mode, .position_ns = AVU_TIME_NONE };
	return (wanted->mode == NULL || transport_mode_parse(wanted->mode, &plan->mode)) &&
	       (wanted->track == NULL || avu_parse_uint(wanted->track, UINT32_MAX, &plan->track)) &&
	       (wanted->position == NULL || strcmp(wanted->position, "NOT_IMPLEMENTED") == 0 ||
		       avu_duration_parse(wanted->position, /* allow_negative = */ false,
			       &plan->position_ns)) &&
	       (wanted->uri == NULL ||
		       transport_media_open(self, wanted->uri, metadata, &plan->media, NULL)) &&
	       (wanted->next_uri == NULL || transport_media_open(self, wanted->next_uri,
						    next_metadata, &plan->next, NULL)) &&
	       check_track(self, wanted, plan);
}

static void
want(TransportMedia *media, uint64_t track, int64_t position_ns)
{
	media->wanted_number = (unsigned)MAX(track, 1);
	media->wanted_ns = position_ns;
}

/* A place in what is there already, or was just put there, at its beginning. */
static void
go_to_place(AvuTransport *self, const Plan *plan)
{
	const int64_t position_ns = MAX(plan->position_ns, 0);

	if (self->media == NULL) {
		return;
	}
	if (transport_get_track(self) == NULL) {
		want(self->media, plan->track, position_ns);
		self->start_ns = position_ns;
	} else if (plan->track != 0 && plan->track != transport_media_get_number(self->media) &&
		   transport_media_go(self->media, (unsigned)plan->track)) {
		self->start_ns = position_ns;
		transport_load(self);
	} else if (plan->position_ns != AVU_TIME_NONE && (position_ns > 0 || plan->media == NULL) &&
		   transport_is_seekable(self)) {
		transport_seek_to(self, position_ns);
	}
}

static void
carry_out(AvuTransport *self, const Wanted *wanted, const Plan *plan)
{
	if (plan->mode != self->mode) {
		self->mode = plan->mode;
		transport_apply_mode(self);
	}
	if (wanted->uri != NULL) {
		if (plan->media != NULL) {
			transport_media_set_mode(plan->media, plan->mode, self->rand);
		}
		transport_replace(self, plan->media);
	}
	if (wanted->next_uri != NULL) {
		if (plan->next != NULL) {
			transport_media_set_mode(plan->next, plan->mode, self->rand);
		}
		transport_set_next(self, plan->next);
	}
	if (wanted->track != NULL || wanted->position != NULL) {
		go_to_place(self, plan);
	}
}

bool
transport_set_state_variables(AvuTransport *self, AvuCall *call, GError **error)
{
	const char *text = avu_call_string(call, "StateVariableValuePairs");
	g_autoptr(AvuXmlDocument) tree =
		avu_xml_parse(&avu_xml_kind_didl, text, strlen(text), NULL);
	const AvuXmlElement *root = tree != NULL ? avu_xml_get_root(tree) : NULL;
	g_autoptr(GString) names = g_string_new(NULL);
	Wanted wanted = { .names = names };
	Plan plan;

	if (!check_service(call, error)) {
		return false;
	}
	if (root == NULL || !avu_xml_is(root, "stateVariableValuePairs")) {
		return transport_refuse(error, NO_VALUE, "no stateVariableValuePairs");
	}
	if (!read_pairs(self, root, &wanted, error)) {
		return false;
	}
	if (!make_plan(self, &wanted, &plan)) {
		transport_media_close(self, plan.media);
		transport_media_close(self, plan.next);
		return transport_refuse(error, NO_VALUE, "a value that cannot be");
	}
	carry_out(self, &wanted, &plan);
	avu_call_reply_string(call, "StateVariableList", names->str);
	return true;
}

/* ---- over a restart */

void
avu_transport_get_memory(AvuTransport *self, AvuTransportMemory *ret_memory)
{
	const TransportMedia *media = self->media;

	*ret_memory = (AvuTransportMemory){
		.uri = g_strdup(media != NULL ? media->uri : ""),
		.metadata = g_strdup(media != NULL ? media->metadata : ""),
		.next_uri = g_strdup(self->next != NULL ? self->next->uri : ""),
		.next_metadata = g_strdup(self->next != NULL ? self->next->metadata : ""),
		.mode = g_strdup(transport_mode_names[self->mode]),
		.position_ns = transport_get_position_ns(self),
	};
	if (media != NULL) {
		ret_memory->track = transport_get_track(self) != NULL
					    ? transport_media_get_number(media)
					    : media->wanted_number;
	}
	if (transport_get_track(self) != NULL && !transport_is_seekable(self)) {
		ret_memory->position_ns = 0;
	}
}

void
avu_transport_memory_clear(AvuTransportMemory *memory)
{
	g_free(memory->uri);
	g_free(memory->metadata);
	g_free(memory->next_uri);
	g_free(memory->next_metadata);
	g_free(memory->mode);
	*memory = (AvuTransportMemory){ .uri = NULL };
}

static const char *
or_empty(const char *text)
{
	return text != NULL ? text : "";
}

void
avu_transport_restore(AvuTransport *self, const AvuTransportMemory *memory)
{
	TransportMedia *media = NULL, *next = NULL;

	(void)transport_mode_parse(or_empty(memory->mode), &self->mode);
	(void)transport_media_open(
		self, or_empty(memory->uri), or_empty(memory->metadata), &media, NULL);
	(void)transport_media_open(
		self, or_empty(memory->next_uri), or_empty(memory->next_metadata), &next, NULL);
	transport_drop(self);
	transport_media_close(self, self->media);
	transport_media_close(self, self->next);
	self->media = media;
	self->next = next;
	if (media != NULL) {
		self->start_ns = memory->position_ns;
		if (media->state == TRANSPORT_MEDIA_UNREAD) {
			want(media, memory->track, memory->position_ns);
		}
	}
	transport_publish(self);
}
