/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-table.h: the connections that are being served, and until when each may stay */
#pragma once

#include <av-upnp/http-server.h>
#include <av-upnp/tfrc.h>

#include "http-pace.h"

typedef enum {
	HTTP_HANDED, /* given to who serves it, whose thread has not read it yet */
	HTTP_BODY,   /* its request's body is arriving */
	HTTP_ANSWER, /* handler at work, or a small answer on its way */
	HTTP_STREAM, /* media on its way: stands still while a player pauses */
	HTTP_IDLE,   /* between two requests, or in the head of the next */
} HttpState;

/* Why a connection was ended by us. */
typedef enum {
	HTTP_CUT_NONE,
	HTTP_CUT_DEADLINE,
	HTTP_CUT_ROOM,    /* idle or stalled, and others wanted its place */
	HTTP_CUT_ADDRESS, /* the local address is gone, or the server ends */
	HTTP_CUT_GONE,    /* nothing has been heard of the peer, though it ought to answer */
	HTTP_CUT_STALLED, /* its player has paused for too long */
	HTTP_CUT_SHRUNK,  /* its file has become shorter than was announced */
} HttpCut;

/* Of the answer at work. */
typedef struct {
	const char *object; /* valid until the connection is marked anew */
	int file_fd;        /* -1: none; likewise */
	uint64_t file_end;
	uint64_t media_octets_per_s;
	uint64_t length; /* UINT64_MAX: unknown */
} HttpTransfer;

typedef struct {
	uint64_t wanted;    /* now, without caps */
	uint64_t set;       /* what the socket has */
	uint64_t burst_end; /* octets sent by the connection when the steady pace begins */
	int64_t check_ns;   /* look whether it has; AVU_TIME_NONE: steady */
	bool low_water;     /* the socket keeps little unsent */
	HttpPaceWatch watch;
	bool raised; /* it was starved, and has the priority against that */
} HttpConnectionPace;

typedef struct {
	int fd;
	uint64_t serial; /* descriptors come round again, this does not */
	uint64_t cookie; /* nor does the kernel's; 0: it has none */
	AvuAddress peer;
	AvuAddress local; /* with port */
	HttpState state;
	bool started;          /* who serves it owns fd and tells us before it closes it */
	HttpCut cut;           /* was shut down, its thread will notice */
	bool linger;           /* answered while its peer may still send; its thread's */
	AvuTraffic traffic;    /* marks that the socket has; its thread's */
	int64_t since_ns;      /* in this state */
	int64_t deadline_ns;   /* AVU_TIME_NONE: none */
	uint64_t heard_octets; /* received when it became idle */
	bool in_head;          /* and there was more since */
	bool away;             /* its address is not ours now */
	int64_t away_ns;       /* since when */
	HttpTransfer transfer;
	HttpConnectionPace pace;
	AvuTfrcHistory history;
	uint32_t seen_segments; /* as the kernel counts, wrapping */
	uint32_t seen_losses;
	int64_t seen_ns;
	uint64_t taken_octets; /* acknowledged by the peer when it was looked at last */
	int64_t taken_ns;      /* when that was more than before */
} HttpConnection;              /* guarded by the table's lock where nothing else is said */

typedef struct HttpTable HttpTable;

HttpTable *http_table_new(void);
void http_table_free(HttpTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpTable, http_table_free)

/* Before anything else. */
void http_table_set_qos(HttpTable *table, const AvuHttpQos *qos);
void http_table_set_max(HttpTable *table, unsigned served);
void http_table_set_cut_counter(HttpTable *table, AvuCounter *counter);
/** @param wake  called, on any thread and under the table's lock, when http_table_sweep() is wanted earlier than it
 *               said last; NULL: never */
void http_table_set_wake(HttpTable *table, void (*wake)(void *data), void *data);
const AvuHttpQos *http_table_get_qos(const HttpTable *table);

/* All of these: @thread any. */

/** To be called before the descriptor is handed over. */
void http_table_add(HttpTable *table, int fd, const AvuAddress *peer, const AvuAddress *local);
/** The hand-over failed. */
void http_table_remove(HttpTable *table, int fd);
/** Its thread took it. @return valid until http_table_end; NULL when it was never added */
HttpConnection *http_table_start(HttpTable *table, int fd);
/** It goes on to libmicrohttpd from who started it; connection is not valid any more.
 *  @return its serial, for http_table_forget() */
uint64_t http_table_hand_on(HttpTable *table, HttpConnection *connection);
/** Who was to take it did not, and has closed it: nothing happens when the descriptor is another's by now. */
void http_table_forget(HttpTable *table, int fd, uint64_t serial);
/** Before its thread closes the descriptor. */
void http_table_end(HttpTable *table, HttpConnection *connection);
/** Forgets the transfer, if there was one. */
void http_table_mark(
	HttpTable *table, HttpConnection *connection, HttpState state, int64_t deadline_ns);
/** Now HTTP_STREAM: paces it and watches its file. */
void http_table_mark_stream(
	HttpTable *table, HttpConnection *connection, const HttpTransfer *transfer);
size_t http_table_count(HttpTable *table);
size_t http_table_count_streams(HttpTable *table);
/** Why we ended it, if we did. */
HttpCut http_table_get_cut(HttpTable *table, const HttpConnection *connection);
/** Ends what is over its deadline, sets paces that are due.
 *  @return when it wants to be called again; AVU_TIME_NONE: nobody is there */
int64_t http_table_sweep(HttpTable *table, int64_t now_ns);
/** Is there place for one more of this client? All of an IPv6 /64 are one. Ends an idle or long stalled connection to make it. The
 *  last tenth of the places is for clients that have few.
 *  @return false: answer 503 */
bool http_table_make_room(HttpTable *table, const AvuAddress *peer);
/** Ends the longest idle connection, or a long stalled one, if there is any. */
void http_table_cut_idle(HttpTable *table);
/** Ends connections whose local address is not among the n; streams only when it is not again in the time of
 *  http_table_set_away(): their interface may have lost its cable for a moment. n may be 0. */
void http_table_keep_local(HttpTable *table, const AvuAddress *addresses, size_t n);
/** AVU_LIMIT_HTTP_AWAY_NS if it is not set. */
void http_table_set_away(HttpTable *table, int64_t away_ns);
/** Ends all. */
void http_table_cut_all(HttpTable *table);
/** AvuHttpTransfer of every stream; g_array_unref() it. */
GArray *http_table_list_transfers(HttpTable *table);
