/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/beneath.h: opens a file below a folder and never outside it */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/**
 * Opens for reading what is at path below folder. Symbolic links are not followed, at no place of the
 * path; ".." leads nowhere. O_NONBLOCK, so that a FIFO stops nobody (SEC-121).
 *
 * @param folder  descriptor of the folder; borrowed
 * @param path    relative to it; "" is the folder itself
 * @param flags   such as O_DIRECTORY
 * @return        descriptor, the caller's; -1 with errno set
 * @thread        any
 */
int beneath_open(int folder, const char *path, int flags);

/** The same without openat2. */
int beneath_open_by_steps(int folder, const char *path, int flags);

G_END_DECLS
