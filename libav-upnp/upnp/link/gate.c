/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/gate.c: every SSDP datagram passes here, on its way in from receive.c, on its way out through
 * sendto() as libupnp finds it: the dynamic linker resolves its calls to ours. Called on libupnp's threads; the state below
 * is guarded by one lock, which no system call is made under. */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>

#include <av-upnp/clock.h>
#include <av-upnp/limits.h>

#include "budget.h"
#include "gate.h"
#include "send-from.h"
#include "six-device.h"
#include "six.h"

static struct {
	pthread_mutex_t lock;
	GateInterface interface; /* constant once open */
	int group_fd;            /* set before libupnp's first thread */
	/* guarded by lock */
	SsdpLink link;
	Budget *budget;
	GPtrArray *
		alive; /* GString: announcements as they went out, one for each of link.announced */
	unsigned dropped[SSDP_N_VERDICTS];
} gate = { .lock = PTHREAD_MUTEX_INITIALIZER, .group_fd = -1 };

static atomic_bool starting;

static void
lock_gate(void)
{
	(void)pthread_mutex_lock(&gate.lock);
}

static void
unlock_gate(void)
{
	(void)pthread_mutex_unlock(&gate.lock);
}

static void
free_string(void *string)
{
	(void)g_string_free(string, TRUE);
}

void
gate_open(const SsdpLink *link, const char *interface, unsigned interface_index)
{
	gate.link = *link;
	gate.link.announced = g_ptr_array_new_with_free_func(g_free);
	gate.alive = g_ptr_array_new_with_free_func(free_string);
	gate.budget = budget_new();
	atomic_store(&starting, true);
	gate.interface = (GateInterface){ .open = true,
		.group_only = link->role == LINK_ROLE_CONTROL_POINT,
		.interface = interface,
		.interface_index = interface_index,
		.address = link->address };
}

bool
gate_is_starting(void)
{
	return atomic_load(&starting);
}

void
gate_set_started(void)
{
	atomic_store(&starting, false);
}

const GateInterface *
gate_interface(void)
{
	return &gate.interface;
}

void
gate_set_group_fd(int fd)
{
	gate.group_fd = fd;
}

int
gate_get_group_fd(void)
{
	return gate.group_fd;
}

void
gate_set_device(const SsdpLink *link)
{
	lock_gate();
	gate.link.max_age_s = link->max_age_s;
	gate.link.boot_id = link->boot_id;
	gate.link.config_id = link->config_id;
	gate.link.port = link->port;
	gate.link.path = link->path;
	unlock_gate();
}

SsdpLink
gate_get_link(void)
{
	lock_gate();
	const SsdpLink link = gate.link;

	unlock_gate();
	return link;
}

void
gate_set_mx(unsigned mx_s)
{
	lock_gate();
	gate.link.mx_s = mx_s;
	unlock_gate();
}

void
gate_set_networks6(const SsdpLink *link)
{
	lock_gate();
	memcpy(gate.link.prefixes6, link->prefixes6, sizeof gate.link.prefixes6);
	gate.link.n_prefixes6 = link->n_prefixes6;
	unlock_gate();
}

char *
gate_take_dropped(void)
{
	GString *text = g_string_new(NULL);

	lock_gate();
	for (unsigned i = SSDP_FOREIGN; i < SSDP_N_VERDICTS; i++) {
		if (gate.dropped[i] > 0) {
			g_string_append_printf(text, "%s%u %s", text->len > 0 ? ", " : "",
				gate.dropped[i], ssdp_verdict_names[i]);
		}
		gate.dropped[i] = 0;
	}
	unlock_gate();
	return g_string_free(text, text->len == 0);
}

/* Sends on our interface and from our address, whatever the routing table says. */
static ssize_t
send_here(int fd, const GString *datagram, const struct sockaddr_in *destination)
{
	const struct in_pktinfo info = { .ipi_ifindex = (int)gate.interface.interface_index,
		.ipi_spec_dst.s_addr = gate.interface.address };

	return send_from(fd, datagram, destination, sizeof *destination, IPPROTO_IP, IP_PKTINFO,
		&info, sizeof info);
}

static bool
spend(BudgetKind kind, BudgetSource peer)
{
	return budget_spend(gate.budget, kind, &peer, avu_now_ns());
}

/* An announcement seen for the first time is kept, for refreshing and to know what we answer to. */
static void
keep_alive(const AvuCursor *nt, const GString *datagram)
{
	if (nt->at == NULL || gate.alive->len >= SSDP_MAX_ANNOUNCED) {
		return;
	}
	for (guint i = 0; i < gate.alive->len; i++) {
		if (g_string_equal(gate.alive->pdata[i], datagram)) {
			return;
		}
	}
	g_ptr_array_add(gate.alive, g_string_new_len(datagram->str, (gssize)datagram->len));
	g_ptr_array_add(gate.link.announced, avu_cursor_dup(nt));
}

bool
gate_spend_reply(const struct in6_addr *peer)
{
	lock_gate();
	const bool within = spend(BUDGET_REPLIES, budget_source6(peer));

	gate.dropped[SSDP_OVER_BUDGET] += !within;
	unlock_gate();
	return within;
}

guint
gate_count_alive(void)
{
	lock_gate();
	const guint n = gate.alive->len;

	unlock_gate();
	return n;
}

const GString *
gate_get_alive(guint i)
{
	lock_gate();
	const GString *datagram = gate.alive->pdata[i];

	unlock_gate();
	return datagram;
}

/* What goes to everybody over IPv4 goes to everybody over IPv6. */
static void
repeat_six(const GString *datagram)
{
	if (gate.interface.group_only) {
		const SsdpLink link = gate_get_link();

		six_search(&link, datagram);
	} else {
		six_device_announce(datagram);
	}
}

ssize_t
sendto(int fd, const void *data, size_t len, int flags, const struct sockaddr *address,
	socklen_t address_len)
{
	const struct sockaddr_in *to = (const struct sockaddr_in *)(const void *)address;
	g_autoptr(GString) out = NULL;
	bool multicast;
	AvuCursor nt;
	SsdpVerdict verdict;

	(void)flags;
	if (!gate.interface.open || address == NULL || address_len < sizeof *to ||
		to->sin_family != AF_INET) {
		return (ssize_t)len; /* swallowed: IPv6, and nothing else is left */
	}
	multicast = IN_MULTICAST(ntohl(to->sin_addr.s_addr));
	out = g_string_sized_new(AVU_LIMIT_SSDP_VALUE);
	lock_gate();
	verdict = ssdp_check_out(&gate.link, to->sin_addr.s_addr, data, len, out, &nt);
	if (verdict == SSDP_PASS && !multicast &&
		!spend(BUDGET_REPLIES, budget_source4(to->sin_addr.s_addr))) {
		verdict = SSDP_OVER_BUDGET;
	}
	if (verdict == SSDP_PASS) {
		keep_alive(&nt, out);
	} else {
		gate.dropped[verdict]++;
	}
	unlock_gate();
	/* Whatever happens to a datagram on its way is nothing libupnp could do something about. */
	if (verdict == SSDP_PASS && gate.interface.address != 0) {
		(void)send_here(fd, out, to);
	}
	if (verdict == SSDP_PASS && multicast) {
		repeat_six(out);
	}
	return (ssize_t)len;
}

void
gate_refresh(GateFamilies families)
{
	struct sockaddr_in group = { .sin_family = AF_INET, .sin_port = htons(SSDP_PORT) };

	group.sin_addr.s_addr = inet_addr(SSDP_GROUP);
	for (guint i = 0; i < gate_count_alive(); i++) {
		const GString *datagram = gate_get_alive(i);

		if ((families & GATE_V4) != 0 && gate.interface.address != 0) {
			(void)send_here(gate.group_fd, datagram, &group);
		}
		if ((families & GATE_V6) != 0) {
			six_device_announce(datagram);
		}
	}
}

SsdpVerdict
gate_admit(const SsdpArrival *arrival, const char *data, size_t len, GString *out)
{
	SsdpVerdict verdict;

	lock_gate();
	verdict = ssdp_check_in(&gate.link, arrival, data, len, out);
	if (verdict == SSDP_PASS &&
		!spend(gate.link.role == LINK_ROLE_DEVICE ? BUDGET_SEARCHES : BUDGET_NOTICES,
			arrival->source6 != NULL ? budget_source6(arrival->source6)
						 : budget_source4(arrival->source))) {
		verdict = SSDP_OVER_BUDGET;
	}
	gate.dropped[verdict]++;
	unlock_gate();
	return verdict;
}
