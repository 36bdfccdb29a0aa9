/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who reads the ring of a jitter buffer in the place of the media process. */
#pragma once

#include <unistd.h>

#include <av-upnp/jitter-buffer.h>

static inline AvuRingReader *
ring_of(AvuJitterBuffer *buffer)
{
	int borrowed[AVU_RING_FDS], fds[AVU_RING_FDS];
	g_autoptr(GError) error = NULL;
	AvuRingReader *reader;

	avu_jitter_buffer_get_fds(buffer, borrowed);
	for (size_t i = 0; i < AVU_RING_FDS; i++) {
		fds[i] = dup(borrowed[i]);
	}
	reader = avu_ring_reader_new(fds, &error);
	g_assert_no_error(error);
	return reader;
}
