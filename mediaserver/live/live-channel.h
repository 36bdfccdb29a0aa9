/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* live/live-channel.h: one live source on its way to any number of listeners
 *
 * One thread feeds, listeners read, each at a place of its own and on a thread of its own. The newest
 * LIVE_CHANNEL_BYTES are kept, of pictures LIVE_VIDEO_BYTES: who falls further behind is cut off. The feed is at
 * most that far ahead of the listener who is furthest, so that a "station" which is a file, sent as fast as the network takes it, is
 * read as fast as somebody plays it. Behind the last listener the feed goes on for 0.8 s, for one who comes back, and
 * then ends. */
#pragma once

#include <sys/types.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define LIVE_CHANNEL_BYTES (1u << 20)
/* Pieces of television come at once, and each listener takes them at a pace of its own. */
#define LIVE_VIDEO_BYTES (8u << 20)
/* Of what is there already a new listener gets this part at once: something to start with. */
#define LIVE_BURST_PART 16

typedef struct LiveChannel LiveChannel;
typedef struct LiveListener LiveListener;

/* What the feed found; texts are copied and may be NULL. */
typedef struct {
	const char *mime;
	const char *station; /* what it calls itself */
	/* Who comes later begins at a multiple of so many octets; 0: nobody can come later, as players need the
	 * beginning. Then the channel is for its first listener alone. */
	size_t unit;
	bool whole; /* it has an end, and this is its beginning */
} LiveFormat;

/** Counted; listeners have one reference each. */
LiveChannel *live_channel_new(void);
LiveChannel *live_channel_ref(LiveChannel *channel);
void live_channel_unref(LiveChannel *channel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LiveChannel, live_channel_unref)

/* The feed's part; on its thread. */

/** Readable when a listener left, read, or the channel was abandoned; live_channel_clear_wake() it. */
int live_channel_get_wake(const LiveChannel *channel);
void live_channel_clear_wake(const LiveChannel *channel);
/** Somebody listens, or did a moment ago, and nobody abandoned it; if not, nobody can come to it any more. */
bool live_channel_is_wanted(LiveChannel *channel);
/** Once, before the first octet. */
void live_channel_open(LiveChannel *channel, const LiveFormat *format);
/** How many octets would be taken now. */
size_t live_channel_get_room(LiveChannel *channel);
/** @return octets taken, at most the room */
size_t live_channel_put(LiveChannel *channel, const char *octets, size_t len);
/** What the octets that follow are called. */
void live_channel_set_title(LiveChannel *channel, const char *title);
/** There is no more. @param error  copied; NULL: that is its regular end */
void live_channel_close(LiveChannel *channel, const GError *error);

/* Any thread. */

/** Nobody is to listen any more. */
void live_channel_abandon(LiveChannel *channel);
/** What is fed at the moment; NULL: nothing is said. g_free() it */
char *live_channel_dup_title(LiveChannel *channel);
/** @return NULL: nobody can come to this one any more */
LiveListener *live_channel_listen(LiveChannel *channel);

/* The listener's part; on its thread. */

void live_listener_free(LiveListener *listener);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LiveListener, live_listener_free)
/** Waits for the head. @return false with the feed's error, TIMEOUT, or BUSY: it is for another listener
 *  alone, and one of its own is wanted */
bool live_listener_wait_open(LiveListener *listener, int64_t deadline_ns, GError **error);
/** After it was waited for; may be NULL. */
const char *live_listener_get_mime(const LiveListener *listener);
const char *live_listener_get_station(const LiveListener *listener);
bool live_listener_is_whole(const LiveListener *listener);
/** A read under way and all later ones end with -1. @thread any, while the listener is there */
void live_listener_interrupt(LiveListener *listener);
/** Waits up to LIVE_SILENCE_NS. @return octets; 0: the end; -1: fallen behind, the feed failed or is silent */
ssize_t live_listener_read(LiveListener *listener, char *buffer, size_t max);
/** The title of what was read last. @return false: it is still the one that was given last
 *  @param ret_title  g_free() it */
bool live_listener_take_title(LiveListener *listener, char **ret_title);

/** Which octets a listener may still go to, counted from the first one that was ever fed: what is about to be
 *  overwritten is none of them. @return false: nobody can begin in the midst of this one */
bool live_listener_get_reach(LiveListener *listener, uint64_t *ret_first, uint64_t *ret_end);
/** Goes to one. @return false: it is gone, or not there yet */
bool live_listener_go(LiveListener *listener, uint64_t place);
/** Names these octets: another channel of the same source has other ones. */
const char *live_listener_get_mark(const LiveListener *listener);

#define LIVE_SILENCE_NS (30 * AVU_NS_PER_S)

G_END_DECLS
