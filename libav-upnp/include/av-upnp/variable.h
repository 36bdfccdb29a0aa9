/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/variable.h: the state variables of one service. Handlers change them in a transaction;
 * events, moderation and LastChange follow by themselves.
 *
 * Thread: set on the main context's; dup and get_* from any (guarded inside). */
#pragma once

#include <av-upnp/service.h>

G_BEGIN_DECLS

typedef struct AvuVariables AvuVariables;

/** Transactions nest; what changed is told when the outermost commits. Equal values are no change. */
AVU_API void avu_variables_begin(AvuVariables *variables);
AVU_API void avu_variables_commit(AvuVariables *variables);

/** A variable that the service does not have, being of a later version or of an action that is not
 *  offered, is left alone. Outside a transaction it is one of its own.
 *  @param instance  InstanceID; 0 for services without instances
 *  @param channel   "Master" for variables with AVU_VARIABLE_CHANNEL, else NULL */
AVU_API void avu_variables_set(AvuVariables *variables, unsigned instance, const char *channel,
	const char *name, const char *value);
AVU_API void avu_variables_set_int(AvuVariables *variables, unsigned instance, const char *channel,
	const char *name, int64_t value);
/** An instance that is over: its values go, also from the next event. */
AVU_API void avu_variables_drop_instance(AvuVariables *variables, unsigned instance);
/** Copy, the default of the table when it was never set; g_free() it. @thread any */
AVU_API char *avu_variables_dup(const AvuVariables *variables, unsigned instance, const char *channel,
	const char *name);
/** @thread any */
AVU_API int64_t avu_variables_get_int(const AvuVariables *variables, unsigned instance,
	const char *channel, const char *name);
/** Was it set and is the event still held back by moderation? What gathers changes for an event starts
 *  anew when this says no. @thread main */
AVU_API bool avu_variables_is_untold(const AvuVariables *variables, const char *name);
/** Calls fn after each outermost commit that changed something that is told to subscribers, so that who
 *  stands beside them is told the same. One watcher; NULL: none. @thread main */
AVU_API void avu_variables_watch(AvuVariables *variables, void (*fn)(void *data), void *data);

G_END_DECLS
