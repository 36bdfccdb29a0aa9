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

typedef struct {
	pid_t pid;
	int channel_fd; /* stream socket pair, our end; the helper has the other as descriptor 3 */
} AvuHelper;

/** Forks the spawner. Call first in main(), single-threaded.
 *  The helper folder is $AV_UPNP_LIBEXECDIR (ignored when set-uid or privileged by capabilities)
 *  or the compiled-in one. */
AVU_API AvuSpawner *avu_spawner_new(GError **error);
/** Ends the spawner, which ends (SIGTERM, after 1 s SIGKILL) what it started. */
AVU_API void avu_spawner_free(AvuSpawner *spawner);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuSpawner, avu_spawner_free)

/** Starts libexec/av-upnp/NAME with empty environment but for the names in keep_env, working
 *  directory /, descriptors 0 = /dev/null, 1 and 2 = our stderr, 3 = the channel, 4… = extra_fds.
 *  The helper's first frame (AVU_HELPER_HELLO: string version, string name) is checked here.
 *  Blocks at most AVU_HELPER_START_NS. @thread the one that owns the spawner
 *  @return false with AVU_ERROR_NOT_FOUND (names the path), TIMEOUT, GONE, UNSUPPORTED (version) */
AVU_API bool avu_spawner_start(AvuSpawner *spawner, const char *name, const char *const *argv,
	const char *const *keep_env, const int *extra_fds, unsigned n_extra_fds,
	AvuHelper *ret_helper, GError **error);
/** The same without waiting for the helper's first words: blocks for a local exec only. The first frame that comes
 *  by the channel is for avu_spawner_check_hello(); a helper that fails that is the caller's to end. */
AVU_API bool avu_spawner_launch(AvuSpawner *spawner, const char *name, const char *const *argv,
	const char *const *keep_env, const int *extra_fds, unsigned n_extra_fds,
	AvuHelper *ret_helper, GError **error);
/** Is it AVU_HELPER_HELLO of this program's own helper of that name? @return false with UNSUPPORTED */
AVU_API bool avu_spawner_check_hello(const AvuFrame *frame, const char *name, GError **error);
/** Sends signum to a helper that this spawner started and that still lives. */
AVU_API void avu_spawner_kill(AvuSpawner *spawner, pid_t pid, int signum);
/** Told on context's thread when a helper ended; status as from waitpid. One listener; the context
 *  stays that of the first. @param exited  NULL: nobody any more, exits are kept until somebody is */
AVU_API void avu_spawner_set_exit_handler(AvuSpawner *spawner, GMainContext *context,
	void (*exited)(pid_t pid, int status, void *user_data), void *user_data);

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
