/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The route table: filled before the server starts, then only read, by all connection threads. */
#include <string.h>

#include "http-route.h"

struct HttpRoutes {
	GPtrArray *list; /* HttpRoute, longest path first */
};

static void
free_route(gpointer data)
{
	HttpRoute *route = data;

	g_free((char *)route->route.path);
	g_free(route);
}

HttpRoutes *
http_routes_new(void)
{
	HttpRoutes *routes = g_new0(HttpRoutes, 1);

	routes->list = g_ptr_array_new_with_free_func(free_route);
	return routes;
}

void
http_routes_free(HttpRoutes *routes)
{
	if (routes != NULL) {
		g_ptr_array_unref(routes->list);
		g_free(routes);
	}
}

/* Longest first; of two equal paths the exact one. */
static gint
compare(gconstpointer a, gconstpointer b)
{
	const HttpRoute *left = *(HttpRoute *const *)a;
	const HttpRoute *right = *(HttpRoute *const *)b;
	size_t left_len = strlen(left->route.path);
	size_t right_len = strlen(right->route.path);

	if (left_len != right_len) {
		return left_len > right_len ? -1 : 1;
	}
	return (int)left->route.prefix - (int)right->route.prefix;
}

void
http_routes_add(HttpRoutes *routes, const AvuHttpRoute *route, void *user_data)
{
	HttpRoute *own = g_new0(HttpRoute, 1);

	own->route = *route;
	own->route.path = g_strdup(route->path);
	own->user_data = user_data;
	g_ptr_array_add(routes->list, own);
	g_ptr_array_sort(routes->list, compare);
}

const HttpRoute *
http_routes_find(const HttpRoutes *routes, const char *path)
{
	for (guint i = 0; i < routes->list->len; i++) {
		const HttpRoute *route = g_ptr_array_index(routes->list, i);

		if (route->route.prefix ? g_str_has_prefix(path, route->route.path)
					: strcmp(path, route->route.path) == 0) {
			return route;
		}
	}
	return NULL;
}
