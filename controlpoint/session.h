/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* session.h: one run of a verb: the network as it is seen during it, and waiting for it.
 *
 * Verbs are written as a sequence: each function here runs the main loop until its answer is there
 * or its deadline has passed. Main thread. */
#pragma once

#include <av-upnp/interface-watch.h>
#include <av-upnp/remote-device.h>
#include <av-upnp/supervisor.h>

#include "address/announced.h"

typedef struct Session Session;

typedef struct {
	AvuSpawner *spawner;           /* borrowed */
	const char *const *interfaces; /* NULL-ended; none: all that qualify */
	AvuAddress source;             /* family 0: any */
	int64_t timeout_ns;            /* of one call, and of waiting for a device's deeds */
} SessionOptions;

Session *session_new(const SessionOptions *options);
void session_free(Session *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_free)

/** Was it told to look on some interfaces only? */
bool session_is_restricted(const Session *session);
/** Those; NULL-ended, may be NULL. */
const char *const *session_get_interfaces(const Session *session);
/** The address that all it sends comes from; family 0: any. Borrowed. */
const AvuAddress *session_get_source(const Session *session);
/** Of helpers. Borrowed. */
AvuSupervisor *session_get_supervisor(Session *session);
int64_t session_get_timeout_ns(const Session *session);
AvuFetcher *session_get_fetcher(Session *session);
/** Which addresses this run may connect to. Borrowed. */
const AvuAddressPolicy *session_get_policy(const Session *session);

/** Runs the loop until ready says so, or deadline_ns (avu_now_ns() scale) passed, or the user
 *  interrupted a session_catch_interrupt(). @param ready  NULL: never @return was it ready? */
bool session_wait(Session *session, int64_t deadline_ns, bool (*ready)(void *data), void *data);
/** From now on SIGINT and SIGTERM end waiting instead of the program. */
void session_catch_interrupt(Session *session);
bool session_is_interrupted(const Session *session);
/** Waiting is possible again, for what is left to do at the end.
 *  @param timeout_ns  of each of those calls */
void session_clear_interrupt(Session *session, int64_t timeout_ns);

/** Calls an action and waits. @param arguments  name, value, …, NULL; NULL: none
 *  @return avu_remote_answer_unref() it; NULL with the errors of avu_remote_call() */
AvuRemoteAnswer *session_call(Session *session, AvuRemoteDevice *device,
	const AvuServiceSpec *service, const char *action, const char *const *arguments,
	GError **error);

/** The interfaces in use, opened at the first use. @return NULL with IO or UNREACHABLE (none
 *  qualifies, in a sentence that says why) */
AvuInterfaceWatch *session_open_interfaces(Session *session, GError **error);

/** Looks for devices of this kind (OTHER: servers and renderers) from now on; nothing when that was
 *  asked already. Answers come while waiting. @return false when there is no network to search */
bool session_search(Session *session, AvuDeviceKind kind, GError **error);
/** Asks once more, for datagrams that were lost. */
void session_search_again(Session *session, AvuDeviceKind kind);
/** Waits until the interfaces are being searched. @return false with UNREACHABLE when they were not
 *  within the time-out, in a sentence that says why */
bool session_await_search(Session *session, GError **error);
/** When an answer to a search came last, or the search itself went out. */
int64_t session_get_heard_ns(const Session *session, AvuDeviceKind kind);
/** From now on appeared is called for every device that comes or changes, vanished for every one that
 *  says good-bye or is heard of no more; NULL: nobody listens. */
void session_set_listener(Session *session, void (*appeared)(AvuRemoteDevice *device, void *data),
	void (*vanished)(AvuRemoteDevice *device, void *data), void *data);
/** Announcements are noted there from now on, answers to searches are not.
 *  @param announced  borrowed; NULL: no more */
void session_follow_announcements(Session *session, Announced *announced);
/** When the search for this kind went out; only after session_await_search(). */
int64_t session_get_searched_ns(const Session *session, AvuDeviceKind kind);
/** Fetches the description there, once; its host may be connected to whatever the policy says.
 *  @param location  as avu_url_get_text() gives it */
bool session_add_location(Session *session, const char *location, GError **error);
/** Fetches the description there, if its host is in an attached network: a guess.
 *  @return false when there is no network */
bool session_try_location(Session *session, const char *location);
/** Why the description of this location could not be had, or NULL. */
const GError *session_find_trouble(const Session *session, const char *location);
/** A device of this kind (OTHER: any) that answers searches while its description is not to be had.
 *  @param ret_why  borrowed; NULL: nothing has come from there so far
 *  @return its location, borrowed; NULL: there is none */
const char *session_find_silent(const Session *session, AvuDeviceKind kind, const GError **ret_why);
/** Devices known now, by name. @param kind  OTHER: every server and renderer */
GPtrArray *session_list(const Session *session, AvuDeviceKind kind);
unsigned session_get_pending(const Session *session);
