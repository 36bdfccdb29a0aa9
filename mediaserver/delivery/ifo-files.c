/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /ifo/ITEM: the file of the same name, no larger than the library took it for. Runs on the connection's thread. */
#include "mediaserver/delivery/ifo-files.h"

#include <string.h>
#include <sys/stat.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "mediaserver/content/object-id.h"
#include "mediaserver/content/sides.h"
#include "mediaserver/library/sidecars.h"

struct IfoFiles {
	Catalogue *catalogue;
	const Roots *roots;
};

/* @return a descriptor, -1: there is none */
static int
open_beside(const Root *root, const char *path, uint64_t *ret_size)
{
	static const char *const extensions[] = { "ifo", "IFO", "Ifo" };
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot != NULL && i < G_N_ELEMENTS(extensions); i++) {
		g_autofree char *name =
			g_strdup_printf("%.*s.%s", (int)(dot - path), path, extensions[i]);
		avu_autofd int fd = root_open(root, name, 0);
		struct stat st;

		if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
			st.st_size <= SIDECAR_IFO_MAX_BYTES) {
			*ret_size = (uint64_t)st.st_size;
			return avu_steal_fd(&fd);
		}
	}
	return -1;
}

static AvuHttpResponse *
on_request(const AvuHttpRequest *request, void *user_data)
{
	const IfoFiles *files = user_data;
	g_auto(CatalogueFile) file = { 0 };
	g_autoptr(GError) error = NULL;
	ObjectId id;

	if (!object_id_parse(avu_http_request_get_rest(request), &id) || id.item == 0) {
		return avu_http_response_new_error(404, "no such resource");
	}
	if (!catalogue_find_file(files->catalogue, id.item, &file, &error)) {
		return g_error_matches(error, AVU_UPNP_ERROR, 701)
			       ? avu_http_response_new_error(404, "no such resource")
			       : avu_http_response_new_error(503, "the catalogue is busy");
	}
	const Root *root = file.has_ifo ? roots_find(files->roots, file.root) : NULL;
	uint64_t size = 0;
	avu_autofd int fd = root != NULL ? open_beside(root, file.path, &size) : -1;

	return fd >= 0 ? avu_http_response_new_file(
				 200, "application/octet-stream", avu_steal_fd(&fd), 0, size)
		       : avu_http_response_new_error(404, "no such resource");
}

IfoFiles *
ifo_files_new(AvuHttpServer *server, Catalogue *catalogue, const Roots *roots)
{
	IfoFiles *files = g_new0(IfoFiles, 1);
	const AvuHttpRoute route = {
		.path = SIDES_IFO_PREFIX,
		.prefix = true,
		.methods = AVU_HTTP_GET | AVU_HTTP_HEAD,
		.handler = on_request,
	};

	files->catalogue = catalogue;
	files->roots = roots;
	avu_http_server_add_route(server, &route, files);
	return files;
}

void
ifo_files_free(IfoFiles *files)
{
	g_free(files);
}

char *
ifo_files_dup_url(const AvuHttpRequest *request, int64_t item, const CatalogueFile *file)
{
	const AvuAddress *local = avu_http_request_get_local(request);
	g_autofree char *host = file->has_ifo ? avu_address_format(local) : NULL;
	g_autofree char *base =
		host != NULL ? g_strdup_printf("http://%s:%u", host, local->port) : NULL;

	return base != NULL ? sides_dup_ifo_url(base, item) : NULL;
}
