/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* local/control.h: the socket in the state directory by which verbs reach a running server */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define CONTROL_REQUEST_MAX 256
#define CONTROL_ANSWER_MAX 65536

typedef struct Control Control;

/** @param request  one word such as "status"; borrowed
 *  @return text for the asker; g_free()d here. @thread main */
typedef char *(*ControlHandler)(const char *request, void *user_data);

/** Listens on DIRECTORY/control; who may enter the directory may ask. */
Control *control_new(
	const char *directory, ControlHandler handler, void *user_data, GError **error);
void control_free(Control *control);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Control, control_free)

/** The other side: asks the server that has this state directory, at most 5 s.
 *  @return its answer, g_free() it; NULL with AVU_ERROR_UNREACHABLE when none runs, TIMEOUT */
char *control_ask(const char *directory, const char *request, GError **error);

G_END_DECLS
