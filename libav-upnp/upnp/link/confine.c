/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/confine.c: the sandbox of a registered link. Landlock holds for the calling thread only, and
 * libupnp's run already; for those the filter of system calls, which knows no open, does the same. */
#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <av-upnp/sandbox.h>

#include "confine.h"

#define MEMORY_BYTES (1024ul * 1024 * 1024) /* stacks of libupnp's up to 37 threads included */
#define DESCRIPTORS 64

/* Numbers that one architecture or the other does not have. */
#ifndef SYS_poll
#define SYS_poll -2
#endif
#ifndef SYS_select
#define SYS_select -2
#endif

static const int syscalls[] = {
	/* datagrams */
	SYS_socket,
	SYS_setsockopt,
	SYS_getsockopt,
	SYS_getsockname,
	SYS_sendmsg,
	SYS_sendto,
	SYS_recvmsg,
	SYS_recvfrom,
	/* the channel, descriptors */
	SYS_read,
	SYS_write,
	SYS_close,
	SYS_fcntl,
	SYS_poll,
	SYS_ppoll,
	SYS_select,
	SYS_pselect6,
	SYS_shutdown,
	/* memory */
	SYS_brk,
	SYS_mmap,
	SYS_munmap,
	SYS_mremap,
	SYS_mprotect,
	SYS_madvise,
	/* threads: libupnp's pools grow and shrink */
	SYS_clone,
	SYS_clone3,
	SYS_exit,
	SYS_exit_group,
	SYS_futex,
	SYS_set_robust_list,
	SYS_rseq,
	SYS_gettid,
	SYS_getpid,
	SYS_sched_yield,
	SYS_sched_getparam,
	SYS_sched_getscheduler,
	SYS_sched_setscheduler,
	SYS_sched_get_priority_max,
	SYS_sched_get_priority_min,
	SYS_sched_getaffinity,
	SYS_sigaltstack,
	SYS_rt_sigaction,
	SYS_rt_sigprocmask,
	SYS_rt_sigreturn,
	SYS_rt_sigtimedwait,
	SYS_restart_syscall,
	/* time, names, random numbers */
	SYS_clock_gettime,
	SYS_clock_nanosleep,
	SYS_nanosleep,
	SYS_gettimeofday,
	SYS_uname,
	SYS_getrandom,
	-1,
};

/* Answered with an error: glibc asks for these on the way and copes. */
static const int refused[] = {
	SYS_openat,
	SYS_fstat,
	SYS_newfstatat,
	SYS_ioctl,
	SYS_lseek,
	SYS_prctl,
	SYS_tgkill,
	SYS_prlimit64,
	-1,
};

static const AvuSandboxProfile profile = {
	.name = "link",
	.syscalls = syscalls,
	.refused = refused,
	.paths = NULL,
	.allow_threads = true,
	.rlimits = {
		{ RLIMIT_AS, MEMORY_BYTES },
		{ RLIMIT_NOFILE, DESCRIPTORS },
		{ RLIMIT_CORE, 0 },
	},
};

/* libupnp complains to standard error, as often as strangers make it. What a sanitizer has to say
 * must be seen, though. */
static void
fall_silent(void)
{
	int null = AVU_SANITIZED ? -1 : open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null >= 0) {
		(void)dup2(null, STDOUT_FILENO);
		(void)dup2(null, STDERR_FILENO);
		(void)close(null);
	}
}

bool
link_confine(GError **error)
{
	fall_silent();
	/* Read before files are out of reach: DATE is written in local time's machinery. */
	tzset();
	/* An arena for each thread would be most of the address space. */
	(void)mallopt(M_ARENA_MAX, 2);
	return avu_sandbox_enter(&profile, error);
}
