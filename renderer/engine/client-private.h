/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/engine/client-private.h: the engine client's state, shared by the part that asks the
 * media process (client.c, client-seek.c), the parts that hear it (client-reports.c) and the jitter buffers
 * (client-octets.c), and the part that watches how the current track gets on (client-progress.c) */
#pragma once

#include <av-upnp/loop.h>
#include <av-upnp/mailbox.h>

#include "client.h"
#include "position.h"
#include "silence.h"
#include "track.h"

G_BEGIN_DECLS

struct EngineClient {
	AvuSupervised *media;
	AvuMailbox *mailbox; /* for what is told after the call that caused it */
	AvuJitterGroup *buffers;
	AvuFetcher *fetcher; /* of small files beside media */
	EngineEvents events;
	char *screen_name; /* NULL: no screen */
	char *place;
	bool trouble; /* place says what is wrong */
	char *audio_sink, *video_sink, *registry_option;
	char *audio_device, *mixer_card, *mixer_control;
	const char *argv[3]; /* of the media process, as long as it is supervised */
	EngineTrack *current, *next;
	uint32_t wires; /* names given to what was sent to media */
	uint32_t
		seeks; /* asked of the present media process: a position of before the last one is old */
	bool ready; /* media is configured */
	bool wants_playing;
	AvuPlaySpeed speed; /* asked for */
	bool mixing;
	bool dop;
	MediaGain gain;
	int preamp_db;
	int32_t values[AVU_N_VALUES][AVU_N_CHANNELS]; /* of sound and picture, as wanted */
	int64_t target_ns;                            /* of the jitter buffers; 0: the usual */
	bool in_transition;    /* the current track: neither playing nor paused nor stopped */
	AvuTimer *stuck_timer; /* runs in transition */
	int64_t patience_ns;
	AvuTimer *pulse_timer; /* asks media whether it lives */
	AvuTimer *idle_timer;  /* runs while nothing is loaded */
	int64_t idle_ns;       /* until media is let go */
	int64_t pulse_due_ns;  /* when it is to be asked next */
	Silence silence;       /* since media said something */
	bool resting;          /* media was let go */
	AvuTimer *renew_timer; /* runs while nothing is loaded and media has grown */
	int64_t renew_ns;
	bool grown; /* media played what leaves much in its memory */
	Position position;
};

void client_tell_state(EngineClient *client, uint32_t token, AvuEngineState state);
/* Why a track cannot be played, as AVTransport numbers it. */
enum {
	CLIENT_NOT_READ = 703,
	CLIENT_NO_FORMAT = 704,
	CLIENT_NO_MEDIA = 714,
	CLIENT_NOT_THERE = 716,
};
/** The track cannot be played (on); tells so and forgets it. Where its octets ended early, that is why.
 *  @param code  one of these */
void client_give_up(EngineClient *client, EngineTrack *track, int code, const char *sentence);
/** Its octets ended before the resource did, and no place of it can be asked for, but a time can.
 *  @return it goes on at the time that was reached */
bool client_go_on(EngineClient *client, EngineTrack *track);
/** Media says something of this track.
 *  @param wire  media's name for it
 *  @return the current or the next track, or the next part of the current one; NULL also while the present media process does not have it:
 *  what it still says is of an earlier load */
EngineTrack *client_find(EngineClient *client, uint32_t wire);
/** @param idle_ns   after which media is let go; 0: the usual
 *  @param renew_ns  after which one that has grown is exchanged for a new one; 0: the usual */
void client_init_life(EngineClient *client, int64_t idle_ns, int64_t renew_ns);
/** Media is given this to play. */
void client_note_sent(EngineClient *client, const EngineTrack *track);
void client_clear_life(EngineClient *client);
/** A media process starts, or has something to do from now on: it is expected to answer. */
void client_note_started(EngineClient *client);
/** It said something. */
void client_note_heard(EngineClient *client);
/** A track became the current one, or there is none any more. */
void client_note_loaded(EngineClient *client);
/** @param patience_ns  in transition, until a track is given up; 0: the usual */
void client_init_progress(EngineClient *client, int64_t patience_ns);
/** The current track is on its way to something, or no more. */
void client_note_transition(EngineClient *client, bool in_transition);
/** Somebody asked for something: a transition may take its time again. */
void client_note_wish(EngineClient *client);
/** What the jitter buffers say (client-octets.c). */
extern const AvuJitterListener client_jitter_listener;
void client_send_hold(EngineClient *client, const EngineTrack *track);
/** The media process says what the current track does; tells it on. */
void client_take_state(EngineClient *client, AvuEngineState state);
/** The next part of its stream became the current track. */
void client_take_part(EngineClient *client);
/** Reads the parts of the current track's stream that follow, as far as they are known. */
void client_open_parts(EngineClient *client);
/** What cannot be played gives its place to the part that follows it, if that is there by now. */
void client_pass_left(EngineClient *client);
/** The current part of a stream cannot be played: the next one is waited for in its place.
 *  @return false: there is none, or nothing of the stream can be */
bool client_leave_current(EngineClient *client, const char *sentence);
void client_tell_left(const EngineTrack *part, const char *sentence);
/** It was heard, and a part that follows is not with media yet: that is waited for.
 *  @return false: nothing follows */
bool client_await_part(EngineClient *client);
/** The next track became the current one. */
void client_take_next(EngineClient *client);
/** A next track is fetched whole once the current one is there to its end. */
void client_share_network(EngineClient *client);
/** Fetches what belongs to a track that was loaded. */
void client_attach(EngineClient *client, EngineTrack *to, const AvuTrack *track);
/** The name of the station and of what it plays, for the screen. */
void client_describe(
	EngineClient *client, EngineTrack *track, const char *station, const char *title);
void client_send_place(EngineClient *client);
/** After each load of the track: what is there by now. */
void client_send_attachments(EngineClient *client, const EngineTrack *track);
/** No place of it can be asked for, and its begin is not kept: another one is another stream. */
bool client_needs_anew(EngineTrack *track);
/** Its server finds a place of it, by time or by octet. */
bool client_finds_place(EngineTrack *track);
/** get_reach of AvuEngine. */
bool client_get_reach(void *self, AvuEngineReach *ret_reach);
/** Reads the current track anew from its server, from this time on. */
void client_reopen(EngineClient *client, int64_t position_ns, AvuPlaySpeed speed);
/** Not within the call: AVTransport is in the middle of its own transaction. @param sentence  it failed */
void client_tell_later(
	EngineClient *client, uint32_t token, AvuEngineState state, const char *sentence);
void client_send_empty(EngineClient *client, MediaFrame type);
/** Media is to play at another speed than 1: its server does not. */
bool client_plays_scaled(const EngineClient *client);
/** The current track's stream at another speed cannot be had, or is over: it goes on from the resource
 *  itself. @param speed  from now on, made by media */
void client_unscale(EngineClient *client, int64_t position_ns, AvuPlaySpeed speed);
/** For AvuEngine. */
void client_seek(void *self, int64_t position_ns);
void client_set_speed(void *self, AvuPlaySpeed speed);
void client_send_speed(EngineClient *client);
/** The media process plays at another speed than it was asked to. */
void client_take_speed(EngineClient *client, AvuPlaySpeed speed);
extern const char *const client_speeds[];
void client_send_values(EngineClient *client);
/** Sends what media can take by now: the current track once its size is known, then the next. */
void client_send_tracks(EngineClient *client);

/** For AvuSupervisedSpec.received. */
void client_received(AvuSupervised *media, AvuFrame *frame, void *user_data);

G_END_DECLS
