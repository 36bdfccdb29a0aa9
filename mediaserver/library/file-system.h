/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/file-system.h: what can be relied on where a folder is */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef enum {
	FILE_SYSTEM_REMOTE = 1 << 0,     /* others change it without a notice here */
	FILE_SYSTEM_NUMBERLESS = 1 << 1, /* a file's inode number is another one after a while */
} FileSystemTraits;

/** @param fd  of a folder on it. @thread any; may wait for the disk */
unsigned file_system_get_traits(int fd);
/** "nfs", "vfat"… for messages; "another" when it has no name here. */
const char *file_system_get_name(int fd);
/** What tells it and the folder from others also after it was away. @return g_free() it; NULL: none */
char *file_system_identify(int fd);

G_END_DECLS
