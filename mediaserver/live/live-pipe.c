/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A pipe as the feed of a channel. On the feed's thread. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "mediaserver/library/live-format.h"
#include "mediaserver/live/live-feeds.h"

#define CHUNK_BYTES (64u << 10)

typedef struct {
	LiveChannel *channel;
	int fd;
	const char *mime;
	bool open;
	int64_t heard_ns;
	char chunk[CHUNK_BYTES];
} PipeFeed;

/* A writer that nobody read from was held up: what the pipe holds is from then. What it writes meanwhile is new. */
static void
drop_stale(PipeFeed *feed)
{
	int left = fcntl(feed->fd, F_GETPIPE_SZ);

	while (left > 0) {
		const ssize_t got =
			read(feed->fd, feed->chunk, MIN((size_t)left, sizeof feed->chunk));

		if (got <= 0) {
			return;
		}
		left -= (int)got;
	}
}

#define LOOK_MS (LIVE_LOOK_NS / AVU_NS_PER_MS)

/* @return milliseconds; -1 never comes: silence ends it, too */
static int
time_left(const PipeFeed *feed)
{
	const int64_t limit_ns = feed->open ? LIVE_SILENCE_NS : LIVE_OPEN_NS;
	const int64_t left_ns = feed->heard_ns + limit_ns - avu_now_ns();

	return (int)(MAX(left_ns, 0) / AVU_NS_PER_MS);
}

/* @return false: that was all, of the pipe or of the time */
static bool
pass_on(PipeFeed *feed, size_t room, GError **error)
{
	const ssize_t got = read(feed->fd, feed->chunk, MIN(room, sizeof feed->chunk));

	if (got < 0) {
		if (errno == EAGAIN || errno == EINTR) {
			return true;
		}
		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "%s", g_strerror(errno));
		return false;
	}
	if (got == 0) {
		return false;
	}
	if (!feed->open) {
		const LiveFormat format = { feed->mime, NULL, live_format_get_unit(feed->mime) };

		live_channel_open(feed->channel, &format);
		feed->open = true;
	}
	feed->heard_ns = avu_now_ns();
	(void)live_channel_put(feed->channel, feed->chunk, (size_t)got); /* there is room */
	return true;
}

/* Waits for octets, or for room when there is none. @return as pass_on() */
static bool
turn(PipeFeed *feed, GError **error)
{
	const size_t room = live_channel_get_room(feed->channel);
	struct pollfd fds[2] = {
		{ .fd = live_channel_get_wake(feed->channel), .events = POLLIN },
		{ .fd = feed->fd, .events = POLLIN },
	};
	const int ready = poll(fds, room > 0 ? 2 : 1, MIN(time_left(feed), LOOK_MS));

	live_channel_clear_wake(feed->channel);
	if (room == 0) {
		feed->heard_ns = avu_now_ns(); /* it is the listener who waits */
		return true;
	}
	if (ready == 0 && time_left(feed) == 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT, "nobody writes into the pipe");
		return false;
	}
	return fds[1].revents == 0 || pass_on(feed, room, error);
}

void
live_feed_pipe(LiveChannel *channel, int fd, const char *mime)
{
	g_autofree PipeFeed *feed = g_new0(PipeFeed, 1);
	g_autoptr(GError) error = NULL;

	*feed = (PipeFeed){ .channel = channel, .fd = fd, .mime = mime, .heard_ns = avu_now_ns() };
	if (live_format_get_unit(mime) > 0) {
		drop_stale(feed);
	}
	while (live_channel_is_wanted(channel) && turn(feed, &error)) {
	}
	live_channel_close(channel, error);
}
