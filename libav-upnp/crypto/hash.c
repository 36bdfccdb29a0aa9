/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* crypto/hash.c: SHA-256 by GnuTLS. Any thread. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include <av-upnp/hash.h>

void
avu_sha256(const void *data, size_t len, uint8_t ret_digest[AVU_SHA256_LEN])
{
	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, data, len, ret_digest) != GNUTLS_E_SUCCESS) {
		abort();
	}
}

int64_t
avu_hash_strings(unsigned bits, const char *first, ...)
{
	uint8_t digest[AVU_SHA256_LEN];
	gnutls_hash_hd_t hash;
	uint64_t value = 0;
	va_list args;

	g_return_val_if_fail(bits >= 1 && bits <= 63, 0);
	if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA256) != GNUTLS_E_SUCCESS) {
		abort();
	}
	va_start(args, first);
	for (const char *text = first; text != NULL; text = va_arg(args, const char *)) {
		(void)gnutls_hash(hash, text, strlen(text) + 1);
	}
	va_end(args);
	gnutls_hash_deinit(hash, digest);
	for (unsigned i = 0; i < 8; i++) {
		value = value << 8 | digest[i];
	}
	return (int64_t)(value >> (64 - bits));
}
