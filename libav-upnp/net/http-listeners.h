/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-listeners.h: the sockets that listen, one for each address of the host that is served */
#pragma once

#include <av-upnp/address.h>

/* Its events carry this in an epoll when they are no listener's; those of listeners are odd, too, and larger. */
#define HTTP_LISTENERS_NONE 1

typedef struct HttpListeners HttpListeners;

/** @param epoll_fd  borrowed; listeners are in it */
HttpListeners *http_listeners_new(int epoll_fd);
/** Closes them. */
void http_listeners_free(HttpListeners *listeners);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpListeners, http_listeners_free)

/** Opens those of the n that are not there yet, deaf; they come in with http_listeners_commit().
 *  @return g_array_unref() it; NULL with BUSY, IO: nothing has changed */
GArray *http_listeners_open(
	HttpListeners *listeners, const AvuAddress *addresses, size_t n, GError **error);
/** Closes what is not among the n, adds what was opened. Cannot fail. */
void http_listeners_commit(
	HttpListeners *listeners, const AvuAddress *addresses, size_t n, GArray *fresh);
/** @param id  data.u64 of its event
 *  @return its descriptor; -1: it was closed while its event was on the way, or it is none */
int http_listeners_find(const HttpListeners *listeners, uint64_t id);
/** Is one of them at this address, whatever its port? */
bool http_listeners_have(const HttpListeners *listeners, const AvuAddress *address);
/** Deaf ones cause no events; newcomers wait in the kernel. */
void http_listeners_set_deaf(const HttpListeners *listeners, bool deaf);

/** A TCP socket bound to the address, not listening. @return -1 with BUSY, IO */
int http_listener_bind(const AvuAddress *address, GError **error);
