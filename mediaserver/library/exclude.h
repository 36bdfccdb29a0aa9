/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/exclude.h: which files and folders of the shared folders are not shared */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/* A folder with a file of this name in it is not shared, with all below: the sign that telephones and
 * other servers know. */
#define EXCLUDE_MARKER ".nomedia"

typedef struct Exclude Exclude; /* immutable: any thread */

/** @param patterns  NULL-ended. Without a slash: of the names of files and folders, wherever they are. With
 *  a slash at the beginning: of whole paths, as they are with symlinks resolved. '*' is any number of
 *  octets, '?' one; neither is a slash; '**' is any number, slashes, too. What fits is left out with all below.
 *  @return NULL with AVU_ERROR_USAGE: a pattern is empty, too long, or a part of a path */
Exclude *exclude_new(const char *const *patterns, GError **error);
void exclude_free(Exclude *exclude);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Exclude, exclude_free)

/** @param exclude  NULL: nothing  @param root  absolute  @param folder  below it, "" itself; octets */
bool exclude_has(const Exclude *exclude, const char *root, const char *folder, const char *name);
/** Is there a marker in this folder? */
bool exclude_is_marked(int directory);

G_END_DECLS
