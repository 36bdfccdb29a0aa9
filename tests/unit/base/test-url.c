/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* URLs: the grammar accepted, and the resolution examples of RFC 3986 section 5.4. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/url.h>

static const struct {
	const char *text;
	const char *host; /* NULL: refused as syntax */
	uint16_t port;
	const char *target;
	const char *why;
} rows[] = {
	{ "http://192.0.2.1:49152/d.xml", "192.0.2.1", 49152, "/d.xml", "usual LOCATION" },
	{ "http://host", "host", 80, "/", "no port, no path" },
	{ "https://host/", "host", 443, "/", "https" },
	{ "HTTP://host/A", "host", 80, "/A", "scheme in capitals" },
	{ "http://host?q=1", "host", 80, "/?q=1", "query without path" },
	{ "http://host/a#frag", "host", 80, "/a", "a fragment is not sent" },
	{ "http://[fe80::1]:8080/x", "fe80::1", 8080, "/x", "IPv6 literal" },
	{ "http://host/a%20b?c=%2F", "host", 80, "/a%20b?c=%2F", "escapes stay" },
	{ "http://host/\xc3\xb6", "host", 80, "/%C3%B6", "raw UTF-8 is escaped" },
	{ "http://host/\"<>\\^`{|}[]", "host", 80, "/%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D",
		"octets that must be escaped" },
	{ "http://host:/x", NULL, 0, NULL, "empty port" },
	{ "http://host:0/x", NULL, 0, NULL, "port 0" },
	{ "http://host:65536/x", NULL, 0, NULL, "port too large" },
	{ "http://host:80x/", NULL, 0, NULL, "text after the port" },
	{ "http://user@host/", NULL, 0, NULL, "user information" },
	{ "http://user:pw@host/", NULL, 0, NULL, "user and password" },
	{ "http:///path", NULL, 0, NULL, "no host" },
	{ "http://[%fe]/", NULL, 0, NULL, "no address in the brackets" },
	{ "http://[192.0.2.1]/", NULL, 0, NULL, "IPv4 in brackets" },
	{ "http://[fe80::1%25eth0]/", NULL, 0, NULL, "a stranger's zone" },
	{ "http://[::]:1/", "::", 1, "/", "shortest literal" },
	{ "http://[fe80::1/", NULL, 0, NULL, "literal not closed" },
	{ "http://[fe80::1]x/", NULL, 0, NULL, "text after a literal" },
	{ "http://ho st/", NULL, 0, NULL, "blank in the host" },
	{ "http://host/a b", NULL, 0, NULL, "blank in the path" },
	{ "http://host/a\r\nX: y", NULL, 0, NULL, "line ends" },
	{ "http://host/\x7f", NULL, 0, NULL, "control character" },
	{ "ftp://host/", NULL, 0, NULL, "other scheme" },
	{ "file:///etc/hostname", NULL, 0, NULL, "file" },
	{ "//host/x", NULL, 0, NULL, "no scheme" },
	{ "", NULL, 0, NULL, "empty" },
};

static void
test_parse(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(AvuUrl) url = avu_url_parse(rows[i].text, &error);

		g_test_message("%s", rows[i].why);
		if (rows[i].host == NULL) {
			g_assert_null(url);
			g_assert_error(error, AVU_ERROR, AVU_ERROR_SYNTAX);
			continue;
		}
		g_assert_no_error(error);
		g_assert_cmpstr(avu_url_get_host(url), ==, rows[i].host);
		g_assert_cmpuint(avu_url_get_port(url), ==, rows[i].port);
		g_assert_cmpstr(avu_url_get_target(url), ==, rows[i].target);
	}
}

static void
test_limit(void)
{
	g_autofree char *filling = g_strnfill(AVU_LIMIT_URL, 'a');
	g_autofree char *too_long = g_strconcat("http://host/", filling, NULL);
	g_autoptr(GString) grows = g_string_new("http://host/");
	g_autoptr(GError) error = NULL;

	g_assert_null(avu_url_parse(too_long, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
	g_clear_error(&error);

	/* Short enough as it came, too long when escaped: a copy could not be parsed again. */
	while (grows->len < AVU_LIMIT_URL - 10) {
		g_string_append(grows, "\xc3\xb6");
	}
	g_assert_null(avu_url_parse(grows->str, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_LIMIT);
}

/* RFC 3986, 5.4.1 and 5.4.2, with base http://a/b/c/d;p?q; our text always names the port. */
static const struct {
	const char *reference;
	const char *want;
} resolve_rows[] = {
	{ "g", "http://a/b/c/g" },
	{ "./g", "http://a/b/c/g" },
	{ "g/", "http://a/b/c/g/" },
	{ "/g", "http://a/g" },
	{ "//g", "http://g/" },
	{ "?y", "http://a/b/c/d;p?y" },
	{ "g?y", "http://a/b/c/g?y" },
	{ "#s", "http://a/b/c/d;p?q" },
	{ "g#s", "http://a/b/c/g" },
	{ "g?y#s", "http://a/b/c/g?y" },
	{ ";x", "http://a/b/c/;x" },
	{ "g;x", "http://a/b/c/g;x" },
	{ "", "http://a/b/c/d;p?q" },
	{ ".", "http://a/b/c/" },
	{ "./", "http://a/b/c/" },
	{ "..", "http://a/b/" },
	{ "../", "http://a/b/" },
	{ "../g", "http://a/b/g" },
	{ "../..", "http://a/" },
	{ "../../", "http://a/" },
	{ "../../g", "http://a/g" },
	{ "../../../g", "http://a/g" },
	{ "../../../../g", "http://a/g" },
	{ "/./g", "http://a/g" },
	{ "/../g", "http://a/g" },
	{ "g.", "http://a/b/c/g." },
	{ ".g", "http://a/b/c/.g" },
	{ "g..", "http://a/b/c/g.." },
	{ "..g", "http://a/b/c/..g" },
	{ "./../g", "http://a/b/g" },
	{ "./g/.", "http://a/b/c/g/" },
	{ "g/./h", "http://a/b/c/g/h" },
	{ "g/../h", "http://a/b/c/h" },
	{ "g;x=1/./y", "http://a/b/c/g;x=1/y" },
	{ "g;x=1/../y", "http://a/b/c/y" },
	{ "g?y/./x", "http://a/b/c/g?y/./x" },
	{ "g?y/../x", "http://a/b/c/g?y/../x" },
	{ "http://other/x", "http://other/x" },
	{ "g:h", NULL },       /* another scheme */
	{ "//user@g/", NULL }, /* the result passes the same checks */
	{ "a b", NULL },
};

static void
test_resolve(void)
{
	g_autoptr(AvuUrl) base = avu_url_parse("http://a/b/c/d;p?q", NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(resolve_rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(AvuUrl) url = avu_url_resolve(base, resolve_rows[i].reference, &error);

		g_test_message("\"%s\"", resolve_rows[i].reference);
		if (resolve_rows[i].want == NULL) {
			g_assert_null(url);
			g_assert_error(error, AVU_ERROR, AVU_ERROR_SYNTAX);
		} else {
			g_assert_no_error(error);
			g_assert_cmpstr(avu_url_get_text(url), ==, resolve_rows[i].want);
		}
	}
}

static const struct {
	const char *text;
	const char *host; /* NULL: refused */
	const char *why;
} own_rows[] = {
	{ "http://[fe80::1%25eth0]:80/x", "fe80::1%eth0", "zone, RFC 6874" },
	{ "http://[FEBF::1%253]/", "FEBF::1%3", "end of fe80::/10, zone by number" },
	{ "http://[fe80::1]/", "fe80::1", "none" },
	{ "http://192.0.2.1/", "192.0.2.1", "IPv4" },
	{ "http://[fe80::1%eth0]/", NULL, "not escaped" },
	{ "http://[fe80::1%25]/", NULL, "empty zone" },
	{ "http://[fe80::1%25a:b]/", NULL, "colon in a zone" },
	{ "http://[fe80::1%25a%00]/", NULL, "escape in a zone" },
	{ "http://[fe80::1%250123456789abcdef]/", NULL, "longer than names of interfaces are" },
	{ "http://[fd00::1%25eth0]/", NULL, "zone of an address that has none" },
	{ "http://[%25eth0]/", NULL, "zone alone" },
};

static void
test_own(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(own_rows); i++) {
		g_autoptr(AvuUrl) url = avu_url_parse_own(own_rows[i].text, NULL);

		g_test_message("%s", own_rows[i].why);
		g_assert_cmpstr(url != NULL ? avu_url_get_host(url) : NULL, ==, own_rows[i].host);
	}
}

/* What a device whose description came through eth0 says of itself is reached through eth0. */
static void
test_zone_stays(void)
{
	static const struct {
		const char *reference, *want; /* NULL: refused */
	} zone_rows[] = {
		{ "/c", "http://[fe80::1%25eth0]:8/c" },
		{ "c", "http://[fe80::1%25eth0]:8/a/c" },
		{ "?c", "http://[fe80::1%25eth0]:8/a/b?c" },
		{ "http://[fe80::1]:9/c", "http://[fe80::1%25eth0]:9/c" },
		{ "//[fe80::2]/c", "http://[fe80::2%25eth0]/c" },
		{ "http://[fd00::1]/c", "http://[fd00::1]/c" },
		{ "http://192.0.2.1/c", "http://192.0.2.1/c" },
		{ "http://[fe80::1%25lo]/c", NULL },
	};
	g_autoptr(AvuUrl) base = avu_url_parse_own("http://[fe80::1%25eth0]:8/a/b", NULL);
	g_autoptr(AvuUrl) copy = avu_url_copy(base);

	for (size_t i = 0; i < G_N_ELEMENTS(zone_rows); i++) {
		g_autoptr(AvuUrl) url = avu_url_resolve(copy, zone_rows[i].reference, NULL);

		g_assert_cmpstr(url != NULL ? avu_url_get_text(url) : NULL, ==, zone_rows[i].want);
	}
}

static const struct {
	const char *text;
	const char *want; /* NULL: refused */
	const char *why;
} unescape_rows[] = {
	{ "a%20b", "a b", "blank" },
	{ "%C3%B6", "\xc3\xb6", "UTF-8" },
	{ "%c3%b6", "\xc3\xb6", "small digits" },
	{ "a+b", "a+b", "a plus is a plus in a path" },
	{ "%00", NULL, "hidden NUL" },
	{ "%", NULL, "nothing behind" },
	{ "%2", NULL, "one digit" },
	{ "%zz", NULL, "no digits" },
	{ "%FF", NULL, "not UTF-8" },
	{ "", "", "empty" },
};

static void
test_unescape(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(unescape_rows); i++) {
		const char *text = unescape_rows[i].text;
		g_autofree char *got = avu_url_unescape(text, strlen(text));

		g_test_message("%s", unescape_rows[i].why);
		g_assert_cmpstr(got, ==, unescape_rows[i].want);
	}

	g_autofree char *escaped = avu_url_escape("a/b \xc3\xb6~", "/");

	g_assert_cmpstr(escaped, ==, "a/b%20%C3%B6~");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/url/parse", test_parse);
	g_test_add_func("/url/limit", test_limit);
	g_test_add_func("/url/resolve", test_resolve);
	g_test_add_func("/url/own", test_own);
	g_test_add_func("/url/zone-stays", test_zone_stays);
	g_test_add_func("/url/unescape", test_unescape);
	return g_test_run();
}
