/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The receiving end of events. Main thread. */
#include "event-server.h"

#include "local-server.h"

struct EventServer {
	AvuMailbox *mailbox;
	LocalServer *local;
	AvuSubscriber *subscriber;
};

EventServer *
event_server_new(Session *session, AvuRemoteDevice *const *devices, size_t n, GError **error)
{
	g_autoptr(EventServer) server = g_new0(EventServer, 1);
	bool open = true;

	server->mailbox = avu_mailbox_new(NULL);
	server->local = local_server_new(session);
	server->subscriber = avu_subscriber_new(local_server_get_http(server->local),
		session_get_fetcher(session), server->mailbox);
	for (size_t i = 0; open && i < MIN(n, (size_t)EVENT_SERVER_DEVICES_MAX); i++) {
		AvuAddress host;

		open = !avu_address_parse(avu_remote_device_get_address(devices[i]), &host) ||
		       local_server_open(server->local, &host, 0, error);
	}
	return open ? g_steal_pointer(&server) : NULL;
}

void
event_server_free(EventServer *server)
{
	if (server == NULL) {
		return;
	}
	local_server_free(server->local);
	avu_subscriber_free(server->subscriber);
	avu_mailbox_close(server->mailbox);
	avu_mailbox_unref(server->mailbox);
	g_free(server);
}

AvuSubscriber *
event_server_get_subscriber(EventServer *server)
{
	return server->subscriber;
}
