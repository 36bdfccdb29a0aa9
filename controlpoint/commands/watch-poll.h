/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/watch-poll.h: what a service that sends no events would tell, asked for. Main thread. */
#pragma once

#include "session.h"

typedef struct {
	GHashTable *values; /* "variable" → what it was last; NULL: nothing was asked */
} WatchPoll;

void watch_poll_clear(WatchPoll *poll);
/** Can the service be asked? */
bool watch_poll_knows(const AvuServiceSpec *service);
/** Asks once, and tells what is new or has changed since the last time. What the device does not answer is not
 *  told. @param channel  NULL: the variable has none */
void watch_poll_ask(WatchPoll *poll, Session *session, AvuRemoteDevice *device,
	const AvuServiceSpec *service,
	void (*changed)(const char *variable, const char *channel, const char *value, void *data),
	void *data);
