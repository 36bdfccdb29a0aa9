/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a file came from, as the kernel told of renames one after the other. */
#include "mediaserver/library/renames.h"

#include <string.h>

static const struct {
	const char *renames; /* "from>to", in order; a digit before the colon is the root */
	const char *path;    /* what is asked for */
	const char *origin;  /* NULL: it did not move */
	const char *why;
} rows[] = {
	{ "0:a>0:b", "0:b", "0:a", "a file" },
	{ "0:a>0:b", "0:a", NULL, "what is there now is another one" },
	{ "0:a>0:b", "0:c", NULL, "nobody spoke of it" },
	{ "0:A>0:B", "0:B/x/y.flac", "0:A/x/y.flac", "in a folder" },
	{ "0:A>0:B", "0:BB/x.flac", NULL, "a longer name is not in the folder" },
	{ "0:a>0:b 0:b>0:c", "0:c", "0:a", "twice" },
	{ "0:a>0:b 0:b>0:a", "0:a", "0:a", "there and back" },
	{ "0:A/f>0:A/g 0:A>0:B", "0:B/g", "0:A/f", "the file first, then its folder" },
	{ "0:A>0:B 0:B/f>0:C", "0:C", "0:A/f", "the folder first, then its file" },
	{ "0:a>0:t 0:b>0:a 0:t>0:b", "0:a", "0:b", "two change places" },
	{ "0:a>0:t 0:b>0:a 0:t>0:b", "0:b", "0:a", "the other one" },
	{ "0:a>1:b", "1:b", "0:a", "to another root" },
	{ "0:a>1:b", "0:b", NULL, "the same path in another root is not it" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Renames) renames = renames_new();
		g_auto(GStrv) pairs = g_strsplit(rows[i].renames, " ", -1);
		unsigned root;

		g_test_message("%s: %s", rows[i].renames, rows[i].why);
		for (size_t p = 0; pairs[p] != NULL; p++) {
			char *to = strchr(pairs[p], '>');

			*to++ = '\0';
			renames_add(renames, (unsigned)(pairs[p][0] - '0'), pairs[p] + 2,
				(unsigned)(to[0] - '0'), to + 2);
		}
		g_autofree char *origin = renames_find_origin(
			renames, (unsigned)(rows[i].path[0] - '0'), rows[i].path + 2, &root);

		g_assert_cmpstr(origin, ==, rows[i].origin != NULL ? rows[i].origin + 2 : NULL);
		if (origin != NULL) {
			g_assert_cmpuint(root, ==, (unsigned)(rows[i].origin[0] - '0'));
		}
		renames_clear(renames);
		g_assert_null(renames_find_origin(
			renames, (unsigned)(rows[i].path[0] - '0'), rows[i].path + 2, &root));
	}
}

static void
test_limit(void)
{
	g_autoptr(Renames) renames = renames_new();
	unsigned root;

	for (unsigned i = 0; i < 1025; i++) {
		g_autofree char *from = g_strdup_printf("from%u", i);
		g_autofree char *to = g_strdup_printf("to%u", i);

		renames_add(renames, 0, from, 0, to);
	}
	g_assert_null(renames_find_origin(renames, 0, "to0", &root)); /* the oldest went */
	g_autofree char *last = renames_find_origin(renames, 0, "to1024", &root);

	g_assert_cmpstr(last, ==, "from1024");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/renames/rows", test_rows);
	g_test_add_func("/renames/limit", test_limit);
	return g_test_run();
}
