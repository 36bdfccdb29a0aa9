/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/transport-track.h: one content that can be played, and what is known of it */
#pragma once

#include <av-upnp/engine.h>

typedef struct {
	char *uri;           /* as given; what the actions and events repeat */
	char *metadata;      /* as given */
	char *address;       /* the same URI, escaped; what is fetched */
	char *protocol_info; /* of the resource with this URI, or NULL */
	char *mime;          /* from protocol_info, or NULL */
	char *title, *artist, *album, *art_uri, *subtitle_uri; /* each may be NULL */
	bool has_track_gain, has_album_gain;
	double track_gain_db, album_gain_db; /* ReplayGain, of the server */
	char *live_metadata;   /* of what a radio station plays now; NULL: it says nothing */
	int64_t duration_ns;   /* from the metadata until the engine knows better */
	int64_t size_bytes;    /* from the metadata; -1: unknown */
	uint64_t rate_bps;     /* from the metadata; 0: unknown */
	int32_t frames, per_s; /* frames / per_s: frames of a second, 30000/1001; 0: unknown */
	bool seekable;         /* until the engine knows better */
	bool failed;           /* it could not be played when its turn came */
	GError *obstacle;      /* what its server declares of it is not tried: 704, 719; or NULL */
	bool unread;           /* metadata still to be looked at: done when its turn comes */
} TransportTrack;

/* Metadata that cannot be read only tells nothing: it is kept and given back as it came.
 * NULL with AVU_UPNP_ERROR 716 when uri is no address. */
TransportTrack *transport_track_new(const char *uri, const char *metadata, GError **error);
/* The same of a list with many: metadata is looked at later, by transport_track_read(). */
TransportTrack *transport_track_new_unread(const char *uri, const char *metadata,
	const char *protocol_info, int64_t duration_ns, GError **error);
void transport_track_read(TransportTrack *track);
void transport_track_free(TransportTrack *track);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TransportTrack, transport_track_free)
/* For the engine; borrows from track. show_ns: of a picture. */
AvuTrack transport_track_for_engine(const TransportTrack *track, uint32_t token, int64_t show_ns);
/* protocolInfo of the resource with this URI, NULL: not said. g_free() it. */
char *transport_track_dup_protocol_info(const char *uri, const char *metadata);
/* A radio station plays this; "" or NULL: it does not say. station may be NULL. */
void transport_track_set_live_title(TransportTrack *track, const char *station, const char *title);
/* CurrentTrackMetaData */
const char *transport_track_get_metadata(const TransportTrack *track);
