/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/spawner.h: the only way a program starts a helper.
 *
 * main() forks the spawner before its first thread and socket; it alone calls fork and exec after
 * that, so no descriptor and no lock of the program leaks into a helper. It ends with the program. */
#pragma once

#include <sys/types.h>

#include <av-upnp/frame.h>

G_BEGIN_DECLS

typedef struct AvuSpawner AvuSpawner;
typedef struct AvuStart AvuStart; /* a helper that is being started */

/* What is started: libexec/av-upnp/NAME with empty environment but for the names in keep_env, working directory /,
 * descriptors 0 = /dev/null, 1 and 2 = our stderr, 3 = the channel, 4… = fds. */
typedef struct {
	const char *name;
	const char *const *argv;     /* may be NULL */
	const char *const *keep_env; /* may be NULL */
	const int *fds;              /* duplicated; may be NULL */
	unsigned n_fds;              /* at most 16 */
} AvuHelperSpec;

/** It is there and has said who it is (AVU_HELPER_HELLO: string version, string name), or it is not.
 *  @param pid      0: it did not start
 *  @param channel  the callee's, who gives it a handler before it returns; NULL: it did not start
 *  @param error    NULL, or AVU_ERROR_NOT_FOUND (names the path), TIMEOUT, GONE, UNSUPPORTED (version), LIMIT */
typedef void (*AvuStarted)(
	pid_t pid, AvuFrameChannel *channel, const GError *error, void *user_data);

/** Forks the spawner. Call first in main(), single-threaded.
 *  The helper folder is $AV_UPNP_LIBEXECDIR (ignored when set-uid or privileged by capabilities)
 *  or the compiled-in one. @param context  all call-backs come there, and all calls; NULL: the default one */
AVU_API AvuSpawner *avu_spawner_new(GMainContext *context, GError **error);
/** Ends the spawner, which ends (SIGTERM, after 1 s SIGKILL) what it started. Nobody is told of starts under way. */
AVU_API void avu_spawner_free(AvuSpawner *spawner);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuSpawner, avu_spawner_free)

/** Starts a helper and does not wait for it: started is called once, never before this returns, at the latest after
 *  AVU_HELPER_START_NS. At most AVU_SPAWNER_STARTS_MAX are under way; one more is told LIMIT.
 *  @return the start, valid until started is called or avu_start_cancel() */
AVU_API AvuStart *avu_spawner_start(
	AvuSpawner *spawner, const AvuHelperSpec *spec, AvuStarted started, void *user_data);
/** started is not called any more; what has become of the helper by now is killed. */
AVU_API void avu_start_cancel(AvuStart *start);
/** Sends signum to a helper that this spawner started and that still lives. */
AVU_API void avu_spawner_kill(AvuSpawner *spawner, pid_t pid, int signum);
/** Told when a helper ended, after all it said; status as from waitpid. One listener.
 *  @param exited  NULL: nobody any more */
AVU_API void avu_spawner_set_exit_handler(AvuSpawner *spawner,
	void (*exited)(pid_t pid, int status, void *user_data), void *user_data);

#define AVU_SPAWNER_STARTS_MAX 128
#define AVU_HELPER_FD 3
#define AVU_HELPER_HELLO 0
/* Until its first words: one with FFmpeg or GStreamer in it is loaded from a memory card that has much else to
 * do. */
#define AVU_HELPER_START_NS (15 * AVU_NS_PER_S)

/** Called first in a helper's main(): checks that descriptor 3 is a socket, ignores SIGPIPE, sends
 *  HELLO.
 *  Exits with a sentence on stderr when started by hand. */
AVU_API void avu_helper_begin(const char *name);

G_END_DECLS
