/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/transport-private.h: the transport, between the service's actions and the engine */
#pragma once

#include <av-upnp/av-transport.h>
#include <av-upnp/loop.h>

#include "transport-media.h"
#include "transport-rules.h"

/* UPnP error codes of AVTransport. */
enum {
	TRANSPORT_NO_TRANSITION = 701,
	TRANSPORT_NO_FORMAT = 704,
	TRANSPORT_NO_SEEK_MODE = 710,
	TRANSPORT_NO_SEEK_TARGET = 711,
	TRANSPORT_NO_PLAY_MODE = 712,
	TRANSPORT_NO_RESOURCE = 716,
	TRANSPORT_NO_SPEED = 717,
	TRANSPORT_NO_INSTANCE = 718,
};

/* A server that is gone fails one track after the other: then it is enough. */
#define TRANSPORT_FAILURES_MAX 10

struct AvuTransport {
	AvuTransportConfig config;
	unsigned instance;   /* InstanceID; 0 is the first */
	AvuTransport *first; /* itself, or the one that owns the service */
	GPtrArray *others;   /* of the first: borrowed instances */
	const AvuClock *clock;
	AvuVariables *variables;
	AvuTimer *timer; /* ends a TRANSITIONING that lasts too long, and the intro of a track */
	GRand *rand;

	TransportMedia *media; /* NULL: NO_MEDIA_PRESENT */
	TransportMedia *next;  /* NextAVTransportURI; may be NULL */
	TransportMode mode;
	AvuPlaySpeed speed;
	TransportWish wish;
	char *trouble;    /* why TransportStatus is ERROR_OCCURRED; NULL: it is OK */
	char *failure;    /* why a track was passed over since the last Play; NULL: none was */
	int64_t start_ns; /* where the next load starts; the position while stopped */
	GError *refusal;  /* why what was to be played could not be loaded before Play; or NULL */
	int64_t refusal_ns;
	unsigned failures; /* tracks that could not be played since one could */

	/* what the engine has */
	bool loaded; /* the current track of media */
	uint32_t token, last_token;
	AvuEngineState engine_state;
	TransportTrack *follower; /* of media or next, was given as next track; NULL: none was */
	uint32_t follower_token;

	TransportState state; /* as told last */
	int64_t since_ns;     /* of TRANSITIONING */
};

/* false with that code. */
bool transport_refuse(GError **error, int code, const char *why);

/* av-transport.c: the engine is told; nothing is published. */

/* NULL: none has it */
AvuTransport *transport_find_instance(AvuTransport *first, uint32_t instance);
/* The engine has nothing any more. */
void transport_unload(AvuTransport *self);
/* Loads the current track, or reads the list first. */
void transport_load(AvuTransport *self);
/* Takes media (may be NULL) in place of what was there. */
void transport_replace(AvuTransport *self, TransportMedia *take_media);
void transport_set_next(AvuTransport *self, TransportMedia *take_media);
/* self->mode is another one. */
void transport_apply_mode(AvuTransport *self);
/* Nothing is given to the engine as next track. */
void transport_forget_follower(AvuTransport *self);
/* Something may follow the current track by itself. */
bool transport_goes_on(const AvuTransport *self);
/* What comes after the current track by itself becomes the current one; false: there is nothing. */
bool transport_go_on(AvuTransport *self);
/* next becomes the current one; false: there is none. */
bool transport_advance_media(AvuTransport *self);
/* What is played after the current track changed, maybe: the engine hears of it. */
void transport_follow(AvuTransport *self);
/* To STOPPED, at the start of the current track. */
void transport_drop(AvuTransport *self);
/* @param why  TransportStatus is ERROR_OCCURRED, a sentence for people; NULL: it is OK */
void transport_set_trouble(AvuTransport *self, const char *why);
/* A track is passed over; if nothing else goes wrong, this is why TransportStatus says so at the end. */
void transport_note_failure(AvuTransport *self, const char *why);
/* STOPPED with ERROR_OCCURRED. */
void transport_fail(AvuTransport *self, const char *why);
/* The same, and a Play that comes now is told so. @param code  of Play */
void transport_fail_with(AvuTransport *self, int code, const char *sentence);
/* The Play that belongs to a SetAVTransportURI whose media could not be loaded: once, the next one tries
 * again. false with the reason's code */
bool transport_take_refusal(AvuTransport *self, GError **error);
void transport_seek_to(AvuTransport *self, int64_t position_ns);
/* The current track is over: what comes after it is loaded, or all of it ends. */
void transport_move_on(AvuTransport *self);
int64_t transport_get_position_ns(const AvuTransport *self); /* in the track, at least 0 */
/* NULL: no media, or the list was not read */
TransportTrack *transport_get_track(const AvuTransport *self);
bool transport_is_seekable(const AvuTransport *self);
/* There is something for Next and Previous. */
bool transport_can_step(const AvuTransport *self, int by);

/* transport-lists.c */

/* "" gives NULL in ret_media. false with 704, 714, 716, 719 */
bool transport_media_open(AvuTransport *self, const char *uri, const char *metadata,
	TransportMedia **ret_media, GError **error);
/* Cancels its reading, too. */
void transport_media_close(AvuTransport *self, TransportMedia *media);
/* Begins to read the list of media (UNREAD). false with 714, 716: it cannot be */
bool transport_media_read(AvuTransport *self, TransportMedia *media, GError **error);
/* What cannot be played is left out. ret_first: where the one to begin with has come to stand. */
GPtrArray *transport_media_make_tracks(AvuTransport *self, const AvuTransportItem *items, size_t n,
	size_t first, unsigned *ret_first);
/* Reading has lasted too long. */
void transport_media_give_up(AvuTransport *self, TransportMedia *media);
/* What transport-lists reports. */
void transport_media_was_read(AvuTransport *self, TransportMedia *media, const GError *error);

/* transport-playlists.c: lists that are pushed. */
bool transport_set_static_playlist(AvuTransport *self, AvuCall *call, GError **error);
bool transport_set_streaming_playlist(AvuTransport *self, AvuCall *call, GError **error);
bool transport_get_playlist_info(AvuTransport *self, AvuCall *call, GError **error);
/* A static list, of which not all came yet: nothing else goes. */
bool transport_push_is_arriving(const AvuTransport *self);
/* The last track of a list that grows is over: the next one is waited for. false: this does not grow */
bool transport_push_starve(AvuTransport *self);
bool transport_push_is_starved(const AvuTransport *self);
/* It is not continued. false: what there was of it stays */
bool transport_push_give_up(AvuTransport *self);

/* transport-publish.c */

/* State, media and errors into the state variables, from which the events follow. */
void transport_publish(AvuTransport *self);
/* The positions, which are told to who asks alone. */
void transport_publish_position(AvuTransport *self);
/* How far media has been read ahead, likewise. */
void transport_publish_buffer(AvuTransport *self);
/* What never changes, and what of the standard's lists is supported. */
void transport_publish_constants(AvuTransport *self, AvuService *service);
/* Gives up a TRANSITIONING that lasted too long, ends an intro; also armed as a timer by publish. */
void transport_expire(AvuTransport *self);
/* The timer, for the next time there is something to expire. */
void transport_arm(AvuTransport *self);

/* transport-seek.c: Seek. */
bool transport_seek(AvuTransport *self, const char *unit, const char *target, GError **error);
/* Next (by = 1), Previous (by = -1). */
bool transport_step(AvuTransport *self, int by, GError **error);
/* Units that Seek takes in this version of the service, NULL-ended. */
#define TRANSPORT_SEEK_UNITS_MAX 12
void transport_seek_units(unsigned version, const char *ret_units[TRANSPORT_SEEK_UNITS_MAX]);
/* A position in units of REL_COUNT and ABS_COUNT. */
int32_t transport_count(int64_t position_ns);
/* In octets, -1: not known. What is read of a file is not in step with what is heard of it: the place is
 * in proportion to the time. */
int64_t transport_get_size_bytes(const AvuTransport *self);
int64_t transport_get_position_bytes(const AvuTransport *self);

/* transport-state.c: what bookmarks are made of. */
bool transport_get_state_variables(AvuTransport *self, AvuCall *call, GError **error);
bool transport_set_state_variables(AvuTransport *self, AvuCall *call, GError **error);

/* Actions with arguments and answers. */
extern const AvuBinding transport_bindings[];
