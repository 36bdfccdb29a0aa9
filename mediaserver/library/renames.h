/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/renames.h: what the kernel said was renamed, to find where a file came from
 *
 * Library's thread. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct Renames Renames;

Renames *renames_new(void);
void renames_free(Renames *renames);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Renames, renames_free)

/** A file or folder moved, in the order in which it happened. Beyond RENAMES_MAX the oldest is
 *  forgotten: then inode, size and time have to do. @param from_root,to_root  numbers of roots */
void renames_add(
	Renames *renames, unsigned from_root, const char *from, unsigned to_root, const char *to);
/** Where what is at path was before everything that is known.
 *  @return its path, g_free() it; NULL: it did not move */
char *renames_find_origin(
	const Renames *renames, unsigned root, const char *path, unsigned *ret_root);
/** All that was looked at. */
void renames_clear(Renames *renames);

G_END_DECLS
