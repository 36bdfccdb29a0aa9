/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* content/text-pool.h: texts that are made for one object and gone with it, without an allocation for each.
 * One thread. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct TextPool TextPool;

TextPool *text_pool_new(void);
void text_pool_free(TextPool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TextPool, text_pool_free)

/** All texts of before are gone. */
void text_pool_clear(TextPool *pool);
/** They live until then. @param ...  ends in NULL */
const char *text_pool_concat(TextPool *pool, const char *first, ...) G_GNUC_NULL_TERMINATED;
const char *text_pool_copy(TextPool *pool, const char *text, size_t len);
const char *text_pool_printf(TextPool *pool, const char *format, ...) G_GNUC_PRINTF(2, 3);
/** One that was allocated. @param text  taken; NULL is returned */
const char *text_pool_take(TextPool *pool, char *text);

G_END_DECLS
