/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Icons are small and the same for all: they are kept in memory. Answers run on connection threads. */
#include "mediaserver/delivery/icons.h"

#include <av-upnp/data-dir.h>
#include <av-upnp/fd.h>

#define ICON_OCTETS_MAX (64 * 1024)
#define ICON_PREFIX "/icon/"
#define JPEG "image/jpeg"
#define PNG "image/png"

static const AvuIcon table[] = {
	{ JPEG, 120, 120, 24, ICON_PREFIX "icon-120.jpg" },
	{ PNG, 120, 120, 24, ICON_PREFIX "icon-120.png" },
	{ JPEG, 48, 48, 24, ICON_PREFIX "icon-48.jpg" },
	{ PNG, 48, 48, 24, ICON_PREFIX "icon-48.png" },
	{ NULL },
};
#define N_ICONS (G_N_ELEMENTS(table) - 1)

struct Icons {
	GBytes *octets[N_ICONS];
	bool complete;
};

static AvuHttpResponse *
on_request(const AvuHttpRequest *request, void *user_data)
{
	const Icons *icons = user_data;
	const char *path = avu_http_request_get_path(request);

	for (size_t i = 0; i < N_ICONS; i++) {
		if (g_str_equal(table[i].path, path)) {
			AvuHttpResponse *response = avu_http_response_new(
				200, table[i].mime, g_bytes_ref(icons->octets[i]));

			avu_http_response_set_header(
				response, "transferMode.dlna.org", "Interactive");
			return response;
		}
	}
	return avu_http_response_new_error(404, "no such icon");
}

static bool
read_all(Icons *icons)
{
	for (size_t i = 0; i < N_ICONS; i++) {
		g_autofree char *path = avu_dup_data_path(table[i].path + strlen(ICON_PREFIX));
		g_autoptr(GError) error = NULL;

		icons->octets[i] = avu_file_read(path, ICON_OCTETS_MAX, &error);
		if (icons->octets[i] == NULL) {
			g_info("the device has no icon: %s", error->message);
			return false;
		}
	}
	return true;
}

Icons *
icons_new(AvuHttpServer *server)
{
	Icons *icons = g_new0(Icons, 1);
	const AvuHttpRoute route = {
		.path = ICON_PREFIX,
		.prefix = true,
		.methods = AVU_HTTP_GET | AVU_HTTP_HEAD,
		.handler = on_request,
	};

	icons->complete = read_all(icons);
	if (icons->complete) {
		avu_http_server_add_route(server, &route, icons);
	}
	return icons;
}

void
icons_free(Icons *icons)
{
	if (icons == NULL) {
		return;
	}
	for (size_t i = 0; i < N_ICONS; i++) {
		g_clear_pointer(&icons->octets[i], g_bytes_unref);
	}
	g_free(icons);
}

const AvuIcon *
icons_get_list(const Icons *icons)
{
	return icons->complete ? table : &table[N_ICONS];
}
