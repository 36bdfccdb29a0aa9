/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* State variables of one service: values by name, instance and channel, and what of them is still to
 * be told to subscribers.
 *
 * Only the main context's thread writes, under the lock; other threads read under the lock. How often
 * a value may be told stands in the service table (moderation). */
#include "variable-private.h"

#include <pthread.h>
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/xml-writer.h>

typedef struct {
	const AvuVariableSpec *spec;
	unsigned instance;
	char *channel; /* NULL: has none */
	char *text;
	bool untold;
} Value;

/* One evented variable. */
typedef struct {
	const AvuVariableSpec *spec;
	bool derived; /* LastChange, made from the others */
	int64_t told_ns;
} Event;

struct AvuVariables {
	const AvuServiceSpec *spec;
	unsigned version;
	pthread_mutex_t lock; /* guards values */
	GPtrArray *values;    /* Value* */
	GArray *events;       /* Event */
	GPtrArray *absent;    /* const AvuVariableSpec*, of this version but not of this service */
	unsigned depth;       /* of transactions */
	bool changed;         /* in the present one */
	void (*listener)(void *data);
	void *listener_data;
	void (*watcher)(void *data);
	void *watcher_data;
};

Properties *
properties_new(void)
{
	Properties *properties = g_new0(Properties, 1);

	properties->names = g_ptr_array_new_null_terminated(4, NULL, TRUE);
	properties->values = g_ptr_array_new_null_terminated(4, g_free, TRUE);
	return properties;
}

void
properties_free(Properties *properties)
{
	if (properties != NULL) {
		g_ptr_array_unref(properties->names);
		g_ptr_array_unref(properties->values);
		g_free(properties);
	}
}

static void
value_free(void *data)
{
	Value *value = data;

	g_free(value->channel);
	g_free(value->text);
	g_free(value);
}

static const char *
initial_text(const AvuVariableSpec *spec)
{
	bool is_text = spec->type == AVU_TYPE_STRING || spec->type == AVU_TYPE_URI ||
		       spec->type == AVU_TYPE_BIN_BASE64;

	if (spec->fallback != NULL) {
		return spec->fallback;
	}
	return is_text ? "" : "0";
}

static Value *
find_value(const AvuVariables *variables, unsigned instance, const char *channel, const char *name)
{
	for (guint i = 0; i < variables->values->len; i++) {
		Value *value = g_ptr_array_index(variables->values, i);

		if (value->instance == instance && strcmp(value->spec->name, name) == 0 &&
			g_strcmp0(value->channel, channel) == 0) {
			return value;
		}
	}
	return NULL;
}

static Value *
add_value(AvuVariables *variables, const AvuVariableSpec *spec, unsigned instance,
	const char *channel)
{
	Value *value = g_new0(Value, 1);

	*value = (Value){ .spec = spec,
		.instance = instance,
		.channel = g_strdup(channel),
		.text = g_strdup(initial_text(spec)) };
	g_ptr_array_add(variables->values, value);
	return value;
}

static bool
is_derived(const AvuServiceSpec *service, const AvuVariableSpec *spec)
{
	return service->last_change_namespace != NULL && strcmp(spec->name, "LastChange") == 0;
}

static bool
is_of(const AvuVariableSpec *spec, unsigned version)
{
	return spec->since <= version && (spec->until == 0 || version <= spec->until);
}

AvuVariables *
variables_new(const AvuServiceSpec *spec, unsigned version)
{
	AvuVariables *variables = g_new0(AvuVariables, 1);

	variables->spec = spec;
	variables->version = version;
	variables->values = g_ptr_array_new_with_free_func(value_free);
	variables->events = g_array_new(FALSE, FALSE, sizeof(Event));
	variables->absent = g_ptr_array_new();
	(void)pthread_mutex_init(&variables->lock, NULL);
	for (const AvuVariableSpec *row = spec->variables; row->name != NULL; row++) {
		bool derived = is_derived(spec, row);

		if (!is_of(row, version)) {
			continue;
		}
		if ((row->flags & AVU_VARIABLE_EVENTED) != 0) {
			Event event = { row, derived, AVU_TIME_NONE };

			g_array_append_val(variables->events, event);
		}
		/* Values with channels come as the channels get known. */
		if (!derived && (row->flags & AVU_VARIABLE_CHANNEL) == 0) {
			(void)add_value(variables, row, 0, NULL);
		}
	}
	return variables;
}

void
variables_free(AvuVariables *variables)
{
	if (variables == NULL) {
		return;
	}
	g_ptr_array_unref(variables->values);
	g_array_unref(variables->events);
	g_ptr_array_unref(variables->absent);
	(void)pthread_mutex_destroy(&variables->lock);
	g_free(variables);
}

static bool
is_absent(const AvuVariables *variables, const AvuVariableSpec *spec)
{
	return g_ptr_array_find(variables->absent, spec, NULL);
}

void
variables_settle(AvuVariables *variables, bool (*offered)(const char *name, void *data), void *data)
{
	for (const AvuVariableSpec *row = variables->spec->variables; row->name != NULL; row++) {
		if (is_of(row, variables->version) &&
			!avu_service_has_variable(
				variables->spec, variables->version, row, offered, data)) {
			g_ptr_array_add(variables->absent, (void *)row);
		}
	}
	for (guint i = variables->events->len; i > 0; i--) {
		if (is_absent(variables, g_array_index(variables->events, Event, i - 1).spec)) {
			g_array_remove_index(variables->events, i - 1);
		}
	}
	for (guint i = variables->values->len; i > 0; i--) {
		const Value *value = g_ptr_array_index(variables->values, i - 1);

		if (is_absent(variables, value->spec)) {
			g_ptr_array_remove_index(variables->values, i - 1);
		}
	}
	/* What was set so far belongs to the first event of whoever subscribes. */
	for (guint i = 0; i < variables->values->len; i++) {
		((Value *)g_ptr_array_index(variables->values, i))->untold = false;
	}
}

void
variables_set_listener(AvuVariables *variables, void (*changed)(void *data), void *data)
{
	variables->listener = changed;
	variables->listener_data = data;
}

void
avu_variables_watch(AvuVariables *variables, void (*fn)(void *data), void *data)
{
	variables->watcher = fn;
	variables->watcher_data = data;
}

void
avu_variables_begin(AvuVariables *variables)
{
	variables->depth++;
}

void
avu_variables_commit(AvuVariables *variables)
{
	g_assert(variables->depth > 0);
	if (--variables->depth == 0 && variables->changed) {
		variables->changed = false;
		if (variables->listener != NULL) {
			variables->listener(variables->listener_data);
		}
		if (variables->watcher != NULL) {
			variables->watcher(variables->watcher_data);
		}
	}
}

void
avu_variables_set(AvuVariables *variables, unsigned instance, const char *channel, const char *name,
	const char *value)
{
	Value *present = find_value(variables, instance, channel, name);
	bool fresh = present == NULL;

	if (fresh) {
		const AvuVariableSpec *spec =
			avu_service_find_variable_at(variables->spec, variables->version, name);

		/* Of a younger version, or of an action that is not offered. */
		if (spec == NULL || is_absent(variables, spec)) {
			return;
		}
		(void)pthread_mutex_lock(&variables->lock);
		present = add_value(variables, spec, instance, channel);
		(void)pthread_mutex_unlock(&variables->lock);
	}
	if (strcmp(present->text, value) == 0 && !fresh) {
		return;
	}
	(void)pthread_mutex_lock(&variables->lock);
	g_free(present->text);
	present->text = g_strdup(value);
	(void)pthread_mutex_unlock(&variables->lock);
	present->untold = true;
	variables->changed |=
		(present->spec->flags & (AVU_VARIABLE_EVENTED | AVU_VARIABLE_LAST_CHANGE)) != 0;
	avu_variables_begin(variables);
	avu_variables_commit(variables);
}

void
avu_variables_set_int(AvuVariables *variables, unsigned instance, const char *channel,
	const char *name, int64_t value)
{
	char digits[24];

	(void)g_snprintf(digits, sizeof(digits), "%" G_GINT64_FORMAT, value);
	avu_variables_set(variables, instance, channel, name, digits);
}

void
avu_variables_drop_instance(AvuVariables *variables, unsigned instance)
{
	(void)pthread_mutex_lock(&variables->lock);
	for (guint i = variables->values->len; i > 0; i--) {
		const Value *value = g_ptr_array_index(variables->values, i - 1);

		if (value->instance == instance) {
			g_ptr_array_remove_index(variables->values, i - 1);
		}
	}
	(void)pthread_mutex_unlock(&variables->lock);
}

char *
avu_variables_dup(
	const AvuVariables *variables, unsigned instance, const char *channel, const char *name)
{
	AvuVariables *self = (AvuVariables *)variables; /* for the lock */

	(void)pthread_mutex_lock(&self->lock);
	const Value *value = find_value(self, instance, channel, name);
	char *text = value != NULL ? g_strdup(value->text) : NULL;

	(void)pthread_mutex_unlock(&self->lock);
	if (text == NULL) {
		const AvuVariableSpec *spec =
			avu_service_find_variable_at(self->spec, self->version, name);

		text = g_strdup(spec != NULL ? initial_text(spec) : "");
	}
	return text;
}

int64_t
avu_variables_get_int(
	const AvuVariables *variables, unsigned instance, const char *channel, const char *name)
{
	g_autofree char *text = avu_variables_dup(variables, instance, channel, name);
	int64_t number = 0;

	(void)avu_parse_int(text, INT64_MIN, INT64_MAX, &number);
	return number;
}

bool
avu_variables_is_untold(const AvuVariables *variables, const char *name)
{
	const Value *value = find_value(variables, 0, NULL, name);

	return value != NULL && value->untold;
}

typedef bool (*Choice)(const Value *value);

static bool
is_told(const Value *value)
{
	return (value->spec->flags & AVU_VARIABLE_LAST_CHANGE) != 0;
}

static bool
is_untold(const Value *value)
{
	return is_told(value) && value->untold;
}

/* The least instance from least on that has a chosen value. */
static bool
next_instance(const AvuVariables *variables, Choice chosen, uint64_t least, uint64_t *ret_instance)
{
	const Value *first = NULL;

	for (guint i = 0; i < variables->values->len; i++) {
		const Value *value = g_ptr_array_index(variables->values, i);

		if (value->instance >= least && chosen(value) &&
			(first == NULL || value->instance < first->instance)) {
			first = value;
		}
	}
	*ret_instance = first != NULL ? first->instance : 0;
	return first != NULL;
}

/* @clause AVTransport:1 2.2.27, RenderingControl:1 2.2.1 */
static char *
write_last_change(const AvuVariables *variables, Choice chosen)
{
	AvuXmlWriter *out = avu_xml_writer_new();
	uint64_t instance;

	avu_xml_start(out, "Event");
	avu_xml_attribute(out, "xmlns", variables->spec->last_change_namespace);
	for (uint64_t least = 0; next_instance(variables, chosen, least, &instance);
		least = instance + 1) {
		avu_xml_start(out, "InstanceID");
		avu_xml_attribute_int(out, "val", (int64_t)instance);
		for (guint i = 0; i < variables->values->len; i++) {
			const Value *value = g_ptr_array_index(variables->values, i);

			if (value->instance != instance || !chosen(value)) {
				continue;
			}
			avu_xml_start(out, value->spec->name);
			if (value->channel != NULL) {
				avu_xml_attribute(out, "channel", value->channel);
			}
			avu_xml_attribute(out, "val", value->text);
			avu_xml_end(out);
		}
		avu_xml_end(out);
	}
	avu_xml_end(out);
	return avu_xml_writer_finish_string(out);
}

static void
mark_told(AvuVariables *variables, const Event *event)
{
	for (guint i = 0; i < variables->values->len; i++) {
		Value *value = g_ptr_array_index(variables->values, i);

		if (event->derived ? is_told(value) : value->spec == event->spec) {
			value->untold = false;
		}
	}
}

static bool
is_pending(const AvuVariables *variables, const Event *event)
{
	uint64_t instance;

	if (event->derived) {
		return next_instance(variables, is_untold, 0, &instance);
	}
	const Value *value = find_value(variables, 0, NULL, event->spec->name);

	return value != NULL && value->untold;
}

static void
add_property(
	const AvuVariables *variables, const Event *event, Choice chosen, Properties *properties)
{
	g_ptr_array_add(properties->names, (void *)event->spec->name);
	g_ptr_array_add(properties->values,
		event->derived ? write_last_change(variables, chosen)
			       : avu_variables_dup(variables, 0, NULL, event->spec->name));
}

Properties *
variables_take_due(AvuVariables *variables, int64_t now_ns, int64_t *ret_next_ns)
{
	g_autoptr(Properties) properties = properties_new();

	*ret_next_ns = AVU_TIME_NONE;
	for (guint i = 0; i < variables->events->len; i++) {
		Event *event = &g_array_index(variables->events, Event, i);
		int64_t pause_ns = (int64_t)event->spec->moderation_ms * AVU_NS_PER_MS;

		if (!is_pending(variables, event)) {
			continue;
		}
		if (event->told_ns != AVU_TIME_NONE && now_ns - event->told_ns < pause_ns) {
			int64_t due_ns = event->told_ns + pause_ns;

			*ret_next_ns =
				*ret_next_ns == AVU_TIME_NONE ? due_ns : MIN(*ret_next_ns, due_ns);
			continue;
		}
		event->told_ns = now_ns;
		add_property(variables, event, is_untold, properties);
		mark_told(variables, event);
	}
	return properties->names->len > 0 ? g_steal_pointer(&properties) : NULL;
}

Properties *
variables_get_all(const AvuVariables *variables)
{
	Properties *properties = properties_new();

	for (guint i = 0; i < variables->events->len; i++) {
		add_property(variables, &g_array_index(variables->events, Event, i), is_told,
			properties);
	}
	return properties;
}
