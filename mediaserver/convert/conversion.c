/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One conversion as its reader sees it: a pipe, a player that may leave, an end that was good or not. On
 * connection threads. */
#include "mediaserver/convert/conversions-private.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#define FIRST_OCTETS_NS (15 * AVU_NS_PER_S)
#define SILENCE_NS (30 * AVU_NS_PER_S)
/* A player that sends no more is nearly always gone; its conversion ends within two seconds then. */
#define HALF_SHUT_NS (1 * AVU_NS_PER_S)
#define LOOK_UP_MS 200
#define OUTCOME_US (5 * G_USEC_PER_SEC)

static bool
is_stopped(const Conversion *conversion)
{
	g_mutex_lock(&conversion->owner->lock);
	bool stopped = conversion->owner->stopped;

	g_mutex_unlock(&conversion->owner->lock);
	return stopped;
}

/* While nothing is sent nobody else notices that the player left (SEC-161).
 * @return octets can be read, or the end; false: late, nobody wants them, or the server ends */
static bool
wait_readable(Conversion *conversion, int64_t patience_ns)
{
	int64_t until_ns = avu_now_ns() + patience_ns;
	short events = POLLRDHUP;

	while (avu_now_ns() < until_ns && !is_stopped(conversion)) {
		struct pollfd polled[] = { { .fd = conversion->fd, .events = POLLIN },
			{ .fd = conversion->player, .events = events } };

		if (poll(polled, G_N_ELEMENTS(polled), LOOK_UP_MS) > 0 && polled[0].revents != 0) {
			return true;
		}
		if ((polled[1].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
			conversion->player_left = true;
			return false;
		}
		if ((polled[1].revents & POLLRDHUP) != 0) { /* it may only have shut its side */
			events = 0;
			until_ns = MIN(until_ns, avu_now_ns() + HALF_SHUT_NS);
		}
	}
	conversion->player_left = events == 0;
	return false;
}

void
conversion_set_player(Conversion *conversion, int player)
{
	conversion->player = player;
	conversion->player_left = false;
}

bool
conversion_has_lost_player(const Conversion *conversion)
{
	return conversion->player_left;
}

/* The pipe is at its end: was it a good one? */
static WorkerOutcome
wait_outcome(Conversion *conversion)
{
	Conversions *self = conversion->owner;
	const int64_t until_us = g_get_monotonic_time() + OUTCOME_US;

	g_mutex_lock(&self->lock);
	while (!conversion->ended && g_cond_wait_until(&self->changed, &self->lock, until_us)) {
	}
	WorkerOutcome outcome = conversion->ended ? conversion->outcome : WORKER_DIED;

	g_mutex_unlock(&self->lock);
	return outcome;
}

bool
conversion_wait(Conversion *conversion, GError **error)
{
	int waiting = 0;

	if (!wait_readable(conversion, FIRST_OCTETS_NS)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY, "the conversion does not begin");
		return false;
	}
	if (ioctl(conversion->fd, FIONREAD, &waiting) == 0 && waiting > 0) {
		return true;
	}
	switch (wait_outcome(conversion)) {
	case WORKER_OK:
		return true; /* nothing is what was asked for */
	case WORKER_UNSUITABLE:
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "nothing comes of this file");
		return false;
	default:
		g_set_error(error, AVU_ERROR, AVU_ERROR_FAILED, "the conversion failed");
		return false;
	}
}

int
conversion_get_fd(const Conversion *conversion)
{
	return conversion->fd;
}

ssize_t
conversion_read(Conversion *conversion, char *buffer, size_t max)
{
	ssize_t got = -1;

	if (!wait_readable(conversion, SILENCE_NS)) {
		return -1;
	}
	do {
		got = read(conversion->fd, buffer, max);
	} while (got < 0 && errno == EINTR);
	if (got != 0) {
		return got;
	}
	return wait_outcome(conversion) == WORKER_OK ? 0 : -1;
}

void
conversion_end(Conversion *conversion)
{
	if (conversion == NULL) {
		return;
	}
	Conversions *self = conversion->owner;
	const uint32_t number = conversion->number;

	/* what writes into a pipe that nobody reads gets an error; what does not write is killed */
	avu_fd_cleanup(&conversion->fd);
	g_mutex_lock(&self->lock);
	const bool ended = conversion->ended;

	conversion->left = true;
	conversion_unref(conversion);
	g_mutex_unlock(&self->lock);
	if (!ended) {
		conversions_post_end(self, number);
	}
}
