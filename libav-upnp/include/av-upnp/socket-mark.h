/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/socket-mark.h: what a socket's packets say of themselves, and how fast they leave.
 * @clause DLNA QoS classes (spec/dlna-qos.md 1), IEC 62457 */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/* A lower class than the one that fits may be used, never a higher one. */
typedef enum {
	AVU_TRAFFIC_DEFAULT, /* DLNAQOS_1: control, pictures, all that somebody waits for; no mark */
	AVU_TRAFFIC_STREAMING,  /* DLNAQOS_2: sound and video as they are played: CS5, priority 4 */
	AVU_TRAFFIC_BACKGROUND, /* DLNAQOS_0: copies: CS1, priority 1 */
} AvuTraffic;

#define AVU_PACE_NONE UINT64_MAX

/** Marks all that the socket sends from now on. What the kernel refuses stays as it was: a mark is
 *  advice.
 *  @param family  AF_INET or AF_INET6, that of the socket
 *  @param dscp,priority  which of the two to set @thread any */
AVU_API void avu_socket_mark(int fd, int family, AvuTraffic traffic, bool dscp, bool priority);
/** For a stream that stands behind others in a queue of this host: pfifo_fast and prio let it go before
 *  them.
 *  @param raised  false: as AVU_TRAFFIC_STREAMING has it  @thread any */
AVU_API void avu_socket_raise(int fd, bool raised);
/** TCP only: the kernel itself then sends evenly at this rate, with any queue discipline.
 *  @param octets_per_s  AVU_PACE_NONE: as fast as it goes @thread any */
AVU_API void avu_socket_set_pace(int fd, uint64_t octets_per_s);

G_END_DECLS
