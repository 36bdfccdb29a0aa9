/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/url.c: http URLs (RFC 3986). Pure; any thread; length bounded by AVU_LIMIT_URL. */
#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/url.h>

#define NAME_MAX_OCTETS 255 /* RFC 1035, 2.3.4 */

struct AvuUrl {
	char *text;
	char *scheme;
	char *host;
	char *zone; /* NULL: none */
	uint16_t port;
	const char *target; /* inside text */
};

static const char unreserved_marks[] = "-._~";
/* What RFC 3986 allows unescaped in path and query, '%' included: escapes stay as they are. */
static const char target_marks[] = "-._~!$&'()*+,;=:@/?%";

static bool
refuse(GError **error, const char *text, const char *why)
{
	g_autofree char *shown = g_strndup(text, 200);
	g_autofree char *escaped = g_strescape(shown, NULL);

	g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "URL \"%s\": %s", escaped, why);
	return false;
}

static bool
is_short(const char *text, GError **error)
{
	if (strlen(text) > AVU_LIMIT_URL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT, "URL longer than %d octets",
			AVU_LIMIT_URL);
		return false;
	}
	return true;
}

static bool
is_clean(const char *text, GError **error)
{
	if (!is_short(text, error)) {
		return false;
	}
	for (const char *p = text; *p != '\0'; p++) {
		if ((unsigned char)*p <= ' ' || *p == 0x7f) {
			return refuse(error, text, "white space or control character");
		}
	}
	return true;
}

static bool
is_zone(const AvuCursor *zone)
{
	for (const char *p = zone->at; p < zone->end; p++) {
		if (!g_ascii_isalnum(*p) && strchr(unreserved_marks, *p) == NULL) {
			return false;
		}
	}
	return avu_cursor_len(zone) > 0 && avu_cursor_len(zone) < IF_NAMESIZE;
}

static bool
parse_literal(const AvuCursor *in, struct in6_addr *ret)
{
	char text[INET6_ADDRSTRLEN];
	size_t len = avu_cursor_len(in);

	if (len >= sizeof text) {
		return false;
	}
	memcpy(text, in->at, len);
	text[len] = '\0';
	return inet_pton(AF_INET6, text, ret) == 1;
}

/* "[2001:db8::1]", "[fe80::1%25eth0]" (RFC 6874). ret_zone: NULL when there is none */
static bool
take_literal(AvuCursor *in, char **ret_host, char **ret_zone)
{
	AvuCursor host = avu_cursor_take_until(in, "]"), inside = host;
	AvuCursor literal = avu_cursor_take_until(&inside, "%");
	struct in6_addr address;

	if (!avu_cursor_take_char(in, ']') || !parse_literal(&literal, &address)) {
		return false;
	}
	if (avu_cursor_len(&literal) < avu_cursor_len(&host)) {
		if (!avu_cursor_take_ci(&inside, "%25") || !is_zone(&inside) ||
			!IN6_IS_ADDR_LINKLOCAL(&address)) {
			return false;
		}
		*ret_zone = avu_cursor_dup(&inside);
	}
	*ret_host = avu_cursor_dup(&literal);
	return true;
}

static bool
is_link_local(const char *host)
{
	struct in6_addr address;

	return inet_pton(AF_INET6, host, &address) == 1 && IN6_IS_ADDR_LINKLOCAL(&address);
}

static bool
take_name(AvuCursor *in, char **ret_host)
{
	AvuCursor host = avu_cursor_take_until(in, ":/?#");

	for (const char *p = host.at; p < host.end; p++) {
		if (!g_ascii_isalnum(*p) && strchr("-._", *p) == NULL) {
			return false;
		}
	}
	if (avu_cursor_len(&host) == 0 || avu_cursor_len(&host) > NAME_MAX_OCTETS) {
		return false;
	}
	*ret_host = avu_cursor_dup(&host);
	return true;
}

static char *
escape_target(const AvuCursor *in)
{
	g_autofree char *raw = avu_cursor_dup(in);
	char *escaped = avu_url_escape(raw, target_marks);

	if (escaped[0] != '/') {
		char *whole = g_strconcat("/", escaped, NULL);

		g_free(escaped);
		return whole;
	}
	return escaped;
}

/* Puts together what was found. @return NULL with LIMIT */
static AvuUrl *
assemble(AvuUrl *taken, const char *literal, const char *zone, uint16_t default_port,
	const char *path, GError **error)
{
	g_autoptr(AvuUrl) url = taken;
	const bool literal6 = strchr(literal, ':') != NULL;
	/* The default port is left out: some devices compare URLs as text. */
	g_autofree char *port =
		url->port == default_port ? g_strdup("") : g_strdup_printf(":%u", url->port);

	url->host = g_strconcat(literal, zone != NULL ? "%" : NULL, zone, NULL);
	url->zone = g_strdup(zone);
	url->text = g_strconcat(url->scheme, "://", literal6 ? "[" : "", literal,
		zone != NULL ? "%25" : "", zone != NULL ? zone : "", literal6 ? "]" : "", port,
		path, NULL);
	url->target = url->text + strlen(url->text) - strlen(path);
	/* Escaping makes it longer. */
	return is_short(url->text, error) ? g_steal_pointer(&url) : NULL;
}

/* @param zone  for a link-local host that names none; NULL: it stays without
 * @param own   may it name one? */
static AvuUrl *
parse(const char *text, const char *zone, bool own, GError **error)
{
	AvuCursor in = avu_cursor_string(text);
	uint64_t port, default_port;

	if (!is_clean(text, error)) {
		return NULL;
	}

	g_autoptr(AvuUrl) url = g_new0(AvuUrl, 1);

	if (avu_cursor_take_ci(&in, "http://")) {
		url->scheme = g_strdup("http");
		default_port = 80;
	} else if (avu_cursor_take_ci(&in, "https://")) {
		url->scheme = g_strdup("https");
		default_port = 443;
	} else {
		(void)refuse(error, text, "neither http nor https");
		return NULL;
	}

	port = default_port;

	AvuCursor authority = in;
	AvuCursor whole_authority = avu_cursor_take_until(&authority, "/?#");

	if (memchr(whole_authority.at, '@', avu_cursor_len(&whole_authority)) != NULL) {
		(void)refuse(error, text, "user information is not accepted");
		return NULL;
	}
	g_autofree char *host = NULL;
	g_autofree char *named_zone = NULL;

	if (!(avu_cursor_take_char(&in, '[') ? take_literal(&in, &host, &named_zone)
					     : take_name(&in, &host)) ||
		(named_zone != NULL && !own)) {
		(void)refuse(error, text, "bad host");
		return NULL;
	}
	if (avu_cursor_take_char(&in, ':') &&
		(!avu_cursor_take_uint(&in, 65535, &port) || port == 0)) {
		(void)refuse(error, text, "bad port");
		return NULL;
	}
	if (!avu_cursor_at_end(&in) && strchr("/?#", *in.at) == NULL) {
		(void)refuse(error, text, "bad authority");
		return NULL;
	}
	url->port = (uint16_t)port;

	AvuCursor target = avu_cursor_take_until(&in, "#"); /* a fragment is not sent */
	g_autofree char *path = escape_target(&target);

	return assemble(g_steal_pointer(&url), host,
		named_zone != NULL || !is_link_local(host) ? named_zone : zone,
		(uint16_t)default_port, path, error);
}

AvuUrl *
avu_url_parse(const char *text, GError **error)
{
	return parse(text, NULL, /* own = */ false, error);
}

AvuUrl *
avu_url_parse_own(const char *text, GError **error)
{
	return parse(text, NULL, /* own = */ true, error);
}

AvuUrl *
avu_url_copy(const AvuUrl *url)
{
	AvuUrl *copy = g_new0(AvuUrl, 1);

	copy->text = g_strdup(url->text);
	copy->scheme = g_strdup(url->scheme);
	copy->host = g_strdup(url->host);
	copy->zone = g_strdup(url->zone);
	copy->port = url->port;
	copy->target = copy->text + (url->target - url->text);
	return copy;
}

void
avu_url_free(AvuUrl *url)
{
	if (url == NULL) {
		return;
	}
	g_free(url->text);
	g_free(url->scheme);
	g_free(url->host);
	g_free(url->zone);
	g_free(url);
}

/* RFC 3986, 5.2.4, over the path part only. g_free() the result. */
static char *
remove_dots(const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", -1);
	g_autoptr(GPtrArray) kept = g_ptr_array_new();
	guint n = g_strv_length(parts);

	for (guint i = 1; i < n; i++) { /* part 0 is the empty one before the first slash */
		bool last = i + 1 == n;

		if (strcmp(parts[i], "..") == 0) {
			if (kept->len > 0) {
				g_ptr_array_set_size(kept, (gint)kept->len - 1);
			}
		} else if (strcmp(parts[i], ".") != 0) {
			g_ptr_array_add(kept, parts[i]);
			continue;
		}
		if (last) {
			g_ptr_array_add(kept, (char *)"");
		}
	}
	g_ptr_array_add(kept, NULL);

	g_autofree char *joined = g_strjoinv("/", (char **)kept->pdata);

	return g_strconcat("/", joined, NULL);
}

AvuUrl *
avu_url_resolve(const AvuUrl *base, const char *reference, GError **error)
{
	const char *colon = strchr(reference, ':');
	size_t before = strcspn(reference, "/?#");
	size_t authority = (size_t)(base->target - base->text);

	if (colon != NULL && (size_t)(colon - reference) < before) {
		return parse(reference, base->zone, /* own = */ false, error);
	}
	if (g_str_has_prefix(reference, "//")) {
		g_autofree char *whole = g_strconcat(base->scheme, ":", reference, NULL);

		return parse(whole, base->zone, /* own = */ false, error);
	}

	size_t base_path = strcspn(base->target, "?");
	g_autofree char *path = g_strndup(base->target, base_path);
	g_autoptr(GString) text = g_string_new_len(base->text, (gssize)authority);

	if (reference[0] == '\0' || reference[0] == '#') {
		g_string_append(text, base->target);
	} else if (reference[0] == '?') {
		g_string_append_printf(text, "%s%s", path, reference);
	} else {
		size_t own_path = strcspn(reference, "?#");
		g_autofree char *own = g_strndup(reference, own_path);
		char *slash = strrchr(path, '/');

		if (slash != NULL) {
			slash[1] = '\0';
		}

		g_autofree char *merged =
			own[0] == '/' ? g_strdup(own) : g_strconcat(path, own, NULL);
		g_autofree char *clean = remove_dots(merged);

		g_string_append(text, clean);
		g_string_append(text, reference + own_path);
	}
	return parse(text->str, NULL, /* own = */ true, error);
}

const char *
avu_url_get_text(const AvuUrl *url)
{
	return url->text;
}

const char *
avu_url_get_scheme(const AvuUrl *url)
{
	return url->scheme;
}

const char *
avu_url_get_host(const AvuUrl *url)
{
	return url->host;
}

uint16_t
avu_url_get_port(const AvuUrl *url)
{
	return url->port;
}

const char *
avu_url_get_target(const AvuUrl *url)
{
	return url->target;
}

char *
avu_url_escape(const char *text, const char *keep)
{
	static const char hex[] = "0123456789ABCDEF";
	GString *out = g_string_sized_new(strlen(text));

	for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
		if (g_ascii_isalnum(*p) || strchr(unreserved_marks, *p) != NULL ||
			(keep != NULL && strchr(keep, *p) != NULL)) {
			g_string_append_c(out, (char)*p);
		} else {
			g_string_append_c(out, '%');
			g_string_append_c(out, hex[*p >> 4]);
			g_string_append_c(out, hex[*p & 15]);
		}
	}
	return g_string_free(out, FALSE);
}

char *
avu_url_unescape(const char *text, size_t len)
{
	g_autoptr(GString) out = g_string_sized_new(len);

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '%') {
			if (len - i < 3 || !g_ascii_isxdigit(text[i + 1]) ||
				!g_ascii_isxdigit(text[i + 2])) {
				return NULL;
			}
			c = (char)(g_ascii_xdigit_value(text[i + 1]) * 16 +
				   g_ascii_xdigit_value(text[i + 2]));
			i += 2;
		}
		if (c == '\0') {
			return NULL;
		}
		g_string_append_c(out, c);
	}
	if (!g_utf8_validate(out->str, (gssize)out->len, NULL)) {
		return NULL;
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}
