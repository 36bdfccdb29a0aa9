/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The set of client profiles: inheritance, order, matching. Made by one thread, then immutable; any
 * thread. */
#include <string.h>

#include <av-upnp/client-profile.h>
#include <av-upnp/text.h>

#include "client-private.h"
#include "pattern.h"

#define FALLBACK "Default"
#define SUFFIX ".client"
#define PARENTS_MAX 8
#define NAME_MAX_BYTES 100

struct AvuClientProfiles {
	Draft *draft;       /* its strings */
	GPtrArray *clients; /* Client, in the order in which they are tried */
	GPtrArray *names;   /* borrowed, NULL-ended */
	Client *fallback;   /* one of clients, or its own */
	bool own_fallback;
};

const char *const *
avu_client_evidence_list(void)
{
	static const char *const list[] = { "User-Agent", "X-AV-Client-Info",
		"X-AV-Physical-Unit-Info", "X-PANASONIC-DMP-Profile", "DLNADeviceName.lge.com",
		"FriendlyName.dlna.org", "Address", "Device.FriendlyName", "Device.Manufacturer",
		"Device.ModelName", "Device.ModelNumber", "Device.UDN", NULL };

	return list;
}

static bool resolve(Draft *draft, DraftSection *section, unsigned depth);

/* @return false: the parent is none */
static bool
take_parent(Draft *draft, DraftSection *section, const DraftEntry *entry, unsigned depth)
{
	DraftSection *parent = draft_find(draft, entry->value);
	Client *client = section->made;

	if (parent == NULL) {
		g_autoptr(GPtrArray) names = g_ptr_array_new();

		for (guint i = 0; i < draft->sections->len; i++) {
			const DraftSection *other = g_ptr_array_index(draft->sections, i);

			g_ptr_array_add(names, (char *)other->name);
		}
		g_ptr_array_add(names, NULL);
		draft_refuse_word(draft, section, &entry->value_place, "profile to inherit from",
			entry->value, (const char *const *)names->pdata);
		return false;
	}
	if (depth >= PARENTS_MAX || (parent->made != NULL && ((Client *)parent->made)->resolving)) {
		draft_refuse(draft, section, &entry->value_place,
			"[%s] cannot inherit from [%s]: it does so itself, or through too many",
			section->name, parent->name);
		return false;
	}
	if (!resolve(draft, parent, depth + 1)) {
		draft_refuse(draft, section, &entry->value_place,
			"[%s] is left out with [%s], from which it inherits", section->name,
			parent->name);
		return false;
	}
	client_inherit(client, parent->made);
	return true;
}

/* Makes the client of the section, if that has not been done. @return false: it is bad */
static bool
resolve(Draft *draft, DraftSection *section, unsigned depth)
{
	const DraftEntry *inherit = NULL;

	if (section->made != NULL) {
		return !section->bad;
	}
	Client *client = client_new();

	section->made = client;
	client->resolving = true;
	client->profile.name = section->name;
	client->profile.file = section->place.file;
	client->profile.line = section->place.line;
	for (guint i = 0; i < section->entries->len; i++) {
		const DraftEntry *entry = &g_array_index(section->entries, DraftEntry, i);

		if (g_str_equal(entry->key, CLIENT_INHERIT)) {
			inherit = entry;
		}
	}
	if (strlen(section->name) > NAME_MAX_BYTES) {
		draft_refuse(draft, section, &section->place, "a name of more than %d octets",
			NAME_MAX_BYTES);
	}
	if (inherit != NULL) {
		(void)take_parent(draft, section, inherit, depth);
	}
	for (guint i = 0; i < section->entries->len; i++) {
		client_set(draft, section, &g_array_index(section->entries, DraftEntry, i), client);
	}
	client->resolving = false;
	return !section->bad;
}

static void
free_client(void *client)
{
	client_free(client);
}

static AvuClientProfiles *
finish(Draft *draft, GPtrArray *problems)
{
	AvuClientProfiles *set = g_atomic_rc_box_new0(AvuClientProfiles);

	set->draft = draft;
	set->clients = g_ptr_array_new_with_free_func(free_client);
	set->names = g_ptr_array_new();
	for (guint i = 0; i < draft->sections->len; i++) {
		(void)resolve(draft, g_ptr_array_index(draft->sections, i), 0);
	}
	for (guint i = draft->sections->len; i > 0; i--) {
		DraftSection *section = g_ptr_array_index(draft->sections, i - 1);
		Client *client = g_steal_pointer(&section->made);

		if (section->bad) {
			client_free(client);
			continue;
		}
		g_ptr_array_add(set->clients, client);
		g_ptr_array_add(set->names, (char *)client->profile.name);
		if (g_str_equal(client->profile.name, FALLBACK)) {
			set->fallback = client;
		}
	}
	g_ptr_array_add(set->names, NULL);
	if (set->fallback == NULL) {
		set->own_fallback = true;
		set->fallback = client_new();
		set->fallback->profile.name = FALLBACK;
		set->fallback->profile.file = "";
	}
	for (guint i = 0; problems != NULL && i < draft->problems->len; i++) {
		g_ptr_array_add(problems, g_strdup(draft->problems->pdata[i]));
	}
	return set;
}

AvuClientProfiles *
avu_client_profiles_load(const char *const *folders, GPtrArray *problems)
{
	Draft *draft = draft_new();

	draft_add_folders(draft, folders, SUFFIX);
	return finish(draft, problems);
}

AvuClientProfiles *
avu_client_profiles_parse(const char *file, const char *text, size_t len, GPtrArray *problems)
{
	Draft *draft = draft_new();

	draft_add_text(draft, file, text, len);
	return finish(draft, problems);
}

AvuClientProfiles *
avu_client_profiles_ref(AvuClientProfiles *profiles)
{
	return g_atomic_rc_box_acquire(profiles);
}

static void
clear(void *data)
{
	AvuClientProfiles *set = data;

	if (set->own_fallback) {
		client_free(set->fallback);
	}
	g_ptr_array_unref(set->clients);
	g_ptr_array_unref(set->names);
	draft_free(set->draft);
}

void
avu_client_profiles_unref(AvuClientProfiles *profiles)
{
	if (profiles != NULL) {
		g_atomic_rc_box_release_full(profiles, clear);
	}
}

unsigned
avu_client_profiles_get_n(const AvuClientProfiles *profiles)
{
	return profiles->clients->len;
}

const AvuClientProfile *
avu_client_profiles_get(const AvuClientProfiles *profiles, unsigned i)
{
	return &((Client *)g_ptr_array_index(profiles->clients, i))->profile;
}

const AvuClientProfile *
avu_client_profiles_find(const AvuClientProfiles *profiles, const char *name)
{
	for (guint i = 0; i < profiles->clients->len; i++) {
		const AvuClientProfile *profile = avu_client_profiles_get(profiles, i);

		if (g_str_equal(profile->name, name)) {
			return profile;
		}
	}
	return NULL;
}

const char *const *
avu_client_profiles_list_names(const AvuClientProfiles *profiles)
{
	return (const char *const *)profiles->names->pdata;
}

const AvuClientProfile *
avu_client_profiles_get_fallback(const AvuClientProfiles *profiles)
{
	return &profiles->fallback->profile;
}

/* @return the first line of the section that fits */
static const ClientMatch *
find_match(const Client *client, AvuClientEvidence evidence, const void *data)
{
	for (guint i = 0; i < client->matches->len; i++) {
		const ClientMatch *match = &g_array_index(client->matches, ClientMatch, i);
		const char *value = evidence(data, match->what);
		/* an address is a whole one: 192.0.2.1 is not 192.0.2.10 */
		bool fits =
			value != NULL && (g_str_equal(match->what, "Address")
							 ? pattern_is(match->pattern, value)
							 : pattern_is_in(match->pattern, value));

		if (fits) {
			return match;
		}
	}
	return NULL;
}

bool
avu_client_profiles_match(const AvuClientProfiles *profiles, AvuClientEvidence evidence,
	const void *data, AvuClientMatch *ret_match)
{
	for (guint i = 0; i < profiles->clients->len; i++) {
		const Client *client = g_ptr_array_index(profiles->clients, i);
		const ClientMatch *match = find_match(client, evidence, data);

		if (match != NULL) {
			*ret_match =
				(AvuClientMatch){ &client->profile, match->what, match->pattern };
			return true;
		}
	}
	*ret_match = (AvuClientMatch){ &profiles->fallback->profile, NULL, NULL };
	return false;
}

const AvuClientRule *
avu_client_rule_nth(const GArray *rules, const char *text, const char *other, unsigned n)
{
	for (guint i = 0; rules != NULL && i < rules->len; i++) {
		const AvuClientRule *rule = &g_array_index(rules, AvuClientRule, i);

		if (!pattern_is(rule->from, text) &&
			(other == NULL || !pattern_is(rule->from, other))) {
			continue;
		}
		if (rule->to[0] == '\0' || n == 0) {
			return rule->to[0] != '\0' ? rule : NULL;
		}
		n--;
	}
	return NULL;
}

const char *
avu_client_rule_find(const GArray *rules, const char *text)
{
	for (guint i = 0; rules != NULL && i < rules->len; i++) {
		const AvuClientRule *rule = &g_array_index(rules, AvuClientRule, i);

		if (pattern_is(rule->from, text)) {
			return rule->to;
		}
	}
	return NULL;
}
