/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/http-upload.h: one file sent to a server by a thread that has nothing else to do */
#pragma once

#include <av-upnp/http-fetch.h>

G_BEGIN_DECLS

typedef struct {
	const char *method; /* "POST", "PUT" */
	const char *url;
	const char *const *headers; /* "Name: value", NULL-ended; may be NULL */
	int fd;                     /* of the file; borrowed, read by position */
	uint64_t offset;            /* first octet that is sent */
	uint64_t length;            /* octets that are sent */
	int64_t connect_timeout_ns;
	int64_t stall_timeout_ns; /* without an octet taken, and for the answer after the last one */
	/* octets sent so far; false ends it with AVU_ERROR_CANCELLED; may be NULL */
	bool (*progress)(uint64_t octets, void *data);
	void *data;
} AvuUpload;

/** Sends it and waits for the answer, whose body is of no interest.
 *  @return true when the server answered with any final status; false with UNREACHABLE, TIMEOUT,
 *          CANCELLED, DENIED, SYNTAX, IO (the file cannot be read, or has become shorter) @thread any */
AVU_API bool avu_http_upload(const AvuAddressPolicy *policy, const AvuUpload *upload,
	unsigned *ret_status, GError **error);

G_END_DECLS
