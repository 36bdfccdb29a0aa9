/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values and presets as text: what is read of good, old and broken files. */
#include <string.h>

#include "rendering/store.h"

static void
factory_init(AvuValues *factory)
{
	avu_values_init(factory);
	factory->at[AVU_VALUE_VOLUME][AVU_CHANNEL_MASTER] = 40;
}

static const struct {
	const char *text;
	bool good;
	int32_t volume, contrast;
	unsigned n_presets;
	const char *why;
} rows[] = {
	{ "{}", true, 40, 50, 0, "nothing is said" },
	{ "{\"now\":{\"Volume\":{\"Master\":7},\"Contrast\":{\"Master\":61}}}", true, 7, 61, 0,
		"two" },
	{ "{\"now\":{\"Volume\":{\"Master\":101},\"Contrast\":{\"Master\":-1}}}", true, 40, 50, 0,
		"out of range" },
	{ "{\"now\":{\"Volume\":7,\"Contrast\":{\"Master\":\"61\"}}}", true, 40, 50, 0,
		"of another type" },
	{ "{\"now\":{\"Warp\":{\"Master\":7}}}", true, 40, 50, 0, "of a later version" },
	{ "{\"presets\":[{\"name\":\"Night\",\"values\":{}},{\"values\":{}},7]}", true, 40, 50, 1,
		"one has no name, one is none" },
	{ "[]", false, 40, 50, 0, "no object" },
	{ "{\"now\":{\"Volume\":{\"Mas", false, 40, 50, 0, "cut short" },
	{ "", false, 40, 50, 0, "empty" },
};

static void
test_parse(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		AvuValues factory;
		g_auto(Store) store;

		g_test_message("%s", rows[i].why);
		factory_init(&factory);
		store_init(&store, &factory);
		g_assert_cmpint(
			store_parse(&store, rows[i].text, strlen(rows[i].text)), ==, rows[i].good);
		g_assert_cmpint(
			store.now.at[AVU_VALUE_VOLUME][AVU_CHANNEL_MASTER], ==, rows[i].volume);
		g_assert_cmpint(
			store.now.at[AVU_VALUE_CONTRAST][AVU_CHANNEL_MASTER], ==, rows[i].contrast);
		g_assert_cmpuint(store.presets->len, ==, rows[i].n_presets);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/store/parse", test_parse);
	return g_test_run();
}
