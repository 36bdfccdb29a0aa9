/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/engine.h: what AVTransport and RenderingControl need of something that plays.
 *
 * Implemented by the renderer's client of its media process, and by a fake with a simulated clock.
 * Functions post and return: nothing waits for the media process. What really happened comes back
 * through AvuEngineListener. All on the main context's thread.
 *
 * Order: after load(), play, pause and seek count for the track named in it, also before its first
 * sample is there (a seek then gives the place to start from). stop() drops the current and the next
 * track; only load() brings one back. For every token loaded the listener hears state_changed until
 * ended or failed; what it hears of a token that was dropped it ignores. It may be called from inside
 * these functions. */
#pragma once

#include <av-upnp/base.h>
#include <av-upnp/play-speed.h>
#include <av-upnp/rendering-value.h>

G_BEGIN_DECLS

/* How far ahead of what is played media has been read. */
typedef struct {
	int64_t level_ns;  /* or AVU_TIME_NONE: its rate is not known */
	int64_t target_ns; /* what is aimed at */
	bool complete;     /* all that is left is there */
} AvuEngineBuffer;

/* What can be sought of a resource of which only a part is there, or that is still made. */
typedef struct {
	uint64_t first_byte, last_byte;
	/* The same as times, in proportion to the octets; to_ns is AVU_TIME_NONE: its rate is not known */
	int64_t from_ns, to_ns;
} AvuEngineReach;

typedef struct {
	uint32_t token; /* chosen by the caller, grows; names the track in events */
	const char *uri;
	const char *mime;    /* from the metadata's protocolInfo, or NULL */
	int64_t duration_ns; /* from the metadata, or AVU_TIME_NONE */
	uint64_t rate_bps;   /* likewise, or 0 */
	/* From the metadata, each may be NULL; the engine copies what it needs. */
	const char *title;
	const char *artist;
	const char *album;
	const char *art_uri;      /* cover; read by the same address rules as the resource */
	const char *subtitle_uri; /* likewise */
	/* ReplayGain as its server knows it, in decibels; of use where the file itself says nothing. */
	bool has_track_gain, has_album_gain;
	double track_gain_db, album_gain_db;
	/* How long a picture is shown before it counts as ended; 0: until something else is asked for.
	 * Of no meaning for other media. */
	int64_t show_ns;
} AvuTrack;

typedef struct {
	/* Makes this the current track, paused before its first sample; what played, and what was to
	 * follow it, is dropped. */
	void (*load)(void *self, const AvuTrack *track);
	/* Plays after the current one without a gap; NULL takes it back. */
	void (*load_next)(void *self, const AvuTrack *track);
	void (*play)(void *self);
	void (*pause)(void *self);
	void (*stop)(void *self);
	void (*seek)(void *self, int64_t position_ns);
	/* Of the current track and of those that follow it, until stop() or load() bring 1 back. Between
	 * 1/2 and 32 in either direction; what cannot be played so goes on at 1, and the listener hears
	 * speed_changed. NULL: the engine knows speed 1 only. */
	void (*set_speed)(void *self, AvuPlaySpeed speed);
	/* Sound and picture of what plays now and from now on. Volume is VolumeDB (1/256 dB, 0: samples
	 * pass unchanged) or AVU_VOLUME_SILENT; Master and the channel's own add up. */
	void (*set_value)(void *self, AvuValue value, AvuChannel channel, int32_t number);
	/* Best knowledge now, extrapolated while playing; AVU_TIME_NONE: not known. Never waits. */
	int64_t (*get_position_ns)(void *self);
	/* What is advertised as TransportPlaySpeed, NULL-ended and in lowest terms: "1", "1/2", "-2"; NULL:
	 * "1" alone. */
	const char *const *speeds;
	/* Of the current resource, in octets; -1: not known. May be NULL. */
	int64_t (*get_size_bytes)(void *self);
	/* Of the current resource. false: all of it can be sought, or none, or it is limited in time. May be
	 * NULL. */
	bool (*get_reach)(void *self, AvuEngineReach *ret_reach);
	/* Of the current resource. false: nothing is read ahead. May be NULL. */
	bool (*get_buffer)(void *self, AvuEngineBuffer *ret_buffer);
} AvuEngine;

typedef enum {
	AVU_ENGINE_STOPPED,
	AVU_ENGINE_TRANSITIONING,
	AVU_ENGINE_PLAYING,
	AVU_ENGINE_PAUSED,
} AvuEngineState;

typedef struct {
	void (*state_changed)(uint32_t token, AvuEngineState state, void *user_data);
	/* The next track became the current one (its first sample is due). */
	void (*track_started)(uint32_t token, void *user_data);
	/* The current track ended and no next one followed. */
	void (*ended)(uint32_t token, void *user_data);
	/* This track cannot be played (on); for a next track the current one goes on.
	 * code: what Play answers for it, where that is known in time: 703 (reading), 704 (format),
	 * 714 (it is no media), 716 (it is not to be had), 501 (an output) */
	void (*failed)(uint32_t token, int code, const char *sentence, void *user_data);
	void (*duration_known)(uint32_t token, int64_t duration_ns, void *user_data);
	/* Seeking is possible / is not; as the duration, also of the next track. */
	void (*seekable_known)(uint32_t token, bool seekable, void *user_data);
	/* Playback has this speed now although another was asked for: the medium has no other, or its
	 * beginning was reached backwards. May be NULL. */
	void (*speed_changed)(uint32_t token, AvuPlaySpeed speed, void *user_data);
	/* A radio station says what it plays; both are UTF-8 of one line, station may be NULL. The member
	 * may be NULL. */
	void (*title_changed)(
		uint32_t token, const char *station, const char *title, void *user_data);
	/* Somebody else changed it: a knob, another program. Volume and mute of the hardware. */
	void (*value_changed)(AvuValue value, AvuChannel channel, int32_t number, void *user_data);
} AvuEngineListener;

G_END_DECLS
