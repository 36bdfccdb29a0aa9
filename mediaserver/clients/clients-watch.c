/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of profiles that change are read again, when writing has come to rest. Main thread. */
#include <sys/inotify.h>
#include <unistd.h>

#include <glib-unix.h>

#include "mediaserver/clients/clients-private.h"

#define REST_MS 300
#define CHANGES (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)
#define EVENTS_MAX_BYTES 4096

static gboolean
on_rest(void *user_data)
{
	Clients *clients = user_data;

	clients->rest = 0;
	g_info("profiles of players and formats are read again");
	clients_reload(clients);
	clients->changed();
	return G_SOURCE_REMOVE;
}

static gboolean
on_event(int fd, GIOCondition condition, void *user_data)
{
	Clients *clients = user_data;
	char events[EVENTS_MAX_BYTES]; /* what changed does not matter: all is read */

	(void)condition;
	while (read(fd, events, sizeof(events)) > 0) {
	}
	if (clients->rest == 0) {
		clients->rest = g_timeout_add(REST_MS, on_rest, clients);
	}
	return G_SOURCE_CONTINUE;
}

void
clients_watch(Clients *clients, const char *const *folders, void (*changed)(void))
{
	const char *const *lists[] = { (const char *const *)clients->folders, folders };

	clients->changed = changed;
	clients->watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (clients->watch_fd < 0) { /* SIGHUP is left */
		g_info("profiles of players are not watched: too many watches");
		return;
	}
	for (size_t n = 0; n < G_N_ELEMENTS(lists); n++) {
		for (size_t i = 0; lists[n][i] != NULL; i++) {
			/* one that is not there cannot be watched; SIGHUP looks for it */
			(void)inotify_add_watch(clients->watch_fd, lists[n][i], CHANGES);
		}
	}
	clients->watch = g_unix_fd_add(clients->watch_fd, G_IO_IN, on_event, clients);
}

void
clients_unwatch(Clients *clients)
{
	if (clients->rest != 0) {
		(void)g_source_remove(clients->rest);
		clients->rest = 0;
	}
	if (clients->watch != 0) {
		(void)g_source_remove(clients->watch);
		clients->watch = 0;
	}
	if (clients->watch_fd >= 0) {
		(void)close(clients->watch_fd);
		clients->watch_fd = -1;
	}
}
