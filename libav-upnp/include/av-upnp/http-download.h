/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/http-download.h: one resource read to its end by a thread that has nothing else to do */
#pragma once

#include <av-upnp/http-stream.h>

G_BEGIN_DECLS

typedef struct {
	const char *url;
	uint64_t offset; /* Range from here; 0: no Range header */
	const char *const *headers;
	const char *private_header; /* as in AvuStreamRequest; may be NULL */
	unsigned redirects;
	int64_t head_timeout_ns;  /* until the head is complete */
	int64_t stall_timeout_ns; /* without an octet; the time body() takes does not count */
	/* Of 200 and 206; false ends it with AVU_ERROR_CANCELLED, in both. */
	bool (*head)(const AvuStreamHead *head, void *data);
	bool (*body)(const char *octets, size_t len, void *data);
	void *data;
} AvuDownload;

/** Runs one GET to its end.
 *  @return true at the regular end of the body; false with UNREACHABLE, TIMEOUT, CANCELLED, DENIED,
 *          SYNTAX, LIMIT, NOT_FOUND (404, 410), FAILED (other status, named) @thread any */
AVU_API bool avu_http_download(
	const AvuAddressPolicy *policy, const AvuDownload *download, GError **error);

G_END_DECLS
