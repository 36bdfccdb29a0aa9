/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/spawner.c: the program's side of the spawner: starts under way, and ends that are told.
 *
 * One context's thread, which never waits: a start is a number that the spawner answers, then a channel by which the
 * helper says who it is, and a deadline (AVU_HELPER_START_NS) for both. A spawner that answers what was not asked is
 * none any more. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/loop.h>

#include "spawner-protocol.h"

struct AvuSpawner {
	GMainContext *context;
	pid_t pid;
	char *folder;
	int64_t patience_ns;      /* AVU_HELPER_START_NS */
	AvuFrameChannel *channel; /* NULL: it has died */
	uint32_t last_number;
	GPtrArray *starts; /* AvuStart*, owned */
	void (*exited)(pid_t pid, int status, void *user_data);
	void *user_data;
};

struct AvuStart {
	AvuSpawner *spawner;
	uint32_t number;
	char *name;
	AvuStarted
		started; /* NULL: nobody waits for it; it is kept until the spawner has answered */
	void *user_data;
	pid_t pid;                /* 0: the spawner has not answered */
	AvuFrameChannel *channel; /* until it has said who it is */
	AvuTimer *timer;
	GError *refusal; /* it was not even asked for: told by the timer */
};

static char *
helper_folder(void)
{
	const char *folder = getauxval(AT_SECURE) == 0 ? getenv("AV_UPNP_LIBEXECDIR") : NULL;

	return g_strdup(folder != NULL && folder[0] == '/' ? folder : AVU_LIBEXEC_DIR);
}

/* ---- starts under way */

static void
start_free(AvuStart *start)
{
	avu_timer_free(start->timer);
	avu_frame_channel_free(start->channel);
	g_clear_error(&start->refusal);
	g_free(start->name);
	g_free(start);
}

static void
forget(AvuStart *start)
{
	/* The array owns it. */
	(void)g_ptr_array_remove_fast(start->spawner->starts, start);
}

/* What there is of the helper goes. */
static void
abandon(AvuStart *start)
{
	if (start->pid != 0) {
		avu_spawner_kill(start->spawner, start->pid, SIGKILL);
		g_clear_pointer(&start->channel, avu_frame_channel_free);
	}
}

/* Tells its owner, who may start others or cancel them. */
static void
fail(AvuStart *start, const GError *error)
{
	const AvuStarted started = start->started;
	void *user_data = start->user_data;
	const bool answered = start->pid != 0 || start->refusal != NULL;
	g_autoptr(GError) why = g_error_copy(error);

	abandon(start);
	start->started = NULL;
	avu_timer_set(start->timer, AVU_TIME_NONE);
	if (answered || start->spawner->channel == NULL) {
		forget(start);
	}
	if (started != NULL) {
		started(0, NULL, why, user_data);
	}
}

static void
succeed(AvuStart *start)
{
	const AvuStarted started = start->started;
	void *user_data = start->user_data;
	const pid_t pid = start->pid;
	AvuFrameChannel *channel = g_steal_pointer(&start->channel);

	forget(start);
	started(pid, channel, NULL, user_data);
}

static void
on_timer(void *data)
{
	AvuStart *start = data;
	g_autoptr(GError) late = NULL;

	if (start->refusal != NULL) {
		fail(start, start->refusal);
		return;
	}
	g_set_error(&late, AVU_ERROR, AVU_ERROR_TIMEOUT, "helper '%s': not a word within %d s",
		start->name, (int)(start->spawner->patience_ns / AVU_NS_PER_S));
	fail(start, late);
}

/* ---- its first words */

static bool
check_hello(const AvuStart *start, const AvuFrame *frame, GError **error)
{
	AvuFrameReader reader = avu_frame_reader(frame);

	if (frame->type == HELPER_NOT_RUN) {
		const uint32_t failure = avu_frame_take_u32(&reader);

		avu_set_errno(error, avu_frame_reader_finish(&reader) ? (int)failure : EPROTO,
			"helper '%s/%s'", start->spawner->folder, start->name);
		return false;
	}
	g_autofree char *version = avu_frame_take_string(&reader, SPAWNER_NAME_MAX);
	g_autofree char *said = avu_frame_take_string(&reader, SPAWNER_NAME_MAX);

	if (frame->type != AVU_HELPER_HELLO || !avu_frame_reader_finish(&reader) ||
		g_strcmp0(version, AVU_VERSION) != 0 || g_strcmp0(said, start->name) != 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"helper '%s' is of another version than this program (%s): install both "
			"anew",
			start->name, AVU_VERSION);
		return false;
	}
	return true;
}

static void
on_hello(AvuFrame *frame, void *user_data)
{
	AvuStart *start = user_data;
	g_autoptr(GError) error = NULL;

	if (check_hello(start, frame, &error)) {
		succeed(start);
	} else {
		fail(start, error);
	}
}

static void
fail_ended(AvuStart *start)
{
	g_autoptr(GError) gone = g_error_new(
		AVU_ERROR, AVU_ERROR_GONE, "helper '%s' has ended without a word", start->name);

	fail(start, gone);
}

static void
on_silence(const GError *error, void *user_data)
{
	AvuStart *start = user_data;

	g_debug("%s: %s", start->name, error->message);
	fail_ended(start);
}

static const AvuFrameHandler hello_handler = { on_hello, on_silence };

/* ---- the spawner speaks */

static AvuStart *
find_asked(const AvuSpawner *spawner, uint32_t number)
{
	for (guint i = 0; i < spawner->starts->len; i++) {
		AvuStart *start = spawner->starts->pdata[i];

		if (start->number == number && start->pid == 0 && start->refusal == NULL) {
			return start;
		}
	}
	return NULL;
}

static bool
take_started(AvuSpawner *spawner, AvuFrame *frame, AvuFrameReader *reader)
{
	AvuStart *start = find_asked(spawner, avu_frame_take_u32(reader));
	const pid_t pid = (pid_t)avu_frame_take_u32(reader);

	if (start == NULL || !avu_frame_reader_finish(reader) || pid <= 0 || frame->n_fds != 1) {
		return false;
	}
	start->pid = pid;
	if (start->started == NULL) {
		abandon(start);
		forget(start);
		return true;
	}
	start->channel =
		avu_frame_channel_new(spawner->context, frame->fds[0], &hello_handler, start);
	frame->fds[0] = -1;
	return true;
}

static bool
take_failed(AvuSpawner *spawner, AvuFrame *frame, AvuFrameReader *reader)
{
	AvuStart *start = find_asked(spawner, avu_frame_take_u32(reader));
	const uint32_t failure = avu_frame_take_u32(reader);

	if (start == NULL || !avu_frame_reader_finish(reader) || frame->n_fds != 0) {
		return false;
	}
	if (start->started == NULL) {
		forget(start);
		return true;
	}
	avu_set_errno(&start->refusal, failure <= INT32_MAX ? (int)failure : EPROTO,
		"helper '%s/%s'", spawner->folder, start->name);
	fail(start, start->refusal);
	return true;
}

static AvuStart *
find_greeting(const AvuSpawner *spawner, pid_t pid)
{
	for (guint i = 0; i < spawner->starts->len; i++) {
		AvuStart *start = spawner->starts->pdata[i];

		if (start->pid == pid) {
			return start;
		}
	}
	return NULL;
}

/* Whoever ended before it was listened to may have said who it was, and all that it had to say. */
static void
hear_out(AvuSpawner *spawner, pid_t pid)
{
	AvuStart *start = find_greeting(spawner, pid);

	if (start == NULL) {
		return;
	}
	avu_frame_channel_drain(start->channel);
	start = find_greeting(spawner, pid);
	if (start != NULL) { /* one that it has started holds the other end */
		fail_ended(start);
	}
}

static bool
take_exited(AvuSpawner *spawner, AvuFrame *frame, AvuFrameReader *reader)
{
	const pid_t pid = (pid_t)avu_frame_take_u32(reader);
	const int status = (int)avu_frame_take_u32(reader);

	if (!avu_frame_reader_finish(reader) || pid <= 0 || frame->n_fds != 0) {
		return false;
	}
	hear_out(spawner, pid);
	if (spawner->exited != NULL) {
		spawner->exited(pid, status, spawner->user_data);
	}
	return true;
}

/* Nothing can be started any more: all that was asked for is told so. */
static void
on_spawner_closed(const GError *error, void *user_data)
{
	AvuSpawner *spawner = user_data;
	g_autoptr(GError) gone =
		g_error_new_literal(AVU_ERROR, AVU_ERROR_GONE, "the spawner has died");

	g_critical("the spawner has died (%s): no helper can be started any more", error->message);
	g_clear_pointer(&spawner->channel, avu_frame_channel_free);
	for (guint i = 0; i < spawner->starts->len; i++) {
		AvuStart *start = spawner->starts->pdata[i];

		/* later, each by itself: their owners may do anything */
		if (start->refusal == NULL) {
			start->refusal = g_error_copy(gone);
			avu_timer_set(start->timer, 0);
		}
	}
}

static void
on_spawner_received(AvuFrame *frame, void *user_data)
{
	static const struct {
		uint16_t type;
		bool (*take)(AvuSpawner *spawner, AvuFrame *frame, AvuFrameReader *reader);
	} answers[] = {
		{ SPAWNER_STARTED, take_started },
		{ SPAWNER_FAILED, take_failed },
		{ SPAWNER_EXITED, take_exited },
	};
	AvuFrameReader reader = avu_frame_reader(frame);
	bool taken = false;

	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		if (answers[i].type == frame->type) {
			taken = answers[i].take(user_data, frame, &reader);
			break;
		}
	}
	if (!taken) {
		g_autoptr(GError) nonsense =
			g_error_new(AVU_ERROR, AVU_ERROR_SYNTAX, "it answers what was not asked");

		on_spawner_closed(nonsense, user_data);
	}
}

/* ---- asking it */

static void
put_environment(AvuFrameWriter *payload, const char *const *keep)
{
	/* Without these a helper of a sanitizer build would judge by other rules than its parent. */
	static const char *const always[] = { "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS",
		"TSAN_OPTIONS", NULL };
	const char *const *lists[] = { keep, AVU_SANITIZED ? always : NULL };
	g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		for (const char *const *name = lists[i]; name != NULL && *name != NULL; name++) {
			const char *value = getenv(*name);

			if (value != NULL && strlen(value) < SPAWNER_ARGUMENT_MAX / 2) {
				g_ptr_array_add(pairs, g_strconcat(*name, "=", value, NULL));
			}
		}
	}
	avu_frame_put_u32(payload, pairs->len);
	for (guint i = 0; i < pairs->len; i++) {
		avu_frame_put_string(payload, pairs->pdata[i]);
	}
}

static bool
ask(AvuStart *start, const AvuHelperSpec *spec, GError **error)
{
	const AvuSpawner *spawner = start->spawner;
	g_auto(AvuFrameWriter) payload = { 0 };
	const guint n = spec->argv != NULL ? g_strv_length((char **)spec->argv) : 0;

	if (spawner->channel == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_GONE, "the spawner has died");
		return false;
	}
	if (spawner->starts->len >= AVU_SPAWNER_STARTS_MAX) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT, "%d helpers are being started",
			AVU_SPAWNER_STARTS_MAX);
		return false;
	}
	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, start->number);
	avu_frame_put_u32(&payload, n + 1);
	avu_frame_put_string(&payload, spec->name);
	for (guint i = 0; i < n; i++) {
		avu_frame_put_string(&payload, spec->argv[i]);
	}
	put_environment(&payload, spec->keep_env);
	return avu_frame_channel_send(
		spawner->channel, SPAWNER_START, &payload, spec->fds, spec->n_fds, error);
}

AvuStart *
avu_spawner_start(
	AvuSpawner *spawner, const AvuHelperSpec *spec, AvuStarted started, void *user_data)
{
	AvuStart *start = g_new0(AvuStart, 1);
	g_autoptr(GError) error = NULL;

	start->spawner = spawner;
	start->number = ++spawner->last_number;
	start->name = g_strdup(spec->name);
	start->started = started;
	start->user_data = user_data;
	start->timer = avu_timer_new(spawner->context, spawner->patience_ns, on_timer, start);
	if (!ask(start, spec, &error)) {
		g_prefix_error(&error, "helper '%s': ", spec->name);
		start->refusal = g_steal_pointer(&error);
		avu_timer_set(start->timer, 0);
	}
	g_ptr_array_add(spawner->starts, start);
	return start;
}

void
avu_start_cancel(AvuStart *start)
{
	start->started = NULL;
	if (start->pid != 0 || start->refusal != NULL) {
		abandon(start);
		forget(start);
	} else {
		avu_timer_set(start->timer, AVU_TIME_NONE);
	}
}

void
avu_spawner_kill(AvuSpawner *spawner, pid_t pid, int signum)
{
	g_auto(AvuFrameWriter) payload = { 0 };

	if (spawner->channel == NULL) {
		return;
	}
	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, (uint32_t)pid);
	avu_frame_put_u32(&payload, (uint32_t)signum);
	(void)avu_frame_channel_send(spawner->channel, SPAWNER_KILL, &payload, NULL, 0, NULL);
}

void
avu_spawner_set_exit_handler(AvuSpawner *spawner,
	void (*exited)(pid_t pid, int status, void *user_data), void *user_data)
{
	spawner->exited = exited;
	spawner->user_data = user_data;
}

/* ---- life */

AvuSpawner *
spawner_new_over(int fd, pid_t pid, const char *folder, int64_t patience_ns, GMainContext *context)
{
	static const AvuFrameHandler handler = { on_spawner_received, on_spawner_closed };
	AvuSpawner *spawner = g_new0(AvuSpawner, 1);

	spawner->context = context;
	spawner->pid = pid;
	spawner->folder = g_strdup(folder);
	spawner->patience_ns = patience_ns;
	spawner->starts = g_ptr_array_new_with_free_func((GDestroyNotify)start_free);
	spawner->channel = avu_frame_channel_new(context, fd, &handler, spawner);
	return spawner;
}

AvuSpawner *
avu_spawner_new(GMainContext *context, GError **error)
{
	g_autofree char *folder = helper_folder();
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		avu_set_errno(error, errno, "spawner");
		return NULL;
	}
	pid = fork();
	if (pid == 0) {
		(void)close(pair[0]);
		_exit(spawner_run(pair[1], folder));
	}
	(void)close(pair[1]);
	if (pid < 0) {
		avu_set_errno(error, errno, "spawner");
		(void)close(pair[0]);
		return NULL;
	}
	return spawner_new_over(pair[0], pid, folder, AVU_HELPER_START_NS, context);
}

void
avu_spawner_free(AvuSpawner *spawner)
{
	if (spawner == NULL) {
		return;
	}
	g_ptr_array_unref(spawner->starts);
	avu_frame_channel_free(spawner->channel);
	if (spawner->pid != 0) {
		(void)waitpid(spawner->pid, NULL, 0);
	}
	g_free(spawner->folder);
	g_free(spawner);
}
