/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* own-network.h: a network namespace that vanishes with the process. Before there are threads. */
#pragma once

#include <sched.h>

#include <glib.h>

#define IP(...) run((const char *const[]){ "ip", __VA_ARGS__, NULL })

static inline gboolean
run(const char *const *argv)
{
	int status = -1;

	return g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
		       &status, NULL) &&
	       status == 0;
}

/* @return FALSE when the host does not let us */
static inline gboolean
enter_namespace(void)
{
	if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
		return FALSE;
	}
	return IP("link", "set", "lo", "up");
}
