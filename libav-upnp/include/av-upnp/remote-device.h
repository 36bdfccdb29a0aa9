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

typedef struct AvuRemoteDevice AvuRemoteDevice; /* reference-counted */

AVU_API AvuRemoteDevice *avu_remote_device_ref(AvuRemoteDevice *device);
AVU_API void avu_remote_device_unref(AvuRemoteDevice *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuRemoteDevice, avu_remote_device_unref)
AVU_API AvuDeviceKind avu_remote_device_get_kind(const AvuRemoteDevice *device);
AVU_API const char *avu_remote_device_get_udn(const AvuRemoteDevice *device);
AVU_API const char *avu_remote_device_get_name(const AvuRemoteDevice *device); /* safe to show */
AVU_API const char *avu_remote_device_get_location(const AvuRemoteDevice *device);
AVU_API const char *avu_remote_device_get_address(const AvuRemoteDevice *device); /* "192.0.2.1" */
AVU_API const char *avu_remote_device_get_model(const AvuRemoteDevice *device);
/** Description of the service the device offers, or NULL. */
AVU_API const AvuServiceDescription *avu_remote_device_find_service(
	const AvuRemoteDevice *device, const AvuServiceSpec *spec);

typedef struct AvuRemoteCall AvuRemoteCall;

/** Out arguments by name; "" when the device left one out. Dies with the callback. */
typedef struct AvuRemoteAnswer AvuRemoteAnswer;
AVU_API const char *avu_remote_answer_get(const AvuRemoteAnswer *answer, const char *argument);

/** Once. error: AVU_UPNP_ERROR with the device's code (message: code and its meaning), or
 *  UNREACHABLE, TIMEOUT, SYNTAX, UNSUPPORTED (service or action not there). */
typedef void (*AvuRemoteDone)(
	const AvuRemoteAnswer *answer, const GError *error, void *user_data);

/** Calls an action; arguments are name, value pairs of strings, NULL-ended, in any order. They are
 *  checked against the service table, completed with defaults ("0" for InstanceID) and sent in the
 *  table's order, at the version the device announced.
 *  @param timeout_ns  0: AVU_LIMIT_FETCH_NS
 *  @return for cancelling; valid until done was called */
AVU_API AvuRemoteCall *avu_remote_call(AvuRemoteDevice *device, AvuFetcher *fetcher,
	const AvuServiceSpec *service, const char *action, int64_t timeout_ns, AvuRemoteDone done,
	void *user_data, ...) G_GNUC_NULL_TERMINATED;
/** done is not called. */
AVU_API void avu_remote_call_cancel(AvuRemoteCall *call);

G_END_DECLS
