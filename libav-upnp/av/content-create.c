/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CreateObject and CreateReference: what is asked is looked at here, the store does it. Runs on the
 * threads of the connections. Limits: those of DIDL-Lite and of a SOAP request.
 * @clause ContentDirectory:4 5.5.7, 5.5.16; DLNA 7.3.118 to 7.3.134 */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/protocol-info.h>

#include "content-look.h"

#define BAD_METADATA 712
#define RESTRICTED_PARENT 713
#define MANAGED_DIGITS 8
/* Bits of dlna:dlnaManaged that speak of what is below a container. */
#define MANAGED_CONTAINER_BITS 0x0bu

static bool
bad(GError **error, const char *what)
{
	g_set_error(error, AVU_UPNP_ERROR, BAD_METADATA, "%s", what);
	return false;
}

static bool
check_managed(const AvuObject *object, GError **error)
{
	guint64 bits = 0;

	if (object->dlna_managed == NULL) {
		return true;
	}
	if (strlen(object->dlna_managed) != MANAGED_DIGITS ||
		!g_ascii_string_to_unsigned(object->dlna_managed, 16, 0, UINT32_MAX, &bits, NULL)) {
		return bad(error, "dlna:dlnaManaged has not eight hexadecimal digits");
	}
	return object->container || (bits & MANAGED_CONTAINER_BITS) == 0 ||
	       bad(error, "dlna:dlnaManaged of an item has bits of a container");
}

static bool
check_class(const AvuObject *object, GError **error)
{
	const char *base = object->container ? "object.container" : "object.item";
	const char *name = object->upnp_class != NULL ? object->upnp_class : "";
	const size_t len = strlen(base);

	if (strncmp(name, base, len) != 0 || (name[len] != '\0' && name[len] != '.')) {
		return bad(error, "upnp:class does not fit the element");
	}
	return true;
}

static bool
check_resources(const AvuObject *object, GError **error)
{
	if (object->container && object->n_resources > 0) {
		return bad(error, "a container with resources of its own");
	}
	for (unsigned i = 0; i < object->n_resources; i++) {
		const char *text = object->resources[i].protocol_info;
		g_autoptr(AvuProtocolInfo) info =
			text != NULL ? avu_protocol_info_parse(text, strlen(text), NULL) : NULL;

		if (info == NULL) {
			return bad(error, "res@protocolInfo has not the form of one");
		}
	}
	return true;
}

static bool
is_blank(const char *text)
{
	return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

static bool
check_elements(const AvuObject *object, const char *container_id, GError **error)
{
	if (object->id == NULL || *object->id != '\0') {
		return bad(error, "id is not empty");
	}
	if (g_strcmp0(object->parent_id, container_id) != 0) {
		return bad(error, "parentID is not ContainerID");
	}
	if (object->restricted) {
		return bad(error, "a restricted object cannot be made");
	}
	if (object->ref_id != NULL) {
		return bad(error, "references are made by CreateReference");
	}
	if (is_blank(object->title)) {
		return bad(error, "dc:title is empty");
	}
	return check_class(object, error) && check_managed(object, error) &&
	       check_resources(object, error);
}

static bool
check_container(const AvuCall *call, const AvuContentDirectory *directory, const char *id,
	const char *upnp_class, GError **error)
{
	g_auto(Look) container = { NULL };

	if (strcmp(id, AVU_CONTENT_ANY_CONTAINER) == 0) {
		return true;
	}
	if (!content_look_container(call, directory, id, &container, error) ||
		!content_unrestricted(&container, RESTRICTED_PARENT, error)) {
		return false;
	}
	return content_takes_class(&container, upnp_class) ||
	       bad(error, "objects of this class cannot be made there");
}

bool
content_create_object(AvuCall *call, void *object, GError **error)
{
	const AvuContentDirectory *directory = object;
	const char *container_id = avu_call_string(call, "ContainerID");
	const char *elements = avu_call_string(call, "Elements");
	g_autoptr(AvuDidl) didl = avu_didl_parse_request(elements, strlen(elements), NULL);

	/* which container: more specific than what is wrong with the metadata */
	if (!check_container(call, directory, container_id,
		    didl != NULL && avu_didl_get_n(didl) == 1 &&
				    avu_didl_get(didl, 0)->upnp_class != NULL
			    ? avu_didl_get(didl, 0)->upnp_class
			    : "",
		    error)) {
		return false;
	}
	if (didl == NULL || avu_didl_get_n(didl) != 1) {
		return bad(error, "Elements is not a document with one object");
	}
	const AvuObject *wanted = avu_didl_get(didl, 0);

	if (!check_elements(wanted, container_id, error)) {
		return false;
	}
	g_autofree char *id = directory->store->writer->create(
		directory->self, container_id, wanted, avu_call_get_peer(call), error);
	g_autofree char *result = id != NULL ? content_format(call, directory, id, error) : NULL;

	if (result == NULL) {
		return false;
	}
	avu_call_reply_string(call, "ObjectID", id);
	avu_call_reply_string(call, "Result", result);
	return true;
}

bool
content_create_reference(AvuCall *call, void *object, GError **error)
{
	const AvuContentDirectory *directory = object;
	const char *container_id = avu_call_string(call, "ContainerID");
	g_auto(Look) container = { NULL };
	g_auto(Look) item = { NULL };

	if (!content_look_container(call, directory, container_id, &container, error) ||
		!content_look(call, directory, avu_call_string(call, "ObjectID"), &item, NULL, NULL,
			error)) {
		return false;
	}
	if (item.container) {
		g_set_error(error, AVU_UPNP_ERROR, CONTENT_NO_OBJECT,
			"references are of items, '%.64s' is a container", item.id);
		return false;
	}
	if (!content_unrestricted(&container, RESTRICTED_PARENT, error)) {
		return false;
	}
	/* never a reference to a reference */
	g_autofree char *id = directory->store->writer->create_reference(
		directory->self, container_id, item.ref_id != NULL ? item.ref_id : item.id, error);

	if (id == NULL) {
		return false;
	}
	avu_call_reply_string(call, "NewID", id);
	return true;
}
