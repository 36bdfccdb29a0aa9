/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/ssdp-check.h: which datagrams pass between the network and libupnp, and in what words.
 *
 * A message that passes is written anew from its checked fields, so that libupnp sees nothing a
 * stranger composed, and the network nothing libupnp composed (SEC-020, 023…026). Pure. */
#pragma once

#include <netinet/in.h>

#include "protocol.h"
#include "ssdp-message.h"

#define SSDP_PORT 1900
#define SSDP_GROUP "239.255.255.250"
#define SSDP_HOST_LINE "HOST: " SSDP_GROUP ":1900\r\n" /* of all we write for IPv4 */
#define SSDP_GROUP6_LINK "ff02::c"
#define SSDP_GROUP6_SITE "ff05::c"
#define SSDP_MAX_ANNOUNCED 64 /* NTs of one device: 3 + 2 d + k */

/* What the gate knows of its interface and, in a device's link, of the device. */
typedef struct {
	unsigned role; /* LINK_ROLE_… */
	in_addr_t address;
	struct {
		in_addr_t address;
		unsigned bits;
	} prefixes[LINK_MAX_PREFIXES];
	unsigned n_prefixes;
	struct {
		struct in6_addr address;
		unsigned bits;
		bool temporary; /* or to be gone */
	} prefixes6[LINK_MAX_PREFIXES];
	unsigned n_prefixes6;
	const char *product; /* SERVER and USER-AGENT */
	unsigned max_age_s;
	uint32_t boot_id;
	uint32_t config_id;
	unsigned port; /* of LOCATION, and what follows it there */
	const char *path;
	unsigned mx_s;        /* of the search going out */
	GPtrArray *announced; /* char*: NTs seen going out; may be NULL */
} SsdpLink;

typedef struct {
	in_addr_t source;
	const struct in6_addr *source6; /* by IPv6; source means nothing then. NULL: by IPv4 */
	bool on_link;                   /* came in by our interface, or from ourselves */
	bool multicast;                 /* sent to the group */
	bool answer; /* arrived on the socket that waits for answers to our searches */
} SsdpArrival;

typedef enum {
	SSDP_PASS,
	SSDP_IGNORED, /* fine, but not for this role */
	/* dropped, counted */
	SSDP_FOREIGN,
	SSDP_MALFORMED,
	SSDP_UNANSWERABLE,
	SSDP_BAD_ANNOUNCEMENT,
	SSDP_OVER_BUDGET,
	SSDP_NOT_SENT,
	SSDP_N_VERDICTS,
} SsdpVerdict;

/** For the log, in the order of SsdpVerdict. */
extern const char *const ssdp_verdict_names[SSDP_N_VERDICTS];

bool ssdp_in_prefix6(const struct in6_addr *address, const struct in6_addr *prefix, unsigned bits);

/** In one of our prefixes, or IPv4 link-local. */
bool ssdp_is_near(const SsdpLink *link, in_addr_t address);

/** In one of our prefixes, or IPv6 link-local. */
bool ssdp_is_near6(const SsdpLink *link, const struct in6_addr *address);

/** A datagram from the network.
 *  @param out  on PASS gets what libupnp is to see. Its EXT field carries what libupnp has no place
 *              for: boot id, udn, source and target, separated by a space */
SsdpVerdict ssdp_check_in(const SsdpLink *link, const SsdpArrival *arrival, const char *data,
	size_t len, GString *out);

/** A datagram of libupnp's. destination is the group or a searcher.
 *  @param out      on PASS gets what goes onto the network
 *  @param ret_nt   on PASS set to the NT of an ssdp:alive (borrows from data), else to at = NULL */
SsdpVerdict ssdp_check_out(const SsdpLink *link, in_addr_t destination, const char *data,
	size_t len, GString *out, AvuCursor *ret_nt);
