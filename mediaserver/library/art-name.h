/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/art-name.h: which picture beside a media file stands for it, by its name */
#pragma once

#include "mediaserver/catalogue/item.h"

G_BEGIN_DECLS

/** How well a file of this name stands for media of its folder. @return 0 best; -1: not at all */
int art_name_rank(const char *name, const char *media_name, ItemKind kind);
/** "CD 1", "Disc 2", "Season 3": the cover may be one further up. @param name  of a folder */
bool art_name_is_part_folder(const char *name);

G_END_DECLS
