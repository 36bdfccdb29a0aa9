/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A station that sends datagrams, to a group or to this machine, as the feed of a channel. On the feed's thread. Nothing
 * is ever sent; a group is joined where this server is served, and left with the socket. Whose packets nobody has read
 * in time are dropped: the sender waits for nobody. */
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/library/udp-location.h"
#include "mediaserver/library/live-format.h"
#include "mediaserver/live/live-datagram.h"
#include "mediaserver/live/live-feeds.h"

/* A second of television, if the system allows as much. */
#define SOCKET_BYTES (2 << 20)
#define DATAGRAM_MAX (64u << 10)
/* Then others have their turn. */
#define DATAGRAMS_AT_ONCE 64
#define INTERFACES_MAX 16
#define MIME "video/mpeg" /* a transport stream by DLNA's name */

typedef struct {
	LiveChannel *channel;
	const LiveStation *station;
	UdpLocation location;
	int fd;
	LiveDatagrams datagrams;
	bool open;
	int64_t heard_ns;
	uint8_t datagram[DATAGRAM_MAX];
} UdpFeed;

/* ---- the socket */

/* Those whose addresses are the house's. @return how many */
static unsigned
list_interfaces(const UdpFeed *feed, unsigned indices[INTERFACES_MAX])
{
	const AvuAddressPolicy *house = feed->station->house;
	struct ifaddrs *all = NULL;
	unsigned n = 0;

	if (getifaddrs(&all) < 0) {
		return 0;
	}
	for (const struct ifaddrs *at = all; at != NULL && n < INTERFACES_MAX; at = at->ifa_next) {
		const unsigned index = if_nametoindex(at->ifa_name);
		AvuAddress own;
		bool known = index == 0;

		for (unsigned i = 0; i < n; i++) {
			known = known || indices[i] == index;
		}
		if (!known && at->ifa_addr != NULL &&
			avu_address_from_sockaddr(
				at->ifa_addr, sizeof(struct sockaddr_in6), &own) &&
			house->allow(&own, house->data)) {
			indices[n++] = index;
		}
	}
	freeifaddrs(all);
	return n;
}

static bool
join_on(const UdpFeed *feed, unsigned index)
{
	const UdpLocation *location = &feed->location;
	const int level = location->place.family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
	struct group_source_req of_one = { .gsr_interface = index };
	struct group_req of_all = { .gr_interface = index };
	AvuAddress group = location->place;

	group.port = 0;
	(void)avu_address_to_sockaddr(&group, &of_one.gsr_group);
	of_all.gr_group = of_one.gsr_group;
	if (location->source.family == 0) {
		return setsockopt(feed->fd, level, MCAST_JOIN_GROUP, &of_all, sizeof(of_all)) == 0;
	}
	(void)avu_address_to_sockaddr(&location->source, &of_one.gsr_source);
	return setsockopt(feed->fd, level, MCAST_JOIN_SOURCE_GROUP, &of_one, sizeof(of_one)) == 0;
}

/* On all of them: nobody knows where it is sent. */
static bool
join_group(const UdpFeed *feed)
{
	const bool v4 = feed->location.place.family == AF_INET;
	unsigned indices[INTERFACES_MAX];
	const unsigned n = list_interfaces(feed, indices);
	const int no = 0;
	bool joined = false;

	/* not what others on this machine have joined */
	if (setsockopt(feed->fd, v4 ? IPPROTO_IP : IPPROTO_IPV6,
		    v4 ? IP_MULTICAST_ALL : IPV6_MULTICAST_ALL, &no, sizeof(no)) < 0) {
		return false;
	}
	for (unsigned i = 0; i < n; i++) {
		joined = join_on(feed, indices[i]) || joined;
	}
	return joined;
}

static bool
open_socket(UdpFeed *feed, GError **error)
{
	const UdpLocation *location = &feed->location;
	const int bytes = SOCKET_BYTES, yes = 1;
	struct sockaddr_storage place;
	const socklen_t len = avu_address_to_sockaddr(&location->place, &place);

	feed->fd = socket(
		location->place.family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP);
	if (feed->fd >= 0) {
		(void)setsockopt(feed->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	}
	/* other programs may watch the same group; what is sent to this machine is for one alone */
	if (feed->fd < 0 ||
		(location->group &&
			setsockopt(feed->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0) ||
		bind(feed->fd, (const struct sockaddr *)&place, len) < 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE,
			"the station's port cannot be listened at: %s", g_strerror(errno));
		return false;
	}
	if (location->group && !join_group(feed)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE,
			"the station's group cannot be joined on any interface");
		return false;
	}
	return true;
}

/* ---- what comes */

/* To a group anybody may send who is routed to it; to this machine only whom stations may be. */
static bool
is_welcome(const UdpFeed *feed, const struct sockaddr_storage *sender, socklen_t len)
{
	const AvuAddressPolicy *policy = feed->station->policy;
	AvuAddress address;

	if (!avu_address_from_sockaddr((const struct sockaddr *)sender, len, &address)) {
		return false;
	}
	if (feed->location.source.family != 0) {
		return avu_address_equal_ip(&address, &feed->location.source);
	}
	return feed->location.group || policy->allow(&address, policy->data);
}

static void
pass_on(UdpFeed *feed, const uint8_t *packets, size_t len)
{
	if (!feed->open) {
		const LiveFormat format = { MIME, NULL, live_format_get_unit(MIME), false };

		live_channel_open(feed->channel, &format);
		feed->open = true;
	}
	feed->heard_ns = avu_now_ns();
	if (live_channel_get_room(feed->channel) >= len) {
		(void)live_channel_put(feed->channel, (const char *)packets, len);
	}
}

static void
take_datagrams(UdpFeed *feed)
{
	for (unsigned i = 0; i < DATAGRAMS_AT_ONCE; i++) {
		struct sockaddr_storage sender;
		socklen_t sender_len = sizeof(sender);
		const ssize_t got = recvfrom(feed->fd, feed->datagram, sizeof(feed->datagram), 0,
			(struct sockaddr *)&sender, &sender_len);
		size_t len = 0;

		if (got < 0) {
			return; /* no more, or somebody says that he cannot be reached: nobody was asked */
		}
		if (!is_welcome(feed, &sender, sender_len)) {
			continue;
		}
		const uint8_t *packets =
			live_datagram_take(&feed->datagrams, feed->datagram, (size_t)got, &len);

		if (len > 0) {
			pass_on(feed, packets, len);
		}
	}
}

/* @return false: silence */
static bool
turn(UdpFeed *feed, GError **error)
{
	struct pollfd fds[] = { { .fd = feed->fd, .events = POLLIN },
		{ .fd = live_channel_get_wake(feed->channel), .events = POLLIN } };

	(void)poll(fds, G_N_ELEMENTS(fds), (int)(LIVE_LOOK_NS / AVU_NS_PER_MS));
	live_channel_clear_wake(feed->channel);
	if (fds[0].revents != 0) {
		take_datagrams(feed);
	}
	if (avu_now_ns() - feed->heard_ns <= (feed->open ? LIVE_SILENCE_NS : LIVE_OPEN_NS)) {
		return true;
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT,
		"no packets of a transport stream come from the station");
	return false;
}

void
live_feed_udp(LiveChannel *channel, const LiveStation *station)
{
	g_autofree UdpFeed *feed = g_new0(UdpFeed, 1);
	g_autoptr(GError) error = NULL;

	feed->channel = channel;
	feed->station = station;
	feed->fd = -1;
	feed->heard_ns = avu_now_ns();
	if (!udp_location_parse(station->url, &feed->location)) {
		g_set_error(&error, AVU_ERROR, AVU_ERROR_SYNTAX, "the station has no address");
	} else if (open_socket(feed, &error)) {
		while (live_channel_is_wanted(channel) && turn(feed, &error)) {
		}
	}
	avu_fd_cleanup(&feed->fd);
	live_channel_close(channel, error);
}
