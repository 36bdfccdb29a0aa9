/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/data-dir.h: where data files are that are installed with the programs */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** A file of the data folder: $AV_UPNP_DATADIR when it is an absolute path (ignored when set-uid or
 *  privileged by capabilities), else the one compiled in. @return g_free() it; it may not exist */
AVU_API char *avu_dup_data_path(const char *name);
/** The places of a file of the user's own, the first that exists counts: the user's configuration
 *  folder, the compiled-in one, /etc/av-upnp. @return NULL-ended; g_strfreev() it */
AVU_API char **avu_dup_config_paths(const char *name);
/** Folders of that name whose files add up, the weakest first: the one of the data folder, then those of
 *  avu_dup_config_paths(). @return NULL-ended; g_strfreev() it */
AVU_API char **avu_dup_profile_folders(const char *name);

G_END_DECLS
