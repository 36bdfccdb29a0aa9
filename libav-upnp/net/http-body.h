/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-body.h: a request's body, collected or handed on while it arrives */
#pragma once

#include "http-buffer.h"
#include "http-route.h"

typedef struct {
	const HttpRoute *route;
	bool streams; /* handed on */
	bool begun;   /* free is owed */
	AvuHttpUpload upload;
	uint64_t received;
	HttpBuffer collected;
} HttpBody;

/** @param body  zeroed  @param length  UINT64_MAX: chunked
 *  @return NULL: go on, upload holds limit and deadline; else the answer */
AvuHttpResponse *http_body_begin(
	HttpBody *body, const HttpRoute *route, const AvuHttpRequest *request, uint64_t length);
/** @return NULL: go on; else the answer, which has a body in memory */
AvuHttpResponse *http_body_take(HttpBody *body, const char *octets, size_t len);
/** The handler's answer; never NULL. */
AvuHttpResponse *http_body_end(HttpBody *body, const AvuHttpRequest *request);
void http_body_clear(HttpBody *body);
