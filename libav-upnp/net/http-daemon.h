/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-daemon.h: what libmicrohttpd calls for each request, on the thread of its connection */
#pragma once

#include <microhttpd.h>

#include "http-request.h"

/* data: HttpRequestContext, of all three. */
void *http_daemon_on_target(void *data, const char *target, struct MHD_Connection *connection);
enum MHD_Result http_daemon_on_request(void *data, struct MHD_Connection *connection,
	const char *url, const char *method, const char *version, const char *octets, size_t *len,
	void **request_data);
void http_daemon_on_completed(void *data, struct MHD_Connection *connection, void **request_data,
	enum MHD_RequestTerminationCode code);
/** Hands an answer to libmicrohttpd; of http-response. close: nothing that follows on this connection is interpreted.
 *  @return false: the connection must be cut */
bool http_response_queue(
	AvuHttpResponse *response, struct MHD_Connection *connection, bool close, bool head);
