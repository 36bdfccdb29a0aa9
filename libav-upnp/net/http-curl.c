/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules that hold for each transfer, whether small (http-fetch) or media (http-stream). No state of
 * its own; any thread. Limits from limits.h. */
#include "config.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/neighbour.h>
#include <av-upnp/text.h>

#include "http-curl.h"

static void
init_library(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

bool
avu_address_policy_get_source(
	const AvuAddressPolicy *policy, const AvuAddress *peer, AvuAddress *ret_source)
{
	if (policy->source.family != peer->family ||
		avu_address_class(peer) == AVU_ADDRESS_LOOPBACK) {
		return false;
	}
	*ret_source = policy->source;
	return true;
}

/* @return CURL_SOCKET_BAD when the policy's source address is not ours any more */
static curl_socket_t
open_from(const AvuAddressPolicy *policy, const struct curl_sockaddr *where, const AvuAddress *peer)
{
	int fd = socket(where->family, where->socktype | SOCK_CLOEXEC, where->protocol);
	AvuAddress source;

	if (fd >= 0 && avu_address_policy_get_source(policy, peer, &source)) {
		struct sockaddr_storage address;
		const socklen_t len = avu_address_to_sockaddr(&source, &address);

		if (bind(fd, (const struct sockaddr *)&address, len) != 0) {
			(void)close(fd);
			fd = CURL_SOCKET_BAD;
		}
	}
	return fd;
}

static bool
is_allowed(const HttpCurlGuard *guard, const AvuAddress *address)
{
	return avu_address_class(address) != AVU_ADDRESS_OTHER &&
	       (guard->policy.allow == NULL || guard->policy.allow(address, guard->policy.data));
}

static bool
try_zone(const HttpCurlGuard *guard, struct curl_sockaddr *where, AvuAddress *address,
	uint32_t scope_id)
{
	struct sockaddr_storage scoped;
	AvuAddress there = *address;

	there.scope_id = scope_id;
	if (scope_id == 0 || !is_allowed(guard, &there)) {
		return false;
	}
	*address = there;
	memcpy(&where->addr, &scoped, avu_address_to_sockaddr(&there, &scoped));
	return true;
}

/* A device gives URLs at its link-local address without a zone, which means something on the reader's host alone: where
 * it was heard, else the first of our interfaces that has such addresses and that the policy lets through. */
static void
take_zone(const HttpCurlGuard *guard, struct curl_sockaddr *where, AvuAddress *address)
{
	struct ifaddrs *list = NULL;
	bool found = false;

	if (address->family != AF_INET6 || address->scope_id != 0 ||
		avu_address_class(address) != AVU_ADDRESS_LINK_LOCAL ||
		try_zone(guard, where, address, avu_neighbour_find(address)) ||
		getifaddrs(&list) != 0) {
		return;
	}
	for (const struct ifaddrs *at = list; at != NULL && !found; at = at->ifa_next) {
		AvuAddress own;

		if (at->ifa_addr == NULL || (at->ifa_flags & IFF_UP) == 0 ||
			!avu_address_from_sockaddr(
				at->ifa_addr, sizeof(struct sockaddr_in6), &own) ||
			own.family != AF_INET6 || own.scope_id == 0) {
			continue;
		}
		found = try_zone(guard, where, address, own.scope_id);
	}
	freeifaddrs(list);
}

/* The address in the argument is the one that would be connected to, after any look-up: a check of
 * the URL's text alone could be rebound. */
static curl_socket_t
open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *where)
{
	HttpCurlGuard *guard = data;
	AvuAddress address;

	if (purpose != CURLSOCKTYPE_IPCXN ||
		!avu_address_from_sockaddr(&where->addr, where->addrlen, &address)) {
		guard->denied = true;
		return CURL_SOCKET_BAD;
	}
	take_zone(guard, where, &address);
	if (!is_allowed(guard, &address)) {
		guard->denied = true;
		return CURL_SOCKET_BAD;
	}
	return open_from(&guard->policy, where, &address);
}

void
http_curl_init(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, init_library);
}

CURL *
http_curl_new(const char *schemes, HttpCurlGuard *guard)
{
	CURL *easy;

	http_curl_init();
	easy = curl_easy_init();
	if (easy == NULL) {
		return NULL;
	}
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, schemes);
	curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, avu_product_token());
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, guard);
	return easy;
}

bool
http_curl_literal(const AvuUrl *url, AvuAddress *ret_address, GError **error)
{
	if (!avu_address_parse(avu_url_get_host(url), ret_address)) {
		g_autofree char *shown =
			avu_text_for_display(avu_url_get_host(url), HTTP_CURL_URL_SHOWN);

		g_set_error(error, AVU_ERROR, AVU_ERROR_DENIED,
			"host '%s' is a name, and names are not looked up", shown);
		return false;
	}
	ret_address->port = avu_url_get_port(url);
	return true;
}

AvuUrl *
http_curl_redirect(const AvuUrl *from, const HttpHead *head, GError **error)
{
	static const unsigned statuses[] = { 301, 302, 303, 307, 308 };
	const char *location = g_hash_table_lookup(head->headers, "location");

	for (size_t i = 0; location != NULL && i < G_N_ELEMENTS(statuses); i++) {
		g_autoptr(AvuUrl) to = NULL;

		if (statuses[i] != head->status) {
			continue;
		}
		to = avu_url_resolve(from, location, error);
		if (to != NULL && strcmp(avu_url_get_scheme(from), "https") == 0 &&
			strcmp(avu_url_get_scheme(to), "https") != 0) {
			g_set_error(
				error, AVU_ERROR, AVU_ERROR_DENIED, "redirect from https to http");
			return NULL;
		}
		return g_steal_pointer(&to);
	}
	return NULL;
}

static bool
is_line(const char *line)
{
	for (const char *p = line; *p != '\0'; p++) {
		if (((unsigned char)*p < ' ' && *p != '\t') || *p == 0x7f) {
			return false;
		}
	}
	return strchr(line, ':') != NULL;
}

struct curl_slist *
http_curl_lines(const char *const *headers, bool body, GError **error)
{
	/* Without these curl adds lines of its own that old devices stumble over. */
	struct curl_slist *list = curl_slist_append(curl_slist_append(NULL, "Expect:"), "Accept:");
	bool typed = false;

	for (size_t i = 0; headers != NULL && headers[i] != NULL; i++) {
		if (!is_line(headers[i])) {
			curl_slist_free_all(list);
			g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX,
				"header line %zu holds a control character or no colon", i + 1);
			return NULL;
		}
		typed = typed || g_ascii_strncasecmp(headers[i], "Content-Type:", 13) == 0;
		list = curl_slist_append(list, headers[i]);
	}
	if (body && !typed) {
		list = curl_slist_append(list, "Content-Type:");
	}
	return list;
}

void
http_curl_set_error(GError **error, CURLcode code, const HttpCurlGuard *guard, bool over_limit,
	const AvuUrl *url)
{
	static const struct {
		CURLcode code;
		AvuError error;
	} kinds[] = {
		{ CURLE_OPERATION_TIMEDOUT, AVU_ERROR_TIMEOUT },
		{ CURLE_FILESIZE_EXCEEDED, AVU_ERROR_LIMIT },
		{ CURLE_OUT_OF_MEMORY, AVU_ERROR_LIMIT }, /* 7.88: header line without end */
		{ CURLE_WEIRD_SERVER_REPLY, AVU_ERROR_SYNTAX },
		{ CURLE_UNSUPPORTED_PROTOCOL, AVU_ERROR_SYNTAX }, /* answer without status line */
		{ CURLE_URL_MALFORMAT, AVU_ERROR_SYNTAX },
		{ CURLE_BAD_CONTENT_ENCODING, AVU_ERROR_SYNTAX },
#if LIBCURL_VERSION_NUM >= 0x080600
		{ CURLE_TOO_LARGE, AVU_ERROR_LIMIT },
#endif
	};
	g_autofree char *shown = avu_text_for_display(avu_url_get_text(url), HTTP_CURL_URL_SHOWN);
	AvuError kind = AVU_ERROR_UNREACHABLE;

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (kinds[i].code == code) {
			kind = kinds[i].error;
		}
	}
	if (over_limit || kind == AVU_ERROR_LIMIT) {
		g_set_error(
			error, AVU_ERROR, AVU_ERROR_LIMIT, "%s: the answer is too large", shown);
	} else if (guard->denied) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_DENIED,
			"%s: this address may not be connected to", shown);
	} else {
		g_set_error(error, AVU_ERROR, kind, "%s: %s", shown, curl_easy_strerror(code));
	}
}
