/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A URI with metadata, as SetAVTransportURI brings it, made into a track. Pure.
 * Sizes: what a SOAP request may hold. */
#include <string.h>

#include <av-upnp/didl.h>
#include <av-upnp/error.h>
#include <av-upnp/protocol-info.h>
#include <av-upnp/url.h>

#include "transport-track.h"

#define NO_RESOURCE 716

/* The resource that was chosen; the only one counts as chosen, since some control points write its
 * URI in another form. */
static const AvuResource *
find_resource(const AvuObject *object, const char *uri)
{
	for (unsigned i = 0; i < object->n_resources; i++) {
		if (strcmp(object->resources[i].uri, uri) == 0) {
			return &object->resources[i];
		}
	}
	return object->n_resources == 1 ? &object->resources[0] : NULL;
}

/* Any resource's duration is the content's. */
static int64_t
find_duration(const AvuObject *object, const AvuResource *chosen)
{
	int64_t duration_ns = chosen == NULL ? AVU_TIME_NONE : chosen->duration_ns;

	for (unsigned i = 0; duration_ns == AVU_TIME_NONE && i < object->n_resources; i++) {
		duration_ns = object->resources[i].duration_ns;
	}
	return duration_ns;
}

static char *
dup_mime(const char *protocol_info)
{
	g_autoptr(AvuProtocolInfo) info =
		avu_protocol_info_parse(protocol_info, strlen(protocol_info), NULL);
	const char *mime = info == NULL ? "*" : avu_protocol_info_get_mime(info);

	return strchr(mime, '*') != NULL ? NULL : g_strdup(mime);
}

static void
read_metadata(TransportTrack *track)
{
	g_autoptr(AvuDidl) didl = avu_didl_parse(track->metadata, strlen(track->metadata), NULL);

	if (didl == NULL || avu_didl_get_n(didl) == 0) {
		return;
	}
	const AvuObject *object = avu_didl_get(didl, 0);
	const AvuResource *resource = find_resource(object, track->uri);

	track->duration_ns = find_duration(object, resource);
	if (resource != NULL && resource->protocol_info != NULL) {
		track->protocol_info = g_strdup(resource->protocol_info);
		track->mime = dup_mime(track->protocol_info);
	}
}

TransportTrack *
transport_track_new(const char *uri, const char *metadata, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(AvuUrl) url = avu_url_parse(uri, &problem);

	if (url == NULL) {
		g_set_error(error, AVU_UPNP_ERROR, NO_RESOURCE, "%s", problem->message);
		return NULL;
	}
	TransportTrack *track = g_new0(TransportTrack, 1);

	track->uri = g_strdup(uri);
	track->metadata = g_strdup(metadata);
	track->address = g_strdup(avu_url_get_text(url));
	track->duration_ns = AVU_TIME_NONE;
	track->seekable = true;
	read_metadata(track);
	return track;
}

void
transport_track_free(TransportTrack *track)
{
	if (track == NULL) {
		return;
	}
	g_free(track->uri);
	g_free(track->metadata);
	g_free(track->address);
	g_free(track->protocol_info);
	g_free(track->mime);
	g_free(track);
}

AvuTrack
transport_track_for_engine(const TransportTrack *track)
{
	return (AvuTrack){
		.token = track->token,
		.uri = track->address,
		.mime = track->mime,
		.duration_ns = track->duration_ns,
	};
}
