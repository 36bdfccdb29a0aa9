/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/transport-media.h: what AVTransportURI stands for: one track, or a list of them and the order in
 * which the play mode has them. Pure; random numbers are the caller's. */
#pragma once

#include "transport-push.h"
#include "transport-track.h"

/* CurrentPlayMode */
typedef enum {
	TRANSPORT_NORMAL,
	TRANSPORT_SHUFFLE,
	TRANSPORT_REPEAT_ONE,
	TRANSPORT_REPEAT_ALL,
	TRANSPORT_RANDOM,
	TRANSPORT_DIRECT_1,
	TRANSPORT_INTRO,
	TRANSPORT_N_MODES,
} TransportMode;

/* NULL-ended; the standard's words, by TransportMode. */
extern const char *const transport_mode_names[TRANSPORT_N_MODES + 1];
/* false: no such mode */
bool transport_mode_parse(const char *name, TransportMode *ret_mode);

typedef enum {
	TRANSPORT_MEDIA_READY,
	TRANSPORT_MEDIA_UNREAD, /* a list that was not read yet, or could not be: it has no tracks */
	TRANSPORT_MEDIA_READING, /* it is being read */
} TransportMediaState;

typedef struct {
	char *uri, *metadata, *protocol_info; /* AVTransportURI; protocol_info may be NULL */
	TransportMediaState state;
	bool failed;         /* as next one: it could not be read or played */
	void *job;           /* while READING */
	TransportPush *push; /* a list that was pushed, without URI; NULL: it was not */
	/* where to begin once the list is read */
	unsigned wanted_number; /* 0: where the list says */
	int64_t wanted_ns;      /* in that track */

	GPtrArray *tracks; /* TransportTrack */
	GArray *order;     /* unsigned, by place: index into tracks */
	GArray *round;  /* RANDOM: the order after this one, once somebody looked ahead; or NULL */
	unsigned place; /* of the current track */
	TransportMode mode;
} TransportMedia;

/* Takes track; NULL: a list that is to be read. */
TransportMedia *transport_media_new(const char *uri, const char *metadata,
	const char *protocol_info, TransportTrack *take_track);
void transport_media_free(TransportMedia *media);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TransportMedia, transport_media_free)

/* The list was read. Takes tracks, at least one. first: index of the one to begin with. */
void transport_media_fill(
	TransportMedia *media, GPtrArray *take_tracks, unsigned first, GRand *rand);
/* More of it came. Takes tracks, which may be none; in a shuffled order they are among what is still to come. */
void transport_media_append(TransportMedia *media, GPtrArray *take_tracks, GRand *rand);
/* A new order, the current track staying the current one. */
void transport_media_set_mode(TransportMedia *media, TransportMode mode, GRand *rand);

/* NULL: the list was not read. */
TransportTrack *transport_media_get_current(const TransportMedia *media);
/* CurrentTrack; 0: the list was not read. */
unsigned transport_media_get_number(const TransportMedia *media);
unsigned transport_media_get_n(const TransportMedia *media);
/* What is played by itself after the current track; NULL: nothing, it ends here. Tracks that failed are
 * passed over. */
TransportTrack *transport_media_peek(TransportMedia *media, GRand *rand);
/* It becomes the current one. */
bool transport_media_advance(TransportMedia *media, GRand *rand);
/* Next (by = 1) and Previous (by = -1): false: there is none. The standard forbids to wrap around. */
bool transport_media_can_step(const TransportMedia *media, int by);
bool transport_media_step(TransportMedia *media, int by, GRand *rand);
/* From 1. false: there is no such track. */
bool transport_media_go(TransportMedia *media, unsigned number);
/* To the first track of a fresh order; what failed may be tried again. */
void transport_media_rewind(TransportMedia *media, GRand *rand);
bool transport_media_has_failures(const TransportMedia *media);

/* Times of the whole. AVU_TIME_NONE: a duration that it takes is not known. */
int64_t transport_media_get_duration_ns(const TransportMedia *media);
/* Where the current track begins. */
int64_t transport_media_get_offset_ns(const TransportMedia *media);
/* false: it lies behind the end, or behind a track whose duration is not known. */
bool transport_media_find_time(const TransportMedia *media, int64_t position_ns,
	unsigned *ret_number, int64_t *ret_within_ns);
