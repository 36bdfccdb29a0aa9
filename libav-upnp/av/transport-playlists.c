/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Playlists that a control point pushes: a static one is played when all of it came, a streaming one grows while it is
 * played. Both become media like a list that was read, so that all the rest acts on them.
 *
 * A new list takes the place of what there was with its first piece; a piece that is refused changes nothing, but a
 * static list that turns out to be none goes. One that is not continued ends as all TRANSITIONING does.
 * Main context's thread. Limits: transport-push.h. @clause spec/upnp-av-avtransport.md 9, 10 */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/xml-writer.h>

#include "transport-private.h"

#define INFO_NAMESPACE "urn:schemas-upnp-org:av:rpl"

enum {
	ILLEGAL_MIME = 714,
	ILLEGAL_OFFSET = 734,
	INCORRECT_LENGTH = 735,
	ILLEGAL_PLAYLIST = 736,
};

/* ---- from text to tracks */

static const char *const *
get_types(const AvuTransport *self, bool streaming)
{
	static const char *const none[] = { NULL };
	const AvuTransportLists *lists = self->config.lists;
	const char *const *types = lists == NULL ? NULL
				   : streaming   ? lists->stream_types
						 : lists->text_types;

	return types != NULL ? types : none;
}

static bool
check_type(const AvuTransport *self, bool streaming, const char *mime, GError **error)
{
	const char *const *types = get_types(self, streaming);

	for (size_t i = 0; types[i] != NULL; i++) {
		if (g_ascii_strcasecmp(types[i], mime) == 0) {
			return true;
		}
	}
	return transport_refuse(error, ILLEGAL_MIME, "lists of this type are not taken");
}

typedef struct {
	AvuTransport *transport;
	GPtrArray *tracks;
	unsigned first;
} Reading;

static void
take_items(
	const AvuTransportItem *items, size_t n, size_t first, const GError *error, void *user_data)
{
	Reading *reading = user_data;

	(void)error;
	reading->tracks =
		transport_media_make_tracks(reading->transport, items, n, first, &reading->first);
}

/* NULL with 736: it is no such list. It may be empty. */
static GPtrArray *
read_tracks(AvuTransport *self, const TransportPush *push, const char *text, unsigned *ret_first,
	GError **error)
{
	Reading reading = { .transport = self };
	g_autoptr(GError) problem = NULL;

	if (!self->config.lists->read_text(text, push->mime, push->start_id, take_items, &reading,
		    self->config.lists_self, &problem)) {
		g_set_error_literal(error, AVU_UPNP_ERROR, ILLEGAL_PLAYLIST, problem->message);
		return NULL;
	}
	*ret_first = reading.first;
	return reading.tracks;
}

static TransportMedia *
media_new(AvuTransport *self, TransportPush *take_push)
{
	TransportMedia *media = transport_media_new("", "", NULL, NULL);

	media->state = TRANSPORT_MEDIA_READING;
	media->push = take_push;
	transport_media_set_mode(media, self->mode, self->rand);
	return media;
}

/* The present media as such a list, or NULL. */
static TransportPush *
get_push(const AvuTransport *self, bool streaming)
{
	TransportPush *push = self->media != NULL ? self->media->push : NULL;

	return push != NULL && push->streaming == streaming ? push : NULL;
}

/* It goes; nothing is there then. */
static bool
reset(AvuTransport *self, bool streaming)
{
	if (get_push(self, streaming) != NULL) {
		transport_replace(self, NULL);
	}
	return true;
}

/* ---- static */

/* All of it came. false with 736 */
static bool
complete(AvuTransport *self, TransportMedia *media, GError **error)
{
	TransportPush *push = media->push;
	unsigned first = 0;
	GPtrArray *tracks = read_tracks(self, push, push->text->str, &first, error);

	if (tracks == NULL) {
		return false;
	}
	if (tracks->len == 0) {
		g_ptr_array_unref(tracks);
		return transport_refuse(
			error, ILLEGAL_PLAYLIST, "there is nothing in it that is played here");
	}
	push->open = false;
	g_string_truncate(push->text, 0);
	transport_media_fill(media, tracks, first, self->rand);
	return true;
}

static bool
begin_static(AvuTransport *self, AvuCall *call, uint32_t total, GError **error)
{
	const char *mime = avu_call_string(call, "PlaylistMIMEType");
	TransportPush *push;

	if (!check_type(self, /* streaming = */ false, mime, error)) {
		return false;
	}
	if (total > TRANSPORT_PUSH_TOTAL_MAX) {
		return transport_refuse(error, INCORRECT_LENGTH, "there is no room for it");
	}
	push = transport_push_new(
		/* streaming = */ false, mime, avu_call_string(call, "PlaylistExtendedType"));
	push->total = total;
	g_free(push->start_id);
	push->start_id = g_strdup(avu_call_string(call, "PlaylistStartObj"));
	TransportMedia *media = media_new(self, push);

	if (!transport_push_add(push, avu_call_string(call, "PlaylistData"),
		    avu_call_ui4(call, "PlaylistDataLength"), error) ||
		(transport_push_is_whole(push) && !complete(self, media, error))) {
		transport_media_free(media);
		return false;
	}
	transport_replace(self, media);
	return true;
}

static bool
continue_static(AvuTransport *self, AvuCall *call, uint32_t total, GError **error)
{
	TransportPush *push = get_push(self, /* streaming = */ false);

	if (push == NULL || !push->open || avu_call_ui4(call, "PlaylistOffset") != push->length) {
		return transport_refuse(error, ILLEGAL_OFFSET, "this is not where it goes on");
	}
	if (total != push->total) {
		return transport_refuse(error, INCORRECT_LENGTH, "the whole had another length");
	}
	if (g_ascii_strcasecmp(avu_call_string(call, "PlaylistMIMEType"), push->mime) != 0) {
		return transport_refuse(error, ILLEGAL_MIME, "it had another type");
	}
	if (!transport_push_add(push, avu_call_string(call, "PlaylistData"),
		    avu_call_ui4(call, "PlaylistDataLength"), error)) {
		return false;
	}
	self->since_ns = avu_clock_now_ns(self->clock); /* it is getting on */
	if (!transport_push_is_whole(push)) {
		return true;
	}
	if (!complete(self, self->media, error)) {
		(void)reset(self, /* streaming = */ false);
		transport_publish(self);
		return false;
	}
	transport_load(self);
	return true;
}

bool
transport_set_static_playlist(AvuTransport *self, AvuCall *call, GError **error)
{
	const uint32_t total = avu_call_ui4(call, "PlaylistTotalLength");

	if (total == 0) {
		return reset(self, /* streaming = */ false);
	}
	return avu_call_ui4(call, "PlaylistOffset") == 0
		       ? begin_static(self, call, total, error)
		       : continue_static(self, call, total, error);
}

/* ---- streaming */

/* What is new of it. */
static bool
grow(AvuTransport *self, TransportMedia *media, GError **error)
{
	g_autofree char *lines = transport_push_take_lines(media->push);
	unsigned first = 0;
	GPtrArray *tracks =
		lines != NULL ? read_tracks(self, media->push, lines, &first, error) : NULL;

	if (tracks == NULL) {
		return lines == NULL;
	}
	if (tracks->len > TRANSPORT_PUSH_TRACKS_MAX - transport_media_get_n(media)) {
		g_ptr_array_unref(tracks);
		return transport_refuse(error, INCORRECT_LENGTH, "there is no room for it");
	}
	transport_media_append(media, tracks, self->rand);
	return true;
}

/* What was waited for, maybe: the first track, or the one after the last. */
static void
go_on(AvuTransport *self, bool had_tracks)
{
	TransportMedia *media = self->media;

	if (transport_get_track(self) == NULL) {
		return;
	}
	if (!had_tracks) {
		transport_load(self);
	} else if (media->push->starved && transport_media_advance(media, self->rand)) {
		self->start_ns = 0;
		transport_load(self);
	} else if (media->push->starved && !media->push->open) {
		transport_move_on(self); /* it ends here */
	} else {
		transport_follow(self);
	}
}

static bool
begin_streaming(AvuTransport *self, AvuCall *call, GError **error)
{
	const char *mime = avu_call_string(call, "PlaylistMIMEType");
	TransportPush *push;

	if (!check_type(self, /* streaming = */ true, mime, error)) {
		return false;
	}
	push = transport_push_new(
		/* streaming = */ true, mime, avu_call_string(call, "PlaylistExtendedType"));
	TransportMedia *media = media_new(self, push);

	if (!transport_push_add(push, avu_call_string(call, "PlaylistData"),
		    avu_call_ui4(call, "PlaylistDataLength"), error) ||
		!grow(self, media, error)) {
		transport_media_free(media);
		return false;
	}
	transport_replace(self, media);
	return true;
}

static bool
continue_streaming(AvuTransport *self, AvuCall *call, bool last, GError **error)
{
	TransportPush *push = get_push(self, /* streaming = */ true);
	const char *text = avu_call_string(call, "PlaylistData");
	const bool had_tracks = transport_get_track(self) != NULL;

	if (push == NULL || !push->open) {
		return transport_refuse(error, ILLEGAL_PLAYLIST, "there is none that goes on");
	}
	/* the end may come without text */
	if ((!last || *text != '\0') &&
		!transport_push_add(push, text, avu_call_ui4(call, "PlaylistDataLength"), error)) {
		return false;
	}
	push->open = !last;
	bool good = grow(self, self->media, error);

	if (last && transport_get_track(self) == NULL) {
		transport_replace(self, NULL);
		good = good && transport_refuse(error, ILLEGAL_PLAYLIST, "it was empty");
	} else {
		go_on(self, had_tracks);
	}
	transport_publish(self); /* what is not good may have changed something, too */
	return good;
}

static bool
begin_step(AvuTransport *self, AvuCall *call, GError **error)
{
	return begin_streaming(self, call, error);
}

static bool
continue_step(AvuTransport *self, AvuCall *call, GError **error)
{
	return continue_streaming(self, call, /* last = */ false, error);
}

static bool
stop_step(AvuTransport *self, AvuCall *call, GError **error)
{
	return continue_streaming(self, call, /* last = */ true, error);
}

static bool
reset_step(AvuTransport *self, AvuCall *call, GError **error)
{
	(void)call;
	(void)error;
	return reset(self, /* streaming = */ true);
}

/* PlaylistStep */
static const struct {
	const char *name;
	bool (*apply)(AvuTransport *self, AvuCall *call, GError **error);
} steps[] = {
	{ "Initial", begin_step },
	{ "Continue", continue_step },
	{ "Stop", stop_step },
	{ "Reset", reset_step },
};

bool
transport_set_streaming_playlist(AvuTransport *self, AvuCall *call, GError **error)
{
	const char *name = avu_call_string(call, "PlaylistStep");

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (strcmp(steps[i].name, name) == 0) {
			return steps[i].apply(self, call, error);
		}
	}
	g_assert_not_reached(); /* the description lists them */
}

/* ---- what others ask */

bool
transport_push_is_arriving(const AvuTransport *self)
{
	const TransportPush *push = get_push(self, /* streaming = */ false);

	return push != NULL && push->open;
}

bool
transport_push_starve(AvuTransport *self)
{
	TransportPush *push = get_push(self, /* streaming = */ true);

	if (push == NULL || !push->open || !transport_goes_on(self)) {
		return false;
	}
	transport_unload(self);
	push->starved = true;
	self->engine_state = AVU_ENGINE_TRANSITIONING;
	self->since_ns = avu_clock_now_ns(self->clock);
	return true;
}

bool
transport_push_is_starved(const AvuTransport *self)
{
	const TransportPush *push = get_push(self, /* streaming = */ true);

	return push != NULL && push->starved;
}

bool
transport_push_give_up(AvuTransport *self)
{
	TransportPush *push = self->media != NULL ? self->media->push : NULL;

	const bool empty = transport_get_track(self) == NULL;

	if (push == NULL || !push->open || !(empty || push->starved)) {
		return false;
	}
	push->open = false;
	if (empty) {
		transport_replace(self, NULL);
		transport_set_trouble(self, "The list was not continued.");
	}
	return empty;
}

/* ---- GetPlaylistInfo */

static const char *
get_state(const AvuTransport *self, const TransportPush *push)
{
	if (push == NULL) {
		return "Idle";
	}
	if (push->open && !push->streaming) {
		return "Incomplete";
	}
	return self->wish == TRANSPORT_WISH_STOP ? "Ready" : "Active";
}

static void
write_format(AvuXmlWriter *out, const char *mime, const char *extended)
{
	avu_xml_start(out, "contentType");
	avu_xml_attribute(out, "MIMEType", mime);
	avu_xml_attribute(out, "extendedType", extended);
	avu_xml_end(out);
}

static void
write_numbers(const AvuTransport *self, AvuXmlWriter *out, const TransportPush *push)
{
	const uint32_t used = push != NULL ? push->length : 0;
	const unsigned n = push != NULL ? transport_media_get_n(self->media) : 0;

	avu_xml_element_int(out, "playlistDataLengthUsed", used);
	avu_xml_element_int(out, "playlistTotalLengthAvail", TRANSPORT_PUSH_TOTAL_MAX - used);
	avu_xml_element_int(out, "playlistTrackMin", n > 0 ? 1 : 0);
	avu_xml_element_int(out, "playlistTrackMax", n);
}

bool
transport_get_playlist_info(AvuTransport *self, AvuCall *call, GError **error)
{
	const bool streaming = strcmp(avu_call_string(call, "PlaylistType"), "Streaming") == 0;
	const char *const *types = get_types(self, streaming);
	const TransportPush *push = get_push(self, streaming);
	g_autoptr(AvuXmlWriter) out = avu_xml_writer_new();

	(void)error;
	avu_xml_start(out, "playlistInfo");
	avu_xml_attribute(out, "xmlns", INFO_NAMESPACE);
	avu_xml_start(out, streaming ? "streamingPlaylistInfo" : "staticPlaylistInfo");
	avu_xml_element(out, "playlistState", get_state(self, push));
	avu_xml_element_int(out, "playlistChunkLengthMax", TRANSPORT_PUSH_CHUNK_MAX);
	if (streaming) {
		write_numbers(self, out, push);
	} else {
		avu_xml_element_int(out, "playlistTotalLengthMax", TRANSPORT_PUSH_TOTAL_MAX);
	}
	avu_xml_start(out, "playlistCurrentFormat");
	if (push != NULL) {
		write_format(out, push->mime, push->extended);
	}
	avu_xml_end(out);
	avu_xml_start(out, "playlistAllowedFormats");
	for (size_t i = 0; types[i] != NULL; i++) {
		write_format(out, types[i], "*");
	}
	avu_xml_end(out);
	avu_xml_end(out);
	avu_xml_end(out);
	g_autofree char *text = avu_xml_writer_finish_string(g_steal_pointer(&out));

	avu_call_reply_string(call, "PlaylistInfo", text);
	return true;
}
