/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* doctor: this host itself: interfaces, what surrounds it, multicast, filters. Files of /proc are read
 * with a limit; what they do not say is taken for good. Main thread. */
#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "doctor/doctor.h"
#include "doctor/ssdp-probe.h"

#define PROC_BYTES (256 * 1024)
#define ROUTE_FIELDS 8

static const AvuInterface *
list(Doctor *doctor, size_t *ret_n)
{
	AvuInterfaceWatch *watch = session_open_interfaces(doctor->session, NULL);

	*ret_n = 0;
	return watch != NULL ? avu_interface_watch_list(watch, ret_n) : NULL;
}

Verdict
check_interfaces(Doctor *doctor)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GString) names = g_string_new(NULL);
	size_t n = 0;

	if (session_open_interfaces(doctor->session, &why) == NULL) {
		doctor_prove(doctor, "%s", why->message);
		doctor_advise(doctor,
			"connect this host to the network of the devices, or name the "
			"interface to look on with --interface");
		return doctor_fail(
			doctor, DOCTOR_HOST, "no network interface of this host can be used");
	}
	const AvuInterface *interfaces = list(doctor, &n);

	doctor->loopback = true;
	for (size_t i = 0; i < n; i++) {
		g_autofree char *address = avu_address_format(&interfaces[i].addresses[0].address);

		doctor->loopback = doctor->loopback && interfaces[i].loopback;
		g_string_append_printf(
			names, "%s%s (%s)", i > 0 ? ", " : "", interfaces[i].name, address);
	}
	return doctor_ok(doctor, "looking on %s", names->str);
}

/* Surroundings */

static char *
read_proc(const char *path)
{
	g_autoptr(GBytes) bytes = avu_file_read(path, PROC_BYTES, NULL);
	size_t len = 0;
	const char *text = bytes != NULL ? g_bytes_get_data(bytes, &len) : "";

	return g_strndup(text, len);
}

/* One line of /proc/net/route. */
typedef struct {
	char interface[IFNAMSIZ];
	uint32_t destination, mask; /* as in memory: network order */
	uint64_t metric;
} Route;

static bool
parse_hex(const char *text, uint32_t *ret_value)
{
	char *end = NULL;
	const guint64 value = g_ascii_strtoull(text, &end, 16);

	*ret_value = (uint32_t)value;
	return *text != '\0' && *end == '\0' && value <= UINT32_MAX;
}

/* @return array of Route */
static GArray *
read_routes(void)
{
	GArray *routes = g_array_new(false, true, sizeof(Route));
	g_autofree char *text = read_proc("/proc/net/route");
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (size_t i = 1; lines[0] != NULL && lines[i] != NULL; i++) {
		g_auto(GStrv) fields = g_strsplit_set(lines[i], "\t ", -1);
		Route route = { { 0 } };

		if (g_strv_length(fields) >= ROUTE_FIELDS &&
			parse_hex(fields[1], &route.destination) &&
			avu_parse_uint(fields[6], UINT32_MAX, &route.metric) &&
			parse_hex(fields[7], &route.mask)) {
			(void)g_strlcpy(route.interface, fields[0], sizeof route.interface);
			g_array_append_val(routes, route);
		}
	}
	return routes;
}

/* The route that a packet to the address takes, or NULL. */
static const Route *
find_route(const GArray *routes, uint32_t address)
{
	const Route *best = NULL;

	for (guint i = 0; i < routes->len; i++) {
		const Route *route = &g_array_index(routes, Route, i);

		if ((address & route->mask) == route->destination &&
			(best == NULL || ntohl(route->mask) > ntohl(best->mask) ||
				(route->mask == best->mask && route->metric < best->metric))) {
			best = route;
		}
	}
	return best;
}

static bool
is_vpn(const char *interface)
{
	static const char *const prefixes[] = { "tun", "tap", "wg", "ppp", "ipsec", "tailscale",
		"zt" };

	for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
		if (g_str_has_prefix(interface, prefixes[i])) {
			return true;
		}
	}
	return false;
}

static bool
is_container(void)
{
	return g_file_test("/.dockerenv", G_FILE_TEST_EXISTS) ||
	       g_file_test("/run/.containerenv", G_FILE_TEST_EXISTS);
}

Verdict
check_surroundings(Doctor *doctor)
{
	g_autoptr(GArray) routes = read_routes();
	const Route *way_out = find_route(routes, 0);

	doctor->contained = is_container();
	if (way_out != NULL && is_vpn(way_out->interface)) {
		doctor_advise(doctor, "if devices are missing, end the VPN or exclude the local "
				      "network from it");
		return doctor_warn(doctor,
			"everything that is not local goes through %s, a VPN; some of them take "
			"local traffic, too",
			way_out->interface);
	}
	if (doctor->contained) {
		doctor_advise(doctor, "if devices are missing, run it with the host's network "
				      "(--network=host): multicast does not enter containers");
		return doctor_ok(doctor, "runs in a container");
	}
	return doctor_ok(doctor, "no VPN in the way, no container");
}

/* Multicast */

static bool
has_multicast(const char *interface)
{
	avu_autofd int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { { { 0 } } };

	(void)g_strlcpy(request.ifr_name, interface, sizeof request.ifr_name);
	return fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) != 0 ||
	       (request.ifr_flags & IFF_MULTICAST) != 0;
}

Verdict
check_multicast(Doctor *doctor)
{
	size_t n;
	const AvuInterface *interfaces = list(doctor, &n);

	if (doctor->loopback) {
		return doctor_skip(doctor, "there is no multicast on loopback");
	}
	for (size_t i = 0; i < n; i++) {
		if (!has_multicast(interfaces[i].name)) {
			doctor_prove(
				doctor, "%s has no MULTICAST among its flags", interfaces[i].name);
			doctor_advise(
				doctor, "ip link set dev %s multicast on", interfaces[i].name);
			return doctor_fail(doctor, DOCTOR_MULTICAST,
				"multicast is switched off on %s", interfaces[i].name);
		}
	}
	return doctor_ok(doctor, "every interface takes multicast");
}

static int64_t
rp_filter_of(const char *interface)
{
	static const char all[] = "/proc/sys/net/ipv4/conf/all/rp_filter";
	g_autofree char *path = g_strdup_printf("/proc/sys/net/ipv4/conf/%s/rp_filter", interface);
	g_autofree char *own_text = read_proc(path);
	g_autofree char *all_text = read_proc(all);
	int64_t own = 0;
	int64_t common = 0;

	(void)avu_parse_int(g_strchomp(own_text), 0, 2, &own);
	(void)avu_parse_int(g_strchomp(all_text), 0, 2, &common);
	return MAX(own, common);
}

/* Strict filtering drops what comes in where the answer would not go out: with two interfaces in one
 * network, all that comes in by the second. */
Verdict
check_reverse_path(Doctor *doctor)
{
	g_autoptr(GArray) routes = read_routes();
	size_t n;
	const AvuInterface *interfaces = list(doctor, &n);

	for (size_t i = 0; i < n; i++) {
		const AvuPrefix *prefix = &interfaces[i].addresses[0];
		const uint32_t mask = prefix->length == 0
					      ? 0
					      : htonl(UINT32_MAX << (32 - MIN(prefix->length, 32)));
		const Route *back =
			prefix->address.family == AF_INET && !interfaces[i].loopback
				? find_route(routes, prefix->address.ip.v4.s_addr & mask)
				: NULL;

		if (back != NULL && strcmp(back->interface, interfaces[i].name) != 0 &&
			rp_filter_of(interfaces[i].name) == 1) {
			doctor_prove(doctor,
				"the network of %s is reached through %s, and rp_filter of %s is 1",
				interfaces[i].name, back->interface, interfaces[i].name);
			doctor_advise(doctor,
				"use one of them with --interface, or sysctl "
				"net.ipv4.conf.%s.rp_filter=2 and the same for \"all\"",
				interfaces[i].name);
			return doctor_fail(doctor, DOCTOR_HOST,
				"this host drops what comes in by %s: it would answer by %s",
				interfaces[i].name, back->interface);
		}
	}
	return doctor_ok(doctor, "what comes in by an interface is answered by it");
}

Verdict
check_port_1900(Doctor *doctor)
{
	size_t n;
	const AvuInterface *interfaces = list(doctor, &n);
	bool tried = doctor->loopback;

	for (size_t i = 0; i < n; i++) {
		g_autoptr(GError) why = NULL;
		bool came = false;

		if (!doctor_can_probe(&interfaces[i])) {
			continue;
		}
		tried = true;
		if (!ssdp_probe_echo(&interfaces[i], &came, &why)) {
			doctor_prove(doctor, "%s", why->message);
			doctor_advise(doctor,
				"let this host send to 239.255.255.250, port 1900/udp: "
				"ufw allow out 1900/udp, or the same in your firewall");
			return doctor_fail(doctor, DOCTOR_FIREWALL,
				"searches cannot leave this host by %s", interfaces[i].name);
		}
		if (!came) {
			doctor_prove(doctor,
				"a datagram to 239.255.255.250:1900 that this host sent to itself "
				"by %s did not arrive within 0.3 s",
				interfaces[i].name);
			doctor_advise(doctor,
				"let in 1900/udp from the local network: ufw allow 1900/udp, "
				"firewall-cmd --add-service=ssdp, or nft add rule inet filter "
				"input udp dport 1900 accept");
			return doctor_fail(doctor, DOCTOR_FIREWALL,
				"the firewall of this host drops announcements (port 1900/udp on "
				"%s)",
				interfaces[i].name);
		}
	}
	return tried ? doctor_ok(doctor, "port 1900/udp is open, multicast comes in")
		     : doctor_skip(doctor, DOCTOR_NOT_PROBED);
}
