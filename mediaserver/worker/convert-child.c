/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rights away first, then the first octet. A conversion lives as long as it is read, so there is no
 * clock over it (LIM-40); it has threads, more memory (LIM-45), and stands back behind streaming. */
#include "mediaserver/worker/convert-child.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <av-upnp/limits.h>
#include <av-upnp/sandbox.h>

#include "mediaserver/worker/convert-join.h"
#include "mediaserver/worker/convert-measure.h"
#include "mediaserver/worker/convert-run.h"

/* Those of worker/child.c, without messages, with what starts and ends threads. */
static const int allowed_calls[] = { SYS_read, SYS_pread64, SYS_lseek, SYS_write, SYS_close,
	SYS_fstat, SYS_newfstatat, SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_brk,
	SYS_madvise, SYS_futex, SYS_exit, SYS_exit_group, SYS_rt_sigreturn, SYS_rt_sigprocmask,
	SYS_rt_sigaction, SYS_set_robust_list, SYS_rseq, SYS_sched_yield, SYS_clock_gettime,
	SYS_getrandom,
#if AVU_SANITIZED
	SYS_sigaltstack, SYS_gettid, SYS_getpid, SYS_sched_getaffinity,
#endif
	-1 };
/* prctl: libraries name their threads; the others as in worker/child.c */
static const int refused_calls[] = { SYS_openat, SYS_open, SYS_ioctl, SYS_fcntl, SYS_readlink,
	SYS_prlimit64, SYS_prctl,
#if !AVU_SANITIZED
	SYS_sched_getaffinity,
#endif
	-1 };

static const AvuSandboxProfile profile = {
	.name = "conversion",
	.syscalls = allowed_calls,
	.refused = refused_calls,
	.start_threads = true,
	.rlimits = {
		{ RLIMIT_AS, AVU_LIMIT_CONVERSION_MEMORY },
		{ RLIMIT_NOFILE, AVU_LIMIT_CONVERSION_FDS },
		{ RLIMIT_STACK, 8 * 1024 * 1024 },
		{ RLIMIT_FSIZE, 0 },
		{ RLIMIT_CORE, 0 },
	},
};

/* The class of those that encode by a graphics card: its driver talks to the device by ioctl, and may look for files
 * and sockets that it does not get. Files are opened before. */
static const int card_calls[] = { SYS_read, SYS_pread64, SYS_lseek, SYS_write, SYS_close, SYS_fstat,
	SYS_newfstatat, SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_brk, SYS_madvise,
	SYS_futex, SYS_exit, SYS_exit_group, SYS_rt_sigreturn, SYS_rt_sigprocmask, SYS_rt_sigaction,
	SYS_set_robust_list, SYS_rseq, SYS_sched_yield, SYS_clock_gettime, SYS_getrandom, SYS_ioctl,
	SYS_fcntl, SYS_dup, SYS_poll, SYS_ppoll, SYS_getpid, SYS_gettid, SYS_clock_nanosleep,
	SYS_nanosleep, SYS_sysinfo, SYS_uname, SYS_memfd_create, SYS_ftruncate, SYS_eventfd2,
	SYS_kcmp,
#if AVU_SANITIZED
	SYS_sigaltstack, SYS_sched_getaffinity,
#endif
	-1 };
static const int card_refused[] = { SYS_openat, SYS_open, SYS_access, SYS_faccessat, SYS_readlink,
	SYS_readlinkat, SYS_stat, SYS_statx, SYS_getdents64, SYS_socket, SYS_connect, SYS_prlimit64,
	SYS_prctl, SYS_sched_setaffinity, SYS_sched_setscheduler,
#if !AVU_SANITIZED
	SYS_sched_getaffinity,
#endif
	-1 };

static const AvuSandboxProfile card_profile = {
	.name = "conversion with a graphics card",
	.syscalls = card_calls,
	.refused = card_refused,
	/* DRM's, those of its buffers, of its fences: the log may be a terminal */
	.ioctl_types = "db>",
	.start_threads = true,
	.rlimits = {
		/* no RLIMIT_AS: drivers map the card's memory, shared, which is not counted here */
		{ RLIMIT_DATA, AVU_LIMIT_CONVERSION_MEMORY },
		{ RLIMIT_NOFILE, AVU_LIMIT_CARD_FDS },
		{ RLIMIT_STACK, 8 * 1024 * 1024 },
		{ RLIMIT_FSIZE, AVU_LIMIT_CARD_FILE },
		{ RLIMIT_CORE, 0 },
	},
};

G_NORETURN void
convert_child_try(const char *device, int pipe)
{
	g_autoptr(GError) error = NULL;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)alarm(CONVERT_TRY_S);
	avu_sandbox_close_fds(STDERR_FILENO + 1, &pipe, 1);
	const Vaapi *vaapi = vaapi_open(device, &error);
	const bool good = vaapi != NULL && avu_sandbox_enter(&card_profile, &error) &&
			  vaapi_test(vaapi, &error);

	if (!good) {
		(void)!write(pipe, error->message, strlen(error->message));
	}
	_exit(good ? WORKER_OK : WORKER_UNSUITABLE);
}

static WorkerOutcome
work(const ConvertRequest *request, const ConvertFds *fds, const Vaapi *vaapi)
{
	if (fds->file < 0) {
		return convert_measure(request->threads, fds->pipe);
	}
	return request->joins != 0 ? convert_join(fds->file, fds->sound, fds->pipe, fds->alive)
				   : convert_run(request, fds->file, fds->pipe, fds->alive, vaapi);
}

G_NORETURN void
convert_child(
	const ConvertRequest *request, const char *device, int niceness, const ConvertFds *fds)
{
	g_autoptr(GError) error = NULL;
	const Vaapi *vaapi = NULL;
	const int keep[] = { fds->file, fds->sound, fds->pipe, fds->alive };

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* else the pipe ends it, some time */
	(void)setpgid(0, 0); /* all its threads under one number: the parent makes them slower */
	if (fds->file < 0) {
		(void)setpriority(PRIO_PROCESS, 0, niceness);
	}
	avu_sandbox_close_fds(STDERR_FILENO + 1, keep, G_N_ELEMENTS(keep));
	if (device != NULL && fds->file >= 0 && request->speed == 1 && request->joins == 0 &&
		recipe_nth((uint32_t)request->recipe)->video == RECIPE_H264) {
		vaapi = vaapi_open(device, NULL); /* it was there; if not, the processor encodes */
	}
	if (!avu_sandbox_enter(vaapi != NULL ? &card_profile : &profile, &error)) {
		g_printerr("worker: no sandbox, media is not read: %s\n", error->message);
		_exit(WORKER_DIED);
	}
	_exit((int)work(request, fds, vaapi));
}
