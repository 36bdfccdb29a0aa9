/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/grams.h: texts as parts of three and of five characters, for the index of texts */
#pragma once

#include "mediaserver/catalogue/database.h"

G_BEGIN_DECLS

#define GRAM_SHORT 3 /* characters; the index finds nothing for less */
#define GRAM_LONG 5

/** What tables of the index name as their tokenizer; once for each connection that uses them. */
#define GRAMS_TOKENIZER "grams"
bool grams_register(Database *database, GError **error);

/** What the index is asked for a word: parts of it side by side from its start, at most four, which of a
 *  longer word is the beginning only. What has them all is a superset of what has the word.
 *  @return NULL: it is too short. g_free() it */
char *grams_dup_match(const char *word);

G_END_DECLS
