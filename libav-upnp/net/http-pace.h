/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-pace.h: how fast a stream may leave; arithmetic only */
#pragma once

#include <av-upnp/http-server.h>

/* The first octets leave in this time, evenly: nobody waits for them, and a look at its end finds
 * that no more than those have left. */
#define HTTP_PACE_BURST_NS (AVU_NS_PER_S / 2)
/* A song of a low bitrate leaves no slower than this, thus in less time: a player that wants some tens of KiB
 * before its first sound would wait a tenth of a second for them. A film of 1.7 Mbit/s begins as fast. */
#define HTTP_PACE_BURST_LEAST (4 * 1024 * 1024)

/** @param media  octets per second of the resource, 0: unknown
 *  @return AVU_PACE_NONE when it is not to be paced */
uint64_t http_pace_steady(const AvuHttpQos *qos, uint64_t media);
/** Octets that leave before the steady pace. */
uint64_t http_pace_burst_octets(const AvuHttpQos *qos, uint64_t media);
uint64_t http_pace_burst_rate(const AvuHttpQos *qos, uint64_t media);
/** How long the burst takes at that rate, at most HTTP_PACE_BURST_NS. */
int64_t http_pace_burst_ns(const AvuHttpQos *qos, uint64_t media);

/* What the kernel says of a stream, as it counts: since the connection began. */
typedef struct {
	int64_t at_ns;
	uint64_t sent;      /* octets */
	uint64_t unsent;    /* octets it has and has not sent, now */
	uint64_t window_us; /* that it waited for the peer to take more */
} HttpPaceSight;

typedef struct {
	HttpPaceSight before; /* at_ns 0: none yet */
	unsigned looks;       /* starved at so many in a row */
} HttpPaceWatch;

/** Looks again. A stream is starved when less leaves than is played, though there is more to send and the
 *  peer would take it: it may stand in a queue of this host, behind others. (Losses say nothing against it: what
 *  stands there for long is sent again.)
 *  @return true when it has now been so for a second  @param media  octets per second, 0: unknown */
bool http_pace_watch(HttpPaceWatch *watch, const HttpPaceSight *now, uint64_t media);

typedef struct {
	const AvuAddress *client;
	uint64_t wanted; /* AVU_PACE_NONE: all there is */
	uint64_t granted;
} HttpPaceShare;

/** Divides the caps of qos: who wants less than an even part leaves the rest to the others. */
void http_pace_divide(const AvuHttpQos *qos, HttpPaceShare *shares, size_t n);
