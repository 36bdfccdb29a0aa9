/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/local-control.h: the socket by which verbs on this host reach a running program: one question,
 * one answer */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define AVU_LOCAL_REQUEST_MAX (96 * 1024)
#define AVU_LOCAL_ANSWER_MAX (96 * 1024)

typedef struct AvuLocalControl AvuLocalControl;

/** @param request  such as "status"; borrowed
 *  @return text for the asker; g_free()d here; NULL: after avu_local_control_defer(). @thread main */
typedef char *(*AvuLocalHandler)(const char *request, void *user_data);

/** Listens on DIRECTORY/control; who may enter the directory may ask. The caller holds the directory's
 *  lock: a socket that is there is of an instance that ended.
 *  @return NULL with IO or DENIED */
AVU_API AvuLocalControl *avu_local_control_new(
	const char *directory, AvuLocalHandler handler, void *user_data, GError **error);
AVU_API void avu_local_control_free(AvuLocalControl *control);

/** Within the handler: the answer takes time, somebody else finds it. Who asks may be gone by then.
 *  @return for avu_local_control_answer(), never 0. @thread main */
AVU_API uint64_t avu_local_control_defer(AvuLocalControl *control);
/** The answer, to who still waits for it. @param answer  borrowed. @thread main */
AVU_API void avu_local_control_answer(
	AvuLocalControl *control, uint64_t ticket, const char *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuLocalControl, avu_local_control_free)

/** The other side: asks the program that listens in the directory, at most 5 s.
 *  @return its answer, g_free() it; NULL with AVU_ERROR_UNREACHABLE when none runs, TIMEOUT, LIMIT (the
 *          request is too long)
 *  @thread any; blocks */
AVU_API char *avu_local_control_ask(const char *directory, const char *request, GError **error);

G_END_DECLS
