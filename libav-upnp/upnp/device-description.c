/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The device description that we serve. Written once, at start. */
#include "device-description.h"

#include <string.h>

#include <av-upnp/xml-writer.h>

#include "host-private.h"

/* UDA 1.0 2.1: "should be" shorter; some control points cut or reject. In characters. */
#define FRIENDLY_NAME_MAX 63
#define MODEL_DESCRIPTION_MAX 127
#define MODEL_NAME_MAX 31

/* All text members of AvuDeviceInfo. */
static const size_t texts[] = {
	offsetof(AvuDeviceInfo, type_base),
	offsetof(AvuDeviceInfo, udn),
	offsetof(AvuDeviceInfo, friendly_name),
	offsetof(AvuDeviceInfo, model_name),
	offsetof(AvuDeviceInfo, model_description),
	offsetof(AvuDeviceInfo, dlna_doc),
	offsetof(AvuDeviceInfo, presentation_path),
	offsetof(AvuDeviceInfo, manufacturer),
	offsetof(AvuDeviceInfo, model_number),
	offsetof(AvuDeviceInfo, product_cap),
	offsetof(AvuDeviceInfo, dlna_cap),
};

static char **
text_at(AvuDeviceInfo *info, size_t i)
{
	return (char **)((char *)info + texts[i]);
}

AvuDeviceInfo *
device_info_copy(const AvuDeviceInfo *info)
{
	AvuDeviceInfo *copy = g_memdup2(info, sizeof(*info));
	size_t n = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		*text_at(copy, i) = g_strdup(*text_at(copy, i));
	}
	while (info->icons != NULL && info->icons[n].path != NULL) {
		n++;
	}
	AvuIcon *icons = g_new0(AvuIcon, n + 1);

	for (size_t i = 0; i < n; i++) {
		icons[i] = info->icons[i];
		icons[i].mime = g_strdup(icons[i].mime);
		icons[i].path = g_strdup(icons[i].path);
	}
	copy->icons = icons;
	return copy;
}

void
device_info_free(AvuDeviceInfo *info)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_free(*text_at(info, i));
	}
	for (const AvuIcon *icon = info->icons; icon->path != NULL; icon++) {
		g_free((char *)icon->mime);
		g_free((char *)icon->path);
	}
	g_free((AvuIcon *)info->icons);
	g_free(info);
}

static void
write_cut(AvuXmlWriter *out, const char *element, const char *text, glong characters)
{
	g_autofree char *valid = g_utf8_make_valid(text != NULL ? text : "", -1);

	if (g_utf8_strlen(valid, -1) > characters) {
		*g_utf8_offset_to_pointer(valid, characters) = '\0';
	}
	avu_xml_element(out, element, valid);
}

static void
write_icons(AvuXmlWriter *out, const AvuIcon *icons)
{
	if (icons->path == NULL) {
		return;
	}
	avu_xml_start(out, "iconList");
	for (const AvuIcon *icon = icons; icon->path != NULL; icon++) {
		avu_xml_start(out, "icon");
		avu_xml_element(out, "mimetype", icon->mime);
		avu_xml_element_int(out, "width", icon->width);
		avu_xml_element_int(out, "height", icon->height);
		avu_xml_element_int(out, "depth", icon->depth);
		avu_xml_element(out, "url", icon->path);
		avu_xml_end(out);
	}
	avu_xml_end(out);
}

static void
write_path(AvuXmlWriter *out, const char *element, const char *folder, const char *name,
	const char *suffix)
{
	g_autofree char *path = g_strconcat("/", folder, "/", name, suffix, NULL);

	avu_xml_element(out, element, path);
}

static void
write_services(AvuXmlWriter *out, const GPtrArray *services, unsigned max_version)
{
	avu_xml_start(out, "serviceList");
	for (guint i = 0; i < services->len; i++) {
		const AvuService *service = g_ptr_array_index(services, i);
		g_autofree char *type = g_strdup_printf(
			"%s:%u", service->spec.type_base, MIN(service->version, max_version));

		avu_xml_start(out, "service");
		avu_xml_element(out, "serviceType", type);
		avu_xml_element(out, "serviceId", service->spec.id);
		write_path(out, "SCPDURL", "scpd", service->spec.name, ".xml");
		write_path(out, "controlURL", "control", service->spec.name, "");
		write_path(out, "eventSubURL", "event", service->spec.name, "");
		avu_xml_end(out);
	}
	avu_xml_end(out);
}

/* Elements of others come after the standard ones (UDA 1.1 2.3), their namespaces with them: strict
 * readers of version 1 trip over declarations on the root. */
static void
write_foreign(AvuXmlWriter *out, const AvuDeviceInfo *info)
{
	if (info->dlna_doc != NULL) {
		avu_xml_start(out, "dlna:X_DLNADOC");
		avu_xml_attribute(out, "xmlns:dlna", "urn:schemas-dlna-org:device-1-0");
		avu_xml_text(out, info->dlna_doc);
		avu_xml_end(out);
	}
	if (info->dlna_cap != NULL) {
		avu_xml_start(out, "dlna:X_DLNACAP");
		avu_xml_attribute(out, "xmlns:dlna", "urn:schemas-dlna-org:device-1-0");
		avu_xml_text(out, info->dlna_cap);
		avu_xml_end(out);
	}
	if (info->product_cap != NULL) {
		avu_xml_start(out, "sec:ProductCap");
		avu_xml_attribute(out, "xmlns:sec", "http://www.sec.co.kr/dlna");
		avu_xml_text(out, info->product_cap);
		avu_xml_end(out);
		avu_xml_start(out, "sec:X_ProductCap"); /* half of their sets read this one */
		avu_xml_attribute(out, "xmlns:sec", "http://www.sec.co.kr/dlna");
		avu_xml_text(out, info->product_cap);
		avu_xml_end(out);
	}
}

static GBytes *
write_description(const AvuDeviceInfo *info, const GPtrArray *services, unsigned max_version)
{
	AvuXmlWriter *out = avu_xml_writer_new();
	g_autofree char *type =
		g_strdup_printf("%s:%u", info->type_base, MIN(info->version, max_version));

	avu_xml_declaration(out);
	avu_xml_start(out, "root");
	avu_xml_attribute(out, "xmlns", "urn:schemas-upnp-org:device-1-0");
	avu_xml_start(out, "specVersion");
	avu_xml_element(out, "major", "1");
	avu_xml_element(out, "minor", "0");
	avu_xml_end(out);
	avu_xml_start(out, "device");
	avu_xml_element(out, "deviceType", type);
	write_cut(out, "friendlyName", info->friendly_name, FRIENDLY_NAME_MAX);
	write_cut(out, "manufacturer", info->manufacturer != NULL ? info->manufacturer : "av-upnp",
		FRIENDLY_NAME_MAX);
	if (info->model_description != NULL) {
		write_cut(out, "modelDescription", info->model_description, MODEL_DESCRIPTION_MAX);
	}
	write_cut(out, "modelName", info->model_name, MODEL_NAME_MAX);
	write_cut(out, "modelNumber",
		info->model_number != NULL ? info->model_number : avu_version(), MODEL_NAME_MAX);
	avu_xml_element(out, "UDN", info->udn);
	write_icons(out, info->icons);
	write_services(out, services, max_version);
	if (info->presentation_path != NULL) {
		avu_xml_element(out, "presentationURL", info->presentation_path);
	}
	write_foreign(out, info);
	avu_xml_end(out);
	avu_xml_end(out);
	return avu_xml_writer_finish(out);
}

GBytes *
device_description_write(
	const AvuDeviceInfo *info, const AvuDeviceVariant *variant, const GPtrArray *services)
{
	AvuDeviceInfo varied = *info;
	g_autofree char *name = NULL;

	if (variant == NULL) {
		return write_description(info, services, UINT_MAX);
	}
	if (variant->name_suffix != NULL) {
		name = g_strconcat(info->friendly_name, variant->name_suffix, NULL);
		varied.friendly_name = name;
	}
	if (variant->model_name != NULL) {
		varied.model_name = variant->model_name;
	}
	if (variant->model_number != NULL) {
		varied.model_number = variant->model_number;
	}
	if (variant->product_cap != NULL) {
		varied.product_cap = variant->product_cap;
	}
	return write_description(
		&varied, services, variant->max_version > 0 ? variant->max_version : UINT_MAX);
}
