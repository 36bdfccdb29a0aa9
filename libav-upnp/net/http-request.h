/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-request.h: one request on its way, of http-daemon or of http-lane; on the thread of its connection */
#pragma once

#include "http-body.h"
#include "http-check.h"
#include "http-counters.h"
#include "http-route.h"
#include "http-table.h"

/* Immutable while requests run. */
typedef struct {
	HttpRoutes *routes;
	HttpTable *table;
	HttpCounters counters;
} HttpRequestContext;

struct AvuHttpRequest {
	const HttpRequestContext *context;
	HttpConnection *link; /* NULL: the table does not know it */
	int fd;
	const char *target;    /* as sent; borrowed */
	const HttpLine *lines; /* borrowed; no blanks before a value */
	size_t n_lines;
	char *path;
	char *query;
	const HttpRoute *route;
	AvuHttpMethod method;
	const char *method_name; /* NULL: none of ours */
	int64_t begin_ns;
	bool http10;
	HttpBody body;
	AvuHttpResponse *response; /* on its way */
	uint64_t given;            /* of its body, to the kernel; said before the end */
	GPtrArray *made;           /* header values handed out as copies */
};

/** Method, path, query and route of a head that was found good; route stays NULL when there is none. */
void http_request_take_verdict(AvuHttpRequest *request, const HttpVerdict *verdict);
/** Marks socket and table for the answer that goes now. @param response  taken
 *  @param ret_transfer  set when it is a stream
 *  @return whether it is one: may stand still as long as its reader pauses */
bool http_request_mark(
	AvuHttpRequest *request, AvuHttpResponse *response, HttpTransfer *ret_transfer);
/** Octets that a socket was given since it is one. */
uint64_t http_request_count_written(int fd);
/** Why its connection broke. @param known  what its thread saw; NULL: the socket is to say it */
const char *http_request_explain(const AvuHttpRequest *request, const char *known);
/** Counts and tells, and frees all but request itself. @param broken  why; NULL: its answer is out */
void http_request_end(AvuHttpRequest *request, const char *broken);
