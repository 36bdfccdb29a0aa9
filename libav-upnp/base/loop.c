/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/loop.c: timers, descriptors and termination signals on a GLib main context. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/loop.h>

struct AvuTimer {
	GSource *source;
	void (*fn)(void *data);
	void *data;
};

static gboolean
on_timer(gpointer user_data)
{
	AvuTimer *timer = user_data;

	/* Disarmed before the call: fn may arm it again or free it. */
	g_source_set_ready_time(timer->source, -1);
	timer->fn(timer->data);
	return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_timer(GSource *source, GSourceFunc callback, gpointer user_data)
{
	(void)source;
	return callback(user_data);
}

static GSourceFuncs timer_functions = { .dispatch = dispatch_timer };

AvuTimer *
avu_timer_new(GMainContext *context, int64_t delay_ns, void (*fn)(void *data), void *data)
{
	AvuTimer *timer = g_new0(AvuTimer, 1);

	timer->fn = fn;
	timer->data = data;
	timer->source = g_source_new(&timer_functions, sizeof(GSource));
	g_source_set_callback(timer->source, on_timer, timer, NULL);
	avu_timer_set(timer, delay_ns);
	g_source_attach(timer->source, context);
	return timer;
}

void
avu_timer_set(AvuTimer *timer, int64_t delay_ns)
{
	if (delay_ns == AVU_TIME_NONE) {
		g_source_set_ready_time(timer->source, -1);
	} else {
		/* Rounded up: a timer may be late, never early. */
		g_source_set_ready_time(timer->source,
			g_get_monotonic_time() + (MAX(delay_ns, 0) + 999) / AVU_NS_PER_US);
	}
}

void
avu_timer_free(AvuTimer *timer)
{
	if (timer == NULL) {
		return;
	}
	g_source_destroy(timer->source);
	g_source_unref(timer->source);
	g_free(timer);
}

typedef struct {
	GSource source;
	gpointer tag;
	int fd;
	bool (*fn)(int fd, GIOCondition condition, void *data);
	void *data;
} FdSource;

static gboolean
check_fd(GSource *source)
{
	FdSource *self = (FdSource *)source;

	return g_source_query_unix_fd(source, self->tag) != 0;
}

static gboolean
dispatch_fd(GSource *source, GSourceFunc callback, gpointer user_data)
{
	FdSource *self = (FdSource *)source;

	(void)callback;
	(void)user_data;
	return self->fn(self->fd, g_source_query_unix_fd(source, self->tag), self->data);
}

static GSourceFuncs fd_functions = { .check = check_fd, .dispatch = dispatch_fd };

GSource *
avu_watch_fd(GMainContext *context, int fd, GIOCondition condition,
	bool (*fn)(int fd, GIOCondition condition, void *data), void *data)
{
	GSource *source = g_source_new(&fd_functions, sizeof(FdSource));
	FdSource *self = (FdSource *)source;

	self->fd = fd;
	self->fn = fn;
	self->data = data;
	self->tag = g_source_add_unix_fd(source, fd, condition);
	g_source_attach(source, context);
	return source;
}

static struct {
	int pipe[2];
	void (*fn)(void *data);
	void *data;
} terminate = { .pipe = { -1, -1 } };

static void
on_signal(int signum)
{
	const char byte = (char)signum;
	const int interrupted_errno = errno;

	/* The default action again: a second signal ends the process even if the loop hangs. */
	(void)signal(signum, SIG_DFL);
	(void)!write(terminate.pipe[1], &byte, 1);
	errno = interrupted_errno;
}

static bool
on_terminate_readable(int fd, GIOCondition condition, void *data)
{
	char byte;

	(void)condition;
	(void)data;
	if (read(fd, &byte, 1) == 1) {
		terminate.fn(terminate.data);
	}
	return G_SOURCE_CONTINUE;
}

void
avu_on_terminate(void (*fn)(void *data), void *data)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	g_return_if_fail(terminate.fn == NULL);
	terminate.fn = fn;
	terminate.data = data;
	if (pipe2(terminate.pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
		return;
	}
	g_source_unref(avu_watch_fd(NULL, terminate.pipe[0], G_IO_IN, on_terminate_readable, NULL));
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
}
