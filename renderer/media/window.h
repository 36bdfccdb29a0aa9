/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/window.h: the one window of X in which everything is shown: it has all of the screen, and no
 * pointer */
#pragma once

#include <gst/gst.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct Window Window;

typedef enum {
	WINDOW_FOR_SCREEN, /* clock and cards */
	WINDOW_FOR_FILM, /* and pictures; the server's screen saver waits as long as it is wanted */
} WindowUse;

/** Nothing is opened yet. @thread main */
Window *window_new(void);
/** @thread main, when no sink has it any more */
void window_free(Window *window);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Window, window_free)

/** Something is to be seen, or no more. With the first wish the server is connected to; a while after the last
 *  the window goes away: what follows soon is to find it still there. @thread main */
void window_want(Window *window, WindowUse use, bool wanted);
/** Shows the window and has the sink draw into it. Where the server could not be reached nothing happens: the
 *  sink will find that out, too. @param sink  a GstVideoOverlay of X, in state NULL. @thread any */
void window_give(Window *window, GstElement *sink);

G_END_DECLS
