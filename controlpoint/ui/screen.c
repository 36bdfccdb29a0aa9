/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Foreign text comes to the terminal through shown() only: without control characters and overrides, cut to
 * the columns there are. Main thread. */
#include "ui/screen.h"

#include <curses.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/text.h>

#include "output/charset.h"
#include "output/output.h"
#include "ui/now.h"
#include "ui/screen-cover.h"

#define TEXT_MAX 512 /* characters of a row that are looked at */
#define FOOT 4 /* lines below the list: rule, title, bar, message; more where there is a cover */
#define HEAD 2 /* lines above: tabs, heading */
#define ROWS_MIN 3      /* of a list: where there are fewer beside the foot, that is one line */
#define HELP_COLUMNS 70 /* for two of them */
#define TABS_COLUMNS 44 /* below it only the tab in use has its word */
#define COVER_PART 4    /* of the lines of the screen, and of its columns */
#define COVER_LINES_MIN 3
#define ESCAPE_MS 25 /* between Escape and the rest of a key */

enum { COLOUR_TABS = 1, COLOUR_FOLDER, COLOUR_MARKED, COLOUR_TROUBLE, COLOUR_COVER };

struct UiScreen {
	SCREEN *terminal;
	bool colours, covers;
	char *line; /* NULL: nothing is typed */
};

static void
refuse(GError **error)
{
	g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
		"avcp ui wants a terminal that it can draw on (TERM is \"%s\")",
		g_getenv("TERM") != NULL ? g_getenv("TERM") : "");
}

UiScreen *
ui_screen_new(GError **error)
{
	SCREEN *terminal =
		isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) ? newterm(NULL, stdout, stdin) : NULL;

	if (terminal == NULL) {
		refuse(error);
		return NULL;
	}
	/* without places, as "dumb" has none, all would run together */
	const char *places = tigetstr("cup");

	if (places == NULL || places == (const char *)-1) {
		(void)endwin();
		delscreen(terminal);
		refuse(error);
		return NULL;
	}
	UiScreen *screen = g_new0(UiScreen, 1);

	screen->terminal = terminal;
	(void)set_term(terminal);
	(void)raw(); /* Ctrl-C is a key */
	(void)noecho();
	(void)nonl();
	(void)keypad(stdscr, true);
	(void)nodelay(stdscr, true);
	(void)set_escdelay(ESCAPE_MS);
	(void)curs_set(0);
	screen->colours = has_colors() && start_color() == OK;
	if (screen->colours) {
		(void)use_default_colors();
		(void)init_pair(COLOUR_TABS, COLOR_BLACK, COLOR_CYAN);
		(void)init_pair(COLOUR_FOLDER, COLOR_CYAN, -1);
		(void)init_pair(COLOUR_MARKED, COLOR_GREEN, -1);
		(void)init_pair(COLOUR_TROUBLE, COLOR_YELLOW, -1);
		screen->covers = screen_cover_is_possible();
	}
	return screen;
}

void
ui_screen_free(UiScreen *screen)
{
	if (screen != NULL) {
		(void)endwin();
		delscreen(screen->terminal);
		g_free(screen->line);
		g_free(screen);
	}
}

bool
ui_screen_shows_covers(const UiScreen *screen)
{
	return screen->covers;
}

void
ui_screen_resize(UiScreen *screen)
{
	struct winsize size = { 0 };

	(void)screen;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
		(void)resizeterm(size.ws_row, size.ws_col);
	}
	(void)clearok(stdscr, true);
}

void
ui_screen_set_line(UiScreen *screen, const char *text)
{
	char *copy = g_strdup(text);

	g_free(screen->line);
	screen->line = copy;
}

static chtype
colour(const UiScreen *screen, short pair)
{
	return screen->colours ? (chtype)COLOR_PAIR(pair) : A_NORMAL;
}

/* Foreign text as it may stand on the screen, in so many columns. */
static char *
shown(const char *text, int columns)
{
	g_autofree char *safe = avu_text_for_display(text, TEXT_MAX);

	return now_cut(safe, columns > 0 ? (unsigned)columns : 0);
}

static void
put(int y, int x, int columns, const char *text)
{
	g_autofree char *cut = shown(text, columns);
	g_autofree char *converted = charset_convert(cut);

	(void)mvaddstr(y, x, converted);
}

/* Filled with blanks to its end, so that attributes fill it. */
static void
put_filled(int y, const char *text)
{
	(void)mvhline(y, 0, ' ' | getattrs(stdscr), COLS);
	put(y, 0, COLS, text);
}

static void
draw_tabs(const UiScreen *screen, const UiModel *model)
{
	static const char *const names[] = { " 1 Devices ", " 2 Browse ", " 3 Queue " };
	const char *renderer = ui_model_get_renderer(model);
	g_autofree char *right =
		g_strdup_printf("on %s  ? help", renderer != NULL ? renderer : "no renderer");
	int x = 0;

	(void)attrset(colour(screen, COLOUR_TABS) | (screen->colours ? 0 : A_REVERSE));
	put_filled(0, "");
	for (int i = 0; i < UI_PANES; i++) {
		const bool here = (UiPane)i == ui_model_get_pane(model);

		(void)attrset(
			here ? A_REVERSE | A_BOLD
			     : colour(screen, COLOUR_TABS) | (screen->colours ? 0 : A_REVERSE));
		const size_t len = here || COLS >= TABS_COLUMNS ? strlen(names[i]) : 3;
		g_autofree char *name = g_strndup(names[i], len);

		put(0, x, COLS - x, name);
		x += (int)len;
	}
	(void)attrset(colour(screen, COLOUR_TABS) | (screen->colours ? 0 : A_REVERSE));
	g_autofree char *cut = shown(right, COLS - x - 2);

	put(0, MAX(x + 1, COLS - (int)now_width(cut) - 1), COLS, cut);
	(void)attrset(A_NORMAL);
}

static void
draw_row(const UiScreen *screen, int y, const UiRow *row, bool chosen)
{
	const int right = row->right != NULL ? (int)strlen(row->right) + 1 : 0;
	g_autofree char *text =
		g_strconcat(row->marked ? "▸ " : "  ", row->text, row->folder ? "/" : NULL, NULL);

	(void)attrset(row->marked   ? colour(screen, COLOUR_MARKED) | A_BOLD
		      : row->folder ? colour(screen, COLOUR_FOLDER)
				    : A_NORMAL);
	if (chosen) {
		(void)attron(A_REVERSE);
	}
	put_filled(y, "");
	put(y, 0, COLS - right - 1, text);
	if (right > 0 && right < COLS) {
		put(y, COLS - right, right, row->right);
	}
	(void)attrset(A_NORMAL);
}

static void
draw_list(const UiScreen *screen, UiModel *model, int height)
{
	UiList *list = ui_model_get_list(model);

	ui_list_scroll(list, (unsigned)MAX(height, 0));
	for (int y = 0; y < height && list->top + (unsigned)y < list->rows->len; y++) {
		const unsigned i = list->top + (unsigned)y;

		draw_row(screen, HEAD + y, list->rows->pdata[i], i == list->at);
	}
}

static void
draw_help(int height, unsigned top)
{
	g_autofree char *help = ui_keys_format_help();
	g_auto(GStrv) lines = g_strsplit(help, "\n", -1);
	const int n = (int)ui_keys_count();
	/* side by side, when it is not high enough */
	const int columns = n > height && COLS >= HELP_COLUMNS ? 2 : 1;
	const int each = MAX((n + columns - 1) / columns, 1);
	const int first = MIN((int)top, MAX(each - height, 0));

	for (int i = 0; i < n; i++) {
		const int y = i % each - first;

		if (y >= 0 && y < height) {
			put(HEAD + y, i / each * (COLS / columns), COLS / columns, lines[i]);
		}
	}
}

/* What of the cover there is room for. @return false: nothing is drawn */
static bool
make_cover(const UiScreen *screen, const UiModel *model, CoverCells *ret_cells)
{
	const CoverPicture *picture = screen->covers ? ui_model_get_cover(model) : NULL;
	const int rows = MIN(LINES / COVER_PART, COVER_ROWS_MAX);
	const int columns = MIN(COLS / COVER_PART, COVER_COLUMNS_MAX);

	return picture != NULL && rows >= COVER_LINES_MIN && columns > 0 &&
	       cover_cells_make(picture, (unsigned)columns, (unsigned)rows, ret_cells);
}

/* @param foot  lines from the rule on  @param cover  NULL: none */
static void
draw_now(const UiScreen *screen, const UiModel *model, int foot, const CoverCells *cover)
{
	UiNow now;
	const bool known = ui_model_get_now(model, &now);
	const int x = cover != NULL ? (int)cover->columns + 1 : 0;
	const int columns = MAX(COLS - x, 0);
	g_autofree char *bar = known ? now_format(&now, (unsigned)columns) : g_strdup("");

	if (foot < FOOT) {
		put(LINES - 1, 0, COLS, bar);
		return;
	}
	(void)mvhline(LINES - foot, 0, ACS_HLINE, COLS);
	if (cover != NULL) {
		screen_cover_draw(cover, LINES - foot + 1, 0, COLOUR_COVER);
	}
	(void)attrset(A_BOLD);
	put(LINES - foot + 1, x, columns, known && now.title != NULL ? now.title : "");
	(void)attrset(colour(screen, COLOUR_MARKED));
	put(LINES - foot + 2, x, columns, bar);
	(void)attrset(A_NORMAL);
}

static void
draw_message(const UiScreen *screen, const UiModel *model)
{
	const char *message = ui_model_get_message(model);

	if (screen->line != NULL) {
		g_autofree char *line = g_strconcat("/", screen->line, "█", NULL);

		put_filled(LINES - 1, "");
		put(LINES - 1, 0, COLS - 1, line);
	} else if (message != NULL) {
		(void)attrset(colour(screen, COLOUR_TROUBLE));
		put_filled(LINES - 1, "");
		put(LINES - 1, 0, COLS - 1, message);
		(void)attrset(A_NORMAL);
	}
}

void
ui_screen_draw(UiScreen *screen, UiModel *model)
{
	CoverCells cover;
	const bool covered = make_cover(screen, model, &cover);
	const int foot = covered                          ? MAX(FOOT, (int)cover.rows + 2)
			 : LINES < HEAD + FOOT + ROWS_MIN ? 1
							  : FOOT;
	const int height = LINES - HEAD - foot;
	g_autofree char *heading = ui_model_dup_heading(model);

	(void)erase();
	draw_tabs(screen, model);
	(void)attrset(A_BOLD);
	put(1, 0, COLS, ui_model_shows_help(model) ? "Keys" : heading);
	(void)attrset(A_NORMAL);
	if (ui_model_shows_help(model)) {
		draw_help(height, ui_model_get_help_top(model));
	} else {
		draw_list(screen, model, height);
	}
	if (height >= 0) {
		draw_now(screen, model, foot, covered ? &cover : NULL);
	}
	draw_message(screen, model);
	(void)refresh();
}

bool
ui_screen_read_key(UiScreen *screen, uint32_t *ret_key)
{
	static const struct {
		wint_t code;
		uint32_t key;
	} specials[] = {
		{ KEY_UP, UI_KEY_UP },
		{ KEY_DOWN, UI_KEY_DOWN },
		{ KEY_LEFT, UI_KEY_LEFT },
		{ KEY_RIGHT, UI_KEY_RIGHT },
		{ KEY_PPAGE, UI_KEY_PAGE_UP },
		{ KEY_NPAGE, UI_KEY_PAGE_DOWN },
		{ KEY_HOME, UI_KEY_HOME },
		{ KEY_END, UI_KEY_END },
		{ KEY_DC, UI_KEY_DELETE },
		{ KEY_BACKSPACE, UI_KEY_BACKSPACE },
		{ KEY_ENTER, '\r' },
		{ KEY_F(1), UI_KEY_F1 },
	};
	wint_t code = 0;
	const int kind = get_wch(&code);

	(void)screen;
	if (kind == ERR) {
		return false;
	}
	*ret_key = kind == OK ? (uint32_t)code : 0;
	for (size_t i = 0; kind == KEY_CODE_YES && i < G_N_ELEMENTS(specials); i++) {
		if (specials[i].code == code) {
			*ret_key = specials[i].key;
		}
	}
	return true;
}
