/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-curl.h: what every transfer of ours has in common */
#pragma once

#include <curl/curl.h>

#include <av-upnp/http-fetch.h>
#include <av-upnp/url.h>

/* Head of an answer while it arrives (LIM-22). Interim answers count too. */
typedef struct {
	GHashTable *headers; /* lower-case name → value of the last line of that name */
	size_t octets;
	unsigned lines;
	unsigned status; /* of the block under way or complete */
	bool complete;   /* the empty line of a final answer was seen */
} HttpCurlHead;

/* What the address check of a transfer found out. */
typedef struct {
	AvuAddressPolicy policy;
	bool denied;
} HttpCurlGuard;

/** A handle with the common rules: schemes as given ("http"), no proxy, no cookies, no redirect, no
 *  signal, every address asked about. @param guard  lives as long as the handle */
CURL *http_curl_new(const char *schemes, HttpCurlGuard *guard);

void http_curl_head_init(HttpCurlHead *head);
void http_curl_head_clear(HttpCurlHead *head);
/** Takes one header line as curl delivers it. @return false at a limit */
bool http_curl_head_take(HttpCurlHead *head, const char *line, size_t len);

/** The host of the URL as an address with the URL's port; DENIED for names: nothing is looked up. */
bool http_curl_literal(const AvuUrl *url, AvuAddress *ret_address, GError **error);
/** Where the answer sends us, or NULL without error when it is no redirect. DENIED from https to
 *  http, SYNTAX */
AvuUrl *http_curl_redirect(const AvuUrl *from, const HttpCurlHead *head, GError **error);
/** Header lines for curl. @return NULL with SYNTAX when a line holds a control character; the list
 *  is the caller's, to be freed with curl_slist_free_all() */
struct curl_slist *http_curl_lines(const char *const *headers, bool body, GError **error);
/** Names the URL and what curl said in our terms. */
void http_curl_set_error(GError **error, CURLcode code, const HttpCurlGuard *guard, bool over_limit,
	const AvuUrl *url);
