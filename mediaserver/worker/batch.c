/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One batch. The parent has everything loaded and reads no media; each child gets the descriptors of
 * its files by fork, loses every right, and answers over a socket pair that the parent relays field
 * by field (SEC-148). CPU, memory and wall time of a child are bounded by the kernel (SEC-149): a
 * batch that needs more than one file may take is cut and done again file by file. */
#include "mediaserver/worker/batch.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/limits.h>
#include <av-upnp/sandbox.h>

#include "mediaserver/worker/probe.h"
#include "mediaserver/workers/probe-result.h"

typedef struct {
	int channel;
	uint32_t number;
	unsigned n;
	int *fds; /* of the request */
	char hints[AVU_LIMIT_WORKER_BATCH][PROBE_HINT_MAX + 1];
	bool answered[AVU_LIMIT_WORKER_BATCH];
} Batch;

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

static bool
send_result(int fd, uint32_t batch, const ProbeResult *result, GError **error)
{
	g_auto(AvuFrameWriter) payload = { NULL };

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, batch);
	probe_result_put(result, &payload);
	return avu_frame_send(fd, WORKER_RESULT, &payload, NULL, 0, error);
}

static void
close_others(const Batch *batch, int answers, const unsigned *files, unsigned n)
{
	int keep[AVU_LIMIT_WORKER_BATCH + 1];
	unsigned n_keep = 0;

	keep[n_keep++] = answers;
	for (unsigned i = 0; i < n; i++) {
		keep[n_keep++] = batch->fds[files[i]];
	}
	avu_sandbox_close_fds(STDERR_FILENO + 1, keep, n_keep);
}

/* The child: rights away first, then the first octet. */
static G_NORETURN void
child_run(const Batch *batch, int answers, const unsigned *files, unsigned n)
{
	g_autoptr(GError) error = NULL;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a best effort: alarm() ends it anyway */
	(void)alarm((unsigned)(AVU_LIMIT_WORKER_WALL_NS / AVU_NS_PER_S));
	close_others(batch, answers, files, n);
	if (!avu_sandbox_enter(&child_profile, &error)) {
		g_printerr("worker: no sandbox, media is not read: %s\n", error->message);
		_exit(1);
	}
	for (unsigned i = 0; i < n; i++) {
		g_auto(ProbeResult) result = { 0 };
		const char *hint = batch->hints[files[i]];

		probe_result_init(&result);
		result.file = files[i];
		probe_file(batch->fds[files[i]], hint[0] != '\0' ? hint : NULL, &result);
		if (!send_result(answers, batch->number, &result, NULL)) {
			_exit(1);
		}
	}
	_exit(0);
}

/* @return false when the child's answer is not one, or answers what was not asked */
static bool
relay_one(Batch *batch, const AvuFrame *frame, const unsigned *files, unsigned n, GError **error)
{
	AvuFrameReader reader = avu_frame_reader(frame);
	g_auto(ProbeResult) result = { 0 };

	probe_result_init(&result);
	(void)avu_frame_take_u32(&reader); /* batch number: we know it better */
	if (frame->type != WORKER_RESULT || !probe_result_take(&reader, &result, error)) {
		return false;
	}
	for (unsigned i = 0; i < n; i++) {
		if (files[i] == (unsigned)result.file && !batch->answered[files[i]]) {
			batch->answered[files[i]] = true;
			return send_result(batch->channel, batch->number, &result, error);
		}
	}
	return false;
}

static void
relay_answers(Batch *batch, int answers, const unsigned *files, unsigned n)
{
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	AvuFrame frame = { 0 };

	while (avu_frame_receive(answers, buffer, &frame, NULL)) {
		bool good = relay_one(batch, &frame, files, n, NULL);

		avu_frame_close_fds(&frame);
		if (!good) {
			return;
		}
	}
}

/* Forks a child for some files of the batch and passes on what it answers. */
static void
run_child(Batch *batch, const unsigned *files, unsigned n)
{
	const struct timeval patience = { .tv_sec = AVU_LIMIT_WORKER_WALL_NS / AVU_NS_PER_S + 1 };
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		return;
	}
	avu_autofd int ours = pair[0];
	avu_autofd int theirs = pair[1];
	pid_t pid = fork();

	if (pid == 0) {
		child_run(batch, theirs, files, n);
	}
	(void)close(avu_steal_fd(&theirs));
	if (pid < 0) {
		return;
	}
	(void)setsockopt(ours, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	relay_answers(batch, ours, files, n);
	/* done, dead or talking nonsense: gone in each case */
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
	}
}

static unsigned
collect_unanswered(const Batch *batch, unsigned files[AVU_LIMIT_WORKER_BATCH])
{
	unsigned n = 0;

	for (unsigned i = 0; i < batch->n; i++) {
		if (!batch->answered[i]) {
			files[n++] = i;
		}
	}
	return n;
}

static bool
take_request(Batch *batch, AvuFrame *request, GError **error)
{
	AvuFrameReader reader = avu_frame_reader(request);

	batch->number = avu_frame_take_u32(&reader);
	batch->n = avu_frame_take_u32(&reader);
	batch->fds = request->fds;
	if (request->type != WORKER_PROBE || batch->n != request->n_fds || batch->n == 0 ||
		batch->n > AVU_LIMIT_WORKER_BATCH) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "frame of type %u with %u files",
			request->type, batch->n);
		return false;
	}
	for (unsigned i = 0; i < batch->n; i++) {
		g_autofree char *hint = avu_frame_take_string(&reader, PROBE_HINT_MAX);

		(void)g_strlcpy(batch->hints[i], hint != NULL ? hint : "", sizeof(batch->hints[i]));
	}
	if (!avu_frame_reader_finish(&reader)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "a request is cut short");
		return false;
	}
	return true;
}

static bool
send_done(const Batch *batch, GError **error)
{
	g_auto(AvuFrameWriter) payload = { NULL };

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, batch->number);
	return avu_frame_send(batch->channel, WORKER_DONE, &payload, NULL, 0, error);
}

bool
batch_serve(int channel, AvuFrame *request, GError **error)
{
	g_autofree Batch *batch = g_new0(Batch, 1);
	unsigned files[AVU_LIMIT_WORKER_BATCH];

	batch->channel = channel;
	if (!take_request(batch, request, error)) {
		avu_frame_close_fds(request);
		return false;
	}
	unsigned n = collect_unanswered(batch, files);

	run_child(batch, files, n);
	n = collect_unanswered(batch, files);
	for (unsigned i = 0; i < n; i++) {
		run_child(batch, &files[i], 1);
		if (!batch->answered[files[i]]) {
			g_auto(ProbeResult) result = { 0 };

			probe_result_init(&result);
			result.file = files[i];
			result.outcome = PROBE_DIED;
			result.reason = g_strdup("reading it ended its worker");
			(void)send_result(
				channel, batch->number, &result, NULL); /* send_done tells */
		}
	}
	avu_frame_close_fds(request);
	return send_done(batch, error);
}
