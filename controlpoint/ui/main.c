/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp-ui: the text interface of avcp:
 *
 *     avcp-ui AVCP RENDERER SERVER OPTION...
 *
 * "avcp ui" becomes it. It has no network: all that it knows and does comes from verbs of AVCP, which it
 * runs with the options. RENDERER and SERVER may be empty. One thread. */
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/loop.h>

#include "output/charset.h"
#include "ui/screen.h"
#include "ui/verb.h"

#define ARGUMENTS 4 /* with its own name */
#define TICK_NS (2 * AVU_NS_PER_S)
#define ESCAPE 27

typedef struct {
	GMainLoop *loop;
	UiScreen *screen;
	UiVerbs *verbs;
	UiModel *model;
	AvuTimer *timer;
	GString *line; /* what is typed to be found; NULL: nothing is */
	guint drawing; /* source; 0: what is seen is what there is */
} Ui;

static gboolean
draw(void *data)
{
	Ui *ui = data;

	ui->drawing = 0;
	ui_screen_set_line(ui->screen, ui->line != NULL ? ui->line->str : NULL);
	ui_screen_draw(ui->screen, ui->model);
	return G_SOURCE_REMOVE;
}

/* Once, however much has changed when there is time for it. */
static void
draw_soon(Ui *ui)
{
	if (ui->drawing == 0) {
		ui->drawing = g_idle_add(draw, ui);
	}
}

static void
on_answer(UiAsk ask, const json_t *answer, void *data)
{
	static void (*const take[UI_ASKS])(UiModel * model, const json_t *json) = {
		[UI_ASK_LISTING] = ui_model_take_listing,
		[UI_ASK_QUEUE] = ui_model_take_queue,
		[UI_ASK_STATUS] = ui_model_take_status,
		[UI_ASK_DEVICES] = ui_model_take_device,
	};
	Ui *ui = data;

	if (take[ask] != NULL) {
		take[ask](ui->model, answer);
		draw_soon(ui);
	}
}

static void
on_picture(const void *octets, size_t len, void *data)
{
	Ui *ui = data;

	ui_model_take_cover(ui->model, octets, len);
	draw_soon(ui);
}

static void
on_end(UiAsk ask, const char *trouble, void *data)
{
	Ui *ui = data;

	ui_model_take_end(ui->model, ask, trouble);
	draw_soon(ui);
}

static void
on_tick(void *data)
{
	Ui *ui = data;

	ui_model_tick(ui->model);
	draw_soon(ui);
	avu_timer_set(ui->timer, TICK_NS);
}

/* @return false: the line is done with */
static bool
type(Ui *ui, uint32_t key)
{
	if (key == '\r' || key == '\n') {
		ui_model_find(ui->model, ui->line->str);
		return false;
	}
	if (key == ESCAPE || key == 'c' - 'a' + 1) {
		return false;
	}
	if (key == UI_KEY_BACKSPACE || key == 127 || key == 8) {
		const char *last =
			g_utf8_find_prev_char(ui->line->str, ui->line->str + ui->line->len);

		(void)g_string_truncate(ui->line, last != NULL ? (gsize)(last - ui->line->str) : 0);
	} else if (key < UI_KEY_UP && g_unichar_isprint(key)) {
		g_string_append_unichar(ui->line, key);
	}
	return true;
}

/* @return false: it is over */
static bool
press(Ui *ui, uint32_t key)
{
	if (ui->line != NULL) {
		if (!type(ui, key)) {
			(void)g_string_free(g_steal_pointer(&ui->line), true);
		}
		return true;
	}
	const UiAction action = ui_keys_find(key);

	if (action == UI_FIND && !ui_model_shows_help(ui->model)) {
		ui->line = g_string_new(NULL);
		return true;
	}
	if (action == UI_RELOAD) {
		ui_screen_resize(ui->screen); /* drawn anew, whatever stood there */
	}
	return ui_model_act(ui->model, action);
}

static bool
on_keys(int fd, GIOCondition condition, void *data)
{
	Ui *ui = data;
	uint32_t key;
	bool goes_on = true;

	(void)fd;
	if ((condition & (G_IO_HUP | G_IO_ERR)) != 0) {
		g_main_loop_quit(ui->loop); /* the terminal has gone */
		return false;
	}
	while (goes_on && ui_screen_read_key(ui->screen, &key)) {
		goes_on = press(ui, key);
	}
	if (!goes_on) {
		g_main_loop_quit(ui->loop);
	}
	draw_soon(ui);
	return goes_on;
}

static gboolean
on_end_signal(void *data)
{
	Ui *ui = data;

	g_main_loop_quit(ui->loop);
	return G_SOURCE_CONTINUE;
}

static gboolean
on_size(void *data)
{
	Ui *ui = data;

	ui_screen_resize(ui->screen);
	draw_soon(ui);
	return G_SOURCE_CONTINUE;
}

static void
run(Ui *ui, const char *renderer, const char *server)
{
	static const int ends[] = { SIGTERM, SIGHUP, SIGINT };
	GSource *keys;

	ui->loop = g_main_loop_new(NULL, false);
	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		(void)g_unix_signal_add(ends[i], on_end_signal, ui);
	}
	(void)g_unix_signal_add(SIGWINCH, on_size, ui);
	ui->model = ui_model_new(renderer, server, ui_verbs_run, ui->verbs);
	if (ui_screen_shows_covers(ui->screen)) {
		ui_model_want_covers(ui->model);
	}
	ui->timer = avu_timer_new(NULL, TICK_NS, on_tick, ui);
	keys = avu_watch_fd(NULL, STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_keys, ui);
	draw_soon(ui);
	g_main_loop_run(ui->loop);
	g_source_destroy(keys);
	g_source_unref(keys);
	if (ui->drawing != 0) {
		(void)g_source_remove(ui->drawing);
	}
	avu_timer_free(ui->timer);
	if (ui->line != NULL) {
		(void)g_string_free(ui->line, true);
	}
	ui_verbs_free(ui->verbs);
	ui_model_free(ui->model);
	g_main_loop_unref(ui->loop);
}

static const char *
text_or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	Ui ui = { .loop = NULL };

	if (argc < ARGUMENTS || argv[1][0] != '/') {
		(void)fprintf(stderr, "avcp-ui: start it with \"avcp ui\"\n");
		return EXIT_FAILURE;
	}
	(void)setlocale(LC_ALL, "");
	charset_init();
	(void)signal(SIGPIPE, SIG_IGN);
	ui.screen = ui_screen_new(&error);
	if (ui.screen == NULL) {
		(void)fprintf(stderr, "avcp: %s\n", error->message);
		return EXIT_FAILURE;
	}
	const UiVerbListener listener = { on_answer, on_picture, on_end, &ui };

	ui.verbs = ui_verbs_new(argv[1], (const char *const *)argv + ARGUMENTS, &listener);
	run(&ui, text_or_null(argv[2]), text_or_null(argv[3]));
	ui_screen_free(ui.screen);
	return EXIT_SUCCESS;
}
