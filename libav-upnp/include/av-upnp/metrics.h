/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/metrics.h: counters and streams of a program for those who watch it, on this host only. */
#pragma once

#include <av-upnp/http-server.h>
#include <av-upnp/mailbox.h>

G_BEGIN_DECLS

typedef struct AvuMetrics AvuMetrics;

/** Adds GET /metrics (Prometheus), /metrics.json and /healthz to the server, before it starts. They
 *  answer programs of this host; to all others they do not exist (404).
 *  /healthz is 200 when the thread of the mailbox answers within 2 s, else 503.
 *  @param server,counters,mailbox  borrowed; the server is freed first, then this */
AVU_API AvuMetrics *avu_metrics_new(
	AvuHttpServer *server, AvuCounters *counters, AvuMailbox *mailbox);
AVU_API void avu_metrics_free(AvuMetrics *metrics);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuMetrics, avu_metrics_free)

/** {"counters":{…},"streams":[{"client","object","seconds","octets","media","pace","delivery","rtt_us",
 *  "loss","tfrc"}]}: rates in octets per second, null where there is none.
 *  @param max_streams  the oldest are left out
 *  @return g_free() it @thread any */
AVU_API char *avu_metrics_format_json(AvuMetrics *metrics, size_t max_streams);

G_END_DECLS
