/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/sandbox.h: taking rights away from a helper, in the one right order */
#pragma once

#include <sys/resource.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef enum {
	AVU_SANDBOX_READ = 1 << 0,
	AVU_SANDBOX_WRITE = 1 << 1,
	AVU_SANDBOX_EXECUTE = 1 << 2,
} AvuSandboxAccess;

typedef struct {
	const char *path; /* file or folder; one that does not exist is skipped */
	unsigned access;  /* AvuSandboxAccess */
} AvuSandboxPath;

typedef struct {
	const char *name;
	const int *syscalls; /* allowed, ended by -1, any other kills; NULL: all but refused
			      * and what no helper needs, such as execve, ptrace, mount */
	const int *refused;  /* answered with EPERM, ended by -1; both NULL: no seccomp filter */
	const char *
		ioctl_types; /* of the requests that an allowed ioctl takes, as in _IO(): others get
				      * EPERM; NULL: all. Of the calling thread and what it starts */
	const AvuSandboxPath *paths; /* ended by path NULL; NULL: no path at all */
	bool allow_threads;    /* filter all threads (TSYNC); Landlock holds for the calling one and
			     * what it starts, so enter before there are others */
	bool start_threads;    /* may start threads, though no processes; needs syscalls */
	bool abstract_sockets; /* may connect to those of other programs, as X's library must: it
				* takes a no for the end and does not try the path */
	struct {
		int resource;
		rlim_t value;
	} rlimits[8]; /* value 0 and resource 0 end it; AS and DATA are skipped under sanitizers */
} AvuSandboxProfile;

/** rlimits, not dumpable, no-new-privileges, Landlock (what this kernel has of it), seccomp last.
 *  Descriptors are the caller's to close first: avu_sandbox_close_fds(). Irrevocable; a second call
 *  (in a forked child) takes away more, never less.
 *  @return false with AVU_ERROR_UNSUPPORTED, which a helper treats as fatal */
AVU_API bool avu_sandbox_enter(const AvuSandboxProfile *profile, GError **error);
/** Closes every descriptor from first on but those listed. */
AVU_API void avu_sandbox_close_fds(int first, const int *keep, unsigned n_keep);
/** "no new privileges, seccomp, Landlock 4 (files, TCP)": what holds since enter(), for the log.
 *  g_free() it. */
AVU_API char *avu_sandbox_describe(void);

G_END_DECLS
