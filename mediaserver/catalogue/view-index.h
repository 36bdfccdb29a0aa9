/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/view-index.h: indexes of the item table for the views in use */
#pragma once

#include "mediaserver/catalogue/views.h"

G_BEGIN_DECLS

/** Appends CREATE INDEX statements. */
void view_indexes_append_sql(GString *sql);

G_END_DECLS
