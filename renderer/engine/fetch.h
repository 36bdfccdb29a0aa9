/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/engine/fetch.h: one resource read from its server into a ring, on a thread of its own */
#pragma once

#include <av-upnp/http-fetch.h>
#include <av-upnp/mailbox.h>
#include <av-upnp/ring.h>

G_BEGIN_DECLS

typedef struct FetchGroup FetchGroup; /* all that a renderer reads */
typedef struct Fetch Fetch;

typedef struct {
	/* Size and type are known: the ring can be handed on. */
	void (*opened)(Fetch *fetch, void *user_data);
	/* No more octets will come; the ring is marked so. May come without or after opened. */
	void (*failed)(Fetch *fetch, const GError *error, void *user_data);
} FetchListener;

/** @param policy    copied; its data outlives the group
 *  @param listener  called on the thread of the default main context */
FetchGroup *fetch_group_new(const AvuAddressPolicy *policy, const FetchListener *listener);
/** Ends all threads; waits for them, at most for the 100 ms after which each looks up. */
void fetch_group_free(FetchGroup *group);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FetchGroup, fetch_group_free)

/** Starts reading. @param mime  what it is said to be, for the request's headers; may be NULL
 *  @return owned by the caller; NULL with AVU_ERROR_IO */
Fetch *fetch_new(
	FetchGroup *group, const char *uri, const char *mime, void *user_data, GError **error);
/** Nothing is called back any more. Does not wait for the thread. */
void fetch_free(Fetch *fetch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fetch, fetch_free)

bool fetch_is_open(const Fetch *fetch);
/** Content-Type of the answer, or NULL. After opened. */
const char *fetch_get_mime(const Fetch *fetch);
void fetch_get_fds(const Fetch *fetch, int ret_fds[AVU_RING_FDS]);

G_END_DECLS
