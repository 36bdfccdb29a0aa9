/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Foreign device descriptions. No I/O, any thread; size, depth and elements are limited by the XML
 * reader's kind, devices and services per description here. */
#define G_LOG_DOMAIN "avu-upnp"

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/description.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>
#include <av-upnp/xml-reader.h>

/* DLNA 7.2.11 allows 6 embedded devices, 4 deep. */
#define DEVICES_MAX 16
#define DEVICE_DEPTH_MAX 8
#define SERVICES_MAX 32
#define ICONS_MAX 16
#define PIXELS_MAX 65535
#define TEXT_MAX 1024

typedef struct {
	const AvuUrl *location;
	AvuUrl *base; /* URLBase or location */
	AvuDescription *description;
} Reading;

static void
service_description_free(void *data)
{
	AvuServiceDescription *service = data;

	g_free(service->type);
	g_free(service->id);
	avu_url_free(service->scpd_url);
	avu_url_free(service->control_url);
	avu_url_free(service->event_url);
	g_free(service);
}

static void
icon_description_free(void *data)
{
	AvuIconDescription *icon = data;

	g_free(icon->mime);
	avu_url_free(icon->url);
	g_free(icon);
}

static void
device_description_free(void *data)
{
	AvuDeviceDescription *device = data;

	g_free(device->device_type);
	g_free(device->udn);
	g_free(device->friendly_name);
	g_free(device->manufacturer);
	g_free(device->model_name);
	g_free(device->model_number);
	g_free(device->dlna_doc);
	g_ptr_array_unref(device->services);
	g_ptr_array_unref(device->icons);
	g_free(device);
}

void
avu_description_free(AvuDescription *description)
{
	if (description != NULL) {
		g_ptr_array_unref(description->devices);
		g_free(description);
	}
}

/* Trimmed and bounded; "" when the element is not there. */
static char *
take_text(const AvuXmlElement *parent, const char *name)
{
	const char *text = avu_xml_get_child_text(parent, name);
	char *copy = text != NULL ? avu_text_sanitize(text, strlen(text), TEXT_MAX) : g_strdup("");

	return g_strstrip(copy);
}

/* Absolute, on the host of the location, or NULL. */
static AvuUrl *
take_url(const Reading *reading, const AvuXmlElement *parent, const char *name)
{
	const char *text = avu_xml_get_child_text(parent, name);
	g_autofree char *reference = g_strstrip(g_strdup(text != NULL ? text : ""));
	g_autoptr(GError) error = NULL;

	if (*reference == '\0') {
		return NULL;
	}
	g_autoptr(AvuUrl) url = avu_url_resolve(reading->base, reference, &error);

	if (url == NULL) {
		g_debug("%s: %s: %s", avu_url_get_text(reading->location), name, error->message);
		return NULL;
	}
	if (g_ascii_strcasecmp(avu_url_get_host(url), avu_url_get_host(reading->location)) != 0) {
		g_autofree char *shown = avu_text_for_display(avu_url_get_text(url), 80);

		g_debug("%s: %s leads to another host: %s", avu_url_get_text(reading->location),
			name, shown);
		return NULL;
	}
	return g_steal_pointer(&url);
}

/* "urn:…:service:Name:3" of somebody's own; 0: none that makes sense */
static unsigned
version_in(const char *type)
{
	uint64_t version = 0;

	return avu_parse_uint(strrchr(type, ':') + 1, UINT8_MAX, &version) ? (unsigned)version : 0;
}

/* "(null)" and the like from half-filled templates have no type of service in them. */
static void
read_service(const Reading *reading, const AvuXmlElement *element, AvuDeviceDescription *device)
{
	g_autofree char *type = take_text(element, "serviceType");

	if (!g_str_has_prefix(type, "urn:") || device->services->len == SERVICES_MAX) {
		return;
	}
	AvuServiceDescription *service = g_new0(AvuServiceDescription, 1);

	service->spec = avu_service_find(type, &service->version);
	if (service->spec == NULL) {
		service->version = version_in(type);
	}
	service->type = g_steal_pointer(&type);
	service->id = take_text(element, "serviceId");
	service->scpd_url = take_url(reading, element, "SCPDURL");
	service->control_url = take_url(reading, element, "controlURL");
	service->event_url = take_url(reading, element, "eventSubURL");
	if (service->control_url == NULL && service->event_url == NULL) {
		service_description_free(service);
		return;
	}
	g_ptr_array_add(device->services, service);
}

/* 0: none that makes sense */
static unsigned
take_number(const AvuXmlElement *parent, const char *name)
{
	g_autofree char *text = take_text(parent, name);
	uint64_t value = 0;

	return avu_parse_uint(text, PIXELS_MAX, &value) ? (unsigned)value : 0;
}

static void
read_icon(const Reading *reading, const AvuXmlElement *element, AvuDeviceDescription *device)
{
	g_autoptr(AvuUrl) url = take_url(reading, element, "url");

	if (url == NULL || device->icons->len == ICONS_MAX) {
		return;
	}
	AvuIconDescription *icon = g_new0(AvuIconDescription, 1);

	icon->mime = take_text(element, "mimetype");
	icon->width = take_number(element, "width");
	icon->height = take_number(element, "height");
	icon->depth = take_number(element, "depth");
	icon->url = g_steal_pointer(&url);
	g_ptr_array_add(device->icons, icon);
}

typedef void (*ReadEntry)(
	const Reading *reading, const AvuXmlElement *element, AvuDeviceDescription *device);

static void
read_list(const Reading *reading, const AvuXmlElement *element, const char *list_name,
	const char *name, ReadEntry read_entry, AvuDeviceDescription *device)
{
	const AvuXmlElement *list = avu_xml_find_child(element, list_name);

	for (const AvuXmlElement *entry = list != NULL ? avu_xml_find_child(list, name) : NULL;
		entry != NULL; entry = avu_xml_find_next(entry, name)) {
		read_entry(reading, entry, device);
	}
}

static void
read_device(const Reading *reading, const AvuXmlElement *element, unsigned depth)
{
	g_autofree char *type = take_text(element, "deviceType");
	g_autofree char *udn = take_text(element, "UDN");
	GPtrArray *devices = reading->description->devices;

	if (*type != '\0' && *udn != '\0' && devices->len < DEVICES_MAX) {
		AvuDeviceDescription *device = g_new0(AvuDeviceDescription, 1);

		device->device_type = g_steal_pointer(&type);
		device->udn = g_steal_pointer(&udn);
		device->friendly_name = take_text(element, "friendlyName");
		device->manufacturer = take_text(element, "manufacturer");
		device->model_name = take_text(element, "modelName");
		device->model_number = take_text(element, "modelNumber");
		if (avu_xml_find_child(element, "X_DLNADOC") != NULL) {
			device->dlna_doc = take_text(element, "X_DLNADOC");
		}
		device->services = g_ptr_array_new_with_free_func(service_description_free);
		device->icons = g_ptr_array_new_with_free_func(icon_description_free);
		g_ptr_array_add(devices, device);
		read_list(reading, element, "serviceList", "service", read_service, device);
		read_list(reading, element, "iconList", "icon", read_icon, device);
	}
	const AvuXmlElement *list = avu_xml_find_child(element, "deviceList");

	if (list == NULL || depth == DEVICE_DEPTH_MAX) {
		return;
	}
	for (const AvuXmlElement *device = avu_xml_find_child(list, "device"); device != NULL;
		device = avu_xml_find_next(device, "device")) {
		read_device(reading, device, depth + 1);
	}
}

/* A URLBase that is no URL, or leads elsewhere, is ignored: devices leave an old address in it. */
static AvuUrl *
find_base(const AvuUrl *location, const AvuXmlElement *root)
{
	g_autofree char *text = take_text(root, "URLBase");
	/* with the zone of a link-local address, which the device cannot know */
	g_autoptr(AvuUrl) base = g_ascii_strncasecmp(text, "http", 4) == 0
					 ? avu_url_resolve(location, text, NULL)
					 : NULL;

	if (base == NULL ||
		g_ascii_strcasecmp(avu_url_get_host(base), avu_url_get_host(location)) != 0) {
		return avu_url_copy(location);
	}
	return g_steal_pointer(&base);
}

AvuDescription *
avu_description_parse(const AvuUrl *location, const char *text, size_t len, GError **error)
{
	g_autoptr(AvuXmlDocument) document =
		avu_xml_parse_foreign(&avu_xml_kind_description, text, len, error);

	if (document == NULL) {
		g_prefix_error(error, "%s: ", avu_url_get_text(location));
		return NULL;
	}
	const AvuXmlElement *root = avu_xml_get_root(document);
	const AvuXmlElement *device = avu_xml_find_child(root, "device");
	g_autoptr(AvuDescription) description = g_new0(AvuDescription, 1);
	g_autoptr(AvuUrl) base = find_base(location, root);
	Reading reading = { location, base, description };

	description->devices = g_ptr_array_new_with_free_func(device_description_free);
	if (device != NULL) {
		read_device(&reading, device, 1);
	}
	if (description->devices->len == 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX,
			"%s: device description: no device in it", avu_url_get_text(location));
		return NULL;
	}
	return g_steal_pointer(&description);
}

/* For a table that was made of the device's own words. */
static bool
is_of_type(const AvuServiceDescription *service, const AvuServiceSpec *spec)
{
	const size_t n = strlen(spec->type_base);

	return strncmp(service->type, spec->type_base, n) == 0 && service->type[n] == ':';
}

/* With several instances of a service the one with the standard's id counts. */
const AvuServiceDescription *
avu_device_description_find_service(const AvuDeviceDescription *device, const AvuServiceSpec *spec)
{
	const AvuServiceDescription *found = NULL;

	for (guint i = 0; i < device->services->len; i++) {
		const AvuServiceDescription *service = g_ptr_array_index(device->services, i);

		if ((service->spec == spec ||
			    (service->version > 0 && is_of_type(service, spec))) &&
			(found == NULL || strcmp(service->id, spec->id) == 0)) {
			found = service;
		}
	}
	return found;
}
