/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/fd.h: descriptors that close themselves, whole reads and writes */
#pragma once

#include <unistd.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

/* avu_autofd int fd = open(…); leaves by avu_steal_fd(&fd). */
static inline void
avu_fd_cleanup(int *fd)
{
	if (*fd >= 0) {
		(void)close(*fd);
	}
}
#define avu_autofd __attribute__((cleanup(avu_fd_cleanup)))

static inline int
avu_steal_fd(int *fd)
{
	int out = *fd;

	*fd = -1;
	return out;
}

/** Whole file, at most limit_bytes. @return NULL with IO, NOT_FOUND, DENIED or LIMIT */
AVU_API GBytes *avu_file_read(const char *path, size_t limit_bytes, GError **error);
/** Replaces path atomically: temporary file beside it, fsync, rename. */
AVU_API bool avu_file_replace(const char *path, const void *data, size_t len, GError **error);
/** mkdir -p with mode 0700 for what it makes. */
AVU_API bool avu_directory_make(const char *path, GError **error);
/** Sets O_NONBLOCK. */
AVU_API bool avu_fd_set_nonblocking(int fd, GError **error);

G_END_DECLS
