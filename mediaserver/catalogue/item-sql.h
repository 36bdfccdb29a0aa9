/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/item-sql.h: an item as a row of its table */
#pragma once

#include "mediaserver/catalogue/database.h"
#include "mediaserver/catalogue/item.h"

G_BEGIN_DECLS

/** The columns, for CREATE TABLE; static. */
const char *item_sql_create(void);
/** "INSERT INTO item …" with one parameter per column, in order; a row of that id keeps its row number;
 *  static. */
const char *item_sql_put(void);
/** "SELECT … FROM item WHERE row = ?1", or id, of what is shown: no keys, no groups; static.
 *  For item_from_shown(). @param root  or NULL in its place */
const char *item_sql_get_shown_row(bool root);
const char *item_sql_get_shown(void);
/** "SELECT … FROM item WHERE id = ?1"; static. */
const char *item_sql_get(void);

void item_bind(const Item *item, Statement *statement);
void item_from_row(Item *ret_item, Statement *statement);
void item_from_shown(Item *ret_item, Statement *statement);

/* Single columns, counted from 0. */

unsigned item_get_n_columns(void);
const char *item_column_name(unsigned column);
bool item_column_equal(const Item *a, const Item *b, unsigned column);
void item_bind_column(const Item *item, unsigned column, Statement *statement, int at);
/** From a row's value; an unknown name is left alone. @param strings  keeps texts */
void item_set_column(Item *item, const char *name, Statement *row, int at, GPtrArray *strings);
/** Copies its texts, which outlive the row then. */
void item_own(Item *item, GPtrArray *strings);

G_END_DECLS
