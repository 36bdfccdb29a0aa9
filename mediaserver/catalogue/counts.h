/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/counts.h: children that come to containers, change in them and go */
#pragma once

#include "mediaserver/catalogue/catalogue-private.h"

G_BEGIN_DECLS

/* What changes in a container with one item. */
typedef struct {
	int further; /* how many are found through item_value */
	int art;     /* how many have a picture */
} ContainerCounts;

/** One item more, counted by counts_flush() at the latest. */
void counts_enter_later(Catalogue *catalogue, int64_t id, ContainerCounts counts);
/** Before a transaction ends. */
bool counts_flush(Catalogue *catalogue, GError **error);
/** One child less. @param counts  what goes with it */
bool counts_leave(Catalogue *catalogue, int64_t id, ContainerCounts counts, GError **error);
/** A child changed. @param counts  what to add */
bool counts_touch(
	Catalogue *catalogue, int64_t id, ContainerCounts counts, uint32_t stamp, GError **error);

G_END_DECLS
