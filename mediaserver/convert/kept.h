/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/kept.h: finished conversions on the disk; the least recently used go when there are too many
 *
 * A key is a hash of all that a conversion is made from, so what is kept is never wrong, only unused.
 * Any thread. */
#pragma once

#include <av-upnp/base.h>

#include <sys/stat.h>

#include "mediaserver/convert/plan.h"

G_BEGIN_DECLS

#define KEPT_KEY_LEN 64 /* hexadecimal digits */

typedef struct Kept Kept;
typedef struct KeptWriter KeptWriter; /* one on its way; its connection's */

/** Half ones of a server that was killed are removed, and what is more than the limit.
 *  @param folder  made on demand; of nobody else */
Kept *kept_new(const char *folder, uint64_t limit_octets);
/** After the last writer. Accepts NULL. */
void kept_free(Kept *kept);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Kept, kept_free)

/** @param st  of the file that it is made from */
void kept_make_key(const struct stat *st, const char *hint, int64_t start_ns,
	const ConvertPlan *plan, char ret_key[KEPT_KEY_LEN + 1]);

/** @return descriptor for reading, -1: it is not there; it stays there until that, and all copies of it, are closed */
int kept_open(Kept *kept, const char *key, uint64_t *ret_size);

/** @return NULL: another connection is at it, or it cannot be kept */
KeptWriter *kept_begin(Kept *kept, const char *key);
/** A disk that is full costs only the work of next time, as does one that is larger than half of the limit.
 *  @return false: it is not kept, its file is gone */
bool kept_write(KeptWriter *writer, const char *octets, size_t len);
/** What was written, for reading; good also when it is given up later. @return descriptor, -1: none is left */
int kept_open_half(const KeptWriter *writer);
/** Would one of this size be given up? */
bool kept_is_too_large(const Kept *kept, uint64_t octets);
/** It is whole. Consumes. */
void kept_finish(KeptWriter *writer);
/** It is not. Consumes; accepts NULL. */
void kept_drop(KeptWriter *writer);

G_END_DECLS
