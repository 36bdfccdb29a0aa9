/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Panes, the folders that were opened, and the orders that keys give. Devices are named to the verbs by the
 * URL of their description, which needs no search. Pure. */
#include "ui/model-private.h"

#include <string.h>

#include "output/output.h"

#define ROOT "0"

static void
folder_free(void *data)
{
	Folder *folder = data;

	g_free(folder->id);
	g_free(folder->title);
	g_free(folder->within);
	g_free(folder);
}

void
ui_model_push_folder(UiModel *model, const char *id, const char *title)
{
	Folder *folder = g_new0(Folder, 1);

	folder->id = g_strdup(id);
	folder->title = g_strdup(title);
	g_ptr_array_add(model->folders, folder);
}

Folder *
ui_model_last_folder(const UiModel *model)
{
	return model->folders->len > 0 ? model->folders->pdata[model->folders->len - 1] : NULL;
}

void
ui_model_tell(UiModel *model, const char *message)
{
	g_free(model->message);
	model->message = g_strdup(message);
}

/* Orders */

void
ui_model_ask(UiModel *model, UiAsk what, const char *const *words)
{
	if (what == UI_ASK_DEED) {
		ui_model_tell(model, NULL);
	}
	model->order(what, words, model->data);
}

/* To the renderer. @param first,second  operands; NULL: none */
void
ui_model_ask_renderer(
	UiModel *model, UiAsk what, const char *verb, const char *first, const char *second)
{
	const char *const words[] = { "-r", model->renderer, verb, first, second, NULL };

	if (model->renderer == NULL) {
		ui_model_tell(
			model, "no renderer is chosen: Enter on one of the devices (1) does that");
		return;
	}
	ui_model_ask(model, what, words);
}

void
ui_model_ask_queue(UiModel *model)
{
	if (model->renderer != NULL && !model->queue_asked) {
		model->queue_asked = true;
		ui_model_ask_renderer(model, UI_ASK_QUEUE, "queue", "show", NULL);
	}
}

/* Those that are known stay until they are seen to have gone. */
static void
ask_devices(UiModel *model)
{
	static const char *const words[] = { "devices", "--follow", NULL };

	if (!model->devices_asked) {
		model->devices_asked = true;
		ui_model_ask(model, UI_ASK_DEVICES, words);
	}
}

static void
ask_status(UiModel *model)
{
	if (model->renderer != NULL && !model->status_asked) {
		model->status_asked = true;
		ui_model_ask_renderer(model, UI_ASK_STATUS, "status", "--follow", NULL);
	}
}

void
ui_model_ask_listing(UiModel *model)
{
	const Folder *folder = ui_model_last_folder(model);

	if (folder != NULL) {
		const char *const words[] = { "-s", model->server, "ls", "--object", "--",
			folder->id, NULL };

		ui_model_tell(model, "…");
		ui_model_ask(model, UI_ASK_LISTING, words);
	}
}

/* Of what plays now, whatever it was before: with nothing there is no cover. */
static void
ask_cover(UiModel *model)
{
	const char *uri = json_string_value(json_object_get(model->now, "uri"));
	const char *title = json_string_value(json_object_get(model->now, "title"));
	/* stations change the title below one address */
	char *track = uri != NULL ? g_strconcat(uri, "\n", title, NULL) : NULL;
	const bool same = g_strcmp0(track, model->covered) == 0;

	g_free(model->covered);
	model->covered = track;
	if (same) {
		return;
	}
	g_clear_pointer(&model->cover, g_free);
	if (track != NULL && model->covers && model->renderer != NULL) {
		const char *const words[] = { "-r", model->renderer, "cover", "--ppm",
			"--pixels=" G_STRINGIFY(COVER_SIDE), NULL };

		ui_model_ask(model, UI_ASK_COVER, words);
	}
}

/* Nothing is known of the renderer, or there is none. */
static void
forget_now(UiModel *model)
{
	g_clear_pointer(&model->now, json_decref);
	ask_cover(model);
}

void
ui_model_use_renderer(UiModel *model, const char *renderer, const char *name)
{
	g_free(model->renderer);
	g_free(model->renderer_name);
	model->renderer = g_strdup(renderer);
	model->mode = NULL;
	model->renderer_name = g_strdup(name);
	forget_now(model);
	ui_list_set(&model->lists[UI_PANE_QUEUE], g_ptr_array_new_with_free_func(ui_row_free));
	model->queue_asked = model->status_asked = false; /* those are of the other one */
	ask_status(model);
	ui_model_ask_queue(model);
}

void
ui_model_use_server(UiModel *model, const char *server, const char *name)
{
	g_free(model->server);
	g_free(model->server_name);
	model->server = g_strdup(server);
	model->server_name = g_strdup(name);
	g_ptr_array_set_size(model->folders, 0);
	ui_list_set(&model->lists[UI_PANE_BROWSE], g_ptr_array_new_with_free_func(ui_row_free));
	ui_model_push_folder(model, ROOT, name);
	ui_model_ask_listing(model);
}

UiModel *
ui_model_new(const char *renderer, const char *server, UiOrder order, void *data)
{
	UiModel *model = g_new0(UiModel, 1);

	model->order = order;
	model->data = data;
	for (size_t i = 0; i < UI_PANES; i++) {
		ui_list_init(&model->lists[i]);
	}
	model->folders = g_ptr_array_new_with_free_func(folder_free);
	model->devices =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)json_decref);
	ask_devices(model);
	if (renderer != NULL) {
		ui_model_use_renderer(model, renderer, renderer);
	}
	if (server != NULL) {
		ui_model_use_server(model, server, server);
		model->pane = UI_PANE_BROWSE;
	}
	return model;
}

void
ui_model_want_covers(UiModel *model)
{
	model->covers = true;
}

void
ui_model_free(UiModel *model)
{
	for (size_t i = 0; i < UI_PANES; i++) {
		ui_list_clear(&model->lists[i]);
	}
	g_ptr_array_unref(model->folders);
	g_hash_table_unref(model->devices);
	g_clear_pointer(&model->now, json_decref);
	g_free(model->renderer);
	g_free(model->renderer_name);
	g_free(model->server);
	g_free(model->server_name);
	g_free(model->covered);
	g_free(model->cover);
	g_free(model->message);
	g_free(model->words);
	g_free(model);
}

/* Answers */

static const char *
text_of(const json_t *record, const char *key)
{
	return json_string_value(json_object_get(record, key));
}

static int
by_type_and_name(const void *a, const void *b)
{
	const UiRow *left = *(UiRow *const *)a, *right = *(UiRow *const *)b;
	const int order = g_strcmp0(right->right, left->right); /* servers first */

	return order != 0 ? order : g_utf8_collate(left->text, right->text);
}

void
ui_model_list_devices(UiModel *model)
{
	GPtrArray *rows = g_ptr_array_new_with_free_func(ui_row_free);
	GHashTableIter iter;
	void *value;

	g_hash_table_iter_init(&iter, model->devices);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		UiRow *row = ui_row_new(text_of(value, "udn"), text_of(value, "name"));

		row->right = g_strdup(text_of(value, "type"));
		row->value = g_strdup(text_of(value, "location"));
		row->folder = g_strcmp0(row->right, "server") == 0;
		row->marked =
			g_strcmp0(row->value, row->folder ? model->server : model->renderer) == 0;
		g_ptr_array_add(rows, row);
	}
	g_ptr_array_sort(rows, by_type_and_name);
	ui_list_set(&model->lists[UI_PANE_DEVICES], rows);
}

/* What was named on the command line is that device from now on, and follows it when it moves. */
static void
follow_device(UiModel *model, const json_t *record, const json_t *before)
{
	const char *old = text_of(before, "location"), *location = text_of(record, "location");

	if (old != NULL && g_strcmp0(old, location) != 0 && g_strcmp0(old, model->renderer) == 0) {
		ui_model_use_renderer(model, location, text_of(record, "name"));
	}
	if (old != NULL && g_strcmp0(old, location) != 0 && g_strcmp0(old, model->server) == 0) {
		g_free(model->server);
		model->server = g_strdup(location);
	}
}

void
ui_model_take_device(UiModel *model, const json_t *record)
{
	const char *udn = text_of(record, "udn");

	if (udn == NULL || text_of(record, "location") == NULL) {
		return;
	}
	if (g_strcmp0(text_of(record, "event"), "vanished") == 0) {
		if (g_strcmp0(text_of(record, "location"), model->renderer) == 0) {
			forget_now(model);
			ui_model_tell(model, "the renderer has gone");
		}
		(void)g_hash_table_remove(model->devices, udn);
	} else {
		follow_device(model, record, g_hash_table_lookup(model->devices, udn));
		g_hash_table_replace(model->devices, g_strdup(udn), json_incref((json_t *)record));
	}
	ui_model_list_devices(model);
}

void
ui_model_take_listing(UiModel *model, const json_t *list)
{
	GPtrArray *rows = g_ptr_array_new_with_free_func(ui_row_free);
	const Folder *folder = ui_model_last_folder(model);
	UiList *shown = &model->lists[UI_PANE_BROWSE];
	const json_t *record;
	size_t i;

	json_array_foreach(list, i, record)
	{
		UiRow *row = ui_row_new(text_of(record, "id"), text_of(record, "title"));

		row->folder = json_is_true(json_object_get(record, "container"));
		row->right =
			row->folder
				? NULL
				: output_cell_duration(
					  json_array_get(json_object_get(record, "resources"), 0),
					  "duration_s");
		g_ptr_array_add(rows, row);
	}
	ui_list_set(shown, rows);
	for (guint at = 0; folder != NULL && folder->within != NULL && at < rows->len; at++) {
		if (strcmp(((const UiRow *)rows->pdata[at])->key, folder->within) == 0) {
			ui_list_go(shown, at);
		}
	}
	ui_model_tell(model, rows->len > 0 ? NULL : "this folder is empty");
}

void
ui_model_take_queue(UiModel *model, const json_t *list)
{
	GPtrArray *rows = g_ptr_array_new_with_free_func(ui_row_free);
	const json_t *record;
	size_t i;

	json_array_foreach(list, i, record)
	{
		g_autofree char *key = g_strdup_printf("%zu", i + 1);
		UiRow *row = ui_row_new(key, text_of(record, "title"));

		row->right = output_cell_duration(record, "duration_s");
		row->marked = json_is_true(json_object_get(record, "current"));
		g_ptr_array_add(rows, row);
	}
	ui_list_set(&model->lists[UI_PANE_QUEUE], rows);
}

void
ui_model_take_status(UiModel *model, const json_t *record)
{
	if (json_is_object(record)) {
		g_clear_pointer(&model->now, json_decref);
		model->now = json_incref((json_t *)record);
		if (text_of(record, "renderer") != NULL) {
			g_free(model->renderer_name);
			model->renderer_name = g_strdup(text_of(record, "renderer"));
		}
		ask_cover(model);
	}
}

void
ui_model_take_cover(UiModel *model, const void *octets, size_t len)
{
	g_free(model->cover);
	/* one that was asked for and comes when there is nothing any more is of no use */
	model->cover = model->covered != NULL ? cover_picture_parse(octets, len) : NULL;
}

void
ui_model_take_end(UiModel *model, UiAsk what, const char *trouble)
{
	if (what == UI_ASK_QUEUE) {
		model->queue_asked = false;
	}
	if (what == UI_ASK_DEVICES) {
		model->devices_asked = false; /* without a network; the next tick tries again */
	}
	if (what == UI_ASK_STATUS) {
		model->status_asked = false;
		forget_now(model);
	}
	if (what == UI_ASK_COVER) {
		return; /* without one it is not shown: nobody asked for it */
	}
	if (trouble != NULL && trouble[0] != '\0') {
		ui_model_tell(model, trouble);
	} else if (what == UI_ASK_DEED) {
		ui_model_ask_queue(model); /* most deeds change it */
	}
}

void
ui_model_tick(UiModel *model)
{
	if (model->pane == UI_PANE_QUEUE) {
		ui_model_ask_queue(model);
	}
	if (model->now == NULL) {
		ask_status(model);
	}
	ask_devices(model);
}

/* What is seen */

UiPane
ui_model_get_pane(const UiModel *model)
{
	return model->pane;
}

UiList *
ui_model_get_list(UiModel *model)
{
	return &model->lists[model->pane];
}

char *
ui_model_dup_heading(const UiModel *model)
{
	GString *text;

	if (model->pane == UI_PANE_DEVICES) {
		return g_strdup("Devices");
	}
	if (model->pane == UI_PANE_QUEUE) {
		return g_strconcat("Queue of ",
			model->renderer_name != NULL ? model->renderer_name : "no renderer", NULL);
	}
	text = g_string_new(NULL);
	for (guint i = 0; i < model->folders->len; i++) {
		g_string_append_printf(text, "%s%s", i > 0 ? " / " : "",
			((const Folder *)model->folders->pdata[i])->title);
	}
	return g_string_free(text, false);
}

const char *
ui_model_get_message(const UiModel *model)
{
	return model->message;
}

unsigned
ui_model_get_help_top(const UiModel *model)
{
	return model->help_top;
}

bool
ui_model_shows_help(const UiModel *model)
{
	return model->help;
}

const char *
ui_model_get_renderer(const UiModel *model)
{
	return model->renderer_name;
}

const char *
ui_model_get_server(const UiModel *model)
{
	return model->server_name;
}

static double
number_of(const json_t *record, const char *key)
{
	const json_t *value = json_object_get(record, key);

	return json_is_number(value) ? json_number_value(value) : -1.0;
}

bool
ui_model_get_now(const UiModel *model, UiNow *ret_now)
{
	if (model->now == NULL) {
		return false;
	}
	*ret_now = (UiNow){
		.state = text_of(model->now, "state"),
		.title = text_of(model->now, "title"),
		.position_s = number_of(model->now, "position_s"),
		.duration_s = number_of(model->now, "duration_s"),
		.volume = (int)CLAMP(number_of(model->now, "volume"), -1.0, 65535.0),
		.mute = json_is_true(json_object_get(model->now, "mute")),
	};
	return true;
}

const CoverPicture *
ui_model_get_cover(const UiModel *model)
{
	return model->cover;
}
