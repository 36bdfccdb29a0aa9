/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/gate.h: libupnp's system calls as far as they touch the network, taken over by us */
#pragma once

#include "ssdp-check.h"

/** Opens the gate for one interface; before that every call of libupnp's fails. Before libupnp
 *  starts, once.
 *  @param link  copied; product stays borrowed */
void gate_open(const SsdpLink *link, const char *interface, unsigned interface_index);

/** From gate_open() until gate_set_started(): libupnp is being initialised. */
bool gate_is_starting(void);
void gate_set_started(void);

/** What the device is to be announced as from now on: max age, ids, port and path of link, which borrows
 *  the path for ever. */
void gate_set_device(const SsdpLink *link);

/** From now on IPv6 prefixes are those of link, nothing else of it. */
void gate_set_networks6(const SsdpLink *link);

/** MX of searches from now on. */
void gate_set_mx(unsigned mx_s);

typedef enum {
	GATE_V4 = 1 << 0,
	GATE_V6 = 1 << 1,
} GateFamilies;

/** Sends every ssdp:alive once more that has gone out so far. */
void gate_refresh(GateFamilies families);

/** What has gone out as ssdp:alive, in the words of IPv4. The list only grows, its members stay. */
guint gate_count_alive(void);
const GString *gate_get_alive(guint i);

/** A copy; what it points to stays. */
SsdpLink gate_get_link(void);
/** An answer over IPv6 is due. @return false: over budget */
bool gate_spend_reply(const struct in6_addr *peer);

/** "3 malformed, 1 over budget": what was dropped since the last call; NULL: nothing. g_free() it.
 *  @thread any, like all of these */
char *gate_take_dropped(void);

/* For sockets.c and receive.c: what the sockets of the gate are bound to. */
typedef struct {
	bool open;
	bool group_only; /* takes the group's datagrams, not those to our address */
	const char *interface;
	unsigned interface_index;
	in_addr_t address;
} GateInterface;

const GateInterface *gate_interface(void);

/** The socket on port 1900; -1: none yet. */
void gate_set_group_fd(int fd);
int gate_get_group_fd(void);

/** Rules and budgets for a datagram that came in; counts what does not pass. */
SsdpVerdict gate_admit(const SsdpArrival *arrival, const char *data, size_t len, GString *out);
