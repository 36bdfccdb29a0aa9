/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/text-index.h: words of three and more characters in titles, artists and albums */
#pragma once

#include "mediaserver/catalogue/database.h"

G_BEGIN_DECLS

/* Texts are folded already, so case is as it is; they are kept once, in item and container. */
#define TEXT_INDEX_TABLES                                                                \
	"CREATE VIRTUAL TABLE item_text USING fts5(fold_title, fold_artist, fold_album," \
	"  content='item', content_rowid='row', tokenize='trigram case_sensitive 1');"   \
	"CREATE VIRTUAL TABLE container_text USING fts5(fold_title,"                     \
	"  content='container', content_rowid='row', tokenize='trigram case_sensitive 1');"

/** Once for the writer's connection. */
bool text_index_open(Database *writer, GError **error);
/** What changed in this transaction goes into the index; before it is committed. */
bool text_index_update(Database *writer, GError **error);

G_END_DECLS
