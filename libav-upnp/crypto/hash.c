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

/* With the NUL that ends each. */
static size_t
total_len(const char *first, va_list args)
{
	size_t len = 0;

	for (const char *text = first; text != NULL; text = va_arg(args, const char *)) {
		len += strlen(text) + 1;
	}
	return len;
}

/* Ids are made of a few short words a hundred thousand times in a scan: one call for all of them, and
 * no memory but the stack's. */
int64_t
avu_hash_strings(unsigned bits, const char *first, ...)
{
	uint8_t few[512];
	g_autofree uint8_t *many = NULL;
	uint8_t *words = few, *end;
	uint8_t digest[AVU_SHA256_LEN];
	uint64_t value = 0;
	va_list args;

	g_return_val_if_fail(bits >= 1 && bits <= 63, 0);
	va_start(args, first);
	size_t len = total_len(first, args);

	va_end(args);
	if (len > sizeof(few)) {
		words = many = g_malloc(len); /* of what is in memory already */
	}
	end = words;
	va_start(args, first);
	for (const char *text = first; text != NULL; text = va_arg(args, const char *)) {
		end = (uint8_t *)stpcpy((char *)end, text) + 1;
	}
	va_end(args);
	avu_sha256(words, len, digest);
	for (unsigned i = 0; i < 8; i++) {
		value = value << 8 | digest[i];
	}
	return (int64_t)(value >> (64 - bits));
}
