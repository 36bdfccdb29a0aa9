/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/jitter-buffer.h: media read from a server ahead of its use, so that what a home network
 * does to it is not heard.
 *
 * A buffer reads one resource over HTTP into a ring (ring.h), on a thread of its own, and keeps it
 * filled a certain time ahead of whoever reads the ring. A connection that breaks is made again at the
 * exact octet; one that is silent for two seconds gets a second one beside it; a resource that is not
 * the same any more is an error, never a wrong octet. The reader of the ring may die: the octets stay.
 * A stream that is cut into pieces (HLS, DASH) is in the ring as if it were not: the pieces one behind
 * the other. Where its sound is a stream of its own, a second buffer reads that. */
#pragma once

#include <av-upnp/counters.h>
#include <av-upnp/http-fetch.h>
#include <av-upnp/play-speed.h>
#include <av-upnp/ring.h>

G_BEGIN_DECLS

typedef struct AvuJitterGroup AvuJitterGroup; /* all that a program reads */
typedef struct AvuJitterBuffer AvuJitterBuffer;

/* All on the thread of the default main context, none within a call of ours. */
typedef struct {
	/* Size and type are known and the first octets are there: the ring can be handed on. */
	void (*opened)(AvuJitterBuffer *buffer, void *user_data);
	/* No more octets will come; the ring is marked so. May come without or after opened. */
	void (*failed)(AvuJitterBuffer *buffer, const GError *error, void *user_data);
	/* true: its reader has been waiting for octets while it played, and what the decoder holds is all
	 * that is left; false: enough is there to go on without stopping again at once, or no more will
	 * come. */
	void (*starved)(AvuJitterBuffer *buffer, bool starved, void *user_data);
	/* A radio station says what is read from now on: UTF-8, one line, at most 512 octets; "" at times. */
	void (*title)(AvuJitterBuffer *buffer, const char *title, void *user_data);
	/* An underrun or a reconnect was counted, or the stream goes on in another rate: see its numbers. May
	 * be NULL */
	void (*changed)(AvuJitterBuffer *buffer, void *user_data);
	/* All of it is there, and another part of the stream follows, with times and maybe a format of its
	 * own: see avu_jitter_buffer_new_onward(). May be NULL: then the rest is not heard */
	void (*parted)(AvuJitterBuffer *buffer, void *user_data);
} AvuJitterListener;

/** @param policy    copied; its data outlives the group
 *  @param counters  outlives the group; may be NULL */
AVU_API AvuJitterGroup *avu_jitter_group_new(
	const AvuAddressPolicy *policy, const AvuJitterListener *listener, AvuCounters *counters);
/** Which ConnectionManager is ours, for the servers' own; told on the own network only.
 *  @param name  "UDN/serviceId"; NULL: not told @clause DLNA, peerManager.dlna.org */
AVU_API void avu_jitter_group_set_peer_manager(AvuJitterGroup *group, const char *name);
/** Ends all threads and waits for them, which takes as long as curl takes to let go. */
AVU_API void avu_jitter_group_free(AvuJitterGroup *group);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuJitterGroup, avu_jitter_group_free)

typedef struct {
	const char *uri;  /* http, https */
	const char *mime; /* what it is said to be, for the transfer mode; may be NULL */
	int64_t start_ns; /* > 0: a TimeSeekRange asks the server to begin there; one that refuses
			   * it (406, 416) is asked from its beginning; see
			   * avu_jitter_buffer_get_start_ns(). Such a stream has no places to go back to. One
			   * that breaks is continued if the answer said which octets of the resource it is. */
	/* > 0: begins at this octet instead, which is at start_ns: see avu_jitter_buffer_get_octets(). A server
	 * that refuses it is asked from its beginning. */
	uint64_t start_byte;
	/* The server is asked to send it so fast, from start_ns on; 1, or zeros: as it is. One that sends it
	 * otherwise is an error. @clause DLNA, PlaySpeed.dlna.org */
	AvuPlaySpeed speed;
	int64_t duration_ns; /* or AVU_TIME_NONE: then the rate of the media is measured */
	uint64_t
		rate_bps; /* of its media, as it is said to be; 0: not known. Only places of what is live are
			      * made of it */
	int64_t target_ns; /* how far to read ahead while nothing goes wrong; 0: the usual */
	int64_t give_up_ns; /* that long without an octet while its reader has none; 0: 30 s (ROB-019) */
	/* Of a recording that is still made (DLNA: its end moves): nothing was added for so long, so that what
	 * there is of it is all; 0: 10 s */
	int64_t growth_ns;
	/* It was read before: a server that is away or busy when it is asked first is asked again, too. */
	bool again;
	bool prefetch; /* it follows later: only its beginning, until avu_jitter_buffer_promote() */
	bool side;     /* of a stream in pieces the sound that is apart */
	int64_t live_ns; /* of that, when it is live: where its pictures begin; 0: not known */
} AvuJitterSource;

/** Starts reading.
 *  @return owned by the caller; NULL with AVU_ERROR_IO */
AVU_API AvuJitterBuffer *avu_jitter_buffer_new(
	AvuJitterGroup *group, const AvuJitterSource *source, void *user_data, GError **error);
/** Reads the part of a stream in pieces that follows the one that another buffer has read (a discontinuity of
 *  HLS, a period of DASH). Its places are those of the whole stream; of a live one, from where its reading began.
 *  @param before  need not live on
 *  @return as above; NULL with NOT_FOUND, too: there is no other part (yet), or it was taken before */
AVU_API AvuJitterBuffer *avu_jitter_buffer_new_onward(
	AvuJitterGroup *group, AvuJitterBuffer *before, void *user_data, GError **error);
/** There is one, to be taken. True before anybody can have read the buffer to its end. */
AVU_API bool avu_jitter_buffer_has_onward(AvuJitterBuffer *buffer);
/** Of a stream in pieces, nobody reads what is left of this part: the one that follows it is looked for at once, and no
 *  octet in between is asked for. */
AVU_API void avu_jitter_buffer_leave(AvuJitterBuffer *buffer);
/** By what its list says there is, or may be, another part later. After opened. */
AVU_API bool avu_jitter_buffer_may_part(const AvuJitterBuffer *buffer);
/** Nothing is called back any more. Does not wait for the thread. */
AVU_API void avu_jitter_buffer_free(AvuJitterBuffer *buffer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuJitterBuffer, avu_jitter_buffer_free)

/** The reader plays: from now on it is told when it has to wait. */
AVU_API void avu_jitter_buffer_set_playing(AvuJitterBuffer *buffer, bool playing);
/** What the decoder held is used up as well: the sound stops. Counts, and more is read ahead. */
AVU_API void avu_jitter_buffer_note_underrun(AvuJitterBuffer *buffer);
/** Something better than what the source said. @param duration_ns  or AVU_TIME_NONE */
AVU_API void avu_jitter_buffer_set_duration(AvuJitterBuffer *buffer, int64_t duration_ns);
/** Its turn has come, or nobody else needs the network. */
AVU_API void avu_jitter_buffer_promote(AvuJitterBuffer *buffer);

AVU_API bool avu_jitter_buffer_is_open(const AvuJitterBuffer *buffer);
/** Content-Type of the answer, or NULL. After opened. */
AVU_API const char *avu_jitter_buffer_get_mime(const AvuJitterBuffer *buffer);
/** The server can begin at any time of the content (DLNA.ORG_OP). After opened. */
AVU_API bool avu_jitter_buffer_can_seek_time(const AvuJitterBuffer *buffer);
/** Of a source that has only a part of its content, which may move on (availableSeekRange.dlna.org), the place in
 *  what there is now that is nearest to one; of others position_ns itself. */
AVU_API int64_t avu_jitter_buffer_limit_ns(const AvuJitterBuffer *buffer, int64_t position_ns);
/* Octets that can be asked for now. */
typedef struct {
	uint64_t first_byte, last_byte;
	/* The first one is lost as others come: it may be another one by now. begin_byte is then the one that
	 * avu_jitter_buffer_get_start_ns() is the time of. */
	bool moves;
	uint64_t begin_byte;
} AvuJitterOctets;

/** Of a source that has only a part of its octets, or that is still made (availableSeekRange.dlna.org with bytes=).
 *  @return false: it is another one */
AVU_API bool avu_jitter_buffer_get_octets(AvuJitterBuffer *buffer, AvuJitterOctets *ret_octets);
/** What reads the ring finds places itself: any octet can be had. After opened. */
AVU_API bool avu_jitter_buffer_can_seek_octets(const AvuJitterBuffer *buffer);
/** The server can send it so fast (DLNA.ORG_PS). After opened. */
AVU_API bool avu_jitter_buffer_has_speed(const AvuJitterBuffer *buffer, AvuPlaySpeed speed);
/** The time of the first octet: at or before the one asked for, if the server begins at times at all; of a live
 *  source what it begins with. After opened. */
AVU_API int64_t avu_jitter_buffer_get_start_ns(const AvuJitterBuffer *buffer);
/** Of a live stream the place that it was begun at, as AvuJitterSource.live_ns; 0: it has none. After opened. */
AVU_API int64_t avu_jitter_buffer_get_live_ns(const AvuJitterBuffer *buffer);
/** What a radio station calls itself, as it was sent; or NULL. After opened. */
AVU_API const char *avu_jitter_buffer_get_station(const AvuJitterBuffer *buffer);
/** It is read in pieces: its type is that of what they make, get_mime(). After opened. */
AVU_API bool avu_jitter_buffer_is_pieces(const AvuJitterBuffer *buffer);
/** It has no sound: that is read by another buffer, with AvuJitterSource.side. After opened. */
AVU_API bool avu_jitter_buffer_has_side(const AvuJitterBuffer *buffer);
/** Of the whole resource, in octets; -1: not known, or not yet. */
AVU_API int64_t avu_jitter_buffer_get_size_bytes(const AvuJitterBuffer *buffer);
/** What its list says of the whole; AVU_TIME_NONE: it has none, or no end. After opened. */
AVU_API int64_t avu_jitter_buffer_get_duration_ns(const AvuJitterBuffer *buffer);
/** The ring's descriptors for avu_ring_reader_new(); borrowed. */
AVU_API void avu_jitter_buffer_get_fds(const AvuJitterBuffer *buffer, int ret_fds[AVU_RING_FDS]);

/* What happened so far and how it stands. */
typedef struct {
	uint64_t received_bytes;
	uint64_t level_bytes; /* there and not read yet */
	int64_t level_ns;     /* the same as playing time; AVU_TIME_NONE: the rate is not known */
	bool complete;        /* all that is left of the resource is there */
	bool live;            /* it has no end */
	uint64_t target_bytes;
	int64_t target_ns;
	int64_t gap_ns;          /* longest silence of the network of about the last minute */
	uint64_t rate_bps;       /* of the media; 0: not known */
	uint64_t throughput_bps; /* of the network while listened to; 0: not known */
	unsigned underruns;      /* that were noted */
	int64_t starved_ns;      /* that its reader waited while it should have played */
	unsigned connections;    /* made in all */
	unsigned reconnects;     /* of those: because one broke or stalled */
	unsigned seconds;        /* of those: beside one that was silent */
	unsigned rates;          /* that the stream can be had in; 0: it is not in pieces */
	unsigned steps_down;     /* of a stream in several rates: changes to a lower one */
	unsigned steps_up;       /* likewise to a higher one */
} AvuJitterNumbers;

AVU_API AvuJitterNumbers avu_jitter_buffer_get_numbers(AvuJitterBuffer *buffer);

G_END_DECLS
