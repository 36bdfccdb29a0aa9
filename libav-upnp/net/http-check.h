/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-check.h: is this request head one that we answer? */
#pragma once

#include <av-upnp/cursor.h>
#include <av-upnp/http-server.h>

typedef struct {
	const char *name;
	size_t name_len;
	const char *value; /* a NUL stands behind value_len octets */
	size_t value_len;
} HttpLine;

typedef struct {
	const char *method;
	const char *version;
	const char *target; /* as sent, with query */
	const HttpLine *lines;
	size_t n_lines;
	AvuAddress local; /* with the port we listen on */
} HttpHead;

typedef struct {
	unsigned status; /* 0: go on. Else: answer this, close, interpret nothing that follows */
	const char *why; /* static; holds nothing of the request */
	AvuHttpMethod method;
	AvuCursor path; /* into head->target */
	AvuCursor query;
	bool http10;
	bool has_body;
	uint64_t body_len; /* UINT64_MAX: chunked */
} HttpVerdict;

/** @clause SEC-040, 041, 043…045, 048, 054; LIM-05 @thread any */
HttpVerdict http_check(const HttpHead *head);

/** A head as it came, before libmicrohttpd makes lines of it: it would cut at a NUL, take a lone CR for
 *  the end of a line, join folded lines, and say its own refusal of a bad length twice.
 *  @param len  the whole head is in there
 *  @return true: go on; false: 400 and close @clause SEC-043, 044 */
bool http_check_raw(const char *octets, size_t len);

/** "GET"; static, NULL for what is none. */
const char *http_method_name(AvuHttpMethod method);
/** "GET, HEAD" for the Allow line. g_free() it. */
char *http_methods_format(unsigned methods);
