/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A device as its description told it: immutable, shared by reference count, one description for a
 * root device and those embedded in it. Main context's thread. Lengths of the description's texts
 * were limited when it was parsed; what is shown of them is limited here. */
#include "remote-device-private.h"

#include <av-upnp/text.h>

#define SHOWN_CHARS 128

typedef struct {
	AvuDescription *description;
	char *location;
	char *address;
} Shared;

struct AvuRemoteDevice {
	Shared *shared;
	const AvuDeviceDescription *description;
	AvuDeviceKind kind;
	char *name;
	char *model;
};

static void
shared_clear(void *data)
{
	Shared *shared = data;

	avu_description_free(shared->description);
	g_free(shared->location);
	g_free(shared->address);
}

static void
device_clear(void *data)
{
	AvuRemoteDevice *device = data;

	g_free(device->name);
	g_free(device->model);
	g_rc_box_release_full(device->shared, shared_clear);
}

/* A service without a usable control URL is as good as none (SEC-201). */
static bool
offers(const AvuDeviceDescription *description, const AvuServiceSpec *spec)
{
	const AvuServiceDescription *service =
		avu_device_description_find_service(description, spec);

	return service != NULL && service->control_url != NULL;
}

static AvuDeviceKind
kind_of(const AvuDeviceDescription *description)
{
	if (offers(description, &avu_service_content_directory)) {
		return AVU_DEVICE_SERVER;
	}
	if (offers(description, &avu_service_av_transport) &&
		offers(description, &avu_service_rendering_control)) {
		return AVU_DEVICE_RENDERER;
	}
	return AVU_DEVICE_OTHER;
}

static char *
shown(const char *text)
{
	g_autofree char *line = avu_text_for_display(text != NULL ? text : "", SHOWN_CHARS);

	return g_strdup(g_strstrip(line));
}

static char *
model_of(const AvuDeviceDescription *description)
{
	g_autofree char *both =
		g_strjoin(" ", description->model_name != NULL ? description->model_name : "",
			description->model_number, NULL);

	return shown(both);
}

static AvuRemoteDevice *
device_new(Shared *shared, const AvuDeviceDescription *description)
{
	AvuRemoteDevice *device = g_rc_box_new0(AvuRemoteDevice);

	device->shared = g_rc_box_acquire(shared);
	device->description = description;
	device->kind = kind_of(description);
	device->model = model_of(description);
	device->name = shown(description->friendly_name);
	if (device->name[0] == '\0') {
		g_free(device->name);
		device->name = shown(device->model[0] != '\0' ? device->model : description->udn);
	}
	return device;
}

GPtrArray *
avu_remote_devices_new(const AvuUrl *location, AvuDescription *description)
{
	GPtrArray *devices =
		g_ptr_array_new_with_free_func((GDestroyNotify)avu_remote_device_unref);
	Shared *shared = g_rc_box_new0(Shared);

	shared->description = description;
	shared->location = g_strdup(avu_url_get_text(location));
	shared->address = g_strdup(avu_url_get_host(location));
	for (guint i = 0; i < description->devices->len; i++) {
		g_ptr_array_add(devices, device_new(shared, description->devices->pdata[i]));
	}
	g_rc_box_release_full(shared, shared_clear);
	return devices;
}

AvuRemoteDevice *
avu_remote_device_ref(AvuRemoteDevice *device)
{
	return g_rc_box_acquire(device);
}

void
avu_remote_device_unref(AvuRemoteDevice *device)
{
	if (device != NULL) {
		g_rc_box_release_full(device, device_clear);
	}
}

AvuDeviceKind
avu_remote_device_get_kind(const AvuRemoteDevice *device)
{
	return device->kind;
}

const char *
avu_remote_device_get_udn(const AvuRemoteDevice *device)
{
	return device->description->udn;
}

const char *
avu_remote_device_get_name(const AvuRemoteDevice *device)
{
	return device->name;
}

const char *
avu_remote_device_get_location(const AvuRemoteDevice *device)
{
	return device->shared->location;
}

const char *
avu_remote_device_get_address(const AvuRemoteDevice *device)
{
	return device->shared->address;
}

const char *
avu_remote_device_get_model(const AvuRemoteDevice *device)
{
	return device->model;
}

const AvuDeviceDescription *
avu_remote_device_get_description(const AvuRemoteDevice *device)
{
	return device->description;
}

const AvuServiceDescription *
avu_remote_device_find_service(const AvuRemoteDevice *device, const AvuServiceSpec *spec)
{
	return avu_device_description_find_service(device->description, spec);
}
