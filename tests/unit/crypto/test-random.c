/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random values: shape and range; that they differ is all that can be said of the rest. */
#include <string.h>

#include <av-upnp/random.h>

static void
test_uuid(void)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (unsigned i = 0; i < 1000; i++) {
		char *uuid = avu_random_uuid();

		g_assert_true(g_uuid_string_is_valid(uuid));
		g_assert_cmpint(uuid[14], ==, '4');         /* version */
		g_assert_nonnull(strchr("89ab", uuid[19])); /* variant */
		g_assert_true(g_hash_table_add(seen, uuid));
	}
}

static void
test_below(void)
{
	bool seen[6] = { false };

	for (unsigned i = 0; i < 1000; i++) {
		uint32_t value = avu_random_below(6);

		g_assert_cmpuint(value, <, 6);
		seen[value] = true;
		g_assert_cmpuint(avu_random_below(1), ==, 0);
		g_assert_cmpuint(avu_random_below(UINT32_MAX), <, UINT32_MAX);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(seen); i++) {
		g_assert_true(seen[i]); /* by chance not: less than 1 in 10^78 */
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/random/uuid", test_uuid);
	g_test_add_func("/random/below", test_below);
	return g_test_run();
}
