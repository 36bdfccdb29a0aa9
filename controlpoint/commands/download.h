/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/download.h: a resource of a server fetched to a descriptor or a file */
#pragma once

#include "output/progress.h"
#include "session.h"

/** Writes the whole resource to fd as it comes. @param progress  may be NULL
 *  @return false with UNREACHABLE, TIMEOUT, NOT_FOUND, FAILED, IO */
bool download_to_fd(Session *session, const char *url, int fd, Progress *progress, GError **error);

/** Fetches to path. What comes is kept in path.part, from where it goes on the next time; path is
 *  there when it is whole.
 *  @param replace  a file at path that is another one; otherwise it stays, and what came in path.part
 *  @param size_bytes  as the server lists it, -1: not known. A whole file of another size is fetched
 *                     anew @param ret_had  octets that need not be fetched: all, when path is whole
 *  @param max_bytes  of the file: a station has no end. Where the server does not say while it sends how much
 *                    comes, not much more is taken than it listed
 *  @return false also with IO, LIMIT */
bool download_to_file(Session *session, const char *url, const char *path, bool replace,
	int64_t size_bytes, uint64_t max_bytes, Progress *progress, uint64_t *ret_had,
	GError **error);
