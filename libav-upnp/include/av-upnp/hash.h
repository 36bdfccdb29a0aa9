/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/hash.h: SHA-256, and short stable numbers made from it */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define AVU_SHA256_LEN 32

AVU_API void avu_sha256(const void *data, size_t len, uint8_t ret_digest[AVU_SHA256_LEN]);
/** First bits (1…63) of SHA-256 over the NULL-ended list of strings, each followed by a NUL:
 *  the same on every machine and for ever. */
AVU_API int64_t avu_hash_strings(unsigned bits, const char *first, ...) G_GNUC_NULL_TERMINATED;

G_END_DECLS
