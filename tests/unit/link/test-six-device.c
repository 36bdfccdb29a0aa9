/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Searches over IPv6 and when they are answered, with a gate and sockets that are none. */
#include <arpa/inet.h>
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/limits.h>

#include "libav-upnp/upnp/link/gate.h"
#include "libav-upnp/upnp/link/six-device.h"
#include "libav-upnp/upnp/link/six.h"
#include "libav-upnp/upnp/link/spread.h"

#define ALIVE                                                                                \
	"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: upnp:rootdevice\r\n"         \
	"NTS: ssdp:alive\r\nUSN: uuid:d::upnp:rootdevice\r\nCACHE-CONTROL: max-age=1800\r\n" \
	"LOCATION: http://10.0.0.2:80/d.xml\r\nSERVER: OS/1 UPnP/1.0 P/1\r\n\r\n"

static struct {
	unsigned n_searches; /* still to come in */
	const char *from;
	unsigned mx_s;
	unsigned n_sent; /* to that one */
} net;

SsdpLink
gate_get_link(void)
{
	SsdpLink link = { .product = "P/1", .path = "/d.xml", .n_prefixes6 = 1 };

	(void)inet_pton(AF_INET6, "fe80::2", &link.prefixes6[0].address);
	link.prefixes6[0].bits = 64;
	return link;
}

guint
gate_count_alive(void)
{
	return 1;
}

const GString *
gate_get_alive(guint i)
{
	static GString alive = { .str = (char *)ALIVE, .len = sizeof ALIVE - 1 };

	g_assert_cmpuint(i, ==, 0);
	return &alive;
}

bool
gate_spend_reply(const struct in6_addr *peer)
{
	(void)peer;
	return true;
}

SsdpVerdict
gate_admit(const SsdpArrival *arrival, const char *data, size_t len, GString *out)
{
	(void)arrival;
	g_string_truncate(out, 0);
	g_string_append_len(out, data, (gssize)len);
	return SSDP_PASS;
}

int
six_get_fd(SixSocket which)
{
	(void)which;
	return -1;
}

struct sockaddr_in6
six_group(SixSocket which)
{
	(void)which;
	return (struct sockaddr_in6){ .sin6_family = AF_INET6 };
}

const char *
six_group_name(SixSocket which)
{
	(void)which;
	return SSDP_GROUP6_LINK;
}

size_t
six_receive(SixSocket which, char *data, size_t size, struct in6_addr *ret_source,
	uint16_t *ret_port, SsdpArrival *ret_arrival)
{
	(void)which;
	if (net.n_searches == 0) {
		return 0;
	}
	net.n_searches--;
	g_assert_cmpint(inet_pton(AF_INET6, net.from, ret_source), ==, 1);
	*ret_port = 5000;
	*ret_arrival = (SsdpArrival){ .source6 = ret_source, .on_link = true };
	return (size_t)g_snprintf(data, size,
		"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\n"
		"MX: %u\r\nST: upnp:rootdevice\r\n\r\n",
		net.mx_s);
}

void
six_send(SixSocket which, const GString *datagram, const struct in6_addr *from,
	const struct sockaddr_in6 *to)
{
	char text[INET6_ADDRSTRLEN];

	(void)from;
	g_assert_cmpint(which, ==, SIX_DEVICE);
	g_assert_true(g_str_has_prefix(datagram->str, "HTTP/1.1 200 OK\r\n"));
	g_assert_cmpuint(ntohs(to->sin6_port), ==, 5000);
	net.n_sent += strcmp(inet_ntop(AF_INET6, &to->sin6_addr, text, sizeof text), net.from) == 0;
}

/* Always the last moment. */
uint32_t
link_random_below(uint32_t bound)
{
	return bound - 1;
}

static void
search(const char *from, unsigned n, unsigned mx_s)
{
	net.from = from;
	net.n_searches = n;
	net.mx_s = mx_s;
	net.n_sent = 0;
	while (net.n_searches > 0) {
		six_device_receive();
	}
}

static void
test_waits(void)
{
	const int64_t start_ns = avu_now_ns();

	search("fe80::9", 1, 3);
	g_assert_cmpint(six_device_next(), >=, start_ns + 2 * AVU_NS_PER_S);
	six_device_answer(start_ns + 2 * AVU_NS_PER_S);
	g_assert_cmpuint(net.n_sent, ==, 0);
	six_device_answer(avu_now_ns() + 3 * AVU_NS_PER_S);
	g_assert_cmpuint(net.n_sent, ==, 1);
	g_assert_cmpint(six_device_next(), ==, AVU_TIME_NONE);
}

/* Budgets let one network alone ask for thousands of answers in MX: whoever asks then is answered all the same. */
static void
test_full(void)
{
	search("fe80::9", AVU_LIMIT_SSDP_REPLIES_PER_S / 2 * AVU_LIMIT_SSDP_MX_S,
		AVU_LIMIT_SSDP_MX_S);
	search("fe80::1", 1, 1);
	six_device_answer(avu_now_ns() + AVU_NS_PER_S);
	g_assert_cmpuint(net.n_sent, ==, 1);
	six_device_answer(avu_now_ns() + AVU_LIMIT_SSDP_MX_S * AVU_NS_PER_S);
	g_assert_cmpint(six_device_next(), ==, AVU_TIME_NONE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/six-device/waits", test_waits);
	g_test_add_func("/link/six-device/full", test_full);
	return g_test_run();
}
