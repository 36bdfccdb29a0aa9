/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file of profiles: whatever it holds, there is a set; who is in it can be found by name, what is not
 * said is the fallback's; and a file without problems has none in a second reading. The text is also
 * what a client says of itself. */
#include <string.h>

#include <av-upnp/client-profile.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *
show_all(const void *data, const char *what)
{
	return what[0] == 'D' ? NULL : data;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(AvuClientProfiles) set =
		avu_client_profiles_parse("f", (const char *)data, size, problems);
	g_autofree char *text = g_strndup((const char *)data, size);
	AvuClientMatch match;

	g_assert_nonnull(avu_client_profiles_get_fallback(set));
	for (unsigned i = 0; i < avu_client_profiles_get_n(set); i++) {
		const AvuClientProfile *profile = avu_client_profiles_get(set, i);

		g_assert_true(avu_client_profiles_find(set, profile->name) == profile);
		g_assert_cmpuint(profile->line, >=, 1);
		(void)avu_client_rule_find(profile->mimes, text);
		(void)avu_client_rule_find(profile->extra, "video/mpeg");
	}
	g_assert_true(
		avu_client_profiles_match(set, show_all, text, &match) == (match.what != NULL));
	g_assert_nonnull(match.profile);
	for (guint i = 0; i < problems->len; i++) {
		g_assert_true(g_utf8_validate(problems->pdata[i], -1, NULL));
		g_assert_true(g_str_has_prefix(problems->pdata[i], "f:"));
	}
	return 0;
}
