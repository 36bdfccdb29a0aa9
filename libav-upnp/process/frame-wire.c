/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/frame-wire.c: octets and descriptors over a stream socket pair. Any thread. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#include "frame-wire.h"

bool
frame_header_check(const FrameHeader *header, GError **error)
{
	if (header->len > AVU_LIMIT_FRAME || header->n_fds > AVU_FRAME_FDS_MAX) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
			"frame of %u octets and %u descriptors", header->len, header->n_fds);
		return false;
	}
	return true;
}

ssize_t
frame_wire_send(int fd, const void *data, size_t len, const int *fds, unsigned n_fds)
{
	union {
		char octets[CMSG_SPACE(sizeof(int) * AVU_FRAME_FDS_MAX)];
		struct cmsghdr align;
	} control;
	struct iovec part = { .iov_base = (void *)data, .iov_len = len };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t sent;

	if (n_fds > 0) {
		message.msg_control = control.octets;
		message.msg_controllen = CMSG_SPACE(sizeof(int) * n_fds);
		memset(control.octets, 0, message.msg_controllen);

		struct cmsghdr *header = CMSG_FIRSTHDR(&message);

		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(int) * n_fds);
		memcpy(CMSG_DATA(header), fds, sizeof(int) * n_fds);
	}
	do {
		sent = sendmsg(fd, &message, MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent;
}

static void
take_fds(struct msghdr *message, int fds[AVU_FRAME_FDS_MAX], unsigned *n_fds)
{
	for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL;
		header = CMSG_NXTHDR(message, header)) {
		if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
			continue;
		}

		size_t n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
			if (*n_fds < AVU_FRAME_FDS_MAX) {
				fds[(*n_fds)++] = fd;
			} else {
				(void)close(fd);
			}
		}
	}
}

ssize_t
frame_wire_receive(int fd, void *data, size_t len, int fds[AVU_FRAME_FDS_MAX], unsigned *n_fds)
{
	union {
		char octets[CMSG_SPACE(sizeof(int) * AVU_FRAME_FDS_MAX)];
		struct cmsghdr align;
	} control;
	struct iovec part = { .iov_base = data, .iov_len = len };
	struct msghdr message = { .msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.octets,
		.msg_controllen = sizeof control.octets };
	ssize_t got;

	do {
		got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	if (got > 0) {
		take_fds(&message, fds, n_fds);
	}
	return got;
}
