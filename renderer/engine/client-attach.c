/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What belongs to a track beside its octets, and follows it to the media process. Main thread. */

#include <string.h>

#include <av-upnp/text.h>

#include "client-private.h"
#include "protocol.h"

#define ATTACH_TEXT_MAX (MEDIA_TEXT_MAX / 4) /* octets may become four */

static void
client_send_attachment(EngineClient *client, const EngineTrack *track, const Attachment *attachment)
{
	g_auto(AvuFrameWriter) payload;
	int64_t bytes = 0;
	int fd = attachment_get_fd(attachment, &bytes);

	avu_frame_writer_init(&payload);
	if (fd < 0) {
		return;
	}
	avu_frame_put_u32(&payload, track->wire);
	avu_frame_put_u32(&payload, attachment_get_kind(attachment));
	avu_frame_put_i64(&payload, bytes);
	avu_supervised_send(client->media, MEDIA_ATTACH, &payload, &fd, 1);
}

/* Foreign text, as short as a screen wants it. */
static void
client_put_text(AvuFrameWriter *payload, const char *text)
{
	g_autofree char *line =
		text != NULL ? avu_text_sanitize(text, strlen(text), ATTACH_TEXT_MAX) : NULL;

	avu_frame_put_string(payload, line);
}

static void
client_send_about(EngineClient *client, const EngineTrack *track)
{
	g_auto(AvuFrameWriter) payload;

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, track->wire);
	client_put_text(&payload, track->title != NULL ? track->title : track->uri);
	client_put_text(&payload, track->artist);
	client_put_text(&payload, track->album);
	avu_supervised_send(client->media, MEDIA_ABOUT, &payload, NULL, 0);
}

void
client_send_place(EngineClient *client)
{
	g_auto(AvuFrameWriter) payload;

	avu_frame_writer_init(&payload);
	if (client->screen_name == NULL || !client->ready) {
		return;
	}
	client_put_text(&payload, client->screen_name);
	client_put_text(&payload, client->place);
	avu_frame_put_u32(&payload, client->trouble);
	avu_supervised_send(client->media, MEDIA_PLACE, &payload, NULL, 0);
}

void
engine_client_set_place(EngineClient *client, const char *place, bool trouble)
{
	g_free(client->place);
	client->place = g_strdup(place);
	client->trouble = trouble;
	client_send_place(client);
}

void
client_describe(EngineClient *client, EngineTrack *track, const char *station, const char *title)
{
	if (client->screen_name == NULL) {
		return;
	}
	g_free(track->title);
	g_free(track->artist);
	track->title = g_strdup(title);
	track->artist = g_strdup(station);
	if (track->sent) {
		client_send_about(client, track);
	}
}

void
client_send_attachments(EngineClient *client, const EngineTrack *track)
{
	const Attachment *const attachments[] = { track->subtitles, track->cover };

	if (client->screen_name != NULL) {
		client_send_about(client, track);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(attachments); i++) {
		if (attachments[i] != NULL) {
			client_send_attachment(client, track, attachments[i]);
		}
	}
}

static void
client_on_attachment(Attachment *attachment, void *user_data)
{
	EngineClient *client = user_data;
	EngineTrack *tracks[] = { client->current, client->next };

	for (size_t i = 0; i < G_N_ELEMENTS(tracks); i++) {
		if (tracks[i] != NULL && tracks[i]->sent &&
			(tracks[i]->subtitles == attachment || tracks[i]->cover == attachment)) {
			client_send_attachment(client, tracks[i], attachment);
		}
	}
}

void
client_attach(EngineClient *client, EngineTrack *to, const AvuTrack *track)
{
	if (track->subtitle_uri != NULL) {
		to->subtitles = attachment_new(client->fetcher, MEDIA_SUBTITLES,
			track->subtitle_uri, client_on_attachment, client);
	}
	if (track->art_uri != NULL && client->screen_name != NULL) {
		to->cover = attachment_new(
			client->fetcher, MEDIA_COVER, track->art_uri, client_on_attachment, client);
	}
}
