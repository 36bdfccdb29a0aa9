/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-flow.h: one connection on whose socket media leave: its pace, and what the kernel says of it */
#pragma once

#include "http-table.h"

/* All of these: under the table's lock. */

/** Nothing of an answer was taken for a minute, though it was there. */
bool http_flow_is_stalled(const HttpConnection *connection, int64_t now_ns);
/** Its peer, which is still there, has not got all that was sent to it. */
bool http_flow_has_tail(const HttpConnection *connection);
/** Octets that the peer has sent, read by us or not. */
uint64_t http_flow_count_heard(const HttpConnection *connection);
/** Forgets the transfer, and what was done to the socket for it and for no other. */
void http_flow_forget(HttpConnection *connection);
/** Chooses the pace of the transfer that begins; http_flow_set_pace() or http_flow_divide() sets it. */
void http_flow_begin(const AvuHttpQos *qos, HttpConnection *connection);
void http_flow_set_pace(HttpConnection *connection, uint64_t octets_per_s);
/** Sets the paces of all that stream, so that the caps of qos are kept. */
void http_flow_divide(const AvuHttpQos *qos, HttpConnection **streams, size_t n);
/** A look at it.
 *  @param ret_changed  another pace is wanted from now on
 *  @return why it must end */
HttpCut http_flow_look(
	const AvuHttpQos *qos, HttpConnection *connection, int64_t now_ns, bool *ret_changed);
/** @return its object is the caller's */
AvuHttpTransfer http_flow_describe(const HttpConnection *connection);
