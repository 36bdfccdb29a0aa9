/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/engine/display.h: the ways to a picture that this session has, best first. Both processes ask:
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

/** @return what it is called, such as "Wayland wayland-0"; NULL: this session has none. g_free() it.
 *          @thread any */
char *display_dup_name(DisplayWay way);
/** Any of them. */
bool display_is_there(void);

G_END_DECLS
