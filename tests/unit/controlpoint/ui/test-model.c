/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys go in, verbs come out; JSON goes in, rows come out. */
#include <string.h>

#include "ui/model.h"

/* The last order, as one line. */
typedef struct {
	UiAsk ask;
	GString *words;
	unsigned n;
} Heard;

static void
hear(UiAsk ask, const char *const *words, void *data)
{
	Heard *heard = data;
	g_autofree char *line = g_strjoinv(" ", (char **)words);

	heard->ask = ask;
	heard->n++;
	g_string_assign(heard->words, line);
}

static void
take_text(UiModel *model, void (*take)(UiModel *model, const json_t *json), const char *text)
{
	json_auto_t *json = json_loads(text, 0, NULL);

	g_assert_nonnull(json);
	take(model, json);
}

#define SERVER                                                                               \
	"{\"event\":\"appeared\",\"udn\":\"uuid:1\",\"type\":\"server\",\"name\":\"Attic\"," \
	"\"location\":\"http://192.0.2.1/d\"}"
#define RENDERER                                                                                 \
	"{\"event\":\"appeared\",\"udn\":\"uuid:2\",\"type\":\"renderer\",\"name\":\"Parlour\"," \
	"\"location\":\"http://192.0.2.2/d\"}"
#define MOVED                                                                                   \
	"{\"event\":\"changed\",\"udn\":\"uuid:2\",\"type\":\"renderer\",\"name\":\"Parlour\"," \
	"\"location\":\"http://192.0.2.9/d\"}"
#define GONE                                                                                     \
	"{\"event\":\"vanished\",\"udn\":\"uuid:2\",\"type\":\"renderer\",\"name\":\"Parlour\"," \
	"\"location\":\"http://192.0.2.9/d\"}"
#define LISTING                                                                                    \
	"[{\"id\":\"f1\",\"title\":\"Folder\",\"container\":true,\"resources\":[]},"               \
	"{\"id\":\"i1\",\"title\":\"Song\",\"container\":false,\"resources\":[{\"duration_s\":65}" \
	"]}]"
#define QUEUE                                                                        \
	"[{\"position\":1,\"title\":\"One\",\"duration_s\":null,\"current\":false}," \
	"{\"position\":2,\"title\":\"Two\",\"duration_s\":5,\"current\":true}]"

/* What is pressed, in this order, and what is asked for then. */
static const struct {
	UiAction action;
	const char *answer; /* given after it: a listing or a queue, by the pane; NULL: none */
	const char *words;  /* "": nothing is asked for */
	const char *why;
} steps[] = {
	{ UI_TOGGLE, NULL, "", "no renderer is chosen" },
	{ UI_ENTER, LISTING, "-s http://192.0.2.1/d ls --object -- 0", "servers come first" },
	{ UI_ENTER, LISTING, "-s http://192.0.2.1/d ls --object -- f1", "a folder is opened" },
	{ UI_BOTTOM, NULL, "", "moving asks for nothing" },
	{ UI_ENTER, NULL, "", "nor can it be played on nothing" },
	{ UI_BACK, LISTING, "-s http://192.0.2.1/d ls --object -- 0", "the folder above" },
	{ UI_BACK, NULL, "", "above the top are the devices" },
	{ UI_BOTTOM, NULL, "", "the renderer" },
	{ UI_ENTER, QUEUE, "-r http://192.0.2.2/d queue show", "is chosen" },
	{ UI_BROWSE, NULL, "", "what was listed is still there" },
	{ UI_BOTTOM, NULL, "", "the song" },
	{ UI_ENTER, NULL,
		"-r http://192.0.2.2/d -s http://192.0.2.1/d play --no-wait --object -- i1",
		"plays" },
	{ UI_ADD, NULL, "-r http://192.0.2.2/d -s http://192.0.2.1/d queue add --object -- i1",
		"is added" },
	{ UI_TOGGLE, NULL, "-r http://192.0.2.2/d toggle", "pause" },
	{ UI_FORWARD, NULL, "-r http://192.0.2.2/d seek +10", "on" },
	{ UI_BACKWARD, NULL, "-r http://192.0.2.2/d seek -10", "back" },
	{ UI_SOFTER, NULL, "-r http://192.0.2.2/d volume -2", "softer" },
	{ UI_MUTE, NULL, "-r http://192.0.2.2/d mute toggle", "mute" },
	{ UI_DELETE, NULL, "", "of a folder nothing is taken out" },
	{ UI_QUEUE, QUEUE, "-r http://192.0.2.2/d queue show", "the queue" },
	{ UI_MOVE_UP, NULL, "", "the first cannot go up" },
	{ UI_MOVE_DOWN, NULL, "-r http://192.0.2.2/d queue move 1 2", "down" },
	{ UI_DELETE, NULL, "-r http://192.0.2.2/d queue remove 2", "where it is now" },
	{ UI_ENTER, NULL, "-r http://192.0.2.2/d queue play 2", "plays" },
	{ UI_CLEAR, NULL, "-r http://192.0.2.2/d queue clear", "all" },
	{ UI_HELP, NULL, "", "help" },
	{ UI_PAGE_DOWN, NULL, "", "more of it" },
	{ UI_CLEAR, NULL, "", "the key that ends the help does nothing else" },
	{ UI_REPEAT, NULL, "-r http://192.0.2.2/d mode repeat-all", "mode" },
	{ UI_SHUFFLE, NULL, "-r http://192.0.2.2/d mode shuffle", "another one" },
	{ UI_SHUFFLE, NULL, "-r http://192.0.2.2/d mode normal", "the same key ends it" },
	{ UI_REPEAT, NULL, "-r http://192.0.2.2/d mode repeat-all", "the other one again" },
	{ UI_REPEAT_ONE, NULL, "-r http://192.0.2.2/d mode repeat-one", "one of them" },
	{ UI_REPEAT_ONE, NULL, "-r http://192.0.2.2/d mode normal", "and no more" },
	{ UI_STOP, NULL, "-r http://192.0.2.2/d stop", "stop" },
	{ UI_NEXT, NULL, "-r http://192.0.2.2/d next", "the next track" },
	{ UI_PREVIOUS, NULL, "-r http://192.0.2.2/d prev", "the one before" },
	{ UI_LOUDER, NULL, "-r http://192.0.2.2/d volume +2", "louder" },
	{ UI_RELOAD, QUEUE, "-r http://192.0.2.2/d queue show", "the queue anew" },
	{ UI_NEXT_PANE, NULL, "", "behind the queue come the devices" },
	{ UI_BOTTOM, NULL, "", "the renderer" },
	{ UI_UP, NULL, "", "the server" },
	{ UI_ENTER, LISTING, "-s http://192.0.2.1/d ls --object -- 0", "is used anew" },
	{ UI_DOWN, NULL, "", "the song" },
	{ UI_ADD, NULL, "-r http://192.0.2.2/d -s http://192.0.2.1/d queue add --object -- i1",
		"and not the folder" },
	{ UI_TOP, NULL, "", "the folder" },
	{ UI_FIND_AGAIN, NULL, "", "nothing was searched for" },
	{ UI_PAGE_DOWN, NULL, "", "the last one" },
	{ UI_ADD, NULL, "-r http://192.0.2.2/d -s http://192.0.2.1/d queue add --object -- i1",
		"is the song" },
	{ UI_PAGE_UP, NULL, "", "the first one" },
	{ UI_RELOAD, LISTING, "-r http://192.0.2.2/d queue show", "the folder and the queue anew" },
	{ UI_DEVICES, NULL, "", "the devices are followed anyway" },
	{ UI_ENTER, LISTING, "-s http://192.0.2.1/d ls --object -- 0", "the first is the server" },
};

static void
test_keys(void)
{
	Heard heard = { .words = g_string_new(NULL) };
	UiModel *model = ui_model_new(NULL, NULL, hear, &heard);

	g_assert_cmpstr(heard.words->str, ==, "devices --follow");
	take_text(model, ui_model_take_device, SERVER);
	take_text(model, ui_model_take_device, RENDERER);
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_test_message("%s", steps[i].why);
		g_string_assign(heard.words, "");
		g_assert_true(ui_model_act(model, steps[i].action));
		g_assert_cmpstr(heard.words->str, ==, steps[i].words);
		if (steps[i].answer != NULL) {
			take_text(model,
				heard.ask == UI_ASK_QUEUE ? ui_model_take_queue
							  : ui_model_take_listing,
				steps[i].answer);
			ui_model_take_end(model, heard.ask, NULL);
		}
	}
	g_assert_false(ui_model_act(model, UI_QUIT));
	ui_model_free(model);
	(void)g_string_free(heard.words, true);
}

/* Ids that would be something else as operands: folders of the user, options, paths of titles, URLs. */
static void
test_ids_are_only_ids(void)
{
	static const char *const ids[] = { "./", "../Documents", "-x", "--config=/x", "/a", "x:/y",
		"x:", "http://192.0.2.9/", "-", "--" };

	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		static const bool kinds[] = { false, true };

		for (size_t j = 0; j < G_N_ELEMENTS(kinds); j++) {
			Heard heard = { .words = g_string_new(NULL) };
			UiModel *model = ui_model_new("parl", "Attic", hear, &heard);
			json_auto_t *list = json_pack("[{s:s, s:s, s:b}]", "id", ids[i], "title",
				"x", "container", kinds[j]);
			g_autofree char *end = g_strconcat(" --object -- ", ids[i], NULL);

			ui_model_take_listing(model, list);
			(void)ui_model_act(model, UI_ENTER);
			g_assert_true(g_str_has_suffix(heard.words->str, end));
			ui_model_free(model);
			(void)g_string_free(heard.words, true);
		}
	}
}

static void
test_rows(void)
{
	Heard heard = { .words = g_string_new(NULL) };
	UiModel *model = ui_model_new("parl", "Attic", hear, &heard);

	g_assert_cmpint(ui_model_get_pane(model), ==, UI_PANE_BROWSE);
	take_text(model, ui_model_take_listing, LISTING);
	const UiList *list = ui_model_get_list(model);
	const UiRow *folder = list->rows->pdata[0], *song = list->rows->pdata[1];

	g_assert_true(folder->folder);
	g_assert_null(folder->right);
	g_assert_cmpstr(song->right, ==, "1:05");
	take_text(model, ui_model_take_queue, QUEUE);
	(void)ui_model_act(model, UI_QUEUE);
	list = ui_model_get_list(model);
	g_assert_false(((const UiRow *)list->rows->pdata[0])->marked);
	g_assert_true(((const UiRow *)list->rows->pdata[1])->marked);
	/* answers that are none */
	take_text(model, ui_model_take_queue, "{}");
	g_assert_cmpuint(ui_model_get_list(model)->rows->len, ==, 0);
	take_text(model, ui_model_take_listing, "[1, {}, [], {\"id\": 7}]");
	take_text(model, ui_model_take_device, "{\"udn\": \"uuid:3\"}");
	take_text(model, ui_model_take_status, "[]");
	ui_model_free(model);
	(void)g_string_free(heard.words, true);
}

static void
test_device_moves_and_goes(void)
{
	Heard heard = { .words = g_string_new(NULL) };
	UiModel *model = ui_model_new(NULL, NULL, hear, &heard);
	UiNow now;

	take_text(model, ui_model_take_device, RENDERER);
	(void)ui_model_act(model, UI_ENTER);
	take_text(model, ui_model_take_status, "{\"state\":\"playing\",\"position_s\":1.5}");
	g_assert_true(ui_model_get_now(model, &now));
	g_assert_cmpstr(now.state, ==, "playing");
	g_assert_cmpint(now.volume, ==, -1);
	take_text(model, ui_model_take_device, MOVED);
	(void)ui_model_act(model, UI_TOGGLE);
	g_assert_cmpstr(heard.words->str, ==, "-r http://192.0.2.9/d toggle");
	take_text(model, ui_model_take_device, GONE);
	g_assert_false(ui_model_get_now(model, &now));
	g_assert_cmpstr(ui_model_get_message(model), ==, "the renderer has gone");
	g_assert_cmpuint(ui_model_get_list(model)->rows->len, ==, 0);
	ui_model_free(model);
	(void)g_string_free(heard.words, true);
}

/* A device that does not answer is asked one thing at a time. */
static void
test_slow_device(void)
{
	Heard heard = { .words = g_string_new(NULL) };
	UiModel *model = ui_model_new("parl", NULL, hear, &heard);

	(void)ui_model_act(model, UI_QUEUE);
	const unsigned n = heard.n;

	ui_model_tick(model);
	ui_model_tick(model);
	g_assert_cmpuint(heard.n, ==, n);
	ui_model_take_end(model, UI_ASK_STATUS, "nobody answers");
	ui_model_take_end(model, UI_ASK_QUEUE, NULL);
	g_assert_cmpstr(ui_model_get_message(model), ==, "nobody answers");
	ui_model_tick(model);
	g_assert_cmpuint(heard.n, ==, n + 2);
	ui_model_free(model);
	(void)g_string_free(heard.words, true);
}

/* There may be no network yet. */
static void
test_devices_are_asked_for_again(void)
{
	Heard heard = { .words = g_string_new(NULL) };
	UiModel *model = ui_model_new(NULL, NULL, hear, &heard);

	take_text(model, ui_model_take_device, SERVER);
	ui_model_tick(model);
	g_assert_cmpuint(heard.n, ==, 1);
	ui_model_take_end(model, UI_ASK_DEVICES, "there is no network");
	ui_model_tick(model);
	g_assert_cmpuint(heard.n, ==, 2);
	g_assert_cmpstr(heard.words->str, ==, "devices --follow");
	ui_model_tick(model);
	g_assert_cmpuint(heard.n, ==, 2);
	g_assert_cmpuint(ui_model_get_list(model)->rows->len, ==, 1);
	ui_model_free(model);
	(void)g_string_free(heard.words, true);
}

#define PIXEL "P6\n1 1\n255\n\1\2\3"
#define PIXEL_LEN (sizeof(PIXEL) - 1)

/* Asked for once for each track, and only where it is of use. */
static void
test_cover(void)
{
	static const struct {
		const char *status; /* NULL: the verb ended */
		bool asked;
		const char *why;
	} rows[] = {
		{ "{\"uri\":\"http://192.0.2.1/1\",\"title\":\"One\"}", true, "the first" },
		{ "{\"uri\":\"http://192.0.2.1/1\",\"title\":\"One\",\"position_s\":2}", false,
			"the same goes on" },
		{ "{\"uri\":\"http://192.0.2.1/1\",\"title\":\"Two\"}", true, "a station's next" },
		{ "{\"uri\":\"http://192.0.2.1/2\",\"title\":\"Two\"}", true, "the next" },
		{ "{\"uri\":null,\"title\":null}", false, "nothing" },
		{ "{\"uri\":\"http://192.0.2.1/2\",\"title\":\"Two\"}", true, "again" },
		{ NULL, false, "the renderer has gone" },
	};
	Heard heard = { .words = g_string_new(NULL) };
	UiModel *model = ui_model_new("http://192.0.2.2/d", NULL, hear, &heard);

	take_text(model, ui_model_take_status, "{\"uri\":\"x\",\"title\":\"y\"}");
	g_assert_cmpstr(heard.words->str, !=, "-r http://192.0.2.2/d cover --ppm --pixels=64");
	take_text(model, ui_model_take_status, "{\"uri\":null}");
	ui_model_want_covers(model);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const CoverPicture *before = ui_model_get_cover(model);

		g_test_message("%s", rows[i].why);
		g_string_assign(heard.words, "");
		if (rows[i].status != NULL) {
			take_text(model, ui_model_take_status, rows[i].status);
		} else {
			ui_model_take_end(model, UI_ASK_STATUS, NULL);
		}
		g_assert_cmpstr(heard.words->str, ==,
			rows[i].asked ? "-r http://192.0.2.2/d cover --ppm --pixels=64" : "");
		if (!rows[i].asked && i == 1) {
			g_assert_true(before != NULL && ui_model_get_cover(model) == before);
			continue;
		}
		g_assert_null(ui_model_get_cover(model));
		/* what comes for one that is no more is not shown */
		ui_model_take_cover(model, PIXEL, PIXEL_LEN);
		g_assert_cmpint(ui_model_get_cover(model) != NULL, ==, rows[i].asked);
	}
	ui_model_free(model);
	(void)g_string_free(heard.words, true);
}

/* No cover, and nothing said about it. */
static void
test_no_cover(void)
{
	Heard heard = { .words = g_string_new(NULL) };
	UiModel *model = ui_model_new("http://192.0.2.2/d", NULL, hear, &heard);

	ui_model_want_covers(model);
	take_text(model, ui_model_take_status, "{\"uri\":\"x\",\"title\":\"y\"}");
	ui_model_take_end(model, UI_ASK_COVER, "the cover is not where it is said to be");
	g_assert_null(ui_model_get_message(model));
	g_assert_null(ui_model_get_cover(model));
	ui_model_take_cover(model, "nonsense", 8);
	g_assert_null(ui_model_get_cover(model));
	ui_model_free(model);
	(void)g_string_free(heard.words, true);
}

/* As in ncmpcpp, and in vi. */
static const struct {
	uint32_t key;
	UiAction action;
} keys[] = {
	{ '1', UI_DEVICES },
	{ '2', UI_BROWSE },
	{ '3', UI_QUEUE },
	{ '\t', UI_NEXT_PANE },
	{ 'k', UI_UP },
	{ UI_KEY_UP, UI_UP },
	{ 'j', UI_DOWN },
	{ UI_KEY_DOWN, UI_DOWN },
	{ UI_KEY_PAGE_UP, UI_PAGE_UP },
	{ 2, UI_PAGE_UP }, /* Ctrl-B */
	{ UI_KEY_PAGE_DOWN, UI_PAGE_DOWN },
	{ 6, UI_PAGE_DOWN }, /* Ctrl-F */
	{ UI_KEY_HOME, UI_TOP },
	{ 'g', UI_TOP },
	{ UI_KEY_END, UI_BOTTOM },
	{ 'G', UI_BOTTOM },
	{ '\r', UI_ENTER },
	{ 'l', UI_ENTER },
	{ UI_KEY_BACKSPACE, UI_BACK },
	{ 127, UI_BACK },
	{ 'h', UI_BACK },
	{ ' ', UI_ADD },
	{ 'a', UI_ADD },
	{ 'p', UI_TOGGLE },
	{ 's', UI_STOP },
	{ '>', UI_NEXT },
	{ '<', UI_PREVIOUS },
	{ 'f', UI_FORWARD },
	{ 'b', UI_BACKWARD },
	{ '+', UI_LOUDER },
	{ UI_KEY_RIGHT, UI_LOUDER },
	{ '-', UI_SOFTER },
	{ UI_KEY_LEFT, UI_SOFTER },
	{ 'M', UI_MUTE },
	{ 'd', UI_DELETE },
	{ UI_KEY_DELETE, UI_DELETE },
	{ 'c', UI_CLEAR },
	{ 'm', UI_MOVE_UP },
	{ 'n', UI_MOVE_DOWN },
	{ 'z', UI_SHUFFLE },
	{ 'r', UI_REPEAT },
	{ 'y', UI_REPEAT_ONE },
	{ '/', UI_FIND },
	{ '.', UI_FIND_AGAIN },
	{ ',', UI_FIND_BACK },
	{ 'o', UI_TO_CURRENT },
	{ 'u', UI_RELOAD },
	{ 12, UI_RELOAD }, /* Ctrl-L */
	{ '?', UI_HELP },
	{ UI_KEY_F1, UI_HELP },
	{ 'q', UI_QUIT },
	{ 3, UI_QUIT }, /* Ctrl-C */
	{ 0, UI_NOTHING },
	{ '@', UI_NOTHING },
};

/* It is read line by line; what is no movement ends it, and the next time it begins at its beginning. */
static void
test_long_help(void)
{
	Heard heard = { .words = g_string_new(NULL) };
	UiModel *model = ui_model_new(NULL, NULL, hear, &heard);

	g_assert_true(ui_model_act(model, UI_HELP));
	g_assert_true(ui_model_act(model, UI_UP));
	g_assert_cmpuint(ui_model_get_help_top(model), ==, 0);
	g_assert_true(ui_model_act(model, UI_DOWN));
	g_assert_cmpuint(ui_model_get_help_top(model), ==, 1);
	g_assert_true(ui_model_act(model, UI_BOTTOM));
	g_assert_cmpuint(ui_model_get_help_top(model), ==, ui_keys_count() - 1);
	g_assert_true(ui_model_shows_help(model));
	g_assert_true(ui_model_act(model, UI_ENTER));
	g_assert_false(ui_model_shows_help(model));
	g_assert_true(ui_model_act(model, UI_HELP));
	g_assert_cmpuint(ui_model_get_help_top(model), ==, 0);
	ui_model_free(model);
	g_string_free(heard.words, true);
}

static void
test_help(void)
{
	g_autofree char *help = ui_keys_format_help();
	g_auto(GStrv) lines = g_strsplit(help, "\n", -1);

	/* two columns of 80 side by side */
	for (unsigned i = 0; i < ui_keys_count(); i++) {
		g_assert_cmpuint(strlen(lines[i]), <, 40);
	}
	g_assert_cmpstr(lines[ui_keys_count()], ==, "");

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_test_message("key %u", keys[i].key);
		g_assert_cmpint(ui_keys_find(keys[i].key), ==, keys[i].action);
	}
	g_assert_nonnull(strstr(help, "  p            pause, go on\n"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ui-model/keys", test_keys);
	g_test_add_func("/ui-model/ids", test_ids_are_only_ids);
	g_test_add_func("/ui-model/rows", test_rows);
	g_test_add_func("/ui-model/device", test_device_moves_and_goes);
	g_test_add_func("/ui-model/slow-device", test_slow_device);
	g_test_add_func("/ui-model/devices", test_devices_are_asked_for_again);
	g_test_add_func("/ui-model/cover", test_cover);
	g_test_add_func("/ui-model/no-cover", test_no_cover);
	g_test_add_func("/ui-model/help", test_help);
	g_test_add_func("/model/long-help", test_long_help);
	return g_test_run();
}
