/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is declared of a resource, compared with what a renderer is ready to do. Nothing is believed that
 * makes something allowed: the decoder has limits of its own. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/protocol-info.h>
#include <av-upnp/resource-check.h>

#define FORMAT_NOT_SUPPORTED 704
#define DRM_ERROR 719

/* A picture that does not move may be larger. What it says of itself decides: a film that calls itself one
 * is shown as its first frame. */
static bool
is_still(const AvuResource *resource)
{
	g_autoptr(AvuProtocolInfo) info = resource->protocol_info != NULL
						  ? avu_protocol_info_parse(resource->protocol_info,
							    strlen(resource->protocol_info), NULL)
						  : NULL;

	return info != NULL && g_str_has_prefix(avu_protocol_info_get_mime(info), "image/");
}

bool
avu_resource_check(const AvuResource *resource, GError **error)
{
	const bool still = is_still(resource);
	const struct {
		const char *what;
		int64_t value, max;
	} declared[] = {
		{ "a picture of that side", MAX(resource->width, resource->height),
			still ? AVU_LIMIT_RENDER_STILL_SIDE : AVU_LIMIT_RENDER_SIDE },
		{ "a picture of that many pixels", (int64_t)resource->width * resource->height,
			still ? AVU_LIMIT_RENDER_STILL_PIXELS : AVU_LIMIT_RENDER_PIXELS },
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
