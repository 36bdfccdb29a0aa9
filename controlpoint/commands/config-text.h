/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/config-text.h: one key of a configuration file changed, and all else left as people wrote it. Pure. */
#pragma once

#include <av-upnp/base.h>

/** Where the key stands its line is replaced; else it goes behind the line that has it as a comment, or to the
 *  end of its section, which is made when there is none. Further lines with the same key go.
 *  @param value  as it stands in the file; NULL: the key goes
 *  @return g_free() it */
char *config_text_set(const char *text, const char *section, const char *key, const char *value);
