/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/remote-device.h: a device on the network as a control point sees it, and calls to it.
 * Main context's thread. */
#pragma once

#include <av-upnp/description.h>
#include <av-upnp/http-fetch.h>

G_BEGIN_DECLS

typedef enum {
	AVU_DEVICE_OTHER,
	AVU_DEVICE_SERVER,   /* has ContentDirectory */
	AVU_DEVICE_RENDERER, /* has AVTransport and RenderingControl */
} AvuDeviceKind;

typedef struct AvuRemoteDevice AvuRemoteDevice; /* immutable, reference-counted */

AVU_API AvuRemoteDevice *avu_remote_device_ref(AvuRemoteDevice *device);
AVU_API void avu_remote_device_unref(AvuRemoteDevice *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuRemoteDevice, avu_remote_device_unref)
AVU_API AvuDeviceKind avu_remote_device_get_kind(const AvuRemoteDevice *device);
AVU_API const char *avu_remote_device_get_udn(const AvuRemoteDevice *device);
/** friendlyName, or model or UDN where that is empty; one line, safe to show; never empty. */
AVU_API const char *avu_remote_device_get_name(const AvuRemoteDevice *device);
AVU_API const char *avu_remote_device_get_location(const AvuRemoteDevice *device);
AVU_API const char *avu_remote_device_get_address(const AvuRemoteDevice *device); /* "192.0.2.1" */
/** modelName and modelNumber, one line, safe to show; may be empty. */
AVU_API const char *avu_remote_device_get_model(const AvuRemoteDevice *device);
/** All that its description says; foreign text, as it came. Lives as long as the device. */
AVU_API const AvuDeviceDescription *avu_remote_device_get_description(
	const AvuRemoteDevice *device);
/** Description of the service the device offers, or NULL. */
AVU_API const AvuServiceDescription *avu_remote_device_find_service(
	const AvuRemoteDevice *device, const AvuServiceSpec *spec);

typedef struct AvuRemoteCall AvuRemoteCall;

/* Out arguments by name. Lives during the callback, longer with a reference of one's own. */
typedef struct AvuRemoteAnswer AvuRemoteAnswer; /* immutable, reference-counted */
AVU_API AvuRemoteAnswer *avu_remote_answer_ref(AvuRemoteAnswer *answer);
AVU_API void avu_remote_answer_unref(AvuRemoteAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuRemoteAnswer, avu_remote_answer_unref)
/** Foreign text as it came; "" when the device left the argument out. */
AVU_API const char *avu_remote_answer_get(const AvuRemoteAnswer *answer, const char *argument);

/** Once. error: AVU_UPNP_ERROR with the device's code (message: device, action, code, meaning), or
 *  UNREACHABLE, TIMEOUT, LIMIT, DENIED, SYNTAX, UNSUPPORTED (the URL does not answer SOAP).
 *  answer is NULL when error is set; both die with the call. */
typedef void (*AvuRemoteDone)(AvuRemoteAnswer *answer, const GError *error, void *user_data);

/** Calls an action. Arguments are checked against the service table, completed with defaults ("0"
 *  for InstanceID) and sent in the table's order, at the version the device announced.
 *  @param arguments   name, value, name, value, …, NULL, in any order; borrowed; NULL: none
 *  @param timeout_ns  0: AVU_LIMIT_FETCH_NS
 *  @return for cancelling; valid until done was called (never before the return). NULL with error
 *          set when nothing was sent: UNSUPPORTED (service or action not in that version), USAGE
 *          (no such argument), AVU_UPNP_ERROR 402, 600, 601 (a value the table forbids) */
AVU_API AvuRemoteCall *avu_remote_call(AvuRemoteDevice *device, AvuFetcher *fetcher,
	const AvuServiceSpec *service, const char *action, const char *const *arguments,
	int64_t timeout_ns, AvuRemoteDone done, void *user_data, GError **error);
/** done is not called. */
AVU_API void avu_remote_call_cancel(AvuRemoteCall *call);

G_END_DECLS
