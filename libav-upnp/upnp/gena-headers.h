/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The header lines of SUBSCRIBE, UNSUBSCRIBE and NOTIFY, taken apart and checked. */
#pragma once

#include <av-upnp/url.h>

typedef struct {
	char *sid; /* renewal and UNSUBSCRIBE; NULL for a new subscription */
	GPtrArray
		*callbacks; /* AvuUrl*, http with a literal address, in order; NULL for a renewal */
	unsigned timeout_s; /* granted */
} GenaRequest;

void gena_request_free(GenaRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GenaRequest, gena_request_free)

/* Header values as received, NULL when absent. Each returns NULL with the HTTP status of the answer
 * (400, 412) in ret_status.
 * @clause UDA 1.0, 4.1; threats.md SEC-080, LIM-12, LIM-13 */
GenaRequest *gena_parse_subscribe(const char *sid, const char *nt, const char *callback,
	const char *timeout, unsigned *ret_status);
GenaRequest *gena_parse_unsubscribe(
	const char *sid, const char *nt, const char *callback, unsigned *ret_status);

/* "Second-n": n, or fallback when it is absent, infinite or nothing we know. */
unsigned gena_parse_timeout(const char *timeout, unsigned fallback_s);

/* 200, or the status that says what is wrong with a NOTIFY.
 * @clause UDA 1.0, 4.2.1 */
unsigned gena_check_notify(
	const char *nt, const char *nts, const char *sid, const char *seq, uint32_t *ret_seq);
