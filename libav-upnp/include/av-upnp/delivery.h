/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/delivery.h: answering a GET or HEAD for a media resource.
 *
 * Knows ranges in octets and time, conditional requests and DLNA's headers; knows nothing of
 * catalogues. Runs on the connection's thread with a description that nobody changes meanwhile. */
#pragma once

#include <av-upnp/client-profile.h>
#include <av-upnp/http-server.h>
#include <av-upnp/media-source.h>

G_BEGIN_DECLS

typedef enum {
	AVU_MEDIA_OTHER, /* subtitles, playlists: like a picture */
	AVU_MEDIA_AUDIO,
	AVU_MEDIA_VIDEO,
	AVU_MEDIA_IMAGE,
} AvuMediaKind;

/* All strings may be NULL but mime, and are borrowed for the call. */
typedef struct {
	AvuMediaSource *source; /* taken */
	AvuMediaKind kind;
	const char *mime;
	const char *content_features; /* DLNA's fourth field; its FLAGS say the transfer modes */
	const char *etag;             /* quoted */
	int64_t modified_s;           /* since 1970; 0: unknown */
	int64_t duration_ns;          /* <= 0: unknown */
	int64_t bitrate_bps;          /* average, for pacing; <= 0: unknown */
	const char *caption_url;      /* absolute: subtitles, for who asks for them in a header */
	const char *ifo_url; /* of a file that says how the times of this one jump; NULL: none */
	const char *scms;    /* "00" to "11" (spec 1), of sound; NULL: nothing is known */
	const AvuClientProfile *client; /* who asks; NULL: nothing particular */
	const char *log_name;           /* for the access log (info) */
} AvuDelivery;

/** The answer: 200, 206, 304, 400, 403, 404, 406, 412, 416 or 503, with the headers of DLNA and of
 *  makers. @clause DLNA HTTP rules, spec/dlna-http-transport.md 11 */
AVU_API AvuHttpResponse *avu_deliver(const AvuHttpRequest *request, const AvuDelivery *delivery);

/** Headers that are wrong whatever the resource (400), to be asked before it is looked for.
 *  @return NULL when they are right */
AVU_API AvuHttpResponse *avu_delivery_check_request(const AvuHttpRequest *request);

G_END_DECLS
