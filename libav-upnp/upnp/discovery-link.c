/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* upnp/discovery-link.c: the program's side of link/protocol.h. Main context's thread. The helper
 * reads the network, so what it says is checked again here. */
#include <arpa/inet.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include <av-upnp/neighbour.h>
#include <av-upnp/url.h>

#include "discovery-link.h"

/* With the supervisor's pauses that is after 0.7 s. */
#define HOPELESS_FAILURES 3

struct DiscoveryLink {
	AvuSupervised *helper;
	AvuInterface interface;
	unsigned role;
	AvuAnnouncement announcement; /* udn is not needed, and NULL */
	const DiscoveryLinkListener *listener;
	void *user_data;
	bool registered;
	bool leaving;
	bool done;
	bool told_trouble; /* since the last start */
	unsigned failures; /* since it was last registered */
};

/* The address that libupnp reads the description at and announces over IPv4. Where there is none of IPv4
 * it announces nothing, and any will do. */
static const AvuAddress *
announced_address(const AvuInterface *interface)
{
	return &interface->addresses[0].address; /* IPv4 first */
}

static unsigned
list_family(const AvuInterface *interface, int family,
	const AvuPrefix *ret[AVU_INTERFACE_ADDRESSES_MAX])
{
	unsigned n = 0;

	for (unsigned i = 0; i < interface->n_addresses && n < AVU_INTERFACE_ADDRESSES_MAX; i++) {
		if (interface->addresses[i].address.family == family) {
			ret[n++] = &interface->addresses[i];
		}
	}
	return n;
}

static bool
same_addresses(const AvuInterface *a, const AvuInterface *b, int family)
{
	const AvuPrefix *of_a[AVU_INTERFACE_ADDRESSES_MAX], *of_b[AVU_INTERFACE_ADDRESSES_MAX];
	unsigned n = list_family(a, family, of_a);

	if (n != list_family(b, family, of_b)) {
		return false;
	}
	for (unsigned i = 0; i < n; i++) {
		if (!avu_address_equal_ip(&of_a[i]->address, &of_b[i]->address) ||
			of_a[i]->length != of_b[i]->length ||
			of_a[i]->temporary != of_b[i]->temporary) {
			return false;
		}
	}
	return true;
}

/* IPv6 addresses come and go while a link stays: see discovery_link_update(). */
bool
discovery_link_same_place(const AvuInterface *a, const AvuInterface *b)
{
	return a->index == b->index && strcmp(a->name, b->name) == 0 &&
	       same_addresses(a, b, AF_INET);
}

bool
discovery_link_can_be(const AvuInterface *interface)
{
	/* No SSDP on loopback: libupnp knows none, and nobody else would hear it. */
	return !interface->loopback && interface->n_addresses > 0;
}

static void
send_networks6(DiscoveryLink *link, AvuSupervised *helper)
{
	const AvuPrefix *prefixes[AVU_INTERFACE_ADDRESSES_MAX] = { NULL };
	unsigned n = list_family(&link->interface, AF_INET6, prefixes);
	g_auto(AvuFrameWriter) payload = { 0 };

	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, n);
	for (unsigned i = 0; i < n; i++) {
		char text[INET6_ADDRSTRLEN];

		avu_frame_put_string(&payload,
			inet_ntop(AF_INET6, &prefixes[i]->address.ip.v6, text, sizeof text));
		avu_frame_put_u32(&payload, prefixes[i]->length);
		avu_frame_put_u32(&payload, prefixes[i]->temporary);
	}
	avu_supervised_send(helper, LINK_NETWORKS6, &payload, NULL, 0);
}

void
discovery_link_update(DiscoveryLink *link, const AvuInterface *interface)
{
	const bool same = same_addresses(&link->interface, interface, AF_INET6);

	link->interface = *interface;
	if (!same && avu_supervised_is_up(link->helper)) {
		send_networks6(link, link->helper);
	}
}

static void
send_configure(DiscoveryLink *link, AvuSupervised *helper)
{
	const AvuPrefix *prefixes[AVU_INTERFACE_ADDRESSES_MAX] = { NULL };
	unsigned n = list_family(&link->interface, AF_INET, prefixes);
	g_auto(AvuFrameWriter) payload = { 0 };

	G_STATIC_ASSERT(AVU_INTERFACE_ADDRESSES_MAX <= LINK_MAX_PREFIXES);
	avu_frame_writer_init(&payload);
	avu_frame_put_u32(&payload, link->role);
	avu_frame_put_string(&payload, link->interface.name);
	avu_frame_put_u32(&payload, link->interface.index);
	avu_frame_put_u32(&payload, n > 0 ? prefixes[0]->address.ip.v4.s_addr : 0);
	avu_frame_put_u32(&payload, n);
	for (unsigned i = 0; i < n; i++) {
		avu_frame_put_u32(&payload, prefixes[i]->address.ip.v4.s_addr);
		avu_frame_put_u32(&payload, prefixes[i]->length);
	}
	avu_supervised_send(helper, LINK_CONFIGURE, &payload, NULL, 0);
}

static void
send_announce(DiscoveryLink *link, AvuSupervised *helper)
{
	g_autofree char *host = avu_address_format(announced_address(&link->interface));
	g_autofree char *location =
		g_strdup_printf("http://%s:%u/description.xml", host, link->announcement.port);
	g_auto(AvuFrameWriter) payload = { 0 };

	avu_frame_writer_init(&payload);
	avu_frame_put_string(&payload, location);
	avu_frame_put_u32(&payload, link->announcement.max_age_s);
	avu_frame_put_u32(&payload, link->announcement.config_id);
	avu_frame_put_u32(&payload, link->announcement.boot_id);
	avu_supervised_send(helper, LINK_ANNOUNCE, &payload, NULL, 0);
}

static void
on_started(AvuSupervised *helper, void *user_data)
{
	DiscoveryLink *link = user_data;

	link->told_trouble = false;
	send_configure(link, helper);
	send_networks6(link, helper);
	if (link->role == LINK_ROLE_DEVICE) {
		send_announce(link, helper);
	}
}

static bool
is_link_local6(const AvuAddress *address)
{
	return address->family == AF_INET6 && avu_address_class(address) == AVU_ADDRESS_LINK_LOCAL;
}

static void
on_registered(DiscoveryLink *link, AvuFrameReader *reader)
{
	g_autofree char *held = avu_frame_take_string(reader, LINK_MAX_SENTENCE);

	if (avu_frame_reader_finish(reader)) {
		g_debug("%s: registered; sandbox: %s", link->interface.name, held);
		link->registered = true;
		link->failures = 0;
		link->listener->registered(link, link->user_data);
	}
}

/* @return false: none */
static bool
take_address(const DiscoveryLink *link, AvuFrameReader *reader, AvuAddress *ret)
{
	g_autofree char *text = avu_frame_take_string(reader, LINK_MAX_ADDRESS);

	if (text == NULL || !avu_address_parse(text, ret)) {
		return false;
	}
	if (is_link_local6(ret)) {
		ret->scope_id = link->interface.index;
	}
	return true;
}

/* A link-local address means something together with the interface it was heard on alone.
 * @return g_free() it; NULL: it is no URL */
static char *
with_zone(const DiscoveryLink *link, const char *location)
{
	g_autoptr(AvuUrl) url = avu_url_parse(location, NULL);
	AvuAddress host;

	if (url == NULL || !avu_address_parse(avu_url_get_host(url), &host)) {
		return NULL;
	}
	return is_link_local6(&host)
		       ? g_strdup_printf("%s://[%s%%25%s]:%u%s", avu_url_get_scheme(url),
				 avu_url_get_host(url), link->interface.name, avu_url_get_port(url),
				 avu_url_get_target(url))
		       : g_strdup(location);
}

static bool
location_is_near(const AvuInterface *interface, const char *location)
{
	g_autoptr(AvuUrl) url = avu_url_parse_own(location, NULL);
	AvuAddress host;

	if (url == NULL || strcmp(avu_url_get_scheme(url), "http") != 0 ||
		!avu_address_parse(avu_url_get_host(url), &host)) {
		return false;
	}
	for (unsigned i = 0; i < interface->n_addresses; i++) {
		if (avu_prefix_contains(&interface->addresses[i], &host)) {
			return true;
		}
	}
	return avu_address_class(&host) == AVU_ADDRESS_LINK_LOCAL;
}

static void
on_seen(DiscoveryLink *link, AvuFrameReader *reader)
{
	g_autofree char *udn = avu_frame_take_string(reader, LINK_MAX_UDN);
	g_autofree char *target = avu_frame_take_string(reader, LINK_MAX_TARGET);
	g_autofree char *location = avu_frame_take_string(reader, LINK_MAX_LOCATION);
	g_autofree char *server = avu_frame_take_string(reader, LINK_MAX_SERVER);
	g_autofree char *place = location != NULL ? with_zone(link, location) : NULL;
	AvuSeen seen = { .udn = udn,
		.target = target,
		.location = place,
		.server = server,
		.interface_index = link->interface.index };

	seen.max_age_s = avu_frame_take_u32(reader);
	seen.boot_id = avu_frame_take_i64(reader);
	const bool sourced = take_address(link, reader, &seen.source);

	if (avu_frame_reader_finish(reader) && sourced && udn != NULL &&
		g_str_has_prefix(udn, "uuid:") && place != NULL &&
		location_is_near(&link->interface, place) && seen.max_age_s > 0) {
		avu_neighbour_note(&seen.source);
		link->listener->seen(link, &seen, link->user_data);
	}
}

static void
on_gone(DiscoveryLink *link, AvuFrameReader *reader)
{
	g_autofree char *udn = avu_frame_take_string(reader, LINK_MAX_UDN);
	AvuAddress source;
	const bool sourced = take_address(link, reader, &source);

	if (avu_frame_reader_finish(reader) && sourced && udn != NULL) {
		link->listener->gone(link, udn, &source, link->user_data);
	}
}

static void
on_withdrawn(DiscoveryLink *link, AvuFrameReader *reader)
{
	(void)reader;
	link->done = link->leaving;
	link->listener->withdrawn(link, link->user_data);
}

static void
on_trouble(DiscoveryLink *link, AvuFrameReader *reader)
{
	g_autofree char *sentence = avu_frame_take_string(reader, LINK_MAX_SENTENCE);

	if (avu_frame_reader_finish(reader) && sentence != NULL) {
		link->told_trouble = true;
		link->listener->trouble(link, sentence, link->user_data);
	}
}

static void
on_note(DiscoveryLink *link, AvuFrameReader *reader)
{
	g_autofree char *sentence = avu_frame_take_string(reader, LINK_MAX_SENTENCE);

	if (avu_frame_reader_finish(reader) && sentence != NULL) {
		link->listener->trouble(link, sentence, link->user_data);
	}
}

static void
on_dropped(DiscoveryLink *link, AvuFrameReader *reader)
{
	g_autofree char *what = avu_frame_take_string(reader, LINK_MAX_SENTENCE);

	if (avu_frame_reader_finish(reader) && what != NULL) {
		g_info("%s: discovery datagrams dropped: %s", link->interface.name, what);
	}
}

static void
on_received(AvuSupervised *helper, AvuFrame *frame, void *user_data)
{
	static const struct {
		uint16_t type;
		void (*handle)(DiscoveryLink *, AvuFrameReader *);
	} reports[] = {
		{ LINK_REGISTERED, on_registered },
		{ LINK_SEEN, on_seen },
		{ LINK_GONE, on_gone },
		{ LINK_WITHDRAWN, on_withdrawn },
		{ LINK_TROUBLE, on_trouble },
		{ LINK_DROPPED, on_dropped },
		{ LINK_NOTE, on_note },
	};
	AvuFrameReader reader = avu_frame_reader(frame);

	(void)helper;
	for (unsigned i = 0; i < G_N_ELEMENTS(reports); i++) {
		if (reports[i].type == frame->type) {
			reports[i].handle(user_data, &reader);
			return;
		}
	}
}

static void
on_lost(AvuSupervised *helper, int status, int64_t restart_in_ns, void *user_data)
{
	DiscoveryLink *link = user_data;

	(void)helper;
	link->registered = false;
	if (link->leaving) {
		link->done = true;
		link->listener->withdrawn(link, link->user_data);
		return;
	}
	link->failures++;
	link->listener->failed(link, link->user_data);
	if (!link->told_trouble) {
		g_autofree char *sentence =
			WIFSIGNALED(status)
				? g_strdup_printf("the discovery helper was ended by signal %d, "
						  "starting it again in %d ms",
					  WTERMSIG(status), (int)(restart_in_ns / AVU_NS_PER_MS))
				: g_strdup_printf(
					  "the discovery helper ended, starting it again in %d ms",
					  (int)(restart_in_ns / AVU_NS_PER_MS));

		link->listener->trouble(link, sentence, link->user_data);
	}
}

static const AvuSupervisedSpec helper_spec = {
	.name = LINK_NAME,
	.started = on_started,
	.received = on_received,
	.lost = on_lost,
};

DiscoveryLink *
discovery_link_new(AvuSupervisor *supervisor, const AvuInterface *interface,
	const AvuAnnouncement *announcement, const DiscoveryLinkListener *listener, void *user_data)
{
	DiscoveryLink *link = g_new0(DiscoveryLink, 1);

	link->interface = *interface;
	link->role = announcement != NULL ? LINK_ROLE_DEVICE : LINK_ROLE_CONTROL_POINT;
	if (announcement != NULL) {
		link->announcement = *announcement;
		link->announcement.udn = NULL;
	}
	link->listener = listener;
	link->user_data = user_data;
	link->helper = avu_supervisor_add(supervisor, &helper_spec, link);
	return link;
}

void
discovery_link_free(DiscoveryLink *link)
{
	if (link == NULL) {
		return;
	}
	avu_supervised_remove(link->helper);
	g_free(link);
}

const AvuInterface *
discovery_link_get_interface(const DiscoveryLink *link)
{
	return &link->interface;
}

unsigned
discovery_link_get_role(const DiscoveryLink *link)
{
	return link->role;
}

bool
discovery_link_is_hopeless(const DiscoveryLink *link)
{
	return link->failures >= HOPELESS_FAILURES;
}

bool
discovery_link_is_registered(const DiscoveryLink *link)
{
	return link->registered;
}

void
discovery_link_withdraw(DiscoveryLink *link)
{
	link->leaving = true;
	link->registered = false;
	if (avu_supervised_is_up(link->helper)) {
		avu_supervised_send(link->helper, LINK_WITHDRAW, NULL, NULL, 0);
	} else {
		link->done = true; /* nothing of it is out, or nobody is left to take it back */
		link->listener->withdrawn(link, link->user_data);
	}
}

bool
discovery_link_is_done(const DiscoveryLink *link)
{
	return link->done;
}

bool
discovery_link_is_leaving(const DiscoveryLink *link)
{
	return link->leaving;
}

void
discovery_link_search(DiscoveryLink *link, const char *target, unsigned mx_s)
{
	g_auto(AvuFrameWriter) payload = { 0 };

	if (!link->registered) {
		return; /* its owner searches again once it is */
	}
	avu_frame_writer_init(&payload);
	avu_frame_put_string(&payload, target);
	avu_frame_put_u32(&payload, mx_s);
	avu_supervised_send(link->helper, LINK_SEARCH, &payload, NULL, 0);
}
