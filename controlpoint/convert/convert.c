/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps: the file is staged; the daemon's own server, which shares the stage, is started; it lists the file
 * with all forms it can make of it; the one that suits is chosen as of any other server's item. Main
 * thread. */
#include <string.h>

#include <jansson.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/local-control.h>
#include <av-upnp/protocol-info.h>
#include <av-upnp/text.h>

#include "address/content.h"
#include "address/finder.h"
#include "commands/download.h"
#include "convert/convert.h"
#include "convert/stage.h"
#include "item/media-type.h"
#include "local-server.h"
#include "queue/client.h"

#define READY_NS (30 * AVU_NS_PER_S) /* for the server to start, and to read the file */
#define PIECE_NS (50 * AVU_NS_PER_MS)

void
conversion_clear(Conversion *conversion)
{
	play_item_clear(&conversion->item);
	g_clear_pointer(&conversion->staged, g_free);
}

/* Asks the server until it answers with an object that take finds something in.
 * @return g_free() it; NULL with TIMEOUT or CANCELLED */
static char *
await_answer(Session *session, const char *request,
	char *(*take)(const json_t *answer, const void *data), const void *data, GError **error)
{
	g_autofree char *directory = stage_server_directory();
	const int64_t deadline_ns = avu_now_ns() + READY_NS;

	while (avu_now_ns() < deadline_ns && !session_is_interrupted(session)) {
		g_autofree char *text = avu_local_control_ask(directory, request, NULL);
		json_auto_t *answer = text != NULL ? json_loads(text, 0, NULL) : NULL;
		char *found = answer != NULL ? take(answer, data) : NULL;

		if (found != NULL) {
			return found;
		}
		(void)session_wait(session, avu_now_ns() + PIECE_NS, NULL, NULL);
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT,
		"the conversion is not ready: the server of this host did not %s",
		strcmp(request, "status") == 0
			? "start, or has no address in the renderer's network"
			: "recognise the file");
	return NULL;
}

/* Where the renderer reaches it: the URL at that address. */
static char *
take_location(const json_t *status, const void *data)
{
	const char *start = data;
	const json_t *locations = json_object_get(status, "locations"), *location;
	size_t i;

	json_array_foreach(locations, i, location)
	{
		const char *url = json_string_value(json_object_get(location, "url"));

		if (url != NULL && g_str_has_prefix(url, start)) {
			return g_strdup(url);
		}
	}
	return NULL;
}

static char *
take_id(const json_t *explained, const void *data)
{
	(void)data;
	return g_strdup(
		json_string_value(json_object_get(json_object_get(explained, "item"), "id")));
}

static AvuRemoteDevice *
find_server(Session *session, const AvuRemoteDevice *renderer, GError **error)
{
	AvuAddress peer, local;

	if (!queue_start_converting(error)) {
		return NULL;
	}
	if (!avu_address_parse(avu_remote_device_get_address(renderer), &peer) ||
		!local_address_find(session, &peer, &local)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE,
			"this host has no address in the network of \"%s\", so it cannot fetch a "
			"conversion from here",
			avu_remote_device_get_name(renderer));
		return NULL;
	}
	g_autofree char *host = avu_address_format(&local);
	g_autofree char *start = g_strdup_printf("http://%s:", host);
	g_autofree char *url = await_answer(session, "status", take_location, start, error);

	return url != NULL ? finder_find(session, AVU_DEVICE_SERVER, url, error) : NULL;
}

/* @param staged  taken */
static bool
convert(Session *session, const AvuRemoteDevice *renderer, Taste *taste, char *staged,
	Conversion *ret_conversion, GError **error)
{
	g_autofree char *file = staged;
	g_autoptr(AvuRemoteDevice) server = find_server(session, renderer, error);
	/* any profile would do: what is wanted is the id */
	g_autofree char *request = g_strdup_printf("explain Default\t%s", file);
	g_autofree char *id =
		server != NULL ? await_answer(session, request, take_id, NULL, error) : NULL;
	g_autofree char *text = NULL;

	if (id == NULL) {
		return false;
	}
	const ContentPlace place = { server, id };
	g_autoptr(AvuDidl) didl = content_get(session, &place, &text, error);

	if (didl == NULL || !play_item_from_object(avu_didl_get(didl, 0), text, taste,
				    &ret_conversion->item, error)) {
		return false;
	}
	ret_conversion->duration_ns = avu_didl_get(didl, 0)->resources[0].duration_ns;
	ret_conversion->staged = g_steal_pointer(&file);
	return true;
}

bool
convert_file(Session *session, const AvuRemoteDevice *renderer, Taste *taste, const char *path,
	Conversion *ret_conversion, GError **error)
{
	char *staged = stage_file(path, error);

	return staged != NULL && convert(session, renderer, taste, staged, ret_conversion, error);
}

/* The original, which comes first, or whatever has octets to fetch. */
static const AvuResource *
find_source(const AvuObject *object)
{
	for (unsigned i = 0; i < object->n_resources; i++) {
		const AvuResource *resource = &object->resources[i];

		if (resource->uri != NULL && play_item_is_url(resource->uri) &&
			resource->protocol_info != NULL &&
			strstr(resource->protocol_info, ":image/") == NULL) {
			return resource;
		}
	}
	return NULL;
}

/* The server goes by the ending. */
static char *
file_name_of(const AvuObject *object, const AvuResource *resource)
{
	g_autoptr(AvuProtocolInfo) info = avu_protocol_info_parse(
		resource->protocol_info, strlen(resource->protocol_info), NULL);
	const char *ending =
		info != NULL ? media_type_ending(avu_protocol_info_get_mime(info)) : "";
	g_autofree char *title = avu_text_sanitize(
		object->title, object->title != NULL ? strlen(object->title) : 0, 120);
	char *name = g_strconcat(title, ending, NULL);

	return g_strdelimit(name, "/", '_');
}

bool
convert_object(Session *session, const AvuRemoteDevice *renderer, Taste *taste,
	const AvuObject *object, Conversion *ret_conversion, GError **error)
{
	const AvuResource *resource = find_source(object);
	uint64_t had;

	if (resource == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"the server offers nothing that could be fetched and converted");
		return false;
	}
	if (resource->size_bytes < 0 && resource->duration_ns == AVU_TIME_NONE) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"it has no end that is known, as a station, so it cannot be fetched and "
			"converted");
		return false;
	}
	g_autofree char *name = file_name_of(object, resource);
	g_autofree char *path = stage_place(resource->uri, name, error);

	if (path == NULL || !download_to_file(session, resource->uri, path, true,
				    resource->size_bytes, STAGE_BYTES_MAX, NULL, &had, error)) {
		return false;
	}
	if (!convert(session, renderer, taste, g_steal_pointer(&path), ret_conversion, error)) {
		return false;
	}
	if (object->title != NULL) {
		g_free(ret_conversion->item.title);
		ret_conversion->item.title = g_strdup(object->title);
	}
	return true;
}
