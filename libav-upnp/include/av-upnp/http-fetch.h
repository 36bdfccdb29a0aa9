/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/http-fetch.h: small requests to peers: descriptions, SOAP calls, events.
 *
 * One engine (curl multi, one epoll) per program on a main context; every fetch has a size limit, a
 * total deadline and an address policy that is asked about the address really connected to. Literal
 * addresses only, no proxy, no cookies, http only. */
#pragma once

#include <av-upnp/address.h>

G_BEGIN_DECLS

typedef struct AvuFetcher AvuFetcher;
typedef struct AvuFetch AvuFetch;

/* Which addresses may be connected to, and from where. */
typedef struct {
	bool (*allow)(const AvuAddress *address, void *data);
	void *data;
	AvuAddress source; /* of ours, for peers of its family that are not on this host; family 0: the kernel's choice */
} AvuAddressPolicy;

/** The address of ours that the policy has connections to peer come from. @return false: any */
AVU_API bool avu_address_policy_get_source(
	const AvuAddressPolicy *policy, const AvuAddress *peer, AvuAddress *ret_source);

typedef struct {
	const char *method; /* "GET", "POST", "NOTIFY", … */
	const char *url;
	const char *const *headers; /* "Name: value", NULL-ended; may be NULL */
	const char *body;           /* copied; NULL: none */
	size_t body_len;
	size_t max_answer;    /* octets of body; more → AVU_ERROR_LIMIT */
	bool status_only;     /* what the body is, and whether it ends, does not matter: no more than that is read */
	int64_t timeout_ns;   /* total, from admission; 0: AVU_LIMIT_FETCH_NS */
	unsigned redirects;   /* followed, each checked like the first */
} AvuFetchRequest;

typedef struct {
	unsigned status;
	const char *body; /* NUL behind the last octet for convenience */
	size_t body_len;
	AvuAddress local; /* of our socket: its ip is what the peer can reach us at */
	AvuAddress peer;
	const GHashTable *headers; /* lower-case name → value of the last line of that name */
} AvuFetchAnswer;

/** Called once on the context's thread. answer is NULL when error is set (UNREACHABLE, TIMEOUT,
 *  LIMIT, DENIED, SYNTAX); both die with the call. Any HTTP status is an answer. */
typedef void (*AvuFetchDone)(const AvuFetchAnswer *answer, const GError *error, void *user_data);

/** @param policy  copied; NULL: every address but multicast, reserved and unspecified ones, which are
 *                 never connected to */
AVU_API AvuFetcher *avu_fetcher_new(GMainContext *context, const AvuAddressPolicy *policy);
/** Borrowed. */
AVU_API const AvuAddressPolicy *avu_fetcher_get_policy(const AvuFetcher *fetcher);
/** How many fetches may be under way at once, AVU_LIMIT_FETCHES from the start; event delivery takes
 *  AVU_LIMIT_EVENT_DELIVERIES. The others wait, without their time running. */
AVU_API void avu_fetcher_set_places(AvuFetcher *fetcher, unsigned at_once);
/** Cancels what is under way without calling back. Allowed within done. */
AVU_API void avu_fetcher_free(AvuFetcher *fetcher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuFetcher, avu_fetcher_free)

/** Never calls back before it returned, not even for a malformed URL.
 *  @return valid until done was called; for avu_fetch_cancel only */
AVU_API AvuFetch *avu_fetch(
	AvuFetcher *fetcher, const AvuFetchRequest *request, AvuFetchDone done, void *user_data);
/** done will not be called. Not for the fetch whose done is running. */
AVU_API void avu_fetch_cancel(AvuFetch *fetch);

G_END_DECLS
