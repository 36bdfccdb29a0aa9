/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* crypto/hash.c: SHA-256 by GnuTLS. Any thread. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/crypto.h>

#include <av-upnp/hash.h>

void
avu_sha256(const void *data, size_t len, uint8_t ret_digest[AVU_SHA256_LEN])
{
	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, data, len, ret_digest) != GNUTLS_E_SUCCESS) {
		abort();
	}
}

/* Ids are made of a few short words a hundred thousand times in a scan: one call for all of them. */
int64_t
avu_hash_strings(unsigned bits, const char *first, ...)
{
	g_autoptr(GByteArray) words = g_byte_array_sized_new(256);
	uint8_t digest[AVU_SHA256_LEN];
	uint64_t value = 0;
	va_list args;

	g_return_val_if_fail(bits >= 1 && bits <= 63, 0);
	va_start(args, first);
	for (const char *text = first; text != NULL; text = va_arg(args, const char *)) {
		g_byte_array_append(words, (const uint8_t *)text, (guint)strlen(text) + 1);
	}
	va_end(args);
	avu_sha256(words->data, words->len, digest);
	for (unsigned i = 0; i < 8; i++) {
		value = value << 8 | digest[i];
	}
	return (int64_t)(value >> (64 - bits));
}
