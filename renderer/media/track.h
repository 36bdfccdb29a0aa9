/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/track.h: one resource to play: its token, what it is said to be, its ring */
#pragma once

#include <av-upnp/ring.h>

#include "gain.h"

G_BEGIN_DECLS

typedef struct {
	uint32_t token;
	char *mime; /* may be NULL */
	int64_t start_ns;
	char *title, *artist, *album; /* each may be NULL */
	GBytes *cover;                /* a picture; NULL: none */
	GBytes *subtitles;            /* a file of them; NULL: none */
	int64_t show_ns;              /* of a picture; 0: until something else is asked for */
	GainTags said;                /* by its server, of its loudness */
	int64_t origin_ns;          /* what its first sample is called; AVU_TIME_NONE: not known */
	bool apart;                 /* not to be joined to the one before: its samples are others */
	bool broken;                /* its octets end early */
	int fds[AVU_RING_FDS];      /* kept, so that a track can be opened again */
	int side_fds[AVU_RING_FDS]; /* of the sound, where that is apart; -1: it is not */
} Track;

/** @param mime  taken. @param fds  taken */
Track *track_new(uint32_t token, char *mime, int64_t start_ns, const int fds[AVU_RING_FDS]);
void track_free(Track *track);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Track, track_free)

/** Each is copied and may be NULL. */
void track_describe(Track *track, const char *title, const char *artist, const char *album);
/** Said to be moving pictures. */
bool track_is_video(const Track *track);
bool track_is_image(const Track *track);
/** @param fds  taken: its sound is apart, and comes through these */
void track_take_side(Track *track, const int fds[AVU_RING_FDS]);
bool track_has_side(const Track *track);
/** Copies of the descriptors. @return false with AVU_ERROR */
bool track_dup_fds(const Track *track, bool side, int fds[AVU_RING_FDS], GError **error);
/** @param side  the sound that is apart
 *  @return floating avsrc over copies of the descriptors, GstElement*; NULL with AVU_ERROR */
void *track_open(const Track *track, bool side, GError **error);

G_END_DECLS
