/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-request.h: what libmicrohttpd calls for each request, on the thread of its connection */
#pragma once

#include <microhttpd.h>

#include "http-counters.h"
#include "http-route.h"
#include "http-table.h"

/* Immutable while requests run; the cls of all three. */
typedef struct {
	HttpRoutes *routes;
	HttpTable *table;
	HttpCounters counters;
} HttpRequestContext;

void *http_request_on_target(void *data, const char *target, struct MHD_Connection *connection);
enum MHD_Result http_request_on_request(void *data, struct MHD_Connection *connection,
	const char *url, const char *method, const char *version, const char *octets, size_t *len,
	void **request_data);
void http_request_on_completed(void *data, struct MHD_Connection *connection, void **request_data,
	enum MHD_RequestTerminationCode code);
