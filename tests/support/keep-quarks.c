/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GLib allocates its first table of quarks (2,048 pointers) while it is being loaded and, once that is full, forgets it
 * on purpose: readers of the table take no lock. Seen from LeakSanitizer that is a leak, and it happens before any frame
 * of ours, where the stack is cut short at times: then no suppression matches. So each test program keeps that
 * one block in sight. The sanitizers call this for every allocation; without them nobody does. */

#include <stddef.h>

enum { QUARK_TABLE = 2048 * sizeof(void *) };

static const volatile void *first_table;

void __sanitizer_malloc_hook(const volatile void *block, size_t size);

__attribute__((no_sanitize("address", "undefined", "thread"))) void
__sanitizer_malloc_hook(const volatile void *block, size_t size)
{
	if (size == QUARK_TABLE && first_table == NULL)
		first_table = block;
}
