/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/supervisor.h: a helper that is kept alive: started, watched, restarted with back-off */
#pragma once

#include <av-upnp/counters.h>
#include <av-upnp/frame.h>
#include <av-upnp/spawner.h>

G_BEGIN_DECLS

typedef struct AvuSupervised AvuSupervised;

typedef struct {
	const char *name;                                        /* libexec name; a constant */
	const char *const *argv;                                 /* may be NULL */
	const char *const *keep_env;                             /* may be NULL */
	void (*started)(AvuSupervised *helper, void *user_data); /* channel is open: configure it */
	void (*received)(AvuSupervised *helper, AvuFrame *frame, void *user_data);
	/* It died, or did not start, and will be started again in restart_in_ns; may be NULL */
	void (*lost)(AvuSupervised *helper, int status, int64_t restart_in_ns, void *user_data);
	/* Descriptors handed over at each start; called before started; may be NULL.
	 * @return number written to fds (≤ 8), borrowed */
	unsigned (*get_fds)(int fds[8], void *user_data);
	/* It was never up and cannot be: not there, of another version. It is not started again and waits to be removed.
	 * Not told of one that was only too slow. NULL: tried again as if it had died */
	void (*refused)(const GError *error, void *refused_data);
	void *refused_data;
} AvuSupervisedSpec;

typedef struct AvuSupervisor AvuSupervisor;

/** One per program; owns the spawner's exit handler. @thread main context's */
AVU_API AvuSupervisor *avu_supervisor_new(AvuSpawner *spawner, GMainContext *context);
AVU_API void avu_supervisor_free(AvuSupervisor *supervisor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuSupervisor, avu_supervisor_free)

/** Helpers that are added from now on count in av_helpers_ended_total when they end unasked or do not start.
 *  @param counters  borrowed, freed after the supervisor; may be NULL */
AVU_API void avu_supervisor_set_counters(AvuSupervisor *supervisor, AvuCounters *counters);

/** Starts at once and waits for nothing: started or refused follow. A start that fails is tried again: 100 ms, doubled
 *  up to 10 s, reset after 30 s alive. */
AVU_API AvuSupervised *avu_supervisor_add(
	AvuSupervisor *supervisor, const AvuSupervisedSpec *spec, void *user_data);
/** Ends the helper (closing its channel, SIGTERM after 500 ms, SIGKILL after 1 s) and forgets it. */
AVU_API void avu_supervised_remove(AvuSupervised *helper);
/** Ends the helper as avu_supervised_remove() does, and keeps it down until it is woken. */
AVU_API void avu_supervised_rest(AvuSupervised *helper);
/** Starts it again at once, or as soon as the old one is gone; nothing happens when it does not rest.
 *  A start that fails is retried. */
AVU_API void avu_supervised_wake(AvuSupervised *helper);
/** It does not answer any more: SIGKILL. What follows is as if it had died by itself. */
AVU_API void avu_supervised_kill(AvuSupervised *helper);
/** Queues a frame; silently dropped while the helper is down (started() configures the next). */
AVU_API void avu_supervised_send(AvuSupervised *helper, uint16_t type,
	const AvuFrameWriter *payload, const int *fds, unsigned n_fds);
/** It runs and started() was called. */
AVU_API bool avu_supervised_is_up(const AvuSupervised *helper);
AVU_API pid_t avu_supervised_get_pid(const AvuSupervised *helper);

G_END_DECLS
