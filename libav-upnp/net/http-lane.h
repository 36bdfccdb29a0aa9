/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-lane.h: connections whose requests are GETs and HEADs of direct routes, without libmicrohttpd */
#pragma once

#include <sys/socket.h>

#include "http-linger.h"
#include "http-request.h"

typedef struct HttpLane HttpLane;

/* Takes the descriptor, whether it returns true or false; of it nothing was read since the last whole request. */
typedef bool (*HttpLaneHandOn)(int fd, const struct sockaddr *peer, socklen_t len, void *data);

/** @param hand_on  for what is no matter of the lane; on the connection's thread */
HttpLane *http_lane_new(
	const HttpRequestContext *context, HttpLinger *linger, HttpLaneHandOn hand_on, void *data);
/** Waits for its threads: their connections must have been ended, by the table. */
void http_lane_free(HttpLane *lane);
/** Is it a connection for the lane? @param octets  a whole head */
bool http_lane_wants(const HttpLane *lane, const char *octets, size_t len);
/** Serves it on a thread of its own, @param stack  octets of that. @param fd  taken, and in the table.
 *  @return false: there is no thread; it was answered 503 and closed */
bool http_lane_serve(
	HttpLane *lane, int fd, const struct sockaddr *peer, socklen_t len, size_t stack);
