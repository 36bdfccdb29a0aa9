/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/http-stream.h: reading media from a peer, blocking, on a thread of the caller's */
#pragma once

#include <av-upnp/http-fetch.h>

G_BEGIN_DECLS

typedef struct {
	unsigned status;
	int64_t total_bytes; /* whole resource; -1: unknown */
	uint64_t offset;     /* of the first octet that follows (0 if the peer ignored the range) */
	bool ranges;         /* the peer honours byte ranges */
	const char *mime;    /* may be NULL */
	const GHashTable *headers;
} AvuStreamHead;

typedef struct {
	const char *url;
	uint64_t offset; /* Range from here; 0: no Range header */
	const char *const *headers;
	unsigned redirects;
	int64_t connect_timeout_ns; /* until the head is complete */
	int64_t stall_timeout_ns;   /* without an octet while body() is ready to take some */
	/* All on the calling thread; false ends the transfer (AVU_ERROR_CANCELLED). body may block. */
	bool (*head)(const AvuStreamHead *head, void *data);
	bool (*body)(const char *octets, size_t len, void *data);
	/* Polled at least every 100 ms while waiting: true ends the transfer. */
	bool (*cancelled)(void *data);
	void *data;
} AvuStreamRequest;

/** Runs one GET to its end.
 *  @return true at the regular end of the body; false with UNREACHABLE, TIMEOUT, CANCELLED, DENIED,
 *          NOT_FOUND (404, 410), FAILED (other status, named) @thread any */
AVU_API bool avu_http_stream(
	const AvuAddressPolicy *policy, const AvuStreamRequest *request, GError **error);

G_END_DECLS
