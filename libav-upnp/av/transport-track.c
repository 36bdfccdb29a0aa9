/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A URI with metadata, as SetAVTransportURI brings it, made into a track. Pure.
 * Sizes: what a SOAP request may hold. */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/didl.h>
#include <av-upnp/error.h>
#include <av-upnp/protocol-info.h>
#include <av-upnp/resource-check.h>
#include <av-upnp/url.h>

#include "transport-track.h"

#define NO_RESOURCE 716
#define FRAME_RATE_MAX 1000
#define BITS 8
#define GAIN_DB_MAX 51.0 /* what a renderer takes of a file */

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

/* "25p", "29.97i", "59.94p": the rates with decimals are those of NTSC, n * 1000 / 1001. */
static void
read_frame_rate(TransportTrack *track, const char *text)
{
	AvuCursor in = avu_cursor_string(text);
	uint64_t whole;

	if (!avu_cursor_take_uint(&in, FRAME_RATE_MAX, &whole) || whole == 0) {
		return;
	}
	const bool ntsc = avu_cursor_take_char(&in, '.');

	track->frames = (int32_t)(ntsc ? (whole + 1) * 1000 : whole);
	track->per_s = ntsc ? 1001 : 1;
}

static void
take_resource(TransportTrack *track, const AvuResource *resource)
{
	if (resource->protocol_info != NULL) {
		g_free(track->protocol_info);
		track->protocol_info = g_strdup(resource->protocol_info);
	}
	if (resource->frame_rate != NULL) {
		read_frame_rate(track, resource->frame_rate);
	}
	track->size_bytes = resource->size_bytes;
	track->rate_bps = (uint64_t)CLAMP(resource->bitrate_Bps, 0, INT64_MAX / BITS) * BITS;
	(void)avu_resource_check(resource, &track->obstacle);
}

static bool
is_subtitle(const AvuResource *resource)
{
	static const char *const mimes[] = { "text/srt", "text/x-srt", "application/x-subrip",
		"application/srt", "text/subrip", "smi/caption", "application/x-sami", "text/vtt",
		"text/x-ssa", "text/x-ass", NULL };
	g_autofree char *mime =
		resource->protocol_info != NULL ? dup_mime(resource->protocol_info) : NULL;

	return mime != NULL && g_strv_contains(mimes, mime) && resource->uri != NULL &&
	       *resource->uri != '\0';
}

/* What the chosen resource says goes before what the item says. @param chosen  may be NULL */
static const char *
find_subtitles(const AvuObject *object, const AvuResource *chosen)
{
	if (chosen != NULL && chosen->subtitle_uri != NULL) {
		return chosen->subtitle_uri;
	}
	if (object->sec_caption_uri != NULL) {
		return object->sec_caption_uri;
	}
	for (unsigned i = 0; i < object->n_resources; i++) {
		if (&object->resources[i] != chosen && is_subtitle(&object->resources[i])) {
			return object->resources[i].uri;
		}
	}
	return NULL;
}

/* The first of several. */
static char *
dup_first(const char *values)
{
	AvuCursor value;

	return avu_object_next_value(&values, &value) ? g_strndup(value.at, avu_cursor_len(&value))
						      : NULL;
}

/* "-6.54 dB", as in files; what is more than any music needs is left out. */
static bool
read_gain(const char *text, double *ret_db)
{
	char *end = NULL;
	const double db = g_ascii_strtod(text, &end);

	if (end == text || !(db >= -GAIN_DB_MAX && db <= GAIN_DB_MAX)) {
		return false;
	}
	end += strspn(end, " ");
	if (*end != '\0' && g_ascii_strcasecmp(end, "dB") != 0) {
		return false;
	}
	*ret_db = db;
	return true;
}

static void
read_facts(TransportTrack *track, const AvuObject *object)
{
	for (unsigned i = 0; i < object->n_facts; i++) {
		const AvuFact *fact = &object->facts[i];

		if (strcmp(fact->name, "replayGainTrack") == 0) {
			track->has_track_gain = read_gain(fact->value, &track->track_gain_db);
		} else if (strcmp(fact->name, "replayGainAlbum") == 0) {
			track->has_album_gain = read_gain(fact->value, &track->album_gain_db);
		}
	}
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

	read_facts(track, object);
	track->title = g_strdup(object->title);
	track->artist = dup_first(object->artist != NULL ? object->artist : object->creator);
	track->album = dup_first(object->album);
	track->art_uri = object->n_art > 0 ? g_strdup(object->art[0].uri) : NULL;
	if (track->duration_ns == AVU_TIME_NONE) {
		track->duration_ns = find_duration(object, resource);
	}
	if (resource != NULL) {
		take_resource(track, resource);
	}
	track->subtitle_uri = g_strdup(find_subtitles(object, resource));
}

char *
transport_track_dup_protocol_info(const char *uri, const char *metadata)
{
	g_autoptr(AvuDidl) didl = avu_didl_parse(metadata, strlen(metadata), NULL);
	const AvuResource *resource = didl != NULL && avu_didl_get_n(didl) > 0
					      ? find_resource(avu_didl_get(didl, 0), uri)
					      : NULL;

	return resource != NULL ? g_strdup(resource->protocol_info) : NULL;
}

TransportTrack *
transport_track_new_unread(const char *uri, const char *metadata, const char *protocol_info,
	int64_t duration_ns, GError **error)
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
	track->protocol_info = g_strdup(protocol_info);
	track->duration_ns = duration_ns;
	track->size_bytes = -1;
	track->seekable = true;
	track->unread = true;
	return track;
}

void
transport_track_read(TransportTrack *track)
{
	if (track->unread) {
		track->unread = false;
		read_metadata(track);
		track->mime = track->protocol_info != NULL ? dup_mime(track->protocol_info) : NULL;
	}
}

TransportTrack *
transport_track_new(const char *uri, const char *metadata, GError **error)
{
	TransportTrack *track =
		transport_track_new_unread(uri, metadata, NULL, AVU_TIME_NONE, error);

	if (track != NULL) {
		transport_track_read(track);
	}
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
	g_free(track->title);
	g_free(track->artist);
	g_free(track->album);
	g_free(track->art_uri);
	g_free(track->subtitle_uri);
	g_free(track->live_metadata);
	g_clear_error(&track->obstacle);
	g_free(track);
}

AvuTrack
transport_track_for_engine(const TransportTrack *track, uint32_t token, int64_t show_ns)
{
	return (AvuTrack){
		.token = token,
		.uri = track->address,
		.mime = track->mime,
		.duration_ns = track->duration_ns,
		.rate_bps = track->rate_bps,
		.title = track->title,
		.artist = track->artist,
		.album = track->album,
		.art_uri = track->art_uri,
		.subtitle_uri = track->subtitle_uri,
		.has_track_gain = track->has_track_gain,
		.has_album_gain = track->has_album_gain,
		.track_gain_db = track->track_gain_db,
		.album_gain_db = track->album_gain_db,
		.show_ns = show_ns,
	};
}

/* Stations write "Artist - Title". The station's own name and picture stay what they were. */
void
transport_track_set_live_title(TransportTrack *track, const char *station, const char *title)
{
	g_clear_pointer(&track->live_metadata, g_free);
	if (title == NULL || title[0] == '\0') {
		return;
	}
	const char *found = strstr(title, " - ");
	const char *dash = found != NULL && found[3] != '\0' ? found : NULL;
	g_autofree char *artist = dash != NULL ? g_strndup(title, (size_t)(dash - title)) : NULL;
	AvuObject object;

	avu_object_init(&object);
	object.id = "0";
	object.parent_id = "-1";
	object.restricted = true;
	object.upnp_class = "object.item.audioItem.audioBroadcast";
	object.title = dash != NULL ? dash + 3 : title;
	object.artist = artist;
	object.radio_call_sign = station != NULL ? station : track->title;
	if (track->art_uri != NULL) {
		object.art[object.n_art++].uri = track->art_uri;
	}
	AvuResource *resource = &object.resources[object.n_resources++];

	avu_resource_init(resource);
	resource->uri = track->uri;
	resource->protocol_info =
		track->protocol_info != NULL ? track->protocol_info : "http-get:*:*:*";
	track->live_metadata = avu_didl_format(&object);
}

const char *
transport_track_get_metadata(const TransportTrack *track)
{
	return track->live_metadata != NULL ? track->live_metadata : track->metadata;
}
