/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/ability.h: what a worker's FFmpeg lacks, as recipes and for people */
#pragma once

#include "mediaserver/workers/convert-request.h"

G_BEGIN_DECLS

/** Bit n: recipe_nth(n) can be made. */
uint32_t ability_get_recipes(const ConvertAbility *ability);
/** Sentences for what is missing, with the package that brings it; NULL: nothing is. g_free() it. */
char *ability_describe_missing(const ConvertAbility *ability);

G_END_DECLS
