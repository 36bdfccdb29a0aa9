/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/engine/display.h: the ways to a picture that there are for this user, best first. Both processes ask:
 * control offers what can be seen, media shows it. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef enum {
	DISPLAY_WAYLAND,
	DISPLAY_X,
	DISPLAY_CONSOLE, /* KMS: the screen itself, when nobody else has it */
	DISPLAY_N_WAYS,
} DisplayWay;

/* Where each way leads: a server, a card. NULL or "": nowhere. */
typedef struct {
	char *where[DISPLAY_N_WAYS];
} DisplaySession;

/** What the environment and /dev/dri say; nothing is opened. display_session_clear() it. @thread any */
void display_session_init(DisplaySession *session);
void display_session_clear(DisplaySession *session);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DisplaySession, display_session_clear)

/** @return what it is called, such as "Wayland wayland-0"; NULL: there is none. g_free() it.
 *          @thread any */
char *display_dup_name(const DisplaySession *session, DisplayWay way);
/** The first that is there and opens. Pure but for the question.
 *  @return DISPLAY_N_WAYS: none */
DisplayWay display_choose(const DisplaySession *session,
	bool (*opens)(DisplayWay way, const char *name, void *data), void *data);
/** Is there any of them? */
bool display_is_there(void);

G_END_DECLS
