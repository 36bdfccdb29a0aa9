/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parent has everything loaded and reads no media; a child gets its descriptors by fork, loses
 * every right, and answers over a socket pair. CPU, memory and wall time of a child are bounded by the
 * kernel (SEC-149). */
#include "mediaserver/worker/child.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <av-upnp/fd.h>
#include <av-upnp/limits.h>
#include <av-upnp/sandbox.h>
#include <av-upnp/text.h>

#define PATIENT_NICENESS 15
#define REASON_MAX 200

/* Of no other frame: a child that has no sandbox says so, and reads nothing. It may write no file, so not to a log. */
enum {
	CHILD_REFUSES = 99,
};

/* Enough for every demuxer and decoder on Debian 12 and 13, plus sendmsg for the answers. */
static const int allowed_calls[] = { SYS_read, SYS_pread64, SYS_lseek, SYS_write, SYS_writev,
	SYS_sendmsg, SYS_sendto, SYS_close, SYS_fstat, SYS_newfstatat, SYS_mmap, SYS_munmap,
	SYS_mremap, SYS_brk, SYS_madvise, SYS_futex, SYS_exit, SYS_exit_group, SYS_rt_sigreturn,
	SYS_clock_gettime, SYS_getrandom,
#if AVU_SANITIZED
	SYS_sched_yield, SYS_sigaltstack, SYS_gettid, SYS_getpid, SYS_mprotect,
#endif
	-1 };
/* iconv in an encoding that was not warmed, and libraries that count processors: without it they go
 * on, killed they would take a good file with them */
static const int refused_calls[] = { SYS_openat, SYS_open, SYS_sched_getaffinity, SYS_ioctl,
	SYS_fcntl, SYS_readlink, SYS_prlimit64, -1 };

static const AvuSandboxProfile child_profile = {
	.name = "worker",
	.syscalls = allowed_calls,
	.refused = refused_calls,
	.rlimits = {
		{ RLIMIT_CPU, AVU_LIMIT_WORKER_CPU_S },
		{ RLIMIT_AS, AVU_LIMIT_WORKER_MEMORY },
		{ RLIMIT_NOFILE, AVU_LIMIT_WORKER_FDS },
		{ RLIMIT_STACK, 8 * 1024 * 1024 },
		{ RLIMIT_FSIZE, 0 },
		{ RLIMIT_CORE, 0 },
	},
};

static AvuSandboxProfile
profile_of(const ChildWork *work)
{
	AvuSandboxProfile profile = child_profile;

	for (size_t i = 0; work->patient && i < G_N_ELEMENTS(profile.rlimits); i++) {
		if (profile.rlimits[i].resource == RLIMIT_CPU && profile.rlimits[i].value > 0) {
			profile.rlimits[i].value = AVU_LIMIT_WORKER_LONG_CPU_S;
		}
	}
	return profile;
}

static unsigned
wall_s_of(const ChildWork *work)
{
	return (unsigned)((work->patient ? AVU_LIMIT_WORKER_LONG_WALL_NS
					 : AVU_LIMIT_WORKER_WALL_NS) /
			  AVU_NS_PER_S);
}

static void
close_others(const ChildWork *work, int channel)
{
	int keep[AVU_FRAME_FDS_MAX + 1];
	unsigned n_keep = 0;

	keep[n_keep++] = channel;
	for (unsigned i = 0; i < work->n_fds && i < AVU_FRAME_FDS_MAX; i++) {
		keep[n_keep++] = work->fds[i];
	}
	avu_sandbox_close_fds(STDERR_FILENO + 1, keep, n_keep);
}

static G_NORETURN void
refuse_to_read(int channel, const char *why)
{
	g_auto(AvuFrameWriter) payload = { NULL };

	avu_frame_writer_init(&payload);
	avu_frame_put_string(&payload, why);
	(void)avu_frame_send(channel, CHILD_REFUSES, &payload, NULL, 0, NULL);
	_exit(1);
}

/* Once: it is the same of each. */
static void
tell_refusal(const AvuFrame *frame)
{
	static bool told;
	AvuFrameReader reader = avu_frame_reader(frame);
	g_autofree char *why = avu_frame_take_string(&reader, REASON_MAX);
	g_autofree char *shown = avu_text_for_display(why != NULL ? why : "", REASON_MAX);

	if (!told) {
		told = true;
		g_printerr("worker: no sandbox, media is not read: %s\n", shown);
	}
}

/* The child: rights away first, then the first octet. */
static G_NORETURN void
child_main(const ChildWork *work, int channel)
{
	g_autoptr(GError) error = NULL;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a best effort: alarm() ends it anyway */
	(void)alarm(wall_s_of(work));
	if (work->patient) {
		(void)setpriority(
			PRIO_PROCESS, 0, PATIENT_NICENESS); /* the disk's order follows it */
	}
	close_others(work, channel);
	const AvuSandboxProfile profile = profile_of(work);

	if (!avu_sandbox_enter(&profile, &error)) {
		refuse_to_read(channel, error->message);
	}
	work->work(channel, work->data);
	_exit(0);
}

static void
take_answers(const ChildWork *work, int channel)
{
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	AvuFrame frame = { 0 };

	while (avu_frame_receive(channel, buffer, &frame, NULL)) {
		bool more = false;

		if (frame.type == CHILD_REFUSES) {
			tell_refusal(&frame);
		} else {
			more = work->answer(&frame, work->data);
		}

		avu_frame_close_fds(&frame);
		if (!more) {
			return;
		}
	}
}

void
child_run(const ChildWork *work)
{
	const struct timeval patience = { .tv_sec = (time_t)wall_s_of(work) + 1 };
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		return;
	}
	avu_autofd int ours = pair[0];
	avu_autofd int theirs = pair[1];
	pid_t pid = fork();

	if (pid == 0) {
		child_main(work, theirs);
	}
	(void)close(avu_steal_fd(&theirs));
	if (pid < 0) {
		return;
	}
	(void)setsockopt(ours, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	take_answers(work, ours);
	/* done, dead or talking nonsense: gone in each case */
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
	}
}
