/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is not shared, by its place: whether it is there yet or not. */
#include "mediaserver/library/left-out.h"

static const struct {
	const char *path;
	bool left_out;
	const char *why;
} rows[] = {
	{ "", false, "the root itself is shared by whoever named it" },
	{ "song.flac", false, "in the root" },
	{ "A/B/song.flac", false, "where nothing is said against it" },
	{ "not/there/song.flac", false, "a folder that is to come" },
	{ "draft.flac", true, "its name is excluded" },
	{ "drafts/song.flac", true, "that of its folder" },
	{ ".hidden.flac", true, "hidden" },
	{ "A/@eaDir/song.flac", true, "an appliance's own" },
	{ "A/marked/song.flac", true, "beside a marker" },
	{ "A/marked/B/C/song.flac", true, "below one" },
	{ "A/marked", false, "what is marked is its content; the folder is in one that is shared" },
};

static void
make(const char *top, const char *below)
{
	g_autofree char *path = g_build_filename(top, below, NULL);

	if (g_str_has_suffix(below, "/")) {
		g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
	} else {
		g_assert_true(g_file_set_contents(path, "", 0, NULL));
	}
}

static void
test_rows(void)
{
	const char *const patterns[] = { "draft*", NULL };
	g_autofree char *folder = g_dir_make_tmp("left-out-XXXXXX", NULL);
	g_autofree char *directory = g_dir_make_tmp("left-out-state-XXXXXX", NULL);
	const char *const folders[] = { folder, NULL };
	g_autoptr(State) state = state_open(directory, NULL);
	g_autoptr(Roots) roots = roots_new(state, folders, NULL);

	roots_take_exclude(roots, exclude_new(patterns, NULL));
	make(folder, "A/B/");
	make(folder, "A/marked/B/C/");
	make(folder, "A/marked/" EXCLUDE_MARKER);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s: %s", rows[i].path, rows[i].why);
		g_assert_cmpint(
			left_out_path(roots_get(roots, 0), rows[i].path), ==, rows[i].left_out);
	}
	make(folder, EXCLUDE_MARKER);
	g_assert_true(left_out_path(roots_get(roots, 0), "A/B/song.flac")); /* all of it, now */
	for (const char *const *made = (const char *const[]){ folder, directory, NULL };
		*made != NULL; made++) {
		g_autofree char *command = g_strdup_printf("rm -r '%s'", *made);

		g_assert_cmpint(system(command), ==, 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/left-out/rows", test_rows);
	return g_test_run();
}
