/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/http-stream.h: media from peers and to them: long transfers that stop and go.
 *
 * A streamer and its transfers belong to one thread, which turns it. Names are looked up here
 * (internet radio has no others); a name stays what it was at its first connection (SEC-181). */
#pragma once

#include <av-upnp/http-fetch.h>

G_BEGIN_DECLS

typedef struct AvuStreamer AvuStreamer; /* all transfers of a thread */
typedef struct AvuStream AvuStream;     /* one transfer */

/* The head of an answer of any status; borrowed for the call. */
typedef struct {
	unsigned status;
	int64_t total_bytes;       /* whole resource; -1: unknown */
	uint64_t offset;           /* of the first octet that follows; 0 but for 206 */
	bool ranges;               /* the peer honours byte ranges */
	const char *mime;          /* may be NULL */
	const GHashTable *headers; /* lower-case name → value */
	const char *url;           /* that answered, after all redirects */
} AvuStreamHead;

typedef struct {
	const char *url;
	uint64_t offset;      /* Range from here; 0, without length: no Range header */
	uint64_t length;      /* so many octets of it; 0: to its end */
	const char *if_range; /* entity tag or date that the range must belong to; may be NULL */
	const char *const *headers;
	const char *
		private_header; /* one more, not told to a host that a redirect leads to; may be NULL */
	unsigned redirects;
	/* Makes it a POST of so many octets: fills buffer, at most max; 0 before the end: cut off. NULL: a
	 * GET. head_timeout_ns then spans the whole body. */
	size_t (*send)(char *buffer, size_t max, void *data);
	uint64_t send_bytes;
	int64_t connect_timeout_ns; /* name, address, TLS */
	int64_t head_timeout_ns;    /* absolute: until the head is complete, over all redirects */
	/* All of these are called within avu_streamer_turn(); none may free a stream but done. */
	/* false ends the transfer with AVU_ERROR_CANCELLED; the body of a refused answer is not for us. */
	bool (*head)(const AvuStreamHead *head, void *data);
	/* @return octets taken; when fewer, the transfer pauses and the rest is offered again */
	size_t (*body)(const char *octets, size_t len, void *data);
	/* Last call. error is NULL at the regular end of the body, else UNREACHABLE, TIMEOUT, DENIED,
	 * SYNTAX, LIMIT, CANCELLED. */
	void (*done)(const GError *error, void *data);
	void *data;
} AvuStreamRequest;

/** @param policy  copied; NULL: as for avu_fetcher_new() */
AVU_API AvuStreamer *avu_streamer_new(const AvuAddressPolicy *policy);
/** After all its streams were freed. */
AVU_API void avu_streamer_free(AvuStreamer *streamer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuStreamer, avu_streamer_free)

/** Waits until a transfer moves, one of fds is readable, or deadline_ns (avu_now_ns() scale), and
 *  runs what is due. @param n_fds  at most AVU_STREAMER_FDS; the caller drains them */
AVU_API void avu_streamer_turn(
	AvuStreamer *streamer, const int *fds, size_t n_fds, int64_t deadline_ns);
#define AVU_STREAMER_FDS 4

/** Starts one GET, or POST.
 *  @return owned by the caller; NULL with SYNTAX or LIMIT for a malformed URL or header */
AVU_API AvuStream *avu_stream_new(
	AvuStreamer *streamer, const AvuStreamRequest *request, GError **error);
/** Ends it without calling done. */
AVU_API void avu_stream_free(AvuStream *stream);
/** After body() took less than it was given. */
AVU_API void avu_stream_resume(AvuStream *stream);

G_END_DECLS
