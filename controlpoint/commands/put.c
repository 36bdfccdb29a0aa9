/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp put: a file to a server: CreateObject, then its octets to the importUri that comes back; a server that takes
 * none there fetches them by ImportResource. Main thread, which waits. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/http-upload.h>
#include <av-upnp/text.h>

#include "commands/create.h"
#include "commands/put-import.h"
#include "item/media-type.h"
#include "output/progress.h"

#define CONNECT_NS (10 * AVU_NS_PER_S)
#define STALL_NS (60 * AVU_NS_PER_S) /* a server may index before it answers */
#define TRIES 5                      /* of an upload that the server can go on with */
#define FIRST_MODE "transferMode.dlna.org: Background"

typedef struct {
	int fd;
	uint64_t size;
	char *type; /* "Content-Type: …" */
	Progress progress;
} Source;

static void
source_clear(Source *source)
{
	avu_fd_cleanup(&source->fd);
	g_free(source->type);
	progress_clear(&source->progress);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Source, source_clear)

static bool
open_source(const char *path, Source *ret_source, GError **error)
{
	g_autofree char *name = g_path_get_basename(path);
	const char *mime = media_type_of_path(path);
	struct stat st = { 0 };

	progress_init(&ret_source->progress, name);
	ret_source->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (ret_source->fd < 0 || fstat(ret_source->fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		g_autofree char *shown = avu_text_for_display(path, 200);

		g_set_error(error, AVU_ERROR,
			ret_source->fd < 0 && errno == ENOENT ? AVU_ERROR_NOT_FOUND : AVU_ERROR_IO,
			"%s: %s", shown, ret_source->fd < 0 ? g_strerror(errno) : "is no file");
		return false;
	}
	if (strcmp(mime, "*") == 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"%s: what kind of media this is cannot be told by its ending", name);
		return false;
	}
	ret_source->size = (uint64_t)st.st_size;
	ret_source->type = g_strconcat("Content-Type: ", mime, NULL);
	return true;
}

static bool
on_progress(uint64_t octets, void *data)
{
	Source *source = data;

	progress_update(&source->progress, source->progress.from + octets);
	return true;
}

static bool
send_from(Run *run, Source *source, const char *uri, uint64_t offset, unsigned *ret_status,
	GError **error)
{
	g_autofree char *range =
		offset > 0 ? g_strdup_printf("Content-Range: bytes %" G_GUINT64_FORMAT
					     "-%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
				     offset, source->size - 1, source->size)
			   : NULL;
	const char *const headers[] = { source->type, FIRST_MODE, range, NULL };
	const AvuUpload upload = { .method = "POST",
		.url = uri,
		.headers = headers,
		.fd = source->fd,
		.offset = offset,
		.length = source->size - offset,
		.connect_timeout_ns = CONNECT_NS,
		.stall_timeout_ns = STALL_NS,
		.progress = on_progress,
		.data = source };

	progress_start(&source->progress, offset, (int64_t)source->size);
	const bool sent =
		avu_http_upload(session_get_policy(run->session), &upload, ret_status, error);

	progress_end(&source->progress);
	return sent;
}

/* How far the server has got, when it can go on. @return false: it cannot */
static bool
ask_uploaded(Run *run, const ContentPlace *place, uint64_t size, uint64_t *ret_offset)
{
	g_autoptr(AvuDidl) didl = content_get(run->session, place, NULL, NULL);
	const AvuObject *object = didl != NULL ? avu_didl_get(didl, 0) : NULL;

	for (unsigned i = 0; object != NULL && i < object->n_resources; i++) {
		const AvuResource *resource = &object->resources[i];

		if (resource->import_uri != NULL && resource->resumable &&
			(resource->uploaded_bytes < 0 ||
				(uint64_t)resource->uploaded_bytes < size)) {
			*ret_offset = (uint64_t)MAX(resource->uploaded_bytes, 0);
			return true;
		}
	}
	return false;
}

static bool
import(Run *run, Source *source, const ContentPlace *place, const char *uri, GError **error)
{
	progress_start(&source->progress, 0, (int64_t)source->size);
	return put_import(run, place, run->operands[0], uri, &source->progress, error);
}

/* Then the first answer is what the user should hear of. */
static bool
is_not_offered(const GError *error)
{
	return g_error_matches(error, AVU_UPNP_ERROR, AVU_UPNP_INVALID_ACTION) ||
	       g_error_matches(error, AVU_UPNP_ERROR, AVU_UPNP_OPTIONAL_ACTION_NOT_IMPLEMENTED);
}

/* "No such place", "no such method": there are servers that only fetch. */
static bool
takes_no_octets(unsigned status)
{
	return status == 404 || status == 405 || status == 501;
}

static bool
upload(Run *run, Source *source, const ContentPlace *place, const char *uri, GError **error)
{
	uint64_t offset = 0;

	for (unsigned i = 1;; i++) {
		g_autoptr(GError) why = NULL;
		unsigned status = 0;
		const bool sent = send_from(run, source, uri, offset, &status, &why);

		if (sent && status >= 200 && status < 300) {
			return true;
		}
		if (sent && takes_no_octets(status)) {
			g_autoptr(GError) import_error = NULL;

			if (import(run, source, place, uri, &import_error)) {
				return true;
			}
			if (!is_not_offered(import_error)) {
				g_propagate_error(error, g_steal_pointer(&import_error));
				return false;
			}
		}
		/* it broke off: where the server can, it goes on from what has arrived */
		if (sent || i == TRIES || !ask_uploaded(run, place, source->size, &offset)) {
			if (sent) {
				g_set_error(error, AVU_UPNP_ERROR, AVU_UPNP_ACTION_FAILED,
					"\"%s\" did not take the octets: HTTP status %u",
					avu_remote_device_get_name(place->server), status);
			} else {
				g_propagate_error(error, g_steal_pointer(&why));
			}
			return false;
		}
	}
}

static const char *
find_import_uri(const AvuDidl *didl)
{
	const AvuObject *object = avu_didl_get_n(didl) > 0 ? avu_didl_get(didl, 0) : NULL;

	for (unsigned i = 0; object != NULL && i < object->n_resources; i++) {
		if (object->resources[i].import_uri != NULL) {
			return object->resources[i].import_uri;
		}
	}
	return NULL;
}

/* The item that waits for its octets. */
static char *
create_item(Run *run, const ContentPlace *parent, const char *path, const Source *source,
	AvuDidl **ret_didl, GError **error)
{
	const char *mime = media_type_of_path(path);
	g_autofree char *name = g_path_get_basename(path);
	g_autofree char *protocol_info = g_strdup_printf("http-get:*:%s:*", mime);
	char *dot = strrchr(name, '.');
	AvuObject object;

	if (dot != NULL && dot != name) {
		*dot = '\0';
	}
	avu_object_init(&object);
	object.title = name;
	object.upnp_class = media_type_class(mime);
	avu_resource_init(&object.resources[0]);
	object.resources[0].uri = "";
	object.resources[0].protocol_info = protocol_info;
	object.resources[0].size_bytes = (int64_t)source->size;
	object.n_resources = 1;
	return create_object(run, parent, &object, ret_didl, error);
}

/* Without a path the server chooses the folder. */
static bool
find_parent(Run *run, ContentPlace *ret_parent, GError **error)
{
	if (run->n_operands > 1) {
		return content_find(
			run->session, run->operands[1], run_get_server(run), ret_parent, error);
	}
	if (!content_find(run->session, NULL, run_get_server(run), ret_parent, error)) {
		return false;
	}
	g_free(ret_parent->id);
	ret_parent->id = g_strdup("DLNA.ORG_AnyContainer");
	return true;
}

static bool
run_put(Run *run, GError **error)
{
	g_auto(ContentPlace) parent = { NULL, NULL };
	g_auto(Source) source = { .fd = -1 };
	g_autoptr(AvuDidl) didl = NULL;

	if (!open_source(run->operands[0], &source, error) || !find_parent(run, &parent, error)) {
		return false;
	}
	g_autofree char *id = create_item(run, &parent, run->operands[0], &source, &didl, error);
	const char *uri = id != NULL ? find_import_uri(didl) : NULL;
	const ContentPlace place = { parent.server, id };

	if (id != NULL && uri == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"\"%s\" made the item but says not where to send it",
			avu_remote_device_get_name(parent.server));
	}
	const bool fetches = avu_settings_get_bool(run->settings, "Import");

	if (uri == NULL || !(fetches ? import : upload)(run, &source, &place, uri, error)) {
		return false;
	}
	json_t *record = json_object();

	record_set_text(record, "done", "put");
	record_set_text(record, "id", id);
	record_set_count(record, "size", (int64_t)source.size);
	record_set_text(record, "server", avu_remote_device_get_name(parent.server));
	run_write_one(run, record);
	return true;
}

static const OutputColumn columns[] = {
	{ "server", "Server", output_cell_text },
	{ "id", "Object", output_cell_text },
	{ "size", "Size", output_cell_size },
	{ NULL },
};

static const char *const options[] = { "Import", NULL };

const Command command_put = {
	.name = "put",
	.operands = "FILE [PATH|ID]",
	.summary = "send a file to a server",
	.help = "Into the folder of PATH, or wherever the server wants it. An upload that breaks "
		"off "
		"is gone\n"
		"on with where the server can. At a terminal a line shows how far it is. Servers "
		"allow uploads\n"
		"in some folders only, or not at all; ours where its configuration says so.\n"
		"\n"
		"  --import   the server fetches the file from here (ImportResource), as it does\n"
		"             anyway when it takes nothing that is sent\n"
		"\n"
		"With --json: {done, id, size, server}.\n"
		"\n"
		"Example:\n"
		"  avcp -s NAS put holiday.mp4\n",
	.min_operands = 1,
	.max_operands = 2,
	.operand_specs = { { OPERAND_FILE }, { OPERAND_OBJECT } },
	.options = options,
	.schema = { OUTPUT_DEED, columns },
	.run = run_put,
};
