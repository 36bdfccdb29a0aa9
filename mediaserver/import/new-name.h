/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* import/new-name.h: renaming to where nothing is */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** renameat(2) that replaces nothing. @return 0; -1 with errno, EEXIST: there is something */
int new_name_rename(int from_folder, const char *from, int to_folder, const char *to);
/** The same where the file system cannot do it in one step. */
int new_name_rename_by_steps(int from_folder, const char *from, int to_folder, const char *to);

G_END_DECLS
