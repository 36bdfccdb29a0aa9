/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/engine/track.h: what the engine client knows of one track that was loaded */
#pragma once

#include <av-upnp/engine.h>
#include <av-upnp/jitter-buffer.h>

#include "attachment.h"

G_BEGIN_DECLS

typedef struct EngineTrack EngineTrack;

struct EngineTrack {
	uint32_t token; /* AVTransport's name for it */
	uint32_t wire;  /* media's, of what was sent last */
	char *uri;
	char *mime; /* said with it, or the server's; NULL: unknown */
	AvuJitterBuffer *buffer;
	AvuJitterBuffer *side;        /* reads the sound, where that is apart; NULL: it is not */
	int64_t show_ns;              /* of a picture; 0: until something else is asked for */
	char *title, *artist, *album; /* each may be NULL */
	bool has_track_gain, has_album_gain;
	double track_gain_db, album_gain_db; /* ReplayGain, of its server */
	Attachment *subtitles, *cover;       /* likewise */
	bool starved, side_starved;          /* the octets of one are late */
	bool held;                           /* of any: media waits */
	bool sent;                           /* the present media process has it */
	bool heard;                          /* that one said something of it */
	/* Media processes that ended while it was current, shortly one after another. */
	unsigned deaths;
	bool doubted;       /* one ended that may not have come to it */
	int64_t died_ns;    /* when the last one did */
	char *trouble;      /* why its octets ended early; NULL: they did not */
	AvuPlaySpeed speed; /* at which its server sends it */
	bool unscaled;      /* one that said it could, could not */
	bool seekable;      /* by the media process: its octets can be had from any place */
	int64_t base_ns;    /* time of the first octet, where the server was asked for a time */
	/* Its server has a part of its octets, or it is still made: which, when that was last known, and how many a
	 * second has; to 0: that is not so */
	AvuEngineReach reach;
	uint64_t rate_bps;
	uint64_t origin_byte; /* likewise: an octet, and the time that it is */
	int64_t origin_ns;
	int64_t broke_ns;    /* position at which such a stream last broke; AVU_TIME_NONE: never */
	int64_t start_ns;    /* where to begin when it is sent */
	int64_t duration_ns; /* AVU_TIME_NONE: not known */
	/* The part of the same stream that follows (engine_track_open_part()): to media a track of its own.
	 * NULL: there is none (yet) */
	EngineTrack *part;
	bool part_of;    /* it is such a part */
	bool unplayable; /* with part_of: that is told when it is its turn */
	bool left;       /* it cannot be played, and what follows it is waited for instead */
	bool played;     /* something of its stream was */
	unsigned n_left; /* parts of its stream that were, before */
	struct {
		unsigned underruns, reconnects, steps_down, steps_up;
	} past; /* of the buffers before */
};

/** @param next       it follows another one
 *  @param user_data  of the group's listener
 *  @return NULL with AVU_ERROR */
EngineTrack *engine_track_new(AvuJitterGroup *group, const AvuTrack *track, int64_t target_ns,
	bool next, void *user_data, GError **error);
/** Reads the resource anew, from this time on, as fast as the server is asked to send it. Where it is only known
 *  which octets can be had, the one of that time is asked for. @return false with AVU_ERROR: as it was */
bool engine_track_reopen(EngineTrack *track, AvuJitterGroup *group, int64_t target_ns,
	int64_t start_ns, AvuPlaySpeed speed, void *user_data, GError **error);
/** Which octets can be sought now, and which times they are. @return false: not only a part can, or none */
bool engine_track_get_reach(EngineTrack *track, AvuEngineReach *ret_reach);
/** A place is sought by asking for the octet that it is likely to be. */
bool engine_track_seeks_octets(EngineTrack *track);
/** The pictures are open: reads the sound that is apart, from the same time on.
 *  @return false with AVU_ERROR */
bool engine_track_open_side(EngineTrack *track, AvuJitterGroup *group, int64_t target_ns,
	void *user_data, GError **error);
/** All octets of a part of a stream are there, and another part follows: that is read as well, if not too much
 *  is read ahead already.
 *  @return false with AVU_ERROR: it cannot be read */
bool engine_track_open_parts(
	EngineTrack *track, AvuJitterGroup *group, void *user_data, GError **error);
/** Nothing else of its stream follows, as far as is known. */
bool engine_track_is_last_part(const EngineTrack *track);
/** @return of which part of track this is a buffer, track itself included; NULL: of none */
EngineTrack *engine_track_find_part(EngineTrack *track, const AvuJitterBuffer *buffer);
/** Its next part takes over what it is called and what belongs to it. @return that, track is freed */
EngineTrack *engine_track_take_part(EngineTrack *track);
/** It cannot be played: the part that follows is to take its place. @return false: none can */
bool engine_track_leave(EngineTrack *track);
/** All it needs is there: it can be handed to the media process. */
bool engine_track_is_open(const EngineTrack *track);
void engine_track_set_playing(EngineTrack *track, bool playing);
/** Its turn has come. */
void engine_track_promote(EngineTrack *track);
void engine_track_free(EngineTrack *track);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EngineTrack, engine_track_free)

G_END_DECLS
