/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/item-sql.h: an item as a row of its table */
#pragma once

#include "mediaserver/catalogue/database.h"
#include "mediaserver/catalogue/item.h"

G_BEGIN_DECLS

/** The columns, for CREATE TABLE; static. */
const char *item_sql_create(void);
/** "INSERT OR REPLACE INTO item …" with one parameter per column, in order; static. */
const char *item_sql_put(void);
/** "SELECT … FROM item WHERE id = ?1"; static. */
const char *item_sql_get(void);

void item_bind(const Item *item, Statement *statement);
void item_from_row(Item *ret_item, Statement *statement);

G_END_DECLS
