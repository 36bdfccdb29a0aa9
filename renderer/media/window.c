/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sinks of X would each make a window as large as their film, with a frame around it. This one is as large
 * as the root, stays from card to film to card, and is black where nothing is drawn.
 *
 * A window manager is asked for a full screen as EWMH says, and by Motif's hints not to decorate where it knows no
 * EWMH; without one the size alone does it. Wishes and events come on the main thread, sinks on the decoder's. A
 * server that is gone is connected to anew with the next wish. */

#include "window.h"

#include <string.h>

#include <gst/video/videooverlay.h>
#include <xcb/xcb.h>

#include <av-upnp/clock.h>
#include <av-upnp/loop.h>

#define WINDOW_NAME "av-renderer"
#define WINDOW_CLASS WINDOW_NAME "\0" WINDOW_NAME
#define WINDOW_HIDE_NS (2 * AVU_NS_PER_S)
/* Well below a minute, the least that people set for a screen saver. */
#define WINDOW_AWAKE_NS (20 * AVU_NS_PER_S)

typedef enum {
	ATOM_STATE,
	ATOM_FULLSCREEN,
	ATOM_BYPASS,
	ATOM_MOTIF,
	ATOM_PROTOCOLS,
	ATOM_DELETE,
	N_ATOMS,
} WindowAtom;

static const char *const atom_names[N_ATOMS] = {
	[ATOM_STATE] = "_NET_WM_STATE",
	[ATOM_FULLSCREEN] = "_NET_WM_STATE_FULLSCREEN",
	[ATOM_BYPASS] = "_NET_WM_BYPASS_COMPOSITOR",
	[ATOM_MOTIF] = "_MOTIF_WM_HINTS",
	[ATOM_PROTOCOLS] = "WM_PROTOCOLS",
	[ATOM_DELETE] = "WM_DELETE_WINDOW",
};

struct Window {
	unsigned wanted;          /* a bit for each WindowUse */
	AvuTimer *hide, *awake;   /* it goes away; the screen saver is told that somebody looks */
	GSource *watch;           /* NULL: not connected */
	GMutex lock;              /* guards what follows */
	xcb_connection_t *server; /* NULL: not connected */
	xcb_atom_t atoms[N_ATOMS];
	xcb_window_t root, id;
};

/* ---- the window */

static bool
window_get_atoms(Window *window)
{
	xcb_intern_atom_cookie_t asked[N_ATOMS];
	bool all = true;

	for (unsigned i = 0; i < N_ATOMS; i++) {
		asked[i] = xcb_intern_atom(window->server, /* only_if_exists = */ false,
			(uint16_t)strlen(atom_names[i]), atom_names[i]);
	}
	for (unsigned i = 0; i < N_ATOMS; i++) {
		xcb_intern_atom_reply_t *reply =
			xcb_intern_atom_reply(window->server, asked[i], NULL);

		window->atoms[i] = reply != NULL ? reply->atom : XCB_ATOM_NONE;
		all = all && reply != NULL;
		free(reply);
	}
	return all;
}

static xcb_screen_t *
window_find_screen(xcb_connection_t *server, int number)
{
	xcb_screen_iterator_t at = xcb_setup_roots_iterator(xcb_get_setup(server));

	for (; at.rem > 1 && number > 0; number--) {
		xcb_screen_next(&at);
	}
	return at.rem > 0 ? at.data : NULL;
}

/* A pointer of which no point is painted. */
static xcb_cursor_t
window_make_pointer(Window *window)
{
	xcb_pixmap_t none = xcb_generate_id(window->server);
	xcb_cursor_t pointer = xcb_generate_id(window->server);
	const xcb_rectangle_t all = { 0, 0, 1, 1 };
	xcb_gcontext_t context = xcb_generate_id(window->server);
	const uint32_t clear = 0;

	xcb_create_pixmap(window->server, 1, none, window->root, 1, 1);
	xcb_create_gc(window->server, context, none, XCB_GC_FOREGROUND, &clear);
	xcb_poly_fill_rectangle(window->server, none, context, 1, &all);
	xcb_create_cursor(window->server, pointer, none, none, 0, 0, 0, 0, 0, 0, 0, 0);
	xcb_free_gc(window->server, context);
	xcb_free_pixmap(window->server, none);
	return pointer;
}

static void
window_set(Window *window, xcb_atom_t property, xcb_atom_t type, uint32_t n, const uint32_t *values)
{
	xcb_change_property(
		window->server, XCB_PROP_MODE_REPLACE, window->id, property, type, 32, n, values);
}

/* What a manager of windows reads; one that withdrew it has taken away a part, so each time it is shown. */
static void
window_dress(Window *window)
{
	const uint32_t undecorated[] = { 1 << 1, 0, 0, 0, 0 };
	const uint32_t here[18] = { 1 << 0 }; /* USPosition: 0, 0 */
	const uint32_t bypass = 1;

	window_set(window, window->atoms[ATOM_STATE], XCB_ATOM_ATOM, 1,
		&window->atoms[ATOM_FULLSCREEN]);
	window_set(window, window->atoms[ATOM_MOTIF], window->atoms[ATOM_MOTIF],
		G_N_ELEMENTS(undecorated), undecorated);
	window_set(
		window, XCB_ATOM_WM_NORMAL_HINTS, XCB_ATOM_WM_SIZE_HINTS, G_N_ELEMENTS(here), here);
	window_set(window, window->atoms[ATOM_BYPASS], XCB_ATOM_CARDINAL, 1, &bypass);
	/* To be asked, and not answer, instead of being cut off with all that is drawn. */
	window_set(window, window->atoms[ATOM_PROTOCOLS], XCB_ATOM_ATOM, 1,
		&window->atoms[ATOM_DELETE]);
	xcb_change_property(window->server, XCB_PROP_MODE_REPLACE, window->id, XCB_ATOM_WM_NAME,
		XCB_ATOM_STRING, 8, sizeof(WINDOW_NAME) - 1, WINDOW_NAME);
	xcb_change_property(window->server, XCB_PROP_MODE_REPLACE, window->id, XCB_ATOM_WM_CLASS,
		XCB_ATOM_STRING, 8, sizeof(WINDOW_CLASS), WINDOW_CLASS);
}

static bool
window_create(Window *window, int number)
{
	const xcb_screen_t *screen = window_find_screen(window->server, number);
	const uint32_t changes = XCB_EVENT_MASK_STRUCTURE_NOTIFY;

	if (screen == NULL || !window_get_atoms(window)) {
		return false;
	}
	window->root = screen->root;
	window->id = xcb_generate_id(window->server);
	const uint32_t values[] = { screen->black_pixel, window_make_pointer(window) };

	xcb_create_window(window->server, XCB_COPY_FROM_PARENT, window->id, window->root, 0, 0,
		screen->width_in_pixels, screen->height_in_pixels, 0, XCB_WINDOW_CLASS_INPUT_OUTPUT,
		XCB_COPY_FROM_PARENT, XCB_CW_BACK_PIXEL | XCB_CW_CURSOR, values);
	xcb_change_window_attributes(window->server, window->root, XCB_CW_EVENT_MASK, &changes);
	/* Other connections ask for it: it has to be there before they do. */
	xcb_get_input_focus_reply_t *reply = xcb_get_input_focus_reply(
		window->server, xcb_get_input_focus(window->server), NULL);
	bool good = reply != NULL;

	free(reply);
	return good;
}

/* ---- the server */

static void
window_disconnect(Window *window)
{
	if (window->watch != NULL) {
		g_source_destroy(window->watch);
		g_clear_pointer(&window->watch, g_source_unref);
	}
	g_mutex_lock(&window->lock);
	g_clear_pointer(&window->server, xcb_disconnect);
	g_mutex_unlock(&window->lock);
}

/* The root may get another size: a television that was switched on, another mode. */
static void
window_read_events(Window *window)
{
	xcb_generic_event_t *event = NULL;

	while ((event = xcb_poll_for_event(window->server)) != NULL) {
		const xcb_configure_notify_event_t *change = (const void *)event;

		if ((event->response_type & 0x7f) == XCB_CONFIGURE_NOTIFY &&
			change->window == window->root) {
			const uint32_t size[] = { change->width, change->height };

			xcb_configure_window(window->server, window->id,
				XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT, size);
		}
		free(event);
	}
	(void)xcb_flush(window->server);
}

static bool
window_on_server(int fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED, void *data)
{
	Window *window = data;

	window_read_events(window);
	return xcb_connection_has_error(window->server) == 0;
}

static void
window_connect(Window *window)
{
	int number = 0;

	g_mutex_lock(&window->lock);
	window->server = xcb_connect(NULL, &number);
	bool good = xcb_connection_has_error(window->server) == 0 && window_create(window, number);

	if (good) {
		window->watch = avu_watch_fd(NULL, xcb_get_file_descriptor(window->server), G_IO_IN,
			window_on_server, window);
	} else {
		g_clear_pointer(&window->server, xcb_disconnect);
	}
	g_mutex_unlock(&window->lock);
	if (good) {
		window_read_events(window); /* that came between the answers */
	}
}

/* ---- wishes */

static void
window_on_hide(void *data)
{
	Window *window = data;

	if (window->server != NULL) {
		xcb_unmap_window(window->server, window->id);
		(void)xcb_flush(window->server);
	}
}

static void
window_on_awake(void *data)
{
	Window *window = data;

	if (window->server != NULL) {
		xcb_force_screen_saver(window->server, XCB_SCREEN_SAVER_RESET);
		(void)xcb_flush(window->server);
	}
	avu_timer_set(window->awake, WINDOW_AWAKE_NS);
}

Window *
window_new(void)
{
	Window *window = g_new0(Window, 1);

	g_mutex_init(&window->lock);
	window->hide = avu_timer_new(NULL, AVU_TIME_NONE, window_on_hide, window);
	window->awake = avu_timer_new(NULL, AVU_TIME_NONE, window_on_awake, window);
	return window;
}

void
window_free(Window *window)
{
	if (window != NULL) {
		window_disconnect(window);
		avu_timer_free(window->hide);
		avu_timer_free(window->awake);
		g_mutex_clear(&window->lock);
		g_free(window);
	}
}

void
window_want(Window *window, WindowUse use, bool wanted)
{
	const unsigned before = window->wanted, bit = 1u << use;

	window->wanted = wanted ? before | bit : before & ~bit;
	if (window->wanted == before) {
		return;
	}
	if (wanted && window->server != NULL && xcb_connection_has_error(window->server) != 0) {
		window_disconnect(window);
	}
	if (wanted && window->server == NULL) {
		window_connect(window);
	}
	avu_timer_set(window->hide, window->wanted == 0 ? WINDOW_HIDE_NS : AVU_TIME_NONE);
	if (use == WINDOW_FOR_FILM) {
		avu_timer_set(window->awake, wanted ? 0 : AVU_TIME_NONE);
	}
}

void
window_give(Window *window, GstElement *sink)
{
	const uint32_t above = XCB_STACK_MODE_ABOVE;

	g_mutex_lock(&window->lock);
	if (window->server != NULL && xcb_connection_has_error(window->server) == 0) {
		window_dress(window);
		xcb_configure_window(
			window->server, window->id, XCB_CONFIG_WINDOW_STACK_MODE, &above);
		xcb_map_window(window->server, window->id);
		(void)xcb_flush(window->server);
		gst_video_overlay_set_window_handle(GST_VIDEO_OVERLAY(sink), window->id);
	}
	g_mutex_unlock(&window->lock);
}
