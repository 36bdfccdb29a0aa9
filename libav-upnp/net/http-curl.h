/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-curl.h: what every transfer of ours has in common */
#pragma once

#include <curl/curl.h>

#include <av-upnp/http-fetch.h>
#include <av-upnp/url.h>

#include "http-head.h"

/* What the address check of a transfer found out. */
typedef struct {
	AvuAddressPolicy policy;
	bool denied;
} HttpCurlGuard;

#define HTTP_CURL_URL_SHOWN 200 /* characters, in messages */

/** Before any other use of curl; as often as one likes. @thread any */
void http_curl_init(void);
/** A handle with the common rules: schemes as given ("http"), no proxy, no cookies, no redirect, no
 *  signal, every address asked about. @param guard  lives as long as the handle */
CURL *http_curl_new(const char *schemes, HttpCurlGuard *guard);

/** The host of the URL as an address with the URL's port; DENIED for names: nothing is looked up. */
bool http_curl_literal(const AvuUrl *url, AvuAddress *ret_address, GError **error);
/** Where the answer sends us, or NULL without error when it is no redirect. DENIED from https to
 *  http, SYNTAX */
AvuUrl *http_curl_redirect(const AvuUrl *from, const HttpHead *head, GError **error);
/** Header lines for curl. @return NULL with SYNTAX when a line holds a control character; the list
 *  is the caller's, to be freed with curl_slist_free_all() */
struct curl_slist *http_curl_lines(const char *const *headers, bool body, GError **error);
/** Names the URL and what curl said in our terms. */
void http_curl_set_error(GError **error, CURLcode code, const HttpCurlGuard *guard, bool over_limit,
	const AvuUrl *url);
