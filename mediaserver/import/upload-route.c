/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Uploads by HTTP. Runs on the threads of connections; writing to the disk holds only who sends.
 * Limits: the inbox's quota, the server's deadline for uploads.
 * @clause DLNA uploads, spec/dlna-upload.md 3, 4 and 7 */
#include "mediaserver/import/upload-route.h"

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>

#include "mediaserver/content/content.h"
#include "mediaserver/content/object-id.h"

bool
upload_parse_path(const char *path, int64_t *ret_item)
{
	const size_t prefix = strlen(CONTENT_UPLOAD_PREFIX);
	ObjectId id;

	if (strncmp(path, CONTENT_UPLOAD_PREFIX, prefix) != 0 ||
		strlen(path + prefix) >= OBJECT_ID_MAX || !object_id_parse(path + prefix, &id) ||
		id.item == 0 || id.container != 0) {
		return false;
	}
	*ret_item = id.item;
	return true;
}

bool
upload_parse_content_range(const char *text, uint64_t *ret_first, uint64_t *ret_length)
{
	AvuCursor in = avu_cursor_string(text);
	uint64_t first, last, total;

	if (!avu_cursor_take_ci(&in, "bytes") || avu_cursor_skip_blank(&in) == 0 ||
		!avu_cursor_take_uint(&in, INT64_MAX, &first) || !avu_cursor_take_char(&in, '-') ||
		!avu_cursor_take_uint(&in, INT64_MAX, &last) || !avu_cursor_take_char(&in, '/') ||
		!avu_cursor_take_uint(&in, INT64_MAX, &total) || !avu_cursor_at_end(&in) ||
		last < first || last + 1 != total) {
		return false;
	}
	*ret_first = first;
	*ret_length = last - first + 1;
	return true;
}

static AvuHttpResponse *
answer_error(const GError *error)
{
	static const struct {
		AvuError code;
		unsigned status;
	} statuses[] = {
		{ AVU_ERROR_NOT_FOUND, 404 },
		{ AVU_ERROR_DENIED, 403 },
		{ AVU_ERROR_BUSY, 409 },
		{ AVU_ERROR_SYNTAX, 406 }, /* resume that does not fit */
		{ AVU_ERROR_LIMIT, 507 },
		{ AVU_ERROR_IO, 507 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
		if (g_error_matches(error, AVU_ERROR, (int)statuses[i].code)) {
			return avu_http_response_new_error(statuses[i].status, error->message);
		}
	}
	/* what the catalogue says of an item that is not there */
	return avu_http_response_new_error(
		error->domain == AVU_UPNP_ERROR ? 404 : 500, "the upload cannot be taken");
}

/* transferMode.dlna.org: streaming is for sound and pictures in motion as they are played; an upload
 * may be any of them, but must be one. */
static bool
is_known_mode(const char *mode)
{
	static const char *const modes[] = { "Streaming", "Interactive", "Background", NULL };

	for (size_t i = 0; mode != NULL && modes[i] != NULL; i++) {
		if (g_ascii_strcasecmp(mode, modes[i]) == 0) {
			return true;
		}
	}
	return mode == NULL;
}

static AvuHttpResponse *
begin(const AvuHttpRequest *request, AvuHttpUpload *upload, void *user_data)
{
	const char *range = avu_http_request_get_header(request, "Content-Range");
	g_autoptr(GError) error = NULL;
	uint64_t first = 0, length = upload->length;
	int64_t item;

	if (!upload_parse_path(avu_http_request_get_path(request), &item)) {
		return avu_http_response_new_error(404, "nothing is waited for there");
	}
	if (!is_known_mode(avu_http_request_get_header(request, "transferMode.dlna.org"))) {
		return avu_http_response_new_error(400, "no such transferMode.dlna.org");
	}
	if (range != NULL && (!upload_parse_content_range(range, &first, &length) ||
				     (upload->length != UINT64_MAX && upload->length != length))) {
		return avu_http_response_new_error(406, "Content-Range has to reach the end");
	}
	InboxFile *file = inbox_open(
		user_data, item, avu_http_request_get_peer(request), first, length, &error);

	if (file == NULL) {
		return answer_error(error);
	}
	upload->data = file;
	upload->max_octets = inbox_file_get_room(file);
	return NULL;
}

static AvuHttpResponse *
take(void *data, const char *octets, size_t len)
{
	g_autoptr(GError) error = NULL;

	return inbox_file_write(data, octets, len, &error) ? NULL : answer_error(error);
}

static AvuHttpResponse *
end(const AvuHttpRequest *request, void *data)
{
	g_autoptr(GError) error = NULL;

	(void)request;
	return inbox_file_finish(data, &error) ? avu_http_response_new(200, NULL, NULL)
					       : answer_error(error);
}

static void
done(void *data)
{
	inbox_file_free(data);
}

/* Everything but POST and PUT: the content is somewhere else when it is there. */
static AvuHttpResponse *
no_content(const AvuHttpRequest *request, void *user_data)
{
	(void)request;
	(void)user_data;
	return avu_http_response_new_error(404, "uploads go there, nothing comes from there");
}

void
upload_route_add(AvuHttpServer *server, Inbox *inbox)
{
	static const AvuHttpUploadHandler handler = { begin, take, end, done };
	const AvuHttpRoute route = {
		.path = CONTENT_UPLOAD_PREFIX,
		.prefix = true,
		.methods = AVU_HTTP_POST | AVU_HTTP_PUT,
		.max_body = SIZE_MAX,
		.handler = no_content,
		.upload = &handler,
	};

	avu_http_server_add_route(server, &route, inbox);
}
