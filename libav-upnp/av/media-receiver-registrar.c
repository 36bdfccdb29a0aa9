/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* X_MS_MediaReceiverRegistrar: without it an Xbox 360 does not browse. No state; any thread. */
#include <av-upnp/media-receiver-registrar.h>

#define YES 1

static bool
say_yes(AvuCall *call, void *object, GError **error)
{
	(void)object;
	(void)error;
	avu_call_reply_i4(call, "Result", YES);
	return true;
}

/* Nothing is protected here, so there is nothing to say. */
static bool
register_device(AvuCall *call, void *object, GError **error)
{
	(void)object;
	(void)error;
	avu_call_reply_string(call, "RegistrationRespMsg", "");
	return true;
}

static const AvuBinding bindings[] = {
	{ "IsAuthorized", say_yes },
	{ "RegisterDevice", register_device },
	{ "IsValidated", say_yes },
	{ NULL, NULL },
};

void
avu_media_receiver_registrar_add(AvuDeviceHost *host)
{
	(void)avu_device_host_add_service(host, &avu_service_media_receiver_registrar, 1, bindings,
		AVU_SERVICE_ANY_THREAD, NULL);
}
