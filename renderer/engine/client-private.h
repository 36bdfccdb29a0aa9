/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/engine/client-private.h: the engine client's state, shared by the part that asks the
 * media process (client.c) and the part that hears it (client-reports.c) */
#pragma once

#include <av-upnp/mailbox.h>

#include "client.h"
#include "position.h"
#include "track.h"

G_BEGIN_DECLS

struct EngineClient {
	AvuSupervised *media;
	AvuMailbox *mailbox; /* for what is told after the call that caused it */
	AvuJitterGroup *buffers;
	EngineEvents events;
	char *audio_sink, *video_sink, *registry_option;
	const char *argv[3]; /* of the media process, as long as it is supervised */
	EngineTrack *current, *next;
	bool ready; /* media is configured */
	bool wants_playing;
	unsigned volume_percent;
	bool mute;
	Position position;
};

void client_tell_state(EngineClient *client, uint32_t token, AvuEngineState state);
/** The track cannot be played (on); tells so and forgets it. */
void client_give_up(EngineClient *client, EngineTrack *track, const char *sentence);
/** @return the current or the next track, or NULL */
EngineTrack *client_find(EngineClient *client, uint32_t token);
void client_send_volume(EngineClient *client);
/** Sends what media can take by now: the current track once its size is known, then the next. */
void client_send_tracks(EngineClient *client);

/** For AvuSupervisedSpec.received. */
void client_received(AvuSupervised *media, AvuFrame *frame, void *user_data);

G_END_DECLS
