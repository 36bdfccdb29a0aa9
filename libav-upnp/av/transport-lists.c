/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a URI to what can be played: one track, or a list that somebody else reads.
 * Main context's thread. How long a list may be is up to its reader. */
#include "transport-private.h"

typedef struct {
	AvuTransport *transport;
	TransportMedia *media;
	void *job; /* of the reader */
} Reading;

static bool
is_accepted(const AvuTransport *self, const TransportTrack *track, GError **error)
{
	return self->config.accepts == NULL ||
	       self->config.accepts(
		       track->address, track->protocol_info, self->config.accepts_data, error);
}

/* What its server declares of it speaks against it, too (SEC-188). */
static bool
is_tried(const AvuTransport *self, const TransportTrack *track, GError **error)
{
	if (!is_accepted(self, track, error)) {
		return false;
	}
	if (track->obstacle != NULL) {
		g_propagate_error(error, g_error_copy(track->obstacle));
	}
	return track->obstacle == NULL;
}

static bool
is_list(const AvuTransport *self, const char *uri, const char *protocol_info)
{
	return self->config.lists != NULL &&
	       self->config.lists->is_list(uri, protocol_info, self->config.lists_self);
}

bool
transport_media_open(AvuTransport *self, const char *uri, const char *metadata,
	TransportMedia **ret_media, GError **error)
{
	g_autofree char *protocol_info = transport_track_dup_protocol_info(uri, metadata);
	g_autoptr(TransportTrack) track = NULL;

	*ret_media = NULL;
	if (*uri == '\0') {
		return true;
	}
	if (!is_list(self, uri, protocol_info)) {
		track = transport_track_new(uri, metadata, error);
		if (track == NULL || !is_tried(self, track, error)) {
			return false;
		}
	}
	*ret_media = transport_media_new(uri, metadata, protocol_info, g_steal_pointer(&track));
	transport_media_set_mode(*ret_media, self->mode, self->rand);
	return true;
}

/* ---- reading */

static void
stop_reading(AvuTransport *self, TransportMedia *media)
{
	Reading *reading = media->job;

	if (reading != NULL) {
		self->config.lists->cancel(reading->job, self->config.lists_self);
		media->job = NULL;
		g_free(reading);
	}
}

void
transport_media_close(AvuTransport *self, TransportMedia *media)
{
	if (media != NULL) {
		stop_reading(self, media);
		transport_media_free(media);
	}
}

void
transport_media_give_up(AvuTransport *self, TransportMedia *media)
{
	if (media->state == TRANSPORT_MEDIA_READING) {
		stop_reading(self, media);
		media->state = TRANSPORT_MEDIA_UNREAD;
	}
}

/* spec/upnp-av-avtransport.md 2.4 */
GPtrArray *
transport_media_make_tracks(AvuTransport *self, const AvuTransportItem *items, size_t n,
	size_t first, unsigned *ret_first)
{
	GPtrArray *tracks = g_ptr_array_new_with_free_func((GDestroyNotify)transport_track_free);

	*ret_first = 0;
	for (size_t i = 0; i < n; i++) {
		g_autoptr(TransportTrack) track = transport_track_new_unread(items[i].uri,
			items[i].metadata, items[i].protocol_info, items[i].duration_ns, NULL);

		if (i == first) {
			*ret_first = tracks->len;
		}
		if (track != NULL && is_accepted(self, track, NULL)) {
			g_ptr_array_add(tracks, g_steal_pointer(&track));
		}
	}
	return tracks;
}

/* The one URI itself. */
static GPtrArray *
make_single(AvuTransport *self, const TransportMedia *media)
{
	GPtrArray *tracks = g_ptr_array_new_with_free_func((GDestroyNotify)transport_track_free);
	g_autoptr(TransportTrack) track = transport_track_new(media->uri, media->metadata, NULL);

	if (track != NULL && is_tried(self, track, NULL)) {
		g_ptr_array_add(tracks, g_steal_pointer(&track));
	}
	return tracks;
}

/* What was wanted before the list was there. */
static void
apply_wanted(AvuTransport *self, TransportMedia *media)
{
	const bool there =
		media->wanted_number != 0 && transport_media_go(media, media->wanted_number);

	if (media == self->media && media->wanted_number != 0) {
		self->start_ns = there ? media->wanted_ns : 0;
	}
	media->wanted_number = 0;
	media->wanted_ns = 0;
}

static void
list_read(
	const AvuTransportItem *items, size_t n, size_t first, const GError *error, void *user_data)
{
	Reading *reading = user_data;
	AvuTransport *self = reading->transport;
	TransportMedia *media = reading->media;
	unsigned first_track = 0;
	GPtrArray *tracks = NULL;

	media->job = NULL;
	media->state = TRANSPORT_MEDIA_UNREAD;
	g_free(reading);
	if (error == NULL) {
		tracks = n == 0 ? make_single(self, media)
				: transport_media_make_tracks(self, items, n, first, &first_track);
	}
	if (tracks != NULL && tracks->len > 0) {
		transport_media_fill(media, tracks, first_track, self->rand);
		apply_wanted(self, media);
	} else if (tracks != NULL) {
		g_ptr_array_unref(tracks);
	}
	transport_media_was_read(self, media, error);
}

bool
transport_media_read(AvuTransport *self, TransportMedia *media, GError **error)
{
	if (media->push != NULL) {
		return transport_refuse(
			error, TRANSPORT_NO_RESOURCE, "there is no more of this list");
	}
	Reading *reading = g_new0(Reading, 1);

	reading->transport = self;
	reading->media = media;
	reading->job = self->config.lists->read(media->uri, media->metadata, media->protocol_info,
		list_read, reading, self->config.lists_self, error);
	if (reading->job == NULL) {
		g_free(reading);
		return false;
	}
	media->job = reading;
	media->state = TRANSPORT_MEDIA_READING;
	return true;
}
