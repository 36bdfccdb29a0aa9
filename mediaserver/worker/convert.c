/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The warm parent of conversions: forks a child per request, kills it when asked to, says how it ended.
 * It waits for all at one poll; children tell of their end by an end of a pipe. One thread. */
#include "mediaserver/worker/convert.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/frame.h>

#include "mediaserver/worker/convert-child.h"
#include "mediaserver/worker/convert-codec.h"
#include "mediaserver/workers/job.h"

#define CHILDREN_MAX CONVERT_MAX
#define DEVICE_TEXT_MAX 512
#define REAP_MS 10

typedef struct {
	uint32_t number;
	pid_t pid;
	int alive; /* reading end of a pipe whose other end the child has; an octet: it sends */
	bool sends;
} Child;

typedef struct {
	int channel, niceness;
	const char *device; /* of VAAPI, that was tried; NULL: none */
	pid_t hung;         /* tried it and does not end, though killed; 0: none */
	unsigned n;
	Child children[CHILDREN_MAX];
} Parent;

static bool
send_outcome(const Parent *parent, uint32_t number, WorkerOutcome outcome, GError **error)
{
	g_auto(AvuFrameWriter) payload = { NULL };

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, number);
	avu_frame_put_u32(&payload, outcome);
	avu_frame_put_bytes(&payload, NULL, 0);
	return avu_frame_send(parent->channel, WORKER_ANSWER, &payload, NULL, 0, error);
}

/* @param fds  none of a file: the machine is measured */
static bool
start(Parent *parent, uint32_t number, const ConvertRequest *request, const ConvertFds *fds,
	GError **error)
{
	ConvertFds all = *fds;
	int pipe_ends[2];

	/* nothing was read of the file: it is not its fault */
	if (parent->n == CHILDREN_MAX || pipe2(pipe_ends, O_CLOEXEC) < 0) {
		return send_outcome(parent, number, WORKER_UNREADABLE, error);
	}
	const pid_t pid = fork();

	if (pid == 0) {
		all.alive = pipe_ends[1];
		convert_child(request, parent->device, parent->niceness, &all);
	}
	(void)close(pipe_ends[1]);
	if (pid < 0) {
		(void)close(pipe_ends[0]);
		return send_outcome(parent, number, WORKER_UNREADABLE, error);
	}
	parent->children[parent->n++] =
		(Child){ .number = number, .pid = pid, .alive = pipe_ends[0] };
	return true;
}

static bool
begin(Parent *parent, const AvuFrame *frame, AvuFrameReader *reader, GError **error)
{
	g_auto(ConvertRequest) request = { 0 };
	const uint32_t number = avu_frame_take_u32(reader);

	if (!convert_request_take(reader, &request) ||
		frame->n_fds != (request.joins != 0 ? 3 : 2)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "a conversion that is none");
		return false;
	}
	const ConvertFds fds = { .file = frame->fds[1],
		.sound = request.joins != 0 ? frame->fds[2] : -1,
		.pipe = frame->fds[0] };

	return start(parent, number, &request, &fds, error);
}

static bool
begin_measuring(Parent *parent, const AvuFrame *frame, AvuFrameReader *reader, GError **error)
{
	ConvertRequest request;
	const uint32_t number = avu_frame_take_u32(reader);

	convert_request_init(&request);
	request.threads = avu_frame_take_u32(reader);
	if (!avu_frame_reader_finish(reader) || frame->n_fds != 1 || request.threads < 1 ||
		request.threads > CONVERT_THREADS_MAX) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "a measurement that is none");
		return false;
	}
	const ConvertFds fds = { .file = -1, .sound = -1, .pipe = frame->fds[0] };

	return start(parent, number, &request, &fds, error);
}

static void
end(const Parent *parent, uint32_t number)
{
	for (unsigned i = 0; i < parent->n; i++) {
		if (parent->children[i].number == number) {
			(void)kill(parent->children[i].pid, SIGKILL);
		}
	}
}

static bool
take_frame(Parent *parent, const AvuFrame *frame, GError **error)
{
	AvuFrameReader reader = avu_frame_reader(frame);

	if (frame->type == WORKER_CONVERT) {
		return begin(parent, frame, &reader, error);
	}
	if (frame->type == WORKER_MEASURE) {
		return begin_measuring(parent, frame, &reader, error);
	}
	const uint32_t number = avu_frame_take_u32(&reader);

	if (frame->type != WORKER_CONVERT_END || !avu_frame_reader_finish(&reader)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "a frame that is none");
		return false;
	}
	end(parent, number); /* it may have ended by itself meanwhile */
	return true;
}

/* Its first octets are out: now others go first. */
static void
slow_down(Child *child, int niceness)
{
	child->sends = true; /* of more octets nothing is heard */
	(void)setpriority(PRIO_PGRP, (id_t)child->pid, niceness);
}

/* It has closed all: it is dead or about to be. */
static bool
bury(Parent *parent, unsigned i, GError **error)
{
	const Child child = parent->children[i];
	int status = 0;

	(void)close(child.alive);
	parent->children[i] = parent->children[--parent->n];
	while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
	}
	const bool told = WIFEXITED(status) && WEXITSTATUS(status) < WORKER_DIED;

	return send_outcome(parent, child.number,
		told ? (WorkerOutcome)WEXITSTATUS(status) : WORKER_DIED, error);
}

static bool
wait_once(Parent *parent, GByteArray *buffer, GError **error)
{
	struct pollfd polled[1 + CHILDREN_MAX] = { { .fd = parent->channel, .events = POLLIN } };
	const unsigned n = parent->n;
	AvuFrame frame = { 0 };

	if (parent->hung > 0 && waitpid(parent->hung, NULL, WNOHANG) != 0) {
		parent->hung = 0;
	}

	for (unsigned i = 0; i < n; i++) {
		polled[1 + i] = (struct pollfd){ .fd = parent->children[i].alive,
			.events = parent->children[i].sends ? 0 : POLLIN };
	}
	if (poll(polled, 1 + n, -1) < 0) {
		return true; /* a signal */
	}
	for (unsigned i = n; i > 0; i--) { /* burying moves the last one */
		char octet;

		if (polled[i].revents == 0) {
			continue;
		}
		if (!parent->children[i - 1].sends && read(polled[i].fd, &octet, 1) == 1) {
			slow_down(&parent->children[i - 1], parent->niceness);
		} else if (!bury(parent, i - 1, error)) {
			return false;
		}
	}
	if (polled[0].revents == 0) {
		return true;
	}
	if (!avu_frame_receive(parent->channel, buffer, &frame, error)) {
		return false;
	}
	bool good = take_frame(parent, &frame, error);

	avu_frame_close_fds(&frame);
	return good;
}

static bool
send_ability(int channel, GError **error)
{
	g_auto(AvuFrameWriter) payload = { NULL };
	const ConvertAbility ability = convert_codec_ability();

	avu_frame_writer_init(&payload);
	convert_ability_put(&ability, &payload);
	return avu_frame_send(channel, WORKER_ABLE, &payload, NULL, 0, error);
}

/* Until its end is closed. @return false: it is late */
static bool
read_words(int fd, int64_t until_ns, char text[DEVICE_TEXT_MAX])
{
	size_t len = 0;
	ssize_t got = -1;

	for (;;) {
		const int64_t left_ms = (until_ns - avu_now_ns()) / AVU_NS_PER_MS;
		struct pollfd polled = { .fd = fd, .events = POLLIN };

		text[len] = '\0';
		if (left_ms <= 0) {
			return false;
		}
		if (poll(&polled, 1, (int)left_ms) <= 0) {
			continue;
		}
		got = read(fd, text + len, DEVICE_TEXT_MAX - 1 - len);
		if (got <= 0) { /* also when no more fits */
			return true;
		}
		len += (size_t)got;
	}
}

/* A process that is in a driver may not die, whoever kills it. @return false: it is late */
static bool
reap(pid_t pid, int64_t until_ns, int *status)
{
	pid_t ended;

	while ((ended = waitpid(pid, status, WNOHANG)) == 0 && avu_now_ns() < until_ns) {
		(void)poll(NULL, 0, REAP_MS);
	}
	return ended != 0;
}

/* @return what is wrong with it; NULL: it encodes. g_free() it */
static char *
try_device(const char *device, pid_t *ret_hung)
{
	const int64_t until_ns = avu_now_ns() + (CONVERT_TRY_S + 2) * AVU_NS_PER_S;
	int ends[2], status = 0;
	char text[DEVICE_TEXT_MAX] = "";

	if (pipe2(ends, O_CLOEXEC) < 0) {
		return g_strdup("no descriptor is left");
	}
	const pid_t pid = fork();

	if (pid == 0) {
		convert_child_try(device, ends[1]);
	}
	(void)close(ends[1]);
	const bool late =
		pid > 0 && (!read_words(ends[0], until_ns, text) || !reap(pid, until_ns, &status));

	(void)close(ends[0]);
	if (late) {
		(void)kill(pid, SIGKILL);
		*ret_hung = pid;
		return g_strdup("its driver does not answer");
	}
	if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == WORKER_OK) {
		return NULL;
	}
	return text[0] != '\0'
		       ? g_utf8_make_valid(text, -1)
		       : g_strdup("its driver died, or asked for what the sandbox does not give; "
				  "without --vaapi nothing is lost but speed");
}

static const char *
choose_device(const char *device, pid_t *ret_hung)
{
	if (device == NULL) {
		return NULL;
	}
	g_autofree char *why = try_device(device, ret_hung);

	if (why == NULL) {
		g_printerr("worker: films of H.264 are encoded by %s (VAAPI)\n", device);
		return device;
	}
	g_printerr("worker: VAAPI with %s cannot be used: %s. The processor encodes instead\n",
		device, why);
	return NULL;
}

bool
convert_serve(int channel, int niceness, const char *device, GError **error)
{
	g_autoptr(GByteArray) buffer = g_byte_array_new();
	g_autoptr(GError) cause = NULL;
	Parent parent = { .channel = channel, .niceness = niceness };
	bool good = send_ability(channel, &cause); /* the server does not wait for a driver */

	parent.device = choose_device(device, &parent.hung);
	while (good) {
		good = wait_once(&parent, buffer, &cause);
	}
	for (unsigned i = 0; i < parent.n; i++) {
		(void)kill(parent.children[i].pid, SIGKILL);
	}
	if (g_error_matches(cause, AVU_ERROR, AVU_ERROR_GONE)) {
		return true;
	}
	g_propagate_error(error, g_steal_pointer(&cause));
	return false;
}
