/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One block that is used again for each object; what does not fit is allocated. No threads of its own. */
#include "mediaserver/content/text-pool.h"

#include <stdarg.h>
#include <string.h>

/* Texts of an object have some 1,500 octets with sixteen resources. */
#define BLOCK 8192

struct TextPool {
	GPtrArray *taken;
	size_t used;
	char block[BLOCK];
};

TextPool *
text_pool_new(void)
{
	TextPool *pool = g_new(TextPool, 1); /* the block is filled as it is used */

	pool->taken = g_ptr_array_new_with_free_func(g_free);
	pool->used = 0;
	return pool;
}

void
text_pool_free(TextPool *pool)
{
	if (pool != NULL) {
		g_ptr_array_unref(pool->taken);
		g_free(pool);
	}
}

void
text_pool_clear(TextPool *pool)
{
	pool->used = 0;
	if (pool->taken->len > 0) {
		g_ptr_array_set_size(pool->taken, 0);
	}
}

const char *
text_pool_take(TextPool *pool, char *text)
{
	if (text != NULL) {
		g_ptr_array_add(pool->taken, text);
	}
	return text;
}

static char *
make_room(TextPool *pool, size_t size)
{
	char *room = pool->block + pool->used;

	if (size > BLOCK - pool->used) {
		room = g_malloc(size);
		g_ptr_array_add(pool->taken, room);
		return room;
	}
	pool->used += size;
	return room;
}

const char *
text_pool_copy(TextPool *pool, const char *text, size_t len)
{
	char *copy = make_room(pool, len + 1);

	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

const char *
text_pool_concat(TextPool *pool, const char *first, ...)
{
	size_t len = 0;
	va_list args;

	va_start(args, first);
	for (const char *part = first; part != NULL; part = va_arg(args, const char *)) {
		len += strlen(part);
	}
	va_end(args);
	char *text = make_room(pool, len + 1);
	char *at = text;

	va_start(args, first);
	for (const char *part = first; part != NULL; part = va_arg(args, const char *)) {
		at = stpcpy(at, part); /* room for all was made */
	}
	va_end(args);
	*at = '\0';
	return text;
}

const char *
text_pool_printf(TextPool *pool, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *text = g_strdup_vprintf(format, args);

	va_end(args);
	return text_pool_take(pool, text);
}
