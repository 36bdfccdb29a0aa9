/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a fetching thread of a test does while nothing is wanted of it. */
#pragma once

#include <poll.h>

#include <av-upnp/ring.h>

static inline void
ring_wait(AvuRingWriter *writer, int cancel_fd)
{
	struct pollfd fds[] = {
		{ .fd = avu_ring_writer_get_event_fd(writer), .events = POLLIN },
		{ .fd = cancel_fd, .events = POLLIN },
	};

	(void)poll(fds, G_N_ELEMENTS(fds), -1);
	avu_ring_writer_take_event(writer);
}
