/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/description.h: foreign device descriptions, read tolerantly and checked strictly */
#pragma once

#include <av-upnp/service.h>
#include <av-upnp/url.h>

G_BEGIN_DECLS

typedef struct {
	char *type;     /* "urn:schemas-upnp-org:service:AVTransport:1" as sent */
	const AvuServiceSpec *spec; /* NULL: not one of ours */
	unsigned version;
	char *id;
	AvuUrl *scpd_url;    /* absolute; NULL when missing or not acceptable */
	AvuUrl *control_url;
	AvuUrl *event_url;   /* NULL: nothing evented */
} AvuServiceDescription;

/* A picture of the device. */
typedef struct {
	char *mime;                    /* "image/png"; "" when it is not said */
	unsigned width, height, depth; /* pixels, bits per pixel; 0: not said */
	AvuUrl *url;                   /* absolute, on the host of the description */
} AvuIconDescription;

typedef struct {
	char *device_type; /* with version */
	char *udn;         /* "uuid:…", never empty */
	char *friendly_name;
	char *manufacturer;
	char *model_name;
	char *model_number;
	char *dlna_doc;      /* X_DLNADOC, may be NULL */
	GPtrArray *services; /* AvuServiceDescription* */
	GPtrArray *icons;    /* AvuIconDescription*, in the device's order */
} AvuDeviceDescription;

typedef struct {
	GPtrArray *devices; /* AvuDeviceDescription*, root first, embedded ones after; at least one */
} AvuDescription;

/** Elements in any order, unknown ones ignored. A device without UDN or type, a service without type
 *  or URLs that lead nowhere, an icon without a URL are left out, the rest stays. Texts are trimmed, not made safe to show.
 *  @param location  where it was fetched from: base of relative URLs unless there is a URLBase. URLs
 *                   that point to another host than location's are dropped (SEC-201), with a
 *                   g_debug
 *  @return NULL with SYNTAX (no device in it) or LIMIT, prefixed by the location
 *  @clause UDA 1.0, 2.1 */
AVU_API AvuDescription *avu_description_parse(
	const AvuUrl *location, const char *text, size_t len, GError **error);
AVU_API void avu_description_free(AvuDescription *description);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuDescription, avu_description_free)

AVU_API const AvuServiceDescription *avu_device_description_find_service(
	const AvuDeviceDescription *device, const AvuServiceSpec *spec);

G_END_DECLS
