/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One run of a verb. Nothing is opened before it is needed: with devices named by URL no helper is
 * started and no interface is looked at, and a verb that asks no device sets up no HTTP client.
 * Fetches go to attached prefixes and to the hosts the user named, nowhere else. Descriptions have a
 * fetcher of their own, so that devices that never answer cannot hold up the calls to one that does
 * (SEC-206). Main thread. */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/discovery.h>
#include <av-upnp/error.h>
#include <av-upnp/loop.h>
#include <av-upnp/registry.h>
#include <av-upnp/text.h>

#include "session-private.h"

#define SEARCH_MX_S 1
#define ANSWERS_NS (3 * AVU_NS_PER_S) /* in which answers come */

/* Version 1 of each: devices of a higher version answer it, too. */
static const char *const targets[] = {
	[AVU_DEVICE_SERVER] = "urn:schemas-upnp-org:device:MediaServer:1",
	[AVU_DEVICE_RENDERER] = "urn:schemas-upnp-org:device:MediaRenderer:1",
};

static bool
address_allowed(const AvuAddress *address, void *data)
{
	const Session *session = data;

	for (guint i = 0; i < session->named_hosts->len; i++) {
		if (avu_address_equal_ip(
			    &g_array_index(session->named_hosts, AvuAddress, i), address)) {
			return true;
		}
	}
	return session->watch != NULL &&
	       avu_prefix_set_contains(avu_interface_watch_get_prefixes(session->watch), address);
}

/* Answers name what was searched for. */
static void
note_answer(Session *session, const AvuSeen *seen)
{
	for (size_t i = 0; seen->target != NULL && i < G_N_ELEMENTS(targets); i++) {
		if (targets[i] != NULL && strcmp(seen->target, targets[i]) == 0) {
			answers_note(session->answers, i, seen->udn, seen->location);
		}
	}
}

/* Answers name what was searched for, and come within MX; whatever else is seen was announced. */
static bool
is_announcement(const Session *session, const AvuSeen *seen)
{
	bool searched = false;

	for (size_t i = 0; i < G_N_ELEMENTS(targets); i++) {
		searched = searched ||
			   (targets[i] != NULL && session->searched_ns[i] != AVU_TIME_NONE &&
				   g_strcmp0(seen->target, targets[i]) == 0);
	}
	return !searched ||
	       (session->settled_ns != AVU_TIME_NONE &&
		       avu_now_ns() - session_get_searched_ns(session, AVU_DEVICE_OTHER) >
			       ANSWERS_NS);
}

static void
seen(const AvuSeen *seen, void *user_data)
{
	Session *session = user_data;

	session->heard_ns = avu_now_ns();
	note_answer(session, seen);
	if (session->announced != NULL) {
		(is_announcement(session, seen) ? announced_note : announced_expect)(
			session->announced, seen->udn, session->heard_ns);
	}
	avu_registry_get_discovery_listener()->seen(seen, session_get_registry(session));
}

static void
moved(const char *udn, unsigned interface_index, const AvuAddress *source, void *user_data)
{
	avu_registry_get_discovery_listener()->moved(
		udn, interface_index, source, session_get_registry(user_data));
}

static void
gone(const char *udn, unsigned interface_index, void *user_data)
{
	Session *session = user_data;

	if (session->announced != NULL) {
		announced_leave(session->announced, udn, avu_now_ns());
	}
	avu_registry_get_discovery_listener()->gone(
		udn, interface_index, session_get_registry(session));
}

static bool
is_described(const char *udn, unsigned interface_index, const AvuAddress *source, void *user_data)
{
	return avu_registry_get_discovery_listener()->is_described(
		udn, interface_index, source, session_get_registry(user_data));
}

static void
settled(unsigned n_interfaces, void *user_data)
{
	Session *session = user_data;

	if (n_interfaces > 0 && session->settled_ns == AVU_TIME_NONE) {
		session->settled_ns = avu_now_ns();
	}
}

static void
interface_trouble(const char *interface_name, const char *sentence, void *user_data)
{
	Session *session = user_data;

	g_debug("%s: %s", interface_name, sentence);
	g_free(session->interface_trouble);
	session->interface_trouble = g_strdup_printf("%s: %s", interface_name, sentence);
}

static void
interfaces_changed(void *user_data)
{
	Session *session = user_data;

	if (session->discovery != NULL) {
		avu_discovery_interfaces_changed(session->discovery);
	}
}

Session *
session_new(const SessionOptions *options)
{
	Session *session = g_new0(Session, 1);

	session->spawner = options->spawner;
	session->interfaces = g_strdupv((char **)options->interfaces);
	session->timeout_ns = options->timeout_ns;
	session->heard_ns = AVU_TIME_NONE;
	session->settled_ns = AVU_TIME_NONE;
	for (size_t i = 0; i < G_N_ELEMENTS(session->searched_ns); i++) {
		session->searched_ns[i] = AVU_TIME_NONE;
	}
	session->named_hosts = g_array_new(false, false, sizeof(AvuAddress));
	session->named_locations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	session->troubles = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_error_free);
	session->answers = answers_new();
	session->policy = (AvuAddressPolicy){
		.allow = address_allowed, .data = session, .source = options->source
	};
	return session;
}

void
session_free(Session *session)
{
	if (session == NULL) {
		return;
	}
	avu_discovery_free(session->discovery);
	avu_supervisor_free(session->supervisor);
	avu_registry_free(session->registry);
	avu_fetcher_free(session->description_fetcher);
	avu_fetcher_free(session->fetcher);
	avu_interface_watch_free(session->watch);
	g_hash_table_unref(session->named_locations);
	g_hash_table_unref(session->troubles);
	answers_free(session->answers);
	g_array_unref(session->named_hosts);
	g_strfreev(session->interfaces);
	g_free(session->interface_trouble);
	refusal_free(session->refusal);
	g_free(session);
}

bool
session_is_restricted(const Session *session)
{
	return (session->interfaces != NULL && session->interfaces[0] != NULL) ||
	       session->policy.source.family != 0;
}

const AvuAddress *
session_get_source(const Session *session)
{
	return &session->policy.source;
}

const char *const *
session_get_interfaces(const Session *session)
{
	return (const char *const *)session->interfaces;
}

AvuSupervisor *
session_get_supervisor(Session *session)
{
	if (session->supervisor == NULL) {
		session->supervisor = avu_supervisor_new(session->spawner, NULL);
	}
	return session->supervisor;
}

int64_t
session_get_timeout_ns(const Session *session)
{
	return session->timeout_ns;
}

AvuFetcher *
session_get_fetcher(Session *session)
{
	if (session->fetcher == NULL) {
		session->fetcher = avu_fetcher_new(NULL, &session->policy);
	}
	return session->fetcher;
}

const AvuAddressPolicy *
session_get_policy(const Session *session)
{
	return &session->policy;
}

static void
set_true(void *data)
{
	bool *flag = data;

	*flag = true;
}

bool
session_wait(Session *session, int64_t deadline_ns, bool (*ready)(void *data), void *data)
{
	bool over = false;
	g_autoptr(AvuTimer) timer = NULL;

	if (deadline_ns != AVU_TIME_NONE) {
		timer = avu_timer_new(NULL, MAX(deadline_ns - avu_now_ns(), 0), set_true, &over);
	}
	for (;;) {
		if (ready != NULL && ready(data)) {
			return true;
		}
		if (over || session->interrupted) {
			return false;
		}
		g_main_context_iteration(NULL, /* may_block = */ true);
	}
}

void
session_catch_interrupt(Session *session)
{
	avu_on_terminate(set_true, &session->interrupted);
}

bool
session_is_interrupted(const Session *session)
{
	return session->interrupted;
}

void
session_clear_interrupt(Session *session, int64_t timeout_ns)
{
	session->interrupted = false;
	session->timeout_ns = timeout_ns;
}

static AvuInterfaceWatch *
open_watch(Session *session, GError **error)
{
	g_autoptr(AvuInterfaceWatch) watch = avu_interface_watch_new(
		NULL, (const char *const *)session->interfaces, interfaces_changed, session, error);

	if (watch == NULL || !avu_interface_watch_use_v6(watch, AVU_V6_ALONE, error) ||
		(session->policy.source.family != 0 &&
			!avu_interface_watch_use_source(watch, &session->policy.source, error))) {
		return NULL;
	}
	return g_steal_pointer(&watch);
}

AvuInterfaceWatch *
session_open_interfaces(Session *session, GError **error)
{
	size_t n = 0;

	if (session->watch == NULL) {
		session->watch = open_watch(session, error);
	}
	if (session->watch == NULL) {
		return NULL;
	}
	(void)avu_interface_watch_list(session->watch, &n);
	if (n == 0 && session->policy.source.family != 0) {
		g_autofree char *source = avu_address_format(&session->policy.source);

		g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE,
			"no usable interface has the address %s (--source)", source);
		return NULL;
	}
	if (n == 0) {
		g_autofree char *why = avu_interface_watch_explain(session->watch);

		g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE, "%s", why);
		return NULL;
	}
	return session->watch;
}

static void
search_for(Session *session, AvuDeviceKind kind)
{
	session->searched_ns[kind] = avu_now_ns();
	avu_discovery_search(session->discovery, targets[kind], SEARCH_MX_S);
}

void
session_search_again(Session *session, AvuDeviceKind kind)
{
	static const AvuDeviceKind kinds[] = { AVU_DEVICE_SERVER, AVU_DEVICE_RENDERER };

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (kind == kinds[i] || kind == AVU_DEVICE_OTHER) {
			search_for(session, kinds[i]);
		}
	}
	session->searched_ns[kind] = avu_now_ns();
}

/* SSDP is multicast, and libupnp knows none on loopback. */
static bool
can_be_searched(Session *session, GError **error)
{
	size_t n = 0;
	const AvuInterface *list = session_open_interfaces(session, error) != NULL
					   ? avu_interface_watch_list(session->watch, &n)
					   : NULL;

	for (size_t i = 0; i < n; i++) {
		if (!list[i].loopback) {
			return true;
		}
	}
	if (list != NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE,
			"a loopback interface cannot be searched; name the device by the URL of "
			"its description");
	}
	return false;
}

bool
session_search(Session *session, AvuDeviceKind kind, GError **error)
{
	static const AvuDiscoveryListener listener = { seen, gone, settled, interface_trouble,
		moved, is_described };

	if (session->searched_ns[kind] != AVU_TIME_NONE) {
		return true;
	}
	if (!can_be_searched(session, error)) {
		return false;
	}
	if (session->discovery == NULL) {
		session->discovery = avu_discovery_new(
			session_get_supervisor(session), session->watch, &listener, session);
	}
	session_search_again(session, kind);
	return true;
}

static bool
is_settled(void *data)
{
	const Session *session = data;

	return session->settled_ns != AVU_TIME_NONE;
}

bool
session_await_search(Session *session, GError **error)
{
	if (session_wait(session, avu_now_ns() + session->timeout_ns, is_settled, session)) {
		return true;
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE, "the network cannot be searched: %s",
		session->interface_trouble != NULL ? session->interface_trouble
						   : "no interface was ready in time");
	return false;
}

int64_t
session_get_searched_ns(const Session *session, AvuDeviceKind kind)
{
	return MAX(session->searched_ns[kind], session->settled_ns);
}

int64_t
session_get_heard_ns(const Session *session, AvuDeviceKind kind)
{
	return MAX(session->heard_ns, session_get_searched_ns(session, kind));
}

void
session_set_listener(Session *session, void (*appeared)(AvuRemoteDevice *device, void *data),
	void (*vanished)(AvuRemoteDevice *device, void *data), void *data)
{
	session->appeared = appeared;
	session->vanished = vanished;
	session->listener_data = data;
}

void
session_follow_announcements(Session *session, Announced *announced)
{
	session->announced = announced;
}
