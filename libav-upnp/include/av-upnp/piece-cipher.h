/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/piece-cipher.h: the octets of a piece that is encrypted (AES-128-CBC, padded as RFC 5652 has it),
 * as they come, into those of media. Pure but for the cipher. */
#pragma once

#include <av-upnp/cipher.h>

G_BEGIN_DECLS

typedef struct AvuPieceCipher AvuPieceCipher;

/** @return NULL with AVU_ERROR_UNSUPPORTED */
AVU_API AvuPieceCipher *avu_piece_cipher_new(
	const uint8_t key[AVU_AES_BLOCK], const uint8_t iv[AVU_AES_BLOCK], GError **error);
AVU_API void avu_piece_cipher_free(AvuPieceCipher *cipher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuPieceCipher, avu_piece_cipher_free)
/** @param ret_taken  of these octets: as many as there is room for. @return false with error */
AVU_API bool avu_piece_cipher_take(
	AvuPieceCipher *cipher, const char *octets, size_t len, size_t *ret_taken, GError **error);
/** What is known to be media, and was not passed yet. The last block waits for the end. Borrowed until
 *  the next call. */
AVU_API const uint8_t *avu_piece_cipher_get(const AvuPieceCipher *cipher, size_t *ret_len);
AVU_API void avu_piece_cipher_pass(AvuPieceCipher *cipher, size_t n);
/** That was all: the last block is without its padding now.
 *  @return false with AVU_ERROR_SYNTAX: it is cut off, or was made with another key */
AVU_API bool avu_piece_cipher_finish(AvuPieceCipher *cipher, GError **error);

G_END_DECLS
