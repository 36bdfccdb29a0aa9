/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts stay whole while others are made, within the block and beyond it. */
#include <string.h>

#include "mediaserver/content/text-pool.h"

#define MANY 2000

static void
test_many(void)
{
	g_autoptr(TextPool) pool = text_pool_new();
	const char *texts[MANY];

	for (unsigned round = 0; round < 3; round++) {
		text_pool_clear(pool);
		for (unsigned i = 0; i < MANY; i++) {
			char digits[16];

			(void)g_snprintf(digits, sizeof(digits), "%u", i);
			texts[i] = i % 3 == 0   ? text_pool_concat(pool, "a", digits, "/", NULL)
				   : i % 3 == 1 ? text_pool_printf(pool, "a%u/", i)
						: text_pool_take(pool, g_strdup_printf("a%u/", i));
		}
		for (unsigned i = 0; i < MANY; i++) {
			g_autofree char *right = g_strdup_printf("a%u/", i);

			g_assert_cmpstr(texts[i], ==, right);
		}
	}
}

static void
test_edges(void)
{
	g_autoptr(TextPool) pool = text_pool_new();
	g_autofree char *large = g_strnfill(100000, 'x');
	const char *copy = text_pool_concat(pool, large, large, NULL);

	g_assert_cmpuint(strlen(copy), ==, 2 * strlen(large));
	g_assert_cmpstr(text_pool_concat(pool, "", NULL), ==, "");
	g_assert_cmpstr(text_pool_copy(pool, "abc", 2), ==, "ab");
	g_assert_null(text_pool_take(pool, NULL));
	g_assert_cmpuint(strlen(text_pool_copy(pool, large, strlen(large))), ==, strlen(large));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/text-pool/many", test_many);
	g_test_add_func("/text-pool/edges", test_edges);
	return g_test_run();
}
