/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/device-host.h: a root device on an HTTP server: description, SCPD, control, eventing
 *
 * Serves /description.xml, /scpd/NAME.xml, /control/NAME and /event/NAME. A call runs
 * find → gate → check → handler → typed reply → SOAP. */
#pragma once

#include <av-upnp/action.h>
#include <av-upnp/http-fetch.h>
#include <av-upnp/http-server.h>
#include <av-upnp/mailbox.h>
#include <av-upnp/variable.h>

G_BEGIN_DECLS

typedef struct {
	const char *mime;
	unsigned width, height, depth;
	const char *path; /* on this server; a route of its own */
} AvuIcon;

typedef struct {
	const char *type_base; /* "urn:schemas-upnp-org:device:MediaServer" */
	unsigned version;
	const char *udn; /* "uuid:…" */
	const char *friendly_name;
	const char *model_name;
	const char *model_description;
	const char *dlna_doc;       /* "DMS-1.50"; NULL: none */
	const AvuIcon *icons;       /* path NULL ends; may be NULL */
	const char *presentation_path; /* may be NULL */
} AvuDeviceInfo;

/* May this peer call this action? Implemented by access control; NULL allows all that http-server
 * let in. @return false → 606. @thread of the call */
typedef struct {
	bool (*may_call)(const AvuCall *call, void *data);
	void *data;
} AvuGate;

typedef enum {
	AVU_SERVICE_MAIN_THREAD = 0,     /* handlers run on the main context, waited for with a deadline */
	AVU_SERVICE_ANY_THREAD = 1 << 0, /* handlers run on the connection's thread, several at once */
} AvuServiceFlags;

typedef struct AvuDeviceHost AvuDeviceHost;
typedef struct AvuService AvuService;

/** @param info     copied
 *  @param fetcher  delivers events; outlives the host, as do server and mailbox */
AVU_API AvuDeviceHost *avu_device_host_new(AvuHttpServer *server, AvuMailbox *main_mailbox,
	AvuFetcher *fetcher, const AvuDeviceInfo *info, const AvuGate *gate);
/** After the HTTP server is freed or stopped. */
AVU_API void avu_device_host_free(AvuDeviceHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuDeviceHost, avu_device_host_free)

/** @param bindings  every required action up to version is bound, or this aborts (programming
 *                   error); optional actions without a binding are left out of the SCPD
 *  @param object    handed to the handlers
 *  @return lives as long as host */
AVU_API AvuService *avu_device_host_add_service(AvuDeviceHost *host, const AvuServiceSpec *spec,
	unsigned version, const AvuBinding *bindings, unsigned flags, void *object);
AVU_API AvuVariables *avu_service_get_variables(AvuService *service);

/** Adds the routes; no services may be added after. Before the HTTP server starts. */
AVU_API void avu_device_host_start(AvuDeviceHost *host);

/** Number that changes exactly when description or SCPDs change (UDA 1.1 CONFIGID). */
AVU_API uint32_t avu_device_host_get_config_id(const AvuDeviceHost *host);

G_END_DECLS
