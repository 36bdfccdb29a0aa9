/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/sample.h: views that show some groups of another view, chosen at random once a day
 *
 * Ids of containers are hashes, so those that follow a random number are a random choice. The chosen
 * groups are rows as any, and change with their items like any. Writer's thread. */
#pragma once

#include "mediaserver/catalogue/catalogue-private.h"
#include "mediaserver/catalogue/places.h"

G_BEGIN_DECLS

/** Which groups are chosen: at the start and after a rollback. */
bool samples_load(Catalogue *catalogue, GError **error);
/** Chooses where it is time, or where there are too few and could be more. At the end of a
 *  transaction. */
bool samples_refresh(Catalogue *catalogue, GError **error);
/** Leaves of a sample that were not chosen go out of places. */
void samples_keep_chosen(const Catalogue *catalogue, Places *places);

G_END_DECLS
