/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/counters.h: what a program counts, in one registry, readable as JSON and as Prometheus text.
 *
 * Counting is one atomic addition, so any thread does it anywhere. A module takes a registry that may be
 * NULL and adds its rows; avu_counter_add(NULL, …) then does nothing. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct AvuCounters AvuCounters; /* the registry */
typedef struct AvuCounter AvuCounter;   /* lives as long as its registry */

typedef enum {
	AVU_COUNTER_TOTAL, /* only grows; its name ends with _total */
	AVU_COUNTER_LEVEL, /* goes up and down: connections, octets in a buffer */
} AvuCounterKind;

typedef struct {
	const char *name;  /* [a-z0-9_], with the unit: "av_http_sent_octets_total" */
	const char *help;  /* one line, for people */
	const char *label; /* NULL: none; [a-z0-9_], such as "status" */
	const char *value; /* of the label: printable ASCII without '"' and '\\', such as "2xx" */
	AvuCounterKind kind;
} AvuCounterSpec; /* strings are borrowed for ever: constants */

AVU_API AvuCounters *avu_counters_new(void);
/** After everything that counts. */
AVU_API void avu_counters_free(AvuCounters *counters);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuCounters, avu_counters_free)

/** @param counters  NULL: returns NULL
 *  @return the counter, at zero; a name with a label's value that is there already: that one
 *  @thread any */
AVU_API AvuCounter *avu_counters_add(AvuCounters *counters, const AvuCounterSpec *spec);
/** A level that is asked for when somebody reads. @param read  any thread, must not wait
 *  @param data  valid as long as anybody reads the registry */
AVU_API void avu_counters_add_source(AvuCounters *counters, const AvuCounterSpec *spec,
	int64_t (*read)(void *data), void *data);

/* @param counter  may be NULL @thread any */
AVU_API void avu_counter_add(AvuCounter *counter, int64_t amount);
AVU_API void avu_counter_set(AvuCounter *counter, int64_t value);
AVU_API int64_t avu_counter_get(const AvuCounter *counter);

/** {"av_http_connections":3,"av_http_requests_total":{"2xx":10,"4xx":1}}, by name.
 *  @return g_free() it @thread any */
AVU_API char *avu_counters_format_json(AvuCounters *counters);
/** Text format 0.0.4 of Prometheus. @return g_free() it @thread any */
AVU_API char *avu_counters_format_prometheus(AvuCounters *counters);

G_END_DECLS
