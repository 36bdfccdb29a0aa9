/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Encrypted pieces, made by `openssl enc -aes-128-cbc -K 2b7e… -iv 0001…`; in parts of every length. */
#include <string.h>

#include <av-upnp/error.h>

#include <av-upnp/piece-cipher.h>

static const uint8_t key[] = { 0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15,
	0x88, 0x09, 0xcf, 0x4f, 0x3c };
static const uint8_t iv[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

#define LONG "2034a9dc75a19965af71b27d891623ca0fa8d7cc715c00df96e1b009e34da831"
#define LONG_END "0a73fc537e55fcf9a2121d571f9c3dc8"

static const struct {
	const char *hex;
	const char *plain; /* NULL: it is none */
	const char *why;
} rows[] = {
	{ "c84af0b613435d5d9182801a9bd9320b", "", "nothing but padding" },
	{ "853364d6e96ef2d484bd4ae1fa523406", "fifteen octets.", "one octet of padding" },
	{ "43cec5fe0e12b6799c9c3a6c91874dd8fc3fa7efa28200e0ad100832e8f56828", "sixteen octets..",
		"a block of padding" },
	{ LONG LONG_END, "thirty-three octets of plain text", "three blocks" },
	{ LONG, NULL, "cut off at a block" },
	{ LONG "10", NULL, "cut off within one" },
	{ LONG "1173fc537e55fcf9a2121d571f9c3dc8", NULL, "another octet" },
	{ "", NULL, "nothing at all" },
};

static size_t
from_hex(const char *hex, char *octets)
{
	const size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++) {
		octets[i] = (char)(g_ascii_xdigit_value(hex[2 * i]) << 4 |
				   g_ascii_xdigit_value(hex[2 * i + 1]));
	}
	return n;
}

/* What it is known to be so far, handed on at most two octets at a time. */
static void
drain(AvuPieceCipher *cipher, GString *out)
{
	size_t n = 0;
	const uint8_t *plain = avu_piece_cipher_get(cipher, &n);

	while (n > 0) {
		const size_t some = MIN(n, 2);

		g_string_append_len(out, (const char *)plain, (gssize)some);
		avu_piece_cipher_pass(cipher, some);
		plain = avu_piece_cipher_get(cipher, &n);
	}
}

static void
check_row(size_t i, size_t step)
{
	g_autoptr(AvuPieceCipher) cipher = avu_piece_cipher_new(key, iv, NULL);
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	char octets[64];
	const size_t len = from_hex(rows[i].hex, octets);

	for (size_t at = 0; at < len; at += step) {
		const size_t n = MIN(step, len - at);
		size_t taken = 0;

		g_assert_true(avu_piece_cipher_take(cipher, octets + at, n, &taken, &error));
		g_assert_cmpuint(taken, ==, n);
		drain(cipher, out);
	}
	if (rows[i].plain == NULL) {
		g_assert_false(avu_piece_cipher_finish(cipher, &error));
		g_assert_error(error, AVU_ERROR, AVU_ERROR_SYNTAX);
		return;
	}
	g_assert_true(avu_piece_cipher_finish(cipher, &error));
	drain(cipher, out);
	g_assert_cmpstr(out->str, ==, rows[i].plain);
}

static void
test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		for (size_t step = 1; step <= 64; step++) {
			check_row(i, step);
		}
	}
}

/* Nobody takes what it gives: it takes no more either, and gives it later. */
static void
test_full(void)
{
	g_autoptr(AvuPieceCipher) cipher = avu_piece_cipher_new(key, iv, NULL);
	g_autofree char *octets = g_malloc0(1000000);
	size_t n = 0, taken = 0, more = 0;

	g_assert_true(avu_piece_cipher_take(cipher, octets, 1000000, &taken, NULL));
	g_assert_cmpuint(taken, <, 100000);
	g_assert_true(avu_piece_cipher_take(cipher, octets, 1000000, &more, NULL));
	g_assert_cmpuint(more, ==, 0);
	(void)avu_piece_cipher_get(cipher, &n);
	g_assert_cmpuint(n, ==, taken / AVU_AES_BLOCK * AVU_AES_BLOCK - AVU_AES_BLOCK);
	avu_piece_cipher_pass(cipher, n);
	g_assert_true(avu_piece_cipher_take(cipher, octets, 100, &more, NULL));
	g_assert_cmpuint(more, ==, 100);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/piece-cipher/rows", test_rows);
	g_test_add_func("/piece-cipher/full", test_full);
	return g_test_run();
}
