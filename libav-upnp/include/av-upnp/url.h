/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/url.h: http URLs (RFC 3986), parsed once and checked */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct AvuUrl AvuUrl; /* immutable */

/** Accepts http and https with a host; refuses userinfo, port 0, control characters, white space,
 *  lengths over AVU_LIMIT_URL. Octets that RFC 3986 wants escaped but devices send raw
 *  (space excepted) are escaped. @return NULL with AVU_ERROR_SYNTAX or LIMIT; caller frees */
AVU_API AvuUrl *avu_url_parse(const char *text, GError **error);
/** The same for a URL that this host made or its user typed: a link-local IPv6 address may name its zone,
 *  "http://[fe80::1%25eth0]/" (RFC 6874). Those of strangers may not: it means something here only. */
AVU_API AvuUrl *avu_url_parse_own(const char *text, GError **error);
/** RFC 3986 section 5; the result passes the same checks as avu_url_parse(). A link-local address gets
 *  the zone of base. */
AVU_API AvuUrl *avu_url_resolve(const AvuUrl *base, const char *reference, GError **error);
AVU_API AvuUrl *avu_url_copy(const AvuUrl *url);
AVU_API void avu_url_free(AvuUrl *url);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuUrl, avu_url_free)

AVU_API const char *avu_url_get_text(const AvuUrl *url);   /* whole */
AVU_API const char *avu_url_get_scheme(const AvuUrl *url); /* "http" or "https" */
AVU_API const char *avu_url_get_host(const AvuUrl *url);   /* IPv6 literal without brackets, "fe80::1%eth0" with a zone */
AVU_API uint16_t avu_url_get_port(const AvuUrl *url);
AVU_API const char *avu_url_get_target(const AvuUrl *url); /* path and query, starts with '/' */

/** Percent-encodes everything but unreserved characters; keep lists further octets to leave.
 *  @return g_free() it */
AVU_API char *avu_url_escape(const char *text, const char *keep);
/** Percent-decodes; NULL when malformed, when it hides a NUL, or when not UTF-8. g_free() it. */
AVU_API char *avu_url_unescape(const char *text, size_t len);

G_END_DECLS
