/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-table.h: the connections that are being served, and until when each may stay */
#pragma once

#include <av-upnp/address.h>

typedef enum {
	HTTP_HANDED, /* given to libmicrohttpd, whose thread has not read it yet */
	HTTP_BODY,   /* its request's body is arriving */
	HTTP_ANSWER, /* handler at work, or a small answer on its way */
	HTTP_STREAM, /* media on its way: stands still while a player pauses */
	HTTP_IDLE,   /* between two requests, or in the head of the next */
} HttpState;

typedef struct {
	int fd;
	AvuAddress peer;
	AvuAddress local; /* with port */
	HttpState state;
	bool started;        /* libmicrohttpd owns fd and tells us before it closes it */
	bool ended;          /* was shut down, its thread will notice */
	bool linger;         /* answered while its peer may still send; its thread's */
	int64_t since_ns;    /* in this state */
	int64_t deadline_ns; /* AVU_TIME_NONE: none */
} HttpConnection;

typedef struct HttpTable HttpTable;

HttpTable *http_table_new(void);
void http_table_free(HttpTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpTable, http_table_free)

/* All of these: @thread any. */

/** To be called before the descriptor is handed over. */
void http_table_add(HttpTable *table, int fd, const AvuAddress *peer, const AvuAddress *local);
/** The hand-over failed. */
void http_table_remove(HttpTable *table, int fd);
/** libmicrohttpd took it. @return valid until http_table_end; NULL when it was never added */
HttpConnection *http_table_start(HttpTable *table, int fd);
/** Before libmicrohttpd closes the descriptor. */
void http_table_end(HttpTable *table, HttpConnection *connection);
void http_table_mark(
	HttpTable *table, HttpConnection *connection, HttpState state, int64_t deadline_ns);
size_t http_table_count(HttpTable *table);
/** Ends what is over its deadline. */
void http_table_sweep(HttpTable *table, int64_t now_ns);
/** Is there place for one more? Ends an idle or long stalled connection to make it.
 *  @return false: answer 503 */
bool http_table_make_room(HttpTable *table);
/** Ends connections whose local address is not among the n. n may be 0. */
void http_table_keep_local(HttpTable *table, const AvuAddress *addresses, size_t n);
