/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Foreign device descriptions: whatever is in them, every URL that comes out is on the host that the
 * description came from, and every device has its names. */
#include <av-upnp/description.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_url(const AvuUrl *url)
{
	if (url != NULL) {
		g_assert_cmpstr(avu_url_get_host(url), ==, "192.0.2.1");
		g_assert_true(avu_url_get_port(url) != 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(AvuUrl) location = avu_url_parse("http://192.0.2.1:49152/dir/desc.xml", NULL);
	g_autoptr(AvuDescription) description =
		avu_description_parse(location, (const char *)data, size, NULL);

	for (guint i = 0; description != NULL && i < description->devices->len; i++) {
		const AvuDeviceDescription *device = g_ptr_array_index(description->devices, i);

		g_assert_true(*device->udn != '\0' && *device->device_type != '\0');
		g_assert_true(g_utf8_validate(device->friendly_name, -1, NULL));
		for (guint k = 0; k < device->services->len; k++) {
			const AvuServiceDescription *service =
				g_ptr_array_index(device->services, k);

			check_url(service->scpd_url);
			check_url(service->control_url);
			check_url(service->event_url);
		}
		for (guint k = 0; k < device->icons->len; k++) {
			const AvuIconDescription *icon = g_ptr_array_index(device->icons, k);

			g_assert_nonnull(icon->url);
			check_url(icon->url);
			g_assert_true(g_utf8_validate(icon->mime, -1, NULL));
		}
	}
	return 0;
}
