/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-route.h: which handler a path belongs to */
#pragma once

#include <av-upnp/http-server.h>

typedef struct {
	AvuHttpRoute route; /* path is owned */
	void *user_data;
} HttpRoute;

typedef struct HttpRoutes HttpRoutes;

HttpRoutes *http_routes_new(void);
void http_routes_free(HttpRoutes *routes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpRoutes, http_routes_free)

void http_routes_add(HttpRoutes *routes, const AvuHttpRoute *route, void *user_data);
/** The longest one that matches, or NULL. @thread any, when nothing is added any more */
const HttpRoute *http_routes_find(const HttpRoutes *routes, const char *path);
