/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Header lines of GENA. Pure: no sockets, no state, any thread. That each line is there once is
 * checked by the HTTP server. */
#include "gena-headers.h"

#include <string.h>

#include <av-upnp/address.h>
#include <av-upnp/cursor.h>
#include <av-upnp/limits.h>

void
gena_request_free(GenaRequest *request)
{
	if (request == NULL) {
		return;
	}
	if (request->callbacks != NULL) {
		g_ptr_array_unref(request->callbacks);
	}
	g_free(request->sid);
	g_free(request);
}

static void
free_url(void *url)
{
	avu_url_free(url);
}

/* Only http and only literal addresses: a name could lead somewhere else at each delivery. */
static AvuUrl *
parse_callback(const AvuCursor *text)
{
	if (avu_cursor_len(text) > AVU_LIMIT_CALLBACK_URL) {
		return NULL;
	}
	g_autofree char *copy = avu_cursor_dup(text);
	g_autoptr(AvuUrl) url = avu_url_parse(copy, NULL);
	AvuAddress address;

	if (url == NULL || strcmp(avu_url_get_scheme(url), "http") != 0 ||
		!avu_address_parse(avu_url_get_host(url), &address) || address.port != 0) {
		return NULL;
	}
	return g_steal_pointer(&url);
}

/* "<http://…><http://…>", blanks between allowed; one bad URL spoils all. */
static GPtrArray *
parse_callbacks(const char *value)
{
	g_autoptr(GPtrArray) urls = g_ptr_array_new_with_free_func(free_url);
	AvuCursor in = avu_cursor_string(value);

	(void)avu_cursor_skip_blank(&in);
	while (!avu_cursor_at_end(&in)) {
		if (urls->len == AVU_LIMIT_CALLBACK_URLS || !avu_cursor_take_char(&in, '<')) {
			return NULL;
		}
		AvuCursor text = avu_cursor_take_until(&in, ">");
		AvuUrl *url = avu_cursor_take_char(&in, '>') ? parse_callback(&text) : NULL;

		if (url == NULL) {
			return NULL;
		}
		g_ptr_array_add(urls, url);
		(void)avu_cursor_skip_blank(&in);
	}
	return urls->len > 0 ? g_steal_pointer(&urls) : NULL;
}

unsigned
gena_parse_timeout(const char *timeout, unsigned fallback_s)
{
	AvuCursor in = avu_cursor_string(timeout != NULL ? timeout : "");
	uint64_t seconds;

	if (!avu_cursor_take_ci(&in, "Second-") ||
		!avu_cursor_take_uint(&in, UINT32_MAX, &seconds) || !avu_cursor_at_end(&in)) {
		return fallback_s;
	}
	return (unsigned)seconds;
}

GenaRequest *
gena_parse_subscribe(const char *sid, const char *nt, const char *callback, const char *timeout,
	unsigned *ret_status)
{
	g_autoptr(GenaRequest) request = g_new0(GenaRequest, 1);
	unsigned asked_s = gena_parse_timeout(timeout, AVU_LIMIT_SUBSCRIPTION_MAX_S);

	request->timeout_s =
		CLAMP(asked_s, AVU_LIMIT_SUBSCRIPTION_MIN_S, AVU_LIMIT_SUBSCRIPTION_MAX_S);
	if (sid != NULL) {
		if (nt != NULL || callback != NULL) {
			*ret_status = 400;
			return NULL;
		}
		request->sid = g_strdup(sid);
		return g_steal_pointer(&request);
	}
	if (nt != NULL && strcmp(nt, "upnp:event") == 0 && callback != NULL) {
		request->callbacks = parse_callbacks(callback);
	}
	if (request->callbacks == NULL) {
		*ret_status = 412;
		return NULL;
	}
	return g_steal_pointer(&request);
}

GenaRequest *
gena_parse_unsubscribe(const char *sid, const char *nt, const char *callback, unsigned *ret_status)
{
	if (sid == NULL || nt != NULL || callback != NULL) {
		*ret_status = sid == NULL ? 412 : 400;
		return NULL;
	}
	GenaRequest *request = g_new0(GenaRequest, 1);

	request->sid = g_strdup(sid);
	return request;
}

unsigned
gena_check_notify(
	const char *nt, const char *nts, const char *sid, const char *seq, uint32_t *ret_seq)
{
	uint64_t number;

	if (nt == NULL || nts == NULL) {
		return 400;
	}
	if (strcmp(nt, "upnp:event") != 0 || strcmp(nts, "upnp:propchange") != 0 || sid == NULL ||
		*sid == '\0') {
		return 412;
	}
	if (seq == NULL || !avu_parse_uint(seq, UINT32_MAX, &number)) {
		return 400;
	}
	*ret_seq = (uint32_t)number;
	return 200;
}
