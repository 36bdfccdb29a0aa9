/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/transport-track.h: what a control point gave to be played, and what is known of it */
#pragma once

#include <av-upnp/engine.h>

typedef struct {
	uint32_t token;      /* set anew with each load */
	char *uri;           /* as given; what the actions and events repeat */
	char *metadata;      /* as given */
	char *address;       /* the same URI, escaped; what is fetched */
	char *protocol_info; /* of the resource with this URI, or NULL */
	char *mime;          /* from protocol_info, or NULL */
	int64_t duration_ns; /* from the metadata until the engine knows better */
	bool seekable;       /* until the engine knows better */
	bool failed;         /* the engine refused it as next track */
} TransportTrack;

/* Metadata that cannot be read only tells nothing: it is kept and given back as it came.
 * NULL with AVU_UPNP_ERROR 716 when uri is no address. */
TransportTrack *transport_track_new(const char *uri, const char *metadata, GError **error);
void transport_track_free(TransportTrack *track);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TransportTrack, transport_track_free)
/* For the engine; borrows from track. */
AvuTrack transport_track_for_engine(const TransportTrack *track);
