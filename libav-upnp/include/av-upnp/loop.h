/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/loop.h: timers in nanoseconds, descriptors and signals on a GLib main context.
 * The only place where GLib's microseconds and milliseconds show. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct AvuTimer AvuTimer;

/** Calls fn once, delay_ns from now at the earliest, on the thread of context.
 *  @param context  NULL: the default context
 *  @return owned by the caller; avu_timer_free() before it fired cancels it, after is needed too */
AVU_API AvuTimer *avu_timer_new(
	GMainContext *context, int64_t delay_ns, void (*fn)(void *data), void *data);
/** Fires (again) delay_ns from now instead; AVU_TIME_NONE disarms. */
AVU_API void avu_timer_set(AvuTimer *timer, int64_t delay_ns);
AVU_API void avu_timer_free(AvuTimer *timer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuTimer, avu_timer_free)

/** Watches one descriptor (one per engine, never per peer: an engine with peers owns an epoll).
 *  @return source owned by the caller, to be ended by g_source_destroy + g_source_unref */
AVU_API GSource *avu_watch_fd(GMainContext *context, int fd, GIOCondition condition,
	bool (*fn)(int fd, GIOCondition condition, void *data), void *data);

/** Runs fn on the thread of context at SIGTERM and SIGINT; the process's signal mask is untouched.
 *  Blocks nothing; a second signal while the first is being handled kills as by default. */
AVU_API void avu_on_terminate(void (*fn)(void *data), void *data);

G_END_DECLS
