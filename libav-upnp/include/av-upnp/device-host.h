/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/device-host.h: a root device on an HTTP server: description, SCPD, control, eventing
 *
 * Serves /description.xml, /scpd/NAME.xml, /control/NAME and /event/NAME. A call runs
 * find → gate → check → handler → typed reply → SOAP. */
#pragma once

#include <av-upnp/action.h>
#include <av-upnp/http-fetch.h>
#include <av-upnp/http-server.h>
#include <av-upnp/interface-watch.h>
#include <av-upnp/mailbox.h>
#include <av-upnp/soap.h>
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
	const char *dlna_doc;          /* "DMS-1.50"; NULL: none */
	const AvuIcon *icons;          /* path NULL ends; may be NULL */
	const char *presentation_path; /* may be NULL */
	const char *manufacturer;      /* NULL: "av-upnp" */
	const char *model_number;      /* NULL: the version of the library */
	const char *product_cap;       /* "smi,DCM10,…", sec:ProductCap; NULL: none */
	const char *dlna_cap;          /* "av-upload,…", X_DLNACAP; NULL: none */
} AvuDeviceInfo;

/* What of a description some makers' players want otherwise. NULL, 0: as it is. */
typedef struct {
	const char *name_suffix; /* behind the friendlyName */
	const char *model_name, *model_number;
	const char *product_cap; /* sec:ProductCap and sec:X_ProductCap */
	unsigned max_version;    /* of device and services */
} AvuDeviceVariant;

/* May this peer call this action? Implemented by access control; NULL allows all that http-server
 * let in. @return false → 606. @thread of the call */
typedef struct {
	bool (*may_call)(const AvuCall *call, void *data);
	void *data;
} AvuGate;

typedef enum {
	AVU_SERVICE_MAIN_THREAD =
		0, /* handlers run on the main context, waited for with a deadline */
	AVU_SERVICE_ANY_THREAD =
		1 << 0, /* handlers run on the connection's thread, several at once */
} AvuServiceFlags;

typedef struct AvuDeviceHost AvuDeviceHost;
typedef struct AvuService AvuService;

/** @param main_mailbox  of the default main context, where timers run
 *  @param fetcher   delivers events, one of the host's own: it is given places for
 *                   AVU_LIMIT_EVENT_DELIVERIES; its policy decides last about addresses
 *  @param prefixes  where the call-back URL of a subscriber may lie: on the subscriber's own link;
 *                   NULL: only at the address the request came from
 *  @param info      copied
 *  @param gate      copied; NULL: all may
 *  server, mailbox, fetcher and prefixes outlive the host. */
AVU_API AvuDeviceHost *avu_device_host_new(AvuHttpServer *server, AvuMailbox *main_mailbox,
	AvuFetcher *fetcher, const AvuPrefixSet *prefixes, const AvuDeviceInfo *info,
	const AvuGate *gate);
/** Who asks for the description may get a variant of it. Before avu_device_host_start().
 *  @param choose  on the thread of the request; NULL: as it is; what it gives is constant */
AVU_API void avu_device_host_vary(AvuDeviceHost *host,
	const AvuDeviceVariant *(*choose)(void *data, const AvuHttpRequest *request), void *data);
/** After the HTTP server is freed. To end quickly, close the mailbox before the server: calls that
 *  wait for the main thread are then let go. */
AVU_API void avu_device_host_free(AvuDeviceHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuDeviceHost, avu_device_host_free)

/** @param bindings  every required action up to version is bound, or this aborts (programming
 *                   error); optional actions without a binding are left out of the SCPD
 *  @param object    handed to the handlers
 *  @return lives as long as host */
AVU_API AvuService *avu_device_host_add_service(AvuDeviceHost *host, const AvuServiceSpec *spec,
	unsigned version, const AvuBinding *bindings, unsigned flags, void *object);
AVU_API AvuVariables *avu_service_get_variables(AvuService *service);
/** By the name in its table, "AVTransport"; NULL: not added. */
AVU_API AvuService *avu_device_host_find_service(AvuDeviceHost *host, const char *name);

/** Says what of a variable with AVU_VARIABLE_DYNAMIC_RANGE is supported here: SCPD and argument check
 *  follow. Before avu_device_host_start().
 *  @param allowed   list in place of the table's, copied; NULL: kept
 *  @param min,max   range in place of the table's; both 0: kept */
AVU_API void avu_service_narrow(AvuService *service, const char *variable,
	const char *const *allowed, int64_t min, int64_t max);
/** The service has this variable with AVU_VARIABLE_OPTIONAL ("ContainerUpdateIDs"). Before
 *  avu_device_host_start(). */
AVU_API void avu_service_offer(AvuService *service, const char *variable);

/** Runs an action as if it had come over HTTP from this host: for local control and for tests of
 *  handlers. After avu_device_host_start().
 *  @param names,values  in arguments, NULL-ended names, as many values
 *  @return answer or fault, never NULL; avu_soap_message_free() it
 *  @thread the main context's; any when the service is any-thread. The handler runs at once. */
AVU_API AvuSoapMessage *avu_service_call(AvuService *service, const char *action,
	const char *const *names, const char *const *values);

/** Adds the routes; no services may be added after. Before the HTTP server starts. Values that the
 *  variables have before are no events. */
AVU_API void avu_device_host_start(AvuDeviceHost *host);

/** Number (24 bits) that changes exactly when description or SCPDs change (UDA 1.1 CONFIGID). After
 *  avu_device_host_start(). */
AVU_API uint32_t avu_device_host_get_config_id(const AvuDeviceHost *host);

G_END_DECLS
