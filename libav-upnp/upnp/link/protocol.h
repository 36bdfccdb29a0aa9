/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/protocol.h: what a program and its link say to each other, in frames.
 *
 * One link serves one interface in one role. It is configured once, registers, gives up its rights
 * and says REGISTERED; another description or address means another link. */
#pragma once

#include <av-upnp/base.h>

#define LINK_NAME "link"

#define LINK_MAX_NAME 15
#define LINK_MAX_PREFIXES 16
#define LINK_MAX_UDN 128
#define LINK_MAX_TARGET 256
#define LINK_MAX_LOCATION 512
#define LINK_MAX_SERVER 512
#define LINK_MAX_SENTENCE 512
#define LINK_MAX_ADDRESS 45 /* INET6_ADDRSTRLEN without its NUL */

enum {
	LINK_ROLE_DEVICE,
	LINK_ROLE_CONTROL_POINT,
	LINK_N_ROLES,
};

/* IPv4 addresses travel as s_addr, network order; what may be IPv6 as text. */
enum {
	/* program → link */
	LINK_CONFIGURE = 1, /* u32 role, string interface, u32 index, u32 address, u32 n, n × (u32
			       address, u32 bits) */
	LINK_ANNOUNCE, /* string location (IPv4 where there is some), u32 max age s, u32 config id, u32 boot id */
	LINK_WITHDRAW, /* – ; answered by WITHDRAWN */
	LINK_SEARCH,   /* string target, u32 mx s */
	LINK_NETWORKS6, /* u32 n, n × (string address of ours, u32 bits, u32 temporary or to be gone);
			   whenever they change */

	/* link → program */
	LINK_REGISTERED = 64, /* string: what the sandbox holds */
	LINK_SEEN,            /* string udn, string target, string location, string server or NULL,
				 u32 max age s, i64 boot id or -1, string source */
	LINK_GONE,            /* string udn, string source */
	LINK_WITHDRAWN,       /* – */
	LINK_TROUBLE,         /* string: one sentence; the link ends after it */
	LINK_DROPPED,         /* string: what was dropped since the last one, for the log */
	LINK_NOTE,            /* string: one sentence; the link goes on */
};
