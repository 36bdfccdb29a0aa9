/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/text-index.h: words of three and more characters in titles, artists and albums */
#pragma once

#include "mediaserver/catalogue/database.h"
#include "mediaserver/catalogue/grams.h"

G_BEGIN_DECLS

/* Texts are folded already, so case is as it is; they are kept once, in item and container. Which rows
 * have a part is all that is kept: where in the text it stands is compared in the row. */
#define TEXT_INDEX_TABLE(name)                                                                   \
	"CREATE VIRTUAL TABLE " name " USING fts5(text, content='', detail=none, columnsize=0, " \
	"tokenize='" GRAMS_TOKENIZER "');"
#define TEXT_INDEX_TABLES                    \
	TEXT_INDEX_TABLE("item_text_title")  \
	TEXT_INDEX_TABLE("item_text_artist") \
	TEXT_INDEX_TABLE("item_text_album")  \
	TEXT_INDEX_TABLE("container_text_title")

/** Once for the writer's connection. */
bool text_index_open(Database *writer, GError **error);
/** What changed in this transaction goes into the index; before it is committed. */
bool text_index_update(Database *writer, GError **error);
/** Joins what many transactions have left in pieces, each of which every question looks into: a step of
 *  some ten milliseconds, within a transaction. @param first  the first of several steps */
bool text_index_join(Database *writer, bool first, bool *ret_more, GError **error);

G_END_DECLS
