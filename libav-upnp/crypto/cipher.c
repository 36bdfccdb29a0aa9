/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* crypto/cipher.c: AES-128-CBC by GnuTLS. One thread per cipher. */

#include <gnutls/crypto.h>

#include <av-upnp/cipher.h>
#include <av-upnp/error.h>

struct AvuAesCbc {
	gnutls_cipher_hd_t handle;
};

AvuAesCbc *
avu_aes_cbc_new(const uint8_t key[AVU_AES_BLOCK], const uint8_t iv[AVU_AES_BLOCK], GError **error)
{
	/* GnuTLS copies both, and takes them as what may be written to. */
	uint8_t key_octets[AVU_AES_BLOCK], iv_octets[AVU_AES_BLOCK];
	const gnutls_datum_t key_datum = { key_octets, AVU_AES_BLOCK };
	const gnutls_datum_t iv_datum = { iv_octets, AVU_AES_BLOCK };
	gnutls_cipher_hd_t handle;

	for (size_t i = 0; i < AVU_AES_BLOCK; i++) {
		key_octets[i] = key[i];
		iv_octets[i] = iv[i];
	}
	int result = gnutls_cipher_init(&handle, GNUTLS_CIPHER_AES_128_CBC, &key_datum, &iv_datum);

	if (result != GNUTLS_E_SUCCESS) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "AES-128: %s",
			gnutls_strerror(result));
		return NULL;
	}
	AvuAesCbc *cipher = g_new(AvuAesCbc, 1);

	cipher->handle = handle;
	return cipher;
}

void
avu_aes_cbc_free(AvuAesCbc *cipher)
{
	if (cipher != NULL) {
		gnutls_cipher_deinit(cipher->handle);
		g_free(cipher);
	}
}

bool
avu_aes_cbc_decrypt(
	AvuAesCbc *cipher, const uint8_t *octets, size_t len, uint8_t *ret_plain, GError **error)
{
	if (len == 0) {
		return true;
	}
	const int result = len % AVU_AES_BLOCK != 0 ? GNUTLS_E_INVALID_REQUEST
						    : gnutls_cipher_decrypt2(cipher->handle, octets,
							      len, ret_plain, len);

	if (result != GNUTLS_E_SUCCESS) {
		g_set_error(
			error, AVU_ERROR, AVU_ERROR_FAILED, "AES-128: %s", gnutls_strerror(result));
	}
	return result == GNUTLS_E_SUCCESS;
}
