/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the publisher of events asks of the state variables of a service. Main context's thread. */
#pragma once

#include <av-upnp/variable.h>

/* NULL-ended names with as many values, as they go into one property set. */
typedef struct {
	GPtrArray *names;  /* const char*, from the service table */
	GPtrArray *values; /* char*, owned */
} Properties;

Properties *properties_new(void);
void properties_free(Properties *properties);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Properties, properties_free)

/* spec is borrowed and outlives the variables. */
AvuVariables *variables_new(const AvuServiceSpec *spec, unsigned version);
void variables_free(AvuVariables *variables);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuVariables, variables_free)

/* Leaves out what the service does not have with these actions; before it everything of the version
 * is there. What was set so far is no event. offered as for avu_scpd_write(). */
void variables_settle(
	AvuVariables *variables, bool (*offered)(const char *name, void *data), void *data);
/* changed is called at the end of each outermost transaction in which an evented value changed. */
void variables_set_listener(AvuVariables *variables, void (*changed)(void *data), void *data);

/* What is to be told now and counts as told from here on; NULL when that is nothing.
 * ret_next_ns: when to ask again for what moderation holds back, or AVU_TIME_NONE. */
Properties *variables_take_due(AvuVariables *variables, int64_t now_ns, int64_t *ret_next_ns);
/* All evented variables with their present values: a subscriber's first event. */
Properties *variables_get_all(const AvuVariables *variables);
