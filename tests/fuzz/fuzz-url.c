/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A URL that was accepted is its own form when read again, alone and as a reference; what was
 * unescaped and escaped again says the same. */
#include <string.h>

#include <av-upnp/limits.h>
#include <av-upnp/url.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const AvuUrl *url)
{
	const char *text = avu_url_get_text(url);
	g_autoptr(AvuUrl) again = avu_url_parse_own(text, NULL);
	g_autoptr(AvuUrl) resolved = avu_url_resolve(url, text, NULL);
	g_autoptr(AvuUrl) copy = avu_url_copy(url);

	g_assert_nonnull(again);
	g_assert_cmpstr(avu_url_get_text(again), ==, text);
	/* A zone is not believed when it comes from somewhere else. */
	g_assert_true(resolved != NULL || strchr(avu_url_get_host(url), '%') != NULL);
	if (resolved != NULL) {
		g_assert_cmpstr(avu_url_get_text(resolved), ==, text);
	}
	g_assert_cmpstr(avu_url_get_target(copy), ==, avu_url_get_target(url));
	g_assert_cmpuint(strlen(text), <=, AVU_LIMIT_URL);
	g_assert_cmpuint(avu_url_get_port(url), !=, 0);
	g_assert_cmpint(avu_url_get_target(url)[0], ==, '/');
	/* Nothing that ends a request line or a header. */
	for (const char *p = text; *p != '\0'; p++) {
		g_assert_true((unsigned char)*p > ' ' && (unsigned char)*p < 0x7f);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autoptr(AvuUrl) base = avu_url_parse("http://192.0.2.1:8200/a/b/c?q=1", NULL);
	g_autoptr(AvuUrl) url = avu_url_parse(text, NULL);
	g_autoptr(AvuUrl) own = avu_url_parse_own(text, NULL);
	g_autoptr(AvuUrl) resolved = avu_url_resolve(base, text, NULL);
	g_autofree char *plain = avu_url_unescape((const char *)data, size);

	if (url != NULL) {
		check(url);
	}
	if (own != NULL) {
		check(own);
	}
	g_assert_true(url == NULL || own != NULL);
	if (resolved != NULL) {
		check(resolved);
	}
	if (plain != NULL) {
		g_autofree char *escaped = avu_url_escape(plain, "/");
		g_autofree char *back = avu_url_unescape(escaped, strlen(escaped));

		g_assert_cmpstr(back, ==, plain);
	}
	return 0;
}
