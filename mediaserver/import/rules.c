/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The settings that speak of writing, as questions. Immutable after construction; any thread. */
#include "mediaserver/import/rules.h"

#include <stdlib.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#define BYTES_PER_MIB (UINT64_C(1024) * 1024)

struct Rules {
	unsigned allowed; /* Rule; 0 while no folder is writable */
	GPtrArray *roots; /* const Root*, in the order of the setting */
	uint64_t quota_bytes;
	int64_t wait_s, resume_s;
};

static const struct {
	const char *word;
	Rule rule;
} words[] = {
	{ "create", RULE_CREATE },
	{ "update", RULE_UPDATE },
	{ "move", RULE_MOVE },
	{ "destroy", RULE_DESTROY },
	{ "delete-files", RULE_DELETE_FILES },
	{ "import", RULE_IMPORT },
	{ "export", RULE_EXPORT },
};

static bool
add_word(Rules *rules, const char *word, GError **error)
{
	const char *known[G_N_ELEMENTS(words) + 1] = { NULL };

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		if (g_str_equal(words[i].word, word)) {
			rules->allowed |= words[i].rule;
			return true;
		}
		known[i] = words[i].word;
	}
	g_autofree char *all = g_strjoinv(", ", (char **)known);

	g_set_error(
		error, AVU_ERROR, AVU_ERROR_USAGE, "Allow: '%.32s' is not one of %s", word, all);
	return false;
}

static bool
add_root(Rules *rules, const Roots *roots, const char *folder, GError **error)
{
	g_autofree char *resolved = realpath(folder, NULL);
	const char *path = resolved != NULL ? resolved : folder;

	for (size_t i = 0; i < roots_get_n(roots); i++) {
		if (g_str_equal(roots_get(roots, i)->path, path)) {
			g_ptr_array_add(rules->roots, (void *)roots_get(roots, i));
			return true;
		}
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
		"Writable: '%s' is not a shared folder; name one of those, not one inside", folder);
	return false;
}

Rules *
rules_new(const AvuSettings *settings, const Roots *roots, GError **error)
{
	g_autoptr(Rules) rules = g_new0(Rules, 1);
	const char *const *folders = avu_settings_get_list(settings, "Writable");
	const char *const *allow = avu_settings_get_list(settings, "Allow");

	rules->roots = g_ptr_array_new();
	rules->quota_bytes =
		(uint64_t)avu_settings_get_int(settings, "UploadQuota") * BYTES_PER_MIB;
	rules->wait_s = avu_settings_get_int(settings, "UploadWait") / AVU_NS_PER_S;
	rules->resume_s = avu_settings_get_int(settings, "UploadResume") / AVU_NS_PER_S;
	for (; *folders != NULL; folders++) {
		if (!add_root(rules, roots, *folders, error)) {
			return NULL;
		}
	}
	for (; *allow != NULL; allow++) {
		if (!add_word(rules, *allow, error)) {
			return NULL;
		}
	}
	if (rules->roots->len == 0) {
		rules->allowed = 0;
	}
	return g_steal_pointer(&rules);
}

void
rules_free(Rules *rules)
{
	if (rules != NULL) {
		g_ptr_array_unref(rules->roots);
		g_free(rules);
	}
}

bool
rules_allow(const Rules *rules, Rule rule)
{
	return (rules->allowed & rule) != 0;
}

bool
rules_is_writable(const Rules *rules, const char *root)
{
	for (guint i = 0; root != NULL && i < rules->roots->len; i++) {
		if (g_str_equal(((const Root *)g_ptr_array_index(rules->roots, i))->uuid, root)) {
			return true;
		}
	}
	return false;
}

const Root *
rules_get_first_root(const Rules *rules)
{
	return rules->roots->len > 0 ? g_ptr_array_index(rules->roots, 0) : NULL;
}

uint64_t
rules_get_quota_bytes(const Rules *rules)
{
	return rules->quota_bytes;
}

int64_t
rules_get_wait_s(const Rules *rules)
{
	return rules->wait_s;
}

int64_t
rules_get_resume_s(const Rules *rules)
{
	return rules->resume_s;
}
