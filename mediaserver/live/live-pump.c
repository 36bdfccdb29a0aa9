/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Both ways between channels and a worker. A pump has a thread of its own; what is made is passed on on the feed's
 * thread. Waits are bounded by LIVE_SILENCE_NS, LIVE_LOOK_NS and who interrupts the listener. */
#include "mediaserver/live/live-pump.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#define CHUNK_BYTES (64u << 10)

struct LivePump {
	LiveListener *listener;
	int fd; /* writing end; closed by the thread at its end */
	pthread_t thread;
};

static bool
write_all(int fd, const char *octets, size_t len)
{
	while (len > 0) {
		const ssize_t put = write(fd, octets, len);

		if (put < 0 && errno != EINTR) {
			return false; /* the worker is gone */
		}
		octets += MAX(put, 0);
		len -= (size_t)MAX(put, 0);
	}
	return true;
}

/* The thread that fills the pipe. */
static void *
run(void *data)
{
	LivePump *self = data;
	g_autofree char *chunk = g_malloc(CHUNK_BYTES);
	sigset_t broken_pipe;
	ssize_t got;

	(void)sigemptyset(&broken_pipe);
	(void)sigaddset(&broken_pipe, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &broken_pipe, NULL);
	do {
		got = live_listener_read(self->listener, chunk, CHUNK_BYTES);
	} while (got > 0 && write_all(self->fd, chunk, (size_t)got));
	avu_fd_cleanup(&self->fd);
	return NULL;
}

LivePump *
live_pump_new(LiveListener *listener, int *ret_fd, GError **error)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY, "no descriptor is left");
		return NULL;
	}
	LivePump *self = g_new0(LivePump, 1);

	self->listener = listener;
	self->fd = ends[1];
	if (pthread_create(&self->thread, NULL, run, self) != 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY, "no thread is left");
		(void)close(ends[0]);
		(void)close(ends[1]);
		g_free(self);
		return NULL;
	}
	*ret_fd = ends[0];
	return self;
}

void
live_pump_free(LivePump *self)
{
	if (self != NULL) {
		live_listener_interrupt(self->listener);
		(void)pthread_join(self->thread, NULL);
		g_free(self);
	}
}

/* Waits for octets, a moment. */
static bool
is_readable(const Conversion *conversion, LiveChannel *channel)
{
	struct pollfd fds[] = { { .fd = conversion_get_fd(conversion), .events = POLLIN },
		{ .fd = live_channel_get_wake(channel), .events = POLLIN } };
	const bool room = live_channel_get_room(channel) > 0;

	fds[0].fd = room ? fds[0].fd : -1; /* a pipe that is full holds the encoder up */
	(void)poll(fds, G_N_ELEMENTS(fds), (int)(LIVE_LOOK_NS / AVU_NS_PER_MS));
	live_channel_clear_wake(channel);
	return room && fds[0].revents != 0;
}

bool
live_pass_on(LiveChannel *channel, Conversion *conversion,
	LiveFormat (*describe)(const char *octets, size_t len, const void *data), const void *data,
	GError **error)
{
	const int64_t until_ns = avu_now_ns() + LIVE_CONVERT_NS;
	g_autofree char *chunk = g_malloc(CHUNK_BYTES);
	bool open = false;

	while (live_channel_is_wanted(channel)) {
		if (!is_readable(conversion, channel)) {
			if (!open && avu_now_ns() > until_ns) {
				g_set_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT,
					"the conversion does not begin");
				return false;
			}
			continue;
		}
		const size_t room = live_channel_get_room(channel);
		const ssize_t got = conversion_read(conversion, chunk, MIN(room, CHUNK_BYTES));

		if (got <= 0) {
			if (got < 0 || !open) {
				g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
					"nothing can be made of what the station sends");
			}
			return got == 0 && open;
		}
		if (!open) {
			const LiveFormat format = describe(chunk, (size_t)got, data);

			live_channel_open(channel, &format);
			open = true;
		}
		(void)live_channel_put(channel, chunk, (size_t)got); /* there is room */
	}
	return true;
}
