/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-response.h: an answer, as those who send it see it */
#pragma once

#include "http-table.h"

/** What kind of answer it is decides how long it may stand still. */
bool http_response_is_stream(const AvuHttpResponse *response);
AvuTraffic http_response_get_traffic(const AvuHttpResponse *response);
/** What the table wants to know of a stream; its file stays open until http_response_finish(). */
void http_response_describe(const AvuHttpResponse *response, HttpTransfer *transfer);
/** NULL when there is none. */
const char *http_response_get_header(const AvuHttpResponse *response, const char *name);
/** Octets of the body: of one that is made, those that were made so far. */
uint64_t http_response_count_octets(const AvuHttpResponse *response);
/** Says it at once, while the request's body is still coming, which libmicrohttpd cannot. The
 *  connection must be closed after it. Only for answers with a body in memory or none. */
void http_response_send_now(const AvuHttpResponse *response, int fd);
/** Has neither a body nor the length of one: 204, 304. */
bool http_response_is_bare(const AvuHttpResponse *response);

typedef enum {
	HTTP_HEAD_CLOSE = 1, /* the connection ends behind this answer */
	HTTP_HEAD_OLD = 2,   /* to a client of HTTP/1.0 */
} HttpHeadFlags;

/** From the status line to the empty one, as libmicrohttpd has it too. */
void http_response_format_head(const AvuHttpResponse *response, unsigned flags, GString *text);

typedef struct {
	uint64_t length; /* UINT64_MAX: unknown */
	int fd;          /* its part from offset on; -1: not of a file */
	uint64_t offset;
	const char *octets; /* in memory, or NULL */
	bool made;          /* by http_response_make() */
} HttpContent;

/** What follows the head; borrowed. */
HttpContent http_response_get_content(const AvuHttpResponse *response);
/** The next octets. @return 0: that was all; -1: fault */
ssize_t http_response_make(AvuHttpResponse *response, uint64_t position, char *buffer, size_t max);
/** Calls done, if there is one, and frees. */
void http_response_finish(AvuHttpResponse *response, bool sent, uint64_t octets);
