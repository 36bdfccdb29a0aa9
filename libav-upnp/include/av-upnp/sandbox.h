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
	const int *syscalls;        /* allowed, ended by -1; NULL: no seccomp filter */
	const int *refused;         /* answered with EPERM instead of death, ended by -1; may be NULL */
	const AvuSandboxPath *paths; /* ended by path NULL; NULL: no path at all */
	bool allow_threads;         /* filter all threads (TSYNC) */
	struct {
		int resource;
		rlim_t value;
	} rlimits[8]; /* value 0 and resource 0 end it; RLIMIT_AS is skipped under sanitizers */
} AvuSandboxProfile;

/** rlimits, no-new-privileges, Landlock (what this kernel has of it), seccomp last.
 *  Descriptors are the caller's to close first: avu_sandbox_close_fds(). Once; irrevocable.
 *  @return false with AVU_ERROR_UNSUPPORTED, which a helper treats as fatal */
AVU_API bool avu_sandbox_enter(const AvuSandboxProfile *profile, GError **error);
/** Closes every descriptor from first on but those listed. */
AVU_API void avu_sandbox_close_fds(int first, const int *keep, unsigned n_keep);
/** "seccomp, Landlock 6 (files, network)": for the log line that says what holds. g_free() it. */
AVU_API char *avu_sandbox_describe(void);

G_END_DECLS
