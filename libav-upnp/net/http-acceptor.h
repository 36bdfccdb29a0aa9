/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-acceptor.h: listeners of our own, and connections waiting until their request is there */
#pragma once

#include "http-counters.h"
#include "http-linger.h"
#include "http-table.h"

typedef struct HttpAcceptor HttpAcceptor;

/* A connection whose first head is there, unread. */
typedef struct {
	int fd;
	const struct sockaddr *peer;
	socklen_t peer_len;
	const char *octets; /* the head at least, if it is not longer than may be */
	size_t len;
} HttpFirst;

typedef struct {
	/* May this peer connect? */
	bool (*accept)(const AvuAddress *peer, const AvuAddress *local, void *data);
	/* Takes the descriptor, whether it returns true or false: then the table is to forget it. */
	bool (*serve)(const HttpFirst *first, void *data);
	void *data;
	const HttpCounters *counters;
} HttpAcceptorCalls; /* on the acceptor's thread; must not wait, must not call the acceptor */

/** Starts the thread, which also runs linger. @return NULL with IO */
HttpAcceptor *http_acceptor_new(
	HttpTable *table, HttpLinger *linger, const HttpAcceptorCalls *calls, GError **error);
/** Joins the thread, closes listeners and what waits. It can still be asked how much that is: nothing. */
void http_acceptor_stop(HttpAcceptor *acceptor);
void http_acceptor_free(HttpAcceptor *acceptor);
/** Connections that wait for their first head. @thread any */
size_t http_acceptor_count(HttpAcceptor *acceptor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpAcceptor, http_acceptor_free)

/** Listens on exactly these (their port counts) or, on failure, on what it did before.
 *  @thread any */
bool http_acceptor_listen(
	HttpAcceptor *acceptor, const AvuAddress *addresses, size_t n, GError **error);
