/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A conversion as the feed of a channel. What another channel brings goes into a pipe, of which a worker makes what
 * goes into this one: so all who listen to the same form share one encoder, and it and all others one connection to
 * the station. Two threads: the feed's own, and one that fills the pipe, waiting for the station. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/convert/convert-source.h"
#include "mediaserver/library/formats.h"
#include "mediaserver/library/live-format.h"
#include "mediaserver/live/live-feeds.h"

#define CHUNK_BYTES (64u << 10)

typedef struct {
	LiveListener *listener;
	int fd; /* writing end; closed by the thread at its end */
} Pump;

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
pump(void *data)
{
	Pump *self = data;
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

static Conversion *
begin(Conversions *conversions, int64_t item, const ConvertPlan *plan, const char *mime, int fd,
	GError **error)
{
	g_auto(ConvertRequest) request = { 0 };
	const char *hint = format_extension(mime);
	const ConvertSourceSpec spec = { .plan = *plan,
		.hint = hint[0] != '\0' && strlen(hint) <= CONVERT_HINT_MAX ? hint : NULL };

	convert_source_ask(&spec, &request);
	return conversion_begin_stream(conversions, &request, fd, item, error);
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

/* Until it ends, or nobody listens. */
static void
pass_on(LiveChannel *channel, Conversion *conversion, const ConvertPlan *plan, GError **error)
{
	const LiveFormat format = { plan->mime, NULL, live_format_get_unit(plan->mime) };
	const int64_t until_ns = avu_now_ns() + LIVE_CONVERT_NS;
	g_autofree char *chunk = g_malloc(CHUNK_BYTES);
	bool open = false;

	while (live_channel_is_wanted(channel)) {
		if (!is_readable(conversion, channel)) {
			if (!open && avu_now_ns() > until_ns) {
				g_set_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT,
					"the conversion does not begin");
				return;
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
			return;
		}
		if (!open) {
			live_channel_open(channel, &format);
			open = true;
		}
		(void)live_channel_put(channel, chunk, (size_t)got); /* there is room */
	}
}

void
live_feed_conversion(LiveChannel *channel, int64_t item, LiveListener *listener,
	Conversions *conversions, const ConvertPlan *plan)
{
	g_autoptr(LiveListener) heard = listener;
	g_autoptr(Conversion) conversion = NULL;
	g_autoptr(GError) error = NULL;
	Pump filling = { listener, -1 };
	pthread_t thread;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0) {
		g_set_error(&error, AVU_ERROR, AVU_ERROR_BUSY, "no descriptor is left");
		live_channel_close(channel, error);
		return;
	}
	filling.fd = ends[1];
	conversion = begin(conversions, item, plan, live_listener_get_mime(listener), ends[0],
		&error); /* taken */
	if (conversion != NULL && pthread_create(&thread, NULL, pump, &filling) == 0) {
		pass_on(channel, conversion, plan, &error);
		live_listener_interrupt(listener);
		g_clear_pointer(&conversion, conversion_end); /* its end of the pipe goes with it */
		(void)pthread_join(thread, NULL);
	} else {
		avu_fd_cleanup(&filling.fd);
		if (error == NULL) {
			g_set_error(&error, AVU_ERROR, AVU_ERROR_BUSY, "no thread is left");
		}
	}
	live_channel_close(channel, error);
}
