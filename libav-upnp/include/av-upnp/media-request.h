/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/media-request.h: the player's side of DLNA's transport: which headers are sent, and what an
 * answer means for seeking. Pure; any thread. */
#pragma once

#include <av-upnp/delivery.h>
#include <av-upnp/play-speed.h>
#include <av-upnp/time-seek.h>

G_BEGIN_DECLS

typedef struct {
	const char
		*url; /* where it goes: who we are is told on the own network only; may be NULL */
	AvuMediaKind kind;
	bool background;   /* a copy, nobody watches: yields to others */
	bool ask_features; /* the first request of a resource */
	uint64_t offset; /* > 0: from this octet on; the line is the fetcher's (AvuStreamRequest) */
	int64_t from_ns; /* > 0: TimeSeekRange from here; never together with offset */
	int64_t to_ns;   /* AVU_TIME_NONE or 0: open; only with from_ns */
	AvuPlaySpeed speed; /* asked for; 1, or zeros: as it is. Never together with offset */
	const char *peer;   /* peerManager.dlna.org of a renderer, "UDN/serviceId"; may be NULL */
	const char *name;   /* friendlyName.dlna.org of who has no peer; may be NULL */
} AvuMediaRequest;

/** "Name: value" each, NULL-ended. g_strfreev() it.
 *  @clause spec/dlna-http-transport.md 13 */
AVU_API char **avu_media_request_headers(const AvuMediaRequest *request);
/** The line that says who asks, for private_header of an AvuStreamRequest: it is told to loopback,
 *  link-local and private addresses that stand in url as such, and to nobody else. A name is cut to
 *  DLNA's 64 octets; characters that no header carries are left out.
 *  @return NULL: nothing is to be told. g_free() it */
AVU_API char *avu_media_request_who(const AvuMediaRequest *request);

typedef struct {
	bool by_bytes, by_time; /* can be seeked so */
	bool limited;           /* only within available, which changes */
	bool start_moves, end_moves;
	bool live;      /* either: what comes is what there is */
	bool may_stall; /* a pause may leave the connection standing (http-stalling) */
	bool has_available;
	AvuAvailableRange available;
	/* The answer to TimeSeekRange: what was really sent starts at time.from_ns, which counts, not
	 * what was asked. With has_bytes it is a pair for the map of positions. */
	bool timed;
	AvuTimeSeekAnswer time;
	int64_t size_bytes; /* of the whole; -1: unknown */
} AvuMediaAnswer;

/** Where in what is available a place is that was asked for.
 *  @param age_ns  how long ago the answer came: live ones move on with the clock
 *  @return position_ns, unless seeks are limited in time and it is outside */
AVU_API int64_t avu_media_answer_limit(
	const AvuMediaAnswer *answer, int64_t age_ns, int64_t position_ns);

/** What an answer says of the resource: contentFeatures first, else the fourth field of its res, else
 *  what HTTP says.
 *  @param headers  lower-case name → value
 *  @param res_features  fourth field of the res, may be NULL */
AVU_API void avu_media_answer_read(const AvuMediaRequest *request, unsigned status,
	const GHashTable *headers, const char *res_features, AvuMediaAnswer *ret_answer);

typedef enum {
	AVU_MEDIA_GOOD,         /* read on */
	AVU_MEDIA_ASK_WITH_GET, /* HEAD is not understood there */
	AVU_MEDIA_NO_SEEK,      /* from the start, without the seek */
	AVU_MEDIA_LATER,        /* the server is full for now */
	AVU_MEDIA_FAILED,
} AvuMediaStep;

/** What to do next. A 200 to a Range means that there is no seek: its octets start at 0. */
AVU_API AvuMediaStep avu_media_answer_step(
	const AvuMediaRequest *request, bool head, unsigned status);

G_END_DECLS
