/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/delivery.h: answering a GET or HEAD for a media resource.
 *
 * Knows ranges, conditional requests and DLNA's headers; knows nothing of catalogues. Runs on the
 * connection's thread with an immutable description of the resource. */
#pragma once

#include <sys/stat.h>

#include <av-upnp/http-server.h>

G_BEGIN_DECLS

typedef struct {
	int fd;                       /* taken; -1 afterwards */
	const char *mime;
	const char *content_features; /* DLNA 4th field, for contentFeatures.dlna.org; may be NULL */
	const char *etag;             /* quoted; may be NULL */
	int64_t modified_s;           /* since 1970; 0: unknown */
	uint64_t size_bytes;
	const char *log_name;         /* for the access log (info); may be NULL */
} AvuDeliveryFile;

/** 200, 206, 304, 400, 406, 412 or 416 with the right headers (Accept-Ranges, Content-Range,
 *  transferMode.dlna.org, contentFeatures.dlna.org when asked).
 *  @clause DLNA HTTP rules, spec/dlna-http-transport.md */
AVU_API AvuHttpResponse *avu_deliver_file(const AvuHttpRequest *request, AvuDeliveryFile *file);

G_END_DECLS
