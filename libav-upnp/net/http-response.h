/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-response.h: from our answer to libmicrohttpd's */
#pragma once

#include <microhttpd.h>

#include <av-upnp/http-server.h>

/** What kind of answer it is decides how long it may stand still. */
bool http_response_is_stream(const AvuHttpResponse *response);
/** Queues it. close: nothing that follows on this connection is interpreted.
 *  @return false: the connection must be cut */
bool http_response_queue(
	AvuHttpResponse *response, struct MHD_Connection *connection, bool close, bool head);
/** Says it at once, while the request's body is still coming, which libmicrohttpd cannot. The
 *  connection must be closed after it. Only for answers with a body in memory or none. */
void http_response_send_now(const AvuHttpResponse *response, int fd);
/** Calls done, if there is one, and frees. */
void http_response_finish(AvuHttpResponse *response, bool sent);
