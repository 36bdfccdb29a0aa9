/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/left-out.h: what lies in a shared folder and is not shared */
#pragma once

#include "mediaserver/library/roots.h"

G_BEGIN_DECLS

/** "lost+found", "@eaDir", hidden names, what the settings exclude. @param folder  its path below the root
 *  @thread any */
bool left_out_name(const Root *root, const char *folder, const char *name);
/** Is a file or folder of this path left out, whether it is there or not: by its name, by that of a folder above,
 *  or by a marker in one of these (exclude.h)? Looks at the disk. @param path  below the root, "" the root itself */
bool left_out_path(const Root *root, const char *path);

G_END_DECLS
