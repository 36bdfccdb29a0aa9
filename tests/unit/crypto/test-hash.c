/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SHA-256 against the vectors of FIPS 180-4's examples, and numbers made from it. */
#include <string.h>

#include <av-upnp/hash.h>

static const struct {
	const char *text;
	const char *digest;
} rows[] = {
	{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

static void
test_sha256(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint8_t digest[AVU_SHA256_LEN];
		g_autoptr(GString) hex = g_string_new(NULL);

		avu_sha256(rows[i].text, strlen(rows[i].text), digest);
		for (size_t j = 0; j < sizeof digest; j++) {
			g_string_append_printf(hex, "%02x", digest[j]);
		}
		g_assert_cmpstr(hex->str, ==, rows[i].digest);
	}
}

/* sha256sum of "abc\0" is dc1114cd074914bd872cc1f9a23ec910ea2203bc79779ab2e17da25782a624fc. */
static void
test_numbers(void)
{
	g_assert_cmpint(avu_hash_strings(60, "abc", NULL), ==, INT64_C(0xdc1114cd074914b));
	g_assert_cmpint(avu_hash_strings(63, "abc", NULL), ==, INT64_C(0x6e088a6683a48a5e));
	g_assert_cmpint(avu_hash_strings(1, "abc", NULL), ==, 1);
	/* Where one string ends matters. */
	g_assert_cmpint(
		avu_hash_strings(60, "ab", "c", NULL), !=, avu_hash_strings(60, "abc", NULL));
	g_assert_cmpint(
		avu_hash_strings(60, "ab", "c", NULL), !=, avu_hash_strings(60, "a", "bc", NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hash/sha256", test_sha256);
	g_test_add_func("/hash/numbers", test_numbers);
	return g_test_run();
}
