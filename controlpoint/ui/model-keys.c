/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What keys make of the model: orders, and moves in its lists. Pure. */
#include <string.h>

#include "ui/model-private.h"

#define SEEK_STEP "10"
#define VOLUME_STEP "2"
#define PAGE 10

static void
show(UiModel *model, UiPane pane)
{
	model->pane = pane;
	model->help = false;
	if (pane == UI_PANE_QUEUE) {
		ui_model_ask_queue(model);
	}
	if (pane == UI_PANE_BROWSE && model->server == NULL) {
		ui_model_tell(
			model, "no server is chosen: Enter on one of the devices (1) does that");
	}
}

/* The id is the server's word: it must not be taken for an option, a URL or a file of this host. */
static void
play_object(UiModel *model, const char *verb, const char *id)
{
	const char *const play[] = { "-r", model->renderer, "-s", model->server, "play",
		"--no-wait", "--object", "--", id, NULL };
	const char *const add[] = { "-r", model->renderer, "-s", model->server, "queue", "add",
		"--object", "--", id, NULL };

	if (model->renderer == NULL) {
		ui_model_tell(
			model, "no renderer is chosen: Enter on one of the devices (1) does that");
	} else {
		ui_model_ask(model, UI_ASK_DEED, strcmp(verb, "play") == 0 ? play : add);
	}
}

static void
enter(UiModel *model)
{
	const UiRow *row = ui_list_get(ui_model_get_list(model));
	Folder *folder = ui_model_last_folder(model);

	if (row == NULL) {
		return;
	}
	switch (model->pane) {
	case UI_PANE_DEVICES:
		if (row->folder) {
			ui_model_use_server(model, row->value, row->text);
			show(model, UI_PANE_BROWSE);
		} else {
			ui_model_use_renderer(model, row->value, row->text);
		}
		ui_model_list_devices(model);
		break;
	case UI_PANE_BROWSE:
		if (!row->folder) {
			play_object(model, "play", row->key);
			break;
		}
		g_free(folder->within);
		folder->within = g_strdup(row->key);
		ui_model_push_folder(model, row->key, row->text);
		ui_model_ask_listing(model);
		break;
	case UI_PANE_QUEUE:
		ui_model_ask_renderer(model, UI_ASK_DEED, "queue", "play", row->key);
		break;
	case UI_PANES:
		break;
	}
}

static void
back(UiModel *model)
{
	if (model->pane != UI_PANE_BROWSE || model->folders->len < 2) {
		show(model, UI_PANE_DEVICES);
		return;
	}
	g_ptr_array_set_size(model->folders, (int)model->folders->len - 1);
	ui_model_ask_listing(model);
}

static void
move_entry(UiModel *model, int step)
{
	UiList *list = &model->lists[UI_PANE_QUEUE];
	const int64_t to = (int64_t)list->at + step;

	if (model->pane == UI_PANE_QUEUE && to >= 0 && to < (int64_t)list->rows->len) {
		g_autofree char *from = g_strdup_printf("%u", list->at + 1);
		g_autofree char *there = g_strdup_printf("%u", (unsigned)to + 1);
		const char *const words[] = { "-r", model->renderer, "queue", "move", from, there,
			NULL };

		ui_model_ask(model, UI_ASK_DEED, words);
		ui_list_move(list, step); /* it is followed */
	}
}

static void
delete_entry(UiModel *model)
{
	const UiRow *row = ui_list_get(&model->lists[UI_PANE_QUEUE]);

	if (model->pane == UI_PANE_QUEUE && row != NULL) {
		const char *const words[] = { "-r", model->renderer, "queue", "remove", row->key,
			NULL };

		ui_model_ask(model, UI_ASK_DEED, words);
	}
}

static void
add_chosen(UiModel *model)
{
	const UiRow *row = ui_list_get(&model->lists[UI_PANE_BROWSE]);

	if (model->pane == UI_PANE_BROWSE && row != NULL) {
		play_object(model, "add", row->key);
		ui_list_move(&model->lists[UI_PANE_BROWSE], 1);
	}
}

/* Orders to the renderer that need nothing but themselves. */
static const struct {
	UiAction action;
	const char *verb, *first;
} deeds[] = {
	{ UI_TOGGLE, "toggle", NULL },
	{ UI_STOP, "stop", NULL },
	{ UI_NEXT, "next", NULL },
	{ UI_PREVIOUS, "prev", NULL },
	{ UI_FORWARD, "seek", "+" SEEK_STEP },
	{ UI_BACKWARD, "seek", "-" SEEK_STEP },
	{ UI_LOUDER, "volume", "+" VOLUME_STEP },
	{ UI_SOFTER, "volume", "-" VOLUME_STEP },
	{ UI_MUTE, "mute", "toggle" },
	{ UI_CLEAR, "queue", "clear" },
};

/* The same key again ends it. */
static const struct {
	UiAction action;
	const char *mode;
} modes[] = {
	{ UI_SHUFFLE, "shuffle" },
	{ UI_REPEAT, "repeat-all" },
	{ UI_REPEAT_ONE, "repeat-one" },
};

static void
set_mode(UiModel *model, const char *mode)
{
	model->mode = model->mode == mode ? NULL : mode;
	const char *wanted = model->mode != NULL ? model->mode : "normal";

	ui_model_ask_renderer(model, UI_ASK_DEED, "mode", wanted, NULL);
	if (model->renderer != NULL) {
		g_autofree char *message = g_strdup_printf("mode: %s", wanted);

		ui_model_tell(model, message); /* nothing else shows it */
	}
}

static bool
do_mode(UiModel *model, UiAction action)
{
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		if (modes[i].action == action) {
			set_mode(model, modes[i].mode);
			return true;
		}
	}
	return false;
}

static bool
do_deed(UiModel *model, UiAction action)
{
	for (size_t i = 0; i < G_N_ELEMENTS(deeds); i++) {
		if (deeds[i].action == action) {
			ui_model_ask_renderer(
				model, UI_ASK_DEED, deeds[i].verb, deeds[i].first, NULL);
			return true;
		}
	}
	return false;
}

/* Rows; 0: the key moves nothing. */
static int
find_move(UiAction action)
{
	static const struct {
		UiAction action;
		int step;
	} moves[] = {
		{ UI_UP, -1 },
		{ UI_DOWN, 1 },
		{ UI_PAGE_UP, -PAGE },
		{ UI_PAGE_DOWN, PAGE },
		{ UI_TOP, -INT_MAX },
		{ UI_BOTTOM, INT_MAX },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(moves); i++) {
		if (moves[i].action == action) {
			return moves[i].step;
		}
	}
	return 0;
}

static bool
do_move(UiList *list, UiAction action)
{
	const int step = find_move(action);

	if (step != 0) {
		ui_list_move(list, step);
	}
	return step != 0;
}

static void
reload(UiModel *model)
{
	ui_model_tell(model, NULL);
	if (model->pane == UI_PANE_BROWSE) {
		ui_model_ask_listing(model);
	}
	ui_model_ask_queue(model);
}

/* On a small screen it is longer than that. Any other key ends it. */
static void
read_help(UiModel *model, UiAction action)
{
	const int step = find_move(action);

	model->help = step != 0;
	model->help_top =
		(unsigned)CLAMP((int64_t)model->help_top + step, 0, (int64_t)ui_keys_count() - 1);
}

static void
find(UiModel *model, const char *words, bool is_back)
{
	if (!ui_list_find(ui_model_get_list(model), words, is_back)) {
		ui_model_tell(model, "not found");
	}
}

static void
find_again(UiModel *model, bool is_back)
{
	if (model->words != NULL) {
		find(model, model->words, is_back);
	}
}

static void
to_current(UiModel *model)
{
	show(model, UI_PANE_QUEUE);
	if (!ui_list_find_marked(&model->lists[UI_PANE_QUEUE])) {
		ui_model_tell(model, "no entry of the queue plays");
	}
}

bool
ui_model_act(UiModel *model, UiAction action)
{
	if (action == UI_QUIT) {
		return false;
	}
	if (model->help && action != UI_NOTHING) {
		read_help(model, action);
		return true;
	}
	if (do_move(ui_model_get_list(model), action) || do_deed(model, action) ||
		do_mode(model, action)) {
		return true;
	}
	switch (action) {
	case UI_HELP:
		model->help = true;
		model->help_top = 0;
		break;
	case UI_DEVICES:
	case UI_BROWSE:
	case UI_QUEUE:
		show(model, (UiPane)(action - UI_DEVICES));
		break;
	case UI_NEXT_PANE:
		show(model, (model->pane + 1) % UI_PANES);
		break;
	case UI_ENTER:
		enter(model);
		break;
	case UI_BACK:
		back(model);
		break;
	case UI_ADD:
		add_chosen(model);
		break;
	case UI_DELETE:
		delete_entry(model);
		break;
	case UI_MOVE_UP:
	case UI_MOVE_DOWN:
		move_entry(model, action == UI_MOVE_UP ? -1 : 1);
		break;
	case UI_FIND_AGAIN:
	case UI_FIND_BACK:
		find_again(model, action == UI_FIND_BACK);
		break;
	case UI_TO_CURRENT:
		to_current(model);
		break;
	case UI_RELOAD:
		reload(model);
		break;
	default: /* UI_FIND is a line that the screen reads */
		break;
	}
	return true;
}

void
ui_model_find(UiModel *model, const char *words)
{
	g_autofree char *copy = g_strdup(words);

	if (copy[0] == '\0') {
		return;
	}
	find(model, copy, /* is_back = */ false);
	g_free(model->words);
	model->words = g_steal_pointer(&copy);
}
