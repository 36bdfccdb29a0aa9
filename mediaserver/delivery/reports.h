/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery/reports.h: what became of a delivery: a connection while it lasts, and where playing stopped
 *
 * Many players never say where they stopped. What they fetched tells: the place where they began, and
 * as much of it as they can have played since. A player that says it itself is believed instead. */
#pragma once

#include <av-upnp/connection-manager.h>
#include <av-upnp/http-server.h>

#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/clients/clients.h"

G_BEGIN_DECLS

typedef struct Reports Reports;

/** @param least_ns  who played less did not play it; AVU_TIME_NONE: positions are not remembered
 *  @param changed  a connection began or ended (true), or play state changed (false). @thread any
 *  connections, catalogue outlive it */
Reports *reports_new(AvuConnectionManager *connections, Catalogue *catalogue, int64_t least_ns,
	void (*changed)(bool connection, void *data), void *data);
void reports_free(Reports *reports);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reports, reports_free)

typedef struct {
	int64_t item;
	ItemKind kind;
	const char *protocol_info;
	int64_t duration_ns; /* <= 0: unknown */
	uint64_t size_bytes;
	char format[HISTORY_KEY_MAX]; /* of history_format_key() */
} ReportedFile;

/** What is fetched is told there. Before the server starts; outlives it. */
void reports_set_clients(Reports *reports, Clients *clients);
/** Follows a delivery to its end; for answers that carry content. @thread the connection's */
void reports_follow(Reports *reports, const AvuHttpRequest *request, AvuHttpResponse *response,
	const ReportedFile *file);

/* What was fetched of a film, by one delivery or several. */
typedef struct {
	int64_t start_ns;   /* where it began in the film */
	int64_t reached_ns; /* where its last octet belongs */
	int64_t elapsed_ns; /* how long it lasted */
} Fetched;

typedef struct {
	int64_t position_ns; /* AVU_TIME_NONE: at the end */
	bool watched;
} Stopped;
/** Where playing stopped, from what was fetched. Pure.
 *  @param played_least_ns  less says nothing
 *  @return false: it says nothing */
bool reports_estimate(ItemKind kind, int64_t duration_ns, const Fetched *fetched,
	int64_t played_least_ns, Stopped *ret_stopped);

G_END_DECLS
