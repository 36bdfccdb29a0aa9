/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The arithmetic of pacing: a multiple of the average bitrate after a burst, and caps divided fairly.
 * Pure. */
#include <stdlib.h>
#include <string.h>

#include "http-pace.h"

/* A stream that is starved at two looks in a row is no accident. */
#define LOOK_NS (AVU_NS_PER_S * 4 / 10)
#define LOOKS 2
/* A peer that holds us back for more of the time does so because it has enough, or pauses. */
#define WINDOW_PART 0.1

static uint64_t
multiply(uint64_t a, uint64_t b)
{
	uint64_t product;

	return g_uint64_checked_mul(&product, a, b) ? product : UINT64_MAX;
}

uint64_t
http_pace_steady(const AvuHttpQos *qos, uint64_t media)
{
	if (qos->pace_percent == 0 || media == 0) {
		return AVU_PACE_NONE;
	}
	return multiply(media, qos->pace_percent) / 100;
}

uint64_t
http_pace_burst_octets(const AvuHttpQos *qos, uint64_t media)
{
	return multiply(media, qos->burst_s);
}

uint64_t
http_pace_burst_rate(const AvuHttpQos *qos, uint64_t media)
{
	const uint64_t steady = http_pace_steady(qos, media);
	const uint64_t octets = http_pace_burst_octets(qos, media);

	if (octets == 0) {
		return steady;
	}
	return MAX(MAX(multiply(octets, AVU_NS_PER_S / HTTP_PACE_BURST_NS), HTTP_PACE_BURST_LEAST),
		steady);
}

int64_t
http_pace_burst_ns(const AvuHttpQos *qos, uint64_t media)
{
	const double octets = (double)http_pace_burst_octets(qos, media);
	const double ns =
		octets * (double)AVU_NS_PER_S / (double)MAX(http_pace_burst_rate(qos, media), 1);

	return MIN((int64_t)ns, HTTP_PACE_BURST_NS);
}

bool
http_pace_watch(HttpPaceWatch *watch, const HttpPaceSight *now, uint64_t media)
{
	const HttpPaceSight before = watch->before;
	const int64_t elapsed_ns = now->at_ns - before.at_ns;
	const double us = (double)elapsed_ns / (double)AVU_NS_PER_US;

	if (before.at_ns != 0 && elapsed_ns < LOOK_NS) {
		return false;
	}
	watch->before = *now;
	bool starved = before.at_ns != 0 && media > 0 && now->unsent > 0 &&
		       (double)(now->window_us - before.window_us) < us * WINDOW_PART &&
		       (double)(now->sent - before.sent) <
			       (double)media * (double)elapsed_ns / (double)AVU_NS_PER_S;

	watch->looks = starved ? watch->looks + 1 : 0;
	return watch->looks == LOOKS;
}

static int
by_wanted(const void *a, const void *b)
{
	const HttpPaceShare *left = *(HttpPaceShare *const *)a;
	const HttpPaceShare *right = *(HttpPaceShare *const *)b;

	return left->granted < right->granted ? -1 : left->granted > right->granted;
}

/* granted holds what each would take; the smallest first, each gets at most an even part of the rest. */
static void
fill(HttpPaceShare **shares, size_t n, uint64_t cap)
{
	qsort(shares, n, sizeof(HttpPaceShare *), by_wanted);
	for (size_t i = 0; i < n; i++) {
		shares[i]->granted = MIN(shares[i]->granted, cap / (n - i));
		cap -= shares[i]->granted;
		shares[i]->granted = MAX(shares[i]->granted, 1); /* 0 would stop it for ever */
	}
}

static int
by_client(const void *a, const void *b)
{
	const AvuAddress *left = (*(HttpPaceShare *const *)a)->client;
	const AvuAddress *right = (*(HttpPaceShare *const *)b)->client;

	if (left->family != right->family) {
		return left->family < right->family ? -1 : 1;
	}
	return memcmp(&left->ip, &right->ip,
		left->family == AF_INET ? sizeof(left->ip.v4) : sizeof(left->ip.v6));
}

void
http_pace_divide(const AvuHttpQos *qos, HttpPaceShare *shares, size_t n)
{
	g_autofree HttpPaceShare **order = g_new(HttpPaceShare *, n);

	if (n == 0) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		shares[i].granted = shares[i].wanted;
		order[i] = &shares[i];
	}
	if (qos->client_octets_per_s > 0) {
		qsort(order, n, sizeof(HttpPaceShare *), by_client);
		for (size_t begin = 0, end; begin < n; begin = end) {
			for (end = begin + 1; end < n && by_client(&order[begin], &order[end]) == 0;
				end++) {
			}
			fill(order + begin, end - begin, qos->client_octets_per_s);
		}
	}
	if (qos->total_octets_per_s > 0) {
		fill(order, n, qos->total_octets_per_s);
	}
}
