/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/device.c: registering one root device with libupnp. Main thread; libupnp answers searches on
 * threads of its own. */
#include "device.h"
#include "upnp-sdk.h"

/* libupnp repeats its announcement at half of this less 30 s, always the same. The link does that
 * itself, at random times, so libupnp's turn is put off for longer than anything runs; the gate
 * writes the true max-age. */
#define NEVER_S (INT32_MAX / 4)

static UpnpDevice_Handle handle = -1;
static bool announced;

static int
on_event(Upnp_EventType type, const void *event, void *cookie)
{
	/* Control and eventing never reach libupnp: its HTTP server hears nothing. */
	(void)type;
	(void)event;
	(void)cookie;
	return 0;
}

bool
device_register(const char *location, GError **error)
{
	int code = UpnpRegisterRootDevice4(location, on_event, NULL, &handle, AF_INET, location);

	if (code != UPNP_E_SUCCESS) {
		handle = -1;
		upnp_sdk_set_error(error, location, code);
		return false;
	}
	return true;
}

bool
device_announce(GError **error)
{
	int code = UpnpSendAdvertisement(handle, NEVER_S);

	if (code != UPNP_E_SUCCESS) {
		upnp_sdk_set_error(error, "announcing", code);
		return false;
	}
	announced = true;
	return true;
}

void
device_withdraw(void)
{
	if (handle >= 0 && announced) {
		/* A failure leaves nothing to do: the announcement runs out by itself. */
		(void)UpnpUnRegisterRootDevice(handle);
	}
	handle = -1;
	announced = false;
}
