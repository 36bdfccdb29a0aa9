/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/frame-wire.h: the frame header as it travels, for frame-blocking and frame-channel */
#pragma once

#include <sys/types.h>

#include <av-upnp/frame.h>

typedef struct {
	uint32_t len;
	uint16_t type;
	uint16_t n_fds;
} FrameHeader;

/* @return false with AVU_ERROR_LIMIT when a field is beyond its bound */
bool frame_header_check(const FrameHeader *header, GError **error);

/* sendmsg of a run of octets, descriptors riding on its first one. @return as sendmsg */
ssize_t frame_wire_send(int fd, const void *data, size_t len, const int *fds, unsigned n_fds);

/* recvmsg of at most len octets; descriptors that came along are appended to fds, those beyond
 * AVU_FRAME_FDS_MAX closed. @return as recvmsg */
ssize_t frame_wire_receive(
	int fd, void *data, size_t len, int fds[AVU_FRAME_FDS_MAX], unsigned *n_fds);
