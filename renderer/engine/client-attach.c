/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What belongs to a track beside its octets, and follows it to the media process. Main thread. */

#include "client-private.h"
#include "protocol.h"

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
	avu_frame_put_u32(&payload, track->token);
	avu_frame_put_u32(&payload, attachment_get_kind(attachment));
	avu_frame_put_i64(&payload, bytes);
	avu_supervised_send(client->media, MEDIA_ATTACH, &payload, &fd, 1);
}

void
client_send_attachments(EngineClient *client, const EngineTrack *track)
{
	if (track->subtitles != NULL) {
		client_send_attachment(client, track, track->subtitles);
	}
}

static void
client_on_attachment(Attachment *attachment, void *user_data)
{
	EngineClient *client = user_data;
	EngineTrack *tracks[] = { client->current, client->next };

	for (size_t i = 0; i < G_N_ELEMENTS(tracks); i++) {
		if (tracks[i] != NULL && tracks[i]->subtitles == attachment && tracks[i]->sent) {
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
}
