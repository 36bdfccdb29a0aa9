/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is declared of a resource, compared with what a renderer is ready to do. Nothing is believed that
 * makes something allowed: the decoder has limits of its own. */
#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/resource-check.h>

#define FORMAT_NOT_SUPPORTED 704
#define DRM_ERROR 719

bool
avu_resource_check(const AvuResource *resource, GError **error)
{
	const struct {
		const char *what;
		int64_t value, max;
	} declared[] = {
		{ "a picture of that side", MAX(resource->width, resource->height),
			AVU_LIMIT_RENDER_SIDE },
		{ "a picture of that many pixels", (int64_t)resource->width * resource->height,
			AVU_LIMIT_RENDER_PIXELS },
		{ "that many samples a second", resource->sample_hz, AVU_LIMIT_RENDER_SAMPLE_HZ },
		{ "that many channels", resource->channels, AVU_LIMIT_RENDER_CHANNELS },
		{ "that many octets a second", resource->bitrate_Bps, AVU_LIMIT_RENDER_BPS },
	};

	if (resource->protection != NULL && *resource->protection != '\0') {
		g_set_error_literal(error, AVU_UPNP_ERROR, DRM_ERROR, "it is protected");
		return false;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(declared); i++) {
		if (declared[i].value > declared[i].max) {
			g_set_error(error, AVU_UPNP_ERROR, FORMAT_NOT_SUPPORTED,
				"%s is not tried: %" G_GINT64_FORMAT, declared[i].what,
				declared[i].value);
			return false;
		}
	}
	return true;
}
