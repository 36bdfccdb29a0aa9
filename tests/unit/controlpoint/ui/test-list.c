/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/list.h"
#include "ui/now.h"

static GPtrArray *
rows_of(const char *const *keys)
{
	GPtrArray *rows = g_ptr_array_new_with_free_func(ui_row_free);

	for (size_t i = 0; keys[i] != NULL; i++) {
		g_ptr_array_add(rows, ui_row_new(keys[i], keys[i]));
	}
	return rows;
}

static const char *const abcde[] = { "a", "b", "c", "d", "e", NULL };

static void
test_move(void)
{
	static const struct {
		int step;
		unsigned at;
		const char *why;
	} moves[] = {
		{ -1, 0, "above the first is the first" },
		{ 2, 2, "down" },
		{ 10, 4, "below the last is the last" },
		{ INT_MAX, 4, "however far" },
		{ -INT_MAX, 0, "and up" },
	};
	UiList list;

	ui_list_init(&list);
	ui_list_move(&list, 1);
	g_assert_null(ui_list_get(&list)); /* an empty one has none */
	ui_list_set(&list, rows_of(abcde));
	for (size_t i = 0; i < G_N_ELEMENTS(moves); i++) {
		g_test_message("%s", moves[i].why);
		ui_list_move(&list, moves[i].step);
		g_assert_cmpuint(list.at, ==, moves[i].at);
	}
	ui_list_clear(&list);
}

static void
test_set(void)
{
	static const char *const before[] = { "x", "c", NULL };
	static const char *const without[] = { "x", NULL };
	static const char *const none[] = { NULL };
	UiList list;

	ui_list_init(&list);
	ui_list_set(&list, rows_of(abcde));
	ui_list_go(&list, 2);
	ui_list_set(&list, rows_of(before));
	g_assert_cmpstr(ui_list_get(&list)->key, ==, "c"); /* where it is now */
	ui_list_set(&list, rows_of(without));
	g_assert_cmpstr(ui_list_get(&list)->key, ==, "x"); /* gone: the last there is */
	ui_list_set(&list, rows_of(none));
	g_assert_null(ui_list_get(&list));
	ui_list_clear(&list);
}

/* The other way round, past the beginning, and what is marked. */
static void
test_find_back(void)
{
	static const char *const titles[] = { "b", "other", "b", "b", NULL };
	UiList list;

	ui_list_init(&list);
	g_assert_false(ui_list_find(&list, "b", true));
	g_assert_false(ui_list_find_marked(&list));
	ui_list_set(&list, rows_of(titles));
	for (unsigned i = 0; i < 2; i++) {
		g_assert_true(ui_list_find(&list, "b", true));
		g_assert_cmpuint(list.at, ==, 3);
		g_assert_true(ui_list_find(&list, "b", true));
		g_assert_cmpuint(list.at, ==, 2);
		g_assert_true(ui_list_find(&list, "b", true));
		g_assert_cmpuint(list.at, ==, 0);
	}
	g_assert_false(ui_list_find_marked(&list));
	((UiRow *)list.rows->pdata[1])->marked = true;
	g_assert_true(ui_list_find_marked(&list));
	g_assert_cmpuint(list.at, ==, 1);
	ui_list_clear(&list);
}

static void
test_find(void)
{
	static const char *const titles[] = { "Björk", "Second", "Bach", NULL };
	UiList list;

	ui_list_init(&list);
	g_assert_false(ui_list_find(&list, "b", false));
	ui_list_set(&list, rows_of(titles));
	g_assert_true(ui_list_find(&list, "B", false));
	g_assert_cmpuint(list.at, ==, 2);
	g_assert_true(ui_list_find(&list, "bjo", false)); /* from the start again, accents folded */
	g_assert_cmpuint(list.at, ==, 0);
	g_assert_false(ui_list_find(&list, "third", false));
	g_assert_false(ui_list_find(&list, "third", true));
	g_assert_cmpuint(list.at, ==, 0);
	ui_list_clear(&list);
}

static void
test_scroll(void)
{
	static const struct {
		unsigned at, height, top;
		const char *why;
	} steps[] = {
		{ 0, 3, 0, "the first" },
		{ 3, 3, 1, "just so far that it is seen" },
		{ 2, 3, 1, "seen already" },
		{ 0, 3, 0, "up" },
		{ 4, 3, 2, "the last" },
		{ 4, 9, 0, "a higher window: no empty lines" },
		{ 4, 0, 0, "none at all" },
	};
	UiList list;

	ui_list_init(&list);
	ui_list_set(&list, rows_of(abcde));
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_test_message("%s", steps[i].why);
		ui_list_go(&list, steps[i].at);
		ui_list_scroll(&list, steps[i].height);
		g_assert_cmpuint(list.top, ==, steps[i].top);
	}
	ui_list_clear(&list);
}

static void
test_width(void)
{
	static const struct {
		const char *text;
		unsigned columns;
		const char *cut;
	} rows[] = {
		{ "abc", 3, "abc" },
		{ "abcd", 3, "ab…" },
		{ "東京", 4, "東京" },
		{ "東京", 3, "東…" },
		{ "東京", 2, "…" },                                /* half a character is none */
		{ "e\xcc\x81t\xc3\xa9", 3, "e\xcc\x81t\xc3\xa9" }, /* an accent of its own */
		{ "abc", 0, "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *cut = now_cut(rows[i].text, rows[i].columns);

		g_assert_cmpstr(cut, ==, rows[i].cut);
		g_assert_cmpuint(now_width(cut), <=, rows[i].columns);
	}
}

static void
test_now(void)
{
	static const struct {
		UiNow now;
		unsigned columns;
		const char *line;
	} rows[] = {
		/* 20 columns before the bar with its blanks 22, 11 behind it: 10 are left */
		{ { "playing", "x", 30, 60, 40, false }, 43,
			"playing  0:30 / 1:00  █████·····  volume 40" },
		{ { "paused", NULL, 90, 60, 40, true }, 49,
			"paused  1:30 / 1:00  ██████████  volume 40, muted" },
		{ { "stopped", NULL, -1, -1, -1, false }, 30, "stopped  -:-- / -:--  ········" },
		{ { "playing", NULL, 5, 60, 40, false }, 20, "playing  0:05 / 1:00  volume 40" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *line = now_format(&rows[i].now, rows[i].columns);

		g_assert_cmpstr(line, ==, rows[i].line);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ui-list/move", test_move);
	g_test_add_func("/ui-list/set", test_set);
	g_test_add_func("/ui-list/find", test_find);
	g_test_add_func("/ui-list/find-back", test_find_back);
	g_test_add_func("/ui-list/scroll", test_scroll);
	g_test_add_func("/ui-list/width", test_width);
	g_test_add_func("/ui-list/now", test_now);
	return g_test_run();
}
