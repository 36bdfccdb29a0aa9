/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is to be looked at: how several notices about one thing add up, and that there is an end to
 * them. */
#include "mediaserver/library/dirty.h"

#include <string.h>

static DirtyEntry
entry(const char *path, DirtyExtent extent, int64_t due_ns, int64_t quiet_ns)
{
	static char folder[64], name[64];
	const char *slash = strrchr(path, '/');

	(void)g_snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
	(void)g_strlcpy(name, slash + 1, sizeof(name));
	return (DirtyEntry){ 0, folder, name, extent, due_ns, quiet_ns, false };
}

static const struct {
	struct {
		const char *path;
		DirtyExtent extent;
		int64_t due_ns, quiet_ns;
		bool keep_quiet;
	} steps[3];
	int64_t next_ns;
	const char *taken; /* at 100: folder/name@quiet, in order */
	const char *why;
} rows[] = {
	{ { { "A/x", DIRTY_NAME, 50, 7, false } }, 50, "A/x@7 ", "one" },
	{ { { "A/x", DIRTY_NAME, 500, 7, false } }, 500, "", "not yet" },
	{ { { "A/x", DIRTY_NAME, 500, 10, false }, { "A/x", DIRTY_NAME, 60, 0, false } }, 60,
		"A/x@0 ", "created, then closed: whole, and sooner" },
	{ { { "A/x", DIRTY_NAME, 60, 0, false }, { "A/x", DIRTY_NAME, 90, 0, false } }, 60,
		"A/x@0 ", "written to all the time: not put off for ever" },
	{ { { "A/x", DIRTY_NAME, 60, 10, false }, { "A/x", DIRTY_NAME, 70, 0, true } }, 60,
		"A/x@10 ", "new rights do not make it whole" },
	{ { { "B/y", DIRTY_NAME, 50, 0, false }, { "A/x", DIRTY_NAME, 60, 0, false },
		  { "A/", DIRTY_FOLDER, 70, 0, false } },
		50, "A/@0 A/x@0 B/y@0 ", "by folder, the folder first" },
	{ { { "A/x", DIRTY_NAME, 50, 0, false }, { "A/y", DIRTY_NAME, 500, 0, false } }, 50,
		"A/x@0 ", "only what is due" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Dirty) dirty = dirty_new();
		g_autoptr(GString) text = g_string_new(NULL);

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(dirty_next_ns(dirty), ==, AVU_TIME_NONE);
		for (size_t s = 0; s < 3 && rows[i].steps[s].path != NULL; s++) {
			DirtyEntry one = entry(rows[i].steps[s].path, rows[i].steps[s].extent,
				rows[i].steps[s].due_ns, rows[i].steps[s].quiet_ns);

			dirty_add(dirty, &one, rows[i].steps[s].keep_quiet);
		}
		g_assert_cmpint(dirty_next_ns(dirty), ==, rows[i].next_ns);
		g_autoptr(GPtrArray) due = dirty_take(dirty, 100);

		for (guint d = 0; d < due->len; d++) {
			const DirtyEntry *one = g_ptr_array_index(due, d);

			g_string_append_printf(
				text, "%s/%s@%d ", one->folder, one->name, (int)one->quiet_ns);
		}
		g_assert_cmpstr(text->str, ==, rows[i].taken);
	}
}

/* Of whom a walk is to be, in order. */
static char *
list_trees(Dirty *dirty)
{
	g_autoptr(GPtrArray) due = dirty_take(dirty, 100 + DIRTY_STORM_NS);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < due->len; i++) {
		const DirtyEntry *one = g_ptr_array_index(due, i);

		if (one->extent == DIRTY_TREE) {
			g_string_append_printf(text, "%u ", one->root);
		} else if (one->root == 7) {
			g_string_append_printf(text, "7:%s ", one->name);
		}
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* A root in which very much changes is walked. What changed in another one meanwhile is not lost with that. */
static void
test_limit(void)
{
	g_autoptr(Dirty) dirty = dirty_new();

	for (unsigned i = 0; i < 20000; i++) {
		g_autofree char *path = g_strdup_printf("A/%u", i);
		DirtyEntry one = entry(path, DIRTY_NAME, 100, 0);

		dirty_add(dirty, &one, false);
		if (i == 16383) { /* there is no room for it */
			DirtyEntry other = entry("B/song", DIRTY_NAME, 100, 0);

			other.root = 7;
			dirty_add(dirty, &other, false);
		}
	}
	g_autofree char *trees = list_trees(dirty);

	g_assert_cmpstr(trees, ==, "0 7:song ");
	g_assert_cmpint(dirty_next_ns(dirty), ==, AVU_TIME_NONE);
}

/* It is walked once it is due, however long that goes on. */
static void
test_storm(void)
{
	g_autoptr(Dirty) dirty = dirty_new();

	for (unsigned i = 0; i < 50000; i++) {
		g_autofree char *path = g_strdup_printf("A/%u", i);
		DirtyEntry one = entry(path, DIRTY_NAME, 100 + i, 0);

		dirty_add(dirty, &one, false);
	}
	g_autoptr(GPtrArray) due = dirty_take(dirty, 100 + 16384 + DIRTY_STORM_NS);

	g_assert_cmpuint(due->len, >, 0);
	g_assert_cmpint(((DirtyEntry *)g_ptr_array_index(due, 0))->extent, ==, DIRTY_TREE);
}

static void
test_forget(void)
{
	g_autoptr(Dirty) dirty = dirty_new();
	DirtyEntry one = entry("A/1", DIRTY_NAME, 1, 0);

	dirty_add(dirty, &one, false);
	dirty_forget_root(dirty, 1);
	g_assert_cmpint(dirty_next_ns(dirty), ==, 1);
	dirty_forget_root(dirty, 0);
	g_assert_cmpint(dirty_next_ns(dirty), ==, AVU_TIME_NONE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dirty/rows", test_rows);
	g_test_add_func("/dirty/limit", test_limit);
	g_test_add_func("/dirty/storm", test_storm);
	g_test_add_func("/dirty/forget", test_forget);
	return g_test_run();
}
