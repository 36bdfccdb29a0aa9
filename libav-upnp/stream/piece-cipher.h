/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream/piece-cipher.h: the octets of a piece that is encrypted (AES-128-CBC, padded as RFC 5652 has it),
 * as they come, into those of media. Pure but for the cipher. */
#pragma once

#include <av-upnp/cipher.h>

typedef struct PieceCipher PieceCipher;

/** @return NULL with AVU_ERROR_UNSUPPORTED */
PieceCipher *piece_cipher_new(
	const uint8_t key[AVU_AES_BLOCK], const uint8_t iv[AVU_AES_BLOCK], GError **error);
void piece_cipher_free(PieceCipher *cipher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PieceCipher, piece_cipher_free)
/** @param ret_taken  of these octets: as many as there is room for. @return false with error */
bool piece_cipher_take(
	PieceCipher *cipher, const char *octets, size_t len, size_t *ret_taken, GError **error);
/** What is known to be media, and was not passed yet. The last block waits for the end. Borrowed until
 *  the next call. */
const uint8_t *piece_cipher_get(const PieceCipher *cipher, size_t *ret_len);
void piece_cipher_pass(PieceCipher *cipher, size_t n);
/** That was all: the last block is without its padding now.
 *  @return false with AVU_ERROR_SYNTAX: it is cut off, or was made with another key */
bool piece_cipher_finish(PieceCipher *cipher, GError **error);
