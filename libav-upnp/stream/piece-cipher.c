/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An encrypted piece (piece-cipher.h). Some kilobytes are kept, whatever comes. */

#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/piece-cipher.h>

#define CIPHER_ROOM (16u * 1024)

struct AvuPieceCipher {
	AvuAesCbc *aes;
	uint8_t rest[AVU_AES_BLOCK]; /* a block that is not whole yet */
	size_t n_rest;
	uint8_t plain[CIPHER_ROOM];
	size_t at, end; /* of plain: what was not passed yet */
	bool finished;
};

AvuPieceCipher *
avu_piece_cipher_new(
	const uint8_t key[AVU_AES_BLOCK], const uint8_t iv[AVU_AES_BLOCK], GError **error)
{
	AvuAesCbc *aes = avu_aes_cbc_new(key, iv, error);

	if (aes == NULL) {
		return NULL;
	}
	AvuPieceCipher *cipher = g_new0(AvuPieceCipher, 1);

	cipher->aes = aes;
	return cipher;
}

void
avu_piece_cipher_free(AvuPieceCipher *cipher)
{
	if (cipher != NULL) {
		avu_aes_cbc_free(cipher->aes);
		g_free(cipher);
	}
}

/* Whole blocks, for which there is room. */
static bool
cipher_decrypt(AvuPieceCipher *cipher, const uint8_t *octets, size_t len, GError **error)
{
	if (!avu_aes_cbc_decrypt(cipher->aes, octets, len, cipher->plain + cipher->end, error)) {
		return false;
	}
	cipher->end += len;
	return true;
}

static bool
cipher_take_rest(
	AvuPieceCipher *cipher, const char *octets, size_t len, size_t *taken, GError **error)
{
	const size_t n = MIN(len, AVU_AES_BLOCK - cipher->n_rest);

	memcpy(cipher->rest + cipher->n_rest, octets, n);
	cipher->n_rest += n;
	*taken += n;
	if (cipher->n_rest < AVU_AES_BLOCK) {
		return true;
	}
	cipher->n_rest = 0;
	return cipher_decrypt(cipher, cipher->rest, AVU_AES_BLOCK, error);
}

bool
avu_piece_cipher_take(
	AvuPieceCipher *cipher, const char *octets, size_t len, size_t *ret_taken, GError **error)
{
	size_t taken = 0;
	bool good = true;

	memmove(cipher->plain, cipher->plain + cipher->at, cipher->end - cipher->at);
	cipher->end -= cipher->at;
	cipher->at = 0;
	while (good && taken < len && CIPHER_ROOM - cipher->end >= AVU_AES_BLOCK) {
		const size_t room = CIPHER_ROOM - cipher->end;
		const size_t whole = MIN(len - taken, room) / AVU_AES_BLOCK * AVU_AES_BLOCK;

		if (cipher->n_rest > 0 || whole == 0) {
			good = cipher_take_rest(cipher, octets + taken, len - taken, &taken, error);
			continue;
		}
		good = cipher_decrypt(cipher, (const uint8_t *)octets + taken, whole, error);
		taken += whole;
	}
	*ret_taken = taken;
	return good;
}

const uint8_t *
avu_piece_cipher_get(const AvuPieceCipher *cipher, size_t *ret_len)
{
	const size_t have = cipher->end - cipher->at;
	const size_t kept = cipher->finished ? 0 : AVU_AES_BLOCK;

	*ret_len = have > kept ? have - kept : 0;
	return cipher->plain + cipher->at;
}

void
avu_piece_cipher_pass(AvuPieceCipher *cipher, size_t n)
{
	cipher->at += n;
}

bool
avu_piece_cipher_finish(AvuPieceCipher *cipher, GError **error)
{
	const size_t have = cipher->end - cipher->at;
	const uint8_t padding = have >= AVU_AES_BLOCK ? cipher->plain[cipher->end - 1] : 0;
	bool good = cipher->n_rest == 0 && padding >= 1 && padding <= AVU_AES_BLOCK;

	for (size_t i = 1; good && i <= padding; i++) {
		good = cipher->plain[cipher->end - i] == padding;
	}
	if (!good) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"a piece of the stream cannot be decrypted: it is cut off, or its key is "
			"another one");
		return false;
	}
	cipher->end -= padding;
	cipher->finished = true;
	return true;
}
