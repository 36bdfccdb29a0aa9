/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who was seen, for scripts and for people. Main thread; records are read under the lock. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "mediaserver/clients/clients-private.h"

/* What fits into one answer on the control socket. */
#define REPORT_CLIENTS 64
#define FORMATS_SHOWN 8
#define SHOWN_MAX 100

static json_t *
text_or_null(const char *text)
{
	return text != NULL ? json_string(text) : json_null();
}

static json_t *
list_formats(const History *history)
{
	json_t *formats = json_array();

	for (unsigned i = 0; i < MIN(history->n, FORMATS_SHOWN); i++) {
		const HistoryFormat *format = &history->formats[i];

		(void)json_array_append_new(formats, /* out of memory: a shorter list */
			json_pack("{s:s, s:i, s:i}", "format", format->key, "opened",
				(int)format->opened, "dropped", (int)format->dropped));
	}
	return formats;
}

static json_t *
describe_device(const ClientDevice *device)
{
	return device->udn == NULL ? json_null()
				   : json_pack("{s:o, s:o, s:o, s:s}", "name",
					     text_or_null(device->friendly_name), "manufacturer",
					     text_or_null(device->manufacturer), "model",
					     text_or_null(device->model_name), "udn", device->udn);
}

static json_t *
describe(Clients *clients, Record *record)
{
	const ClientView *view = clients_choose_view(clients, record, /* header = */ NULL, NULL);
	const GPtrArray *sink = clients_get_sink(record);

	return json_pack("{s:s, s:o, s:s, s:s, s:b, s:I, s:I, s:I, s:{s:I, s:o}, s:o, s:o, s:o}",
		"address", record->address, "agent", text_or_null(record->shown[0]), "profile",
		view->profile->name, "why", view->why, "override", view->overridden, "first",
		(json_int_t)record->first_s, "last", (json_int_t)record->last_s, "requests",
		(json_int_t)record->n_requests, "refused", "count", (json_int_t)record->n_refused,
		"last", text_or_null(record->refused_last), "device",
		describe_device(&record->stand.device), "formats_said",
		sink != NULL ? json_integer(sink->len) : json_null(), "formats_fetched",
		list_formats(&record->history));
}

static int
compare_seen(const void *a, const void *b)
{
	const Record *left = *(Record *const *)a, *right = *(Record *const *)b;

	return left->seen_ns < right->seen_ns ? 1 : left->seen_ns > right->seen_ns ? -1 : 0;
}

char *
clients_format_json(Clients *clients)
{
	json_t *document = json_array();

	(void)pthread_mutex_lock(&clients->lock);
	g_autoptr(GPtrArray) records = g_ptr_array_new();
	GHashTableIter iter;
	Record *record;

	g_hash_table_iter_init(&iter, clients->records);
	while (g_hash_table_iter_next(&iter, NULL, (void **)&record)) {
		if (record->n_requests > 0 || record->stand.device.udn != NULL) {
			history_settle(&record->history, avu_now_ns());
			g_ptr_array_add(records, record);
		}
	}
	g_ptr_array_sort(records, compare_seen);
	for (guint i = 0; i < MIN(records->len, REPORT_CLIENTS); i++) {
		(void)json_array_append_new(document, describe(clients, records->pdata[i]));
	}
	(void)pthread_mutex_unlock(&clients->lock);
	char *text = json_dumps(document, JSON_COMPACT);
	char *copy = g_strdup(text != NULL ? text : "[]");

	free(text);
	json_decref(document);
	return copy;
}

static const char *
text_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

static void
append_client(GString *out, const json_t *client)
{
	const json_t *refused = json_object_get(client, "refused");
	const json_t *device = json_object_get(client, "device");
	g_autofree char *agent = avu_text_for_display(text_at(client, "agent"), SHOWN_MAX);
	g_autofree char *name = avu_text_for_display(text_at(device, "name"), SHOWN_MAX);

	g_string_append_printf(out, "%s  %s\n    %s\n    %s: %s\n", text_at(client, "address"),
		text_at(client, "profile"), agent[0] != '\0' ? agent : "(no User-Agent)", "why",
		text_at(client, "why"));
	if (name[0] != '\0') {
		g_string_append_printf(out,
			"    renderer: %s, says %" JSON_INTEGER_FORMAT " formats\n", name,
			json_integer_value(json_object_get(client, "formats_said")));
	}
	if (json_integer_value(json_object_get(refused, "count")) > 0) {
		g_autofree char *last = avu_text_for_display(text_at(refused, "last"), SHOWN_MAX);

		g_string_append_printf(out, "    refused %" JSON_INTEGER_FORMAT ", last %s\n",
			json_integer_value(json_object_get(refused, "count")), last);
	}
}

char *
clients_format_text(const char *json, GError **error)
{
	json_t *document = json_loads(json, 0, NULL);
	const json_t *client;
	size_t i;

	if (!json_is_array(document)) {
		json_decref(document);
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "the server gave no list");
		return NULL;
	}
	GString *out = g_string_new(json_array_size(document) == 0 ? "nobody was seen\n" : NULL);

	json_array_foreach(document, i, client)
	{
		append_client(out, client);
	}
	json_decref(document);
	return g_string_free(out, FALSE);
}

static const char *
show_agent(const void *data, const char *what)
{
	return g_str_equal(what, "User-Agent") ? data : NULL;
}

/* As if it asked now with what it showed last. */
static ClientView *
view_of(Clients *clients, const char *who)
{
	Record *record = g_hash_table_lookup(clients->records, who);
	GHashTableIter iter;
	Record *other;

	g_hash_table_iter_init(&iter, clients->records);
	while (record == NULL && g_hash_table_iter_next(&iter, NULL, (void **)&other)) {
		if (clients_has_device(other, who)) {
			record = other;
		}
	}
	return record != NULL ? g_atomic_rc_box_acquire(clients_choose_view(
					clients, record, /* header = */ NULL, NULL))
			      : NULL;
}

/* A profile by its name, or whom a User-Agent would be. */
static ClientView *
imagine(const Clients *clients, const char *who)
{
	const AvuClientProfile *named = avu_client_profiles_find(clients->profiles, who);
	AvuClientMatch match = { .profile = named };

	if (named == NULL &&
		!avu_client_profiles_match(clients->profiles, show_agent, who, &match)) {
		return NULL;
	}
	ClientView *view = g_atomic_rc_box_new0(ClientView);

	view->profiles = avu_client_profiles_ref(clients->profiles);
	view->profile = match.profile;
	view->address = g_strdup("");
	view->known = true;
	view->why = named != NULL
			    ? g_strdup("by its name")
			    : g_strdup_printf("%s contains \"%s\"", match.what, match.pattern);
	return view;
}

ClientView *
clients_find(Clients *clients, const char *who, GError **error)
{
	(void)pthread_mutex_lock(&clients->lock);
	ClientView *view = view_of(clients, who);

	if (view == NULL) {
		view = imagine(clients, who);
	}
	(void)pthread_mutex_unlock(&clients->lock);
	if (view == NULL) {
		g_autofree char *shown = avu_text_for_display(who, SHOWN_MAX);

		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
			"%s was not seen, and is no profile; av-mediaserver clients lists who was",
			shown);
	}
	return view;
}
