/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/cipher.h: AES-128 in CBC mode, taken apart block by block (RFC 8216, 4.3.2.4) */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define AVU_AES_BLOCK 16

typedef struct AvuAesCbc AvuAesCbc;

/** @param iv  of the first block. @return NULL with AVU_ERROR_UNSUPPORTED: the library does not allow it */
AVU_API AvuAesCbc *avu_aes_cbc_new(
	const uint8_t key[AVU_AES_BLOCK], const uint8_t iv[AVU_AES_BLOCK], GError **error);
AVU_API void avu_aes_cbc_free(AvuAesCbc *cipher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuAesCbc, avu_aes_cbc_free)
/** The next octets in their order. @param len  a multiple of AVU_AES_BLOCK
 *  @return false with AVU_ERROR_FAILED: it is none, or the library refuses */
AVU_API bool avu_aes_cbc_decrypt(
	AvuAesCbc *cipher, const uint8_t *octets, size_t len, uint8_t *ret_plain, GError **error);

G_END_DECLS
