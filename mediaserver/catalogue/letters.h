/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/letters.h: containers "A" to "Z" between a view and its groups when there are very many
 *
 * They are rows as any, with the groups as children: who lists or counts need not know of them. A view
 * is split when it has more groups than asked for, and joined again when it has a quarter less. */
#pragma once

#include "mediaserver/catalogue/catalogue-private.h"
#include "mediaserver/catalogue/places.h"

G_BEGIN_DECLS

/** What groups of this sort key stand under: "A", "0–9", "Ж", "#" (signs), "…" (scripts of very many
 *  letters). @return length of the text */
#define LETTER_MAX 8
void letter_of(const char *sort_key, char letter[LETTER_MAX]);

/** Do these two sort keys stand under different letters? NULL: none */
bool letters_differ(const char *first, const char *last);

/** Key that puts signs first, then digits, letters, all others. g_free() it. */
char *letter_dup_sort_key(const char *letter);

/** Which views are split: at the start and after a rollback. */
bool letters_load(Catalogue *catalogue, GError **error);
/** The container that a new group enters: its parent, or a letter of it, made on demand. */
bool letters_place(Catalogue *catalogue, const Group *group, int64_t *ret_parent, GError **error);
/** Splits and joins views whose size calls for it; what would be one letter only stays whole. At the end of a transaction. */
bool letters_balance(Catalogue *catalogue, GError **error);
/** Appends the condition on items that makes them stand below a letter. */
void letters_append_items(GString *sql, const Container *letter);

G_END_DECLS
