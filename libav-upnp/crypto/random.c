/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* crypto/random.c: GnuTLS's generator. Any thread. */
#include <stdlib.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include <av-upnp/random.h>

void
avu_random_bytes(void *ret_data, size_t len)
{
	/* Without randomness nothing that follows can be safe. */
	if (gnutls_rnd(GNUTLS_RND_RANDOM, ret_data, len) != GNUTLS_E_SUCCESS) {
		abort();
	}
}

uint32_t
avu_random_below(uint32_t bound)
{
	uint32_t value, limit;

	g_return_val_if_fail(bound > 0, 0);
	limit = UINT32_MAX - UINT32_MAX % bound; /* beyond it the remainder would be biased */
	do {
		avu_random_bytes(&value, sizeof value);
	} while (value >= limit);
	return value % bound;
}

char *
avu_random_uuid(void)
{
	uint8_t b[16];

	avu_random_bytes(b, sizeof b);
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	return g_strdup_printf(
		"%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
		b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
		b[15]);
}
