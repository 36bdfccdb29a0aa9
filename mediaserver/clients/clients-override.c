/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which profile a client has because the administrator says so; kept in the state directory as one line of
 * JSON. Main thread; the table is under the lock. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "mediaserver/clients/clients-private.h"

#define STATE_NAME "clients"
#define OVERRIDES_MAX 256
#define KEY_MAX_BYTES 100
#define SHOWN_MAX 60

void
clients_set_state(Clients *clients, AvuStateDir *dir)
{
	g_autofree char *text = avu_state_dir_load_text(dir, STATE_NAME);
	json_t *document = text != NULL ? json_loads(text, 0, NULL) : NULL;
	const char *key;
	json_t *value;

	clients->state = dir;
	(void)pthread_mutex_lock(&clients->lock);
	json_object_foreach(document, key, value)
	{
		if (json_is_string(value) && strlen(key) <= KEY_MAX_BYTES &&
			g_hash_table_size(clients->overrides) < OVERRIDES_MAX) {
			(void)g_hash_table_insert(clients->overrides, g_strdup(key),
				g_strdup(json_string_value(value)));
		}
	}
	(void)pthread_mutex_unlock(&clients->lock);
	json_decref(document);
}

/* @return g_free() it; NULL: it is neither */
static char *
normalize_key(const char *key)
{
	AvuAddress address;

	if (g_str_has_prefix(key, "uuid:") && strlen(key) <= KEY_MAX_BYTES &&
		g_utf8_validate(key, -1, NULL)) {
		return g_strdup(key);
	}
	return avu_address_parse(key, &address) ? avu_address_format(&address) : NULL;
}

static bool
keep(Clients *clients, GError **error)
{
	json_t *document = json_object();
	GHashTableIter iter;
	const char *key, *value;
	bool kept = true;

	g_hash_table_iter_init(&iter, clients->overrides);
	while (g_hash_table_iter_next(&iter, (void **)&key, (void **)&value)) {
		/* out of memory: it is not kept */
		(void)json_object_set_new(document, key, json_string(value));
	}
	char *text = json_dumps(document, JSON_COMPACT);

	if (clients->state != NULL && text != NULL) {
		kept = avu_state_dir_store_text(clients->state, STATE_NAME, text, error);
	}
	free(text);
	json_decref(document);
	return kept;
}

static void
forget_views(Clients *clients)
{
	GHashTableIter iter;
	Record *record;

	g_hash_table_iter_init(&iter, clients->records);
	while (g_hash_table_iter_next(&iter, NULL, (void **)&record)) {
		clients_forget_view(record);
	}
}

static bool
refuse_profile(const Clients *clients, const char *profile, GError **error)
{
	g_autofree char *shown = avu_text_for_display(profile, SHOWN_MAX);
	const char *nearest =
		avu_text_nearest(profile, avu_client_profiles_list_names(clients->profiles));

	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "no profile \"%s\"%s%s%s", shown,
		nearest != NULL ? ", did you mean \"" : "", nearest != NULL ? nearest : "",
		nearest != NULL ? "\"?" : "");
	return false;
}

bool
clients_override(Clients *clients, const char *key, const char *profile, GError **error)
{
	g_autofree char *normal = normalize_key(key);
	bool good = true;

	if (normal == NULL) {
		g_autofree char *shown = avu_text_for_display(key, SHOWN_MAX);

		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"\"%s\" is neither an address nor a UDN (uuid:…)", shown);
		return false;
	}
	(void)pthread_mutex_lock(&clients->lock);
	if (profile == NULL) {
		(void)g_hash_table_remove(clients->overrides, normal);
	} else if (avu_client_profiles_find(clients->profiles, profile) == NULL) {
		good = refuse_profile(clients, profile, error);
	} else if (g_hash_table_size(clients->overrides) >= OVERRIDES_MAX &&
		   !g_hash_table_contains(clients->overrides, normal)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT, "there are %d of them already",
			OVERRIDES_MAX);
		good = false;
	} else {
		(void)g_hash_table_insert(clients->overrides, g_strdup(normal), g_strdup(profile));
	}
	forget_views(clients);
	good = good && keep(clients, error);
	(void)pthread_mutex_unlock(&clients->lock);
	return good;
}
