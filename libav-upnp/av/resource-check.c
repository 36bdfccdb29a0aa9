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

/* What it says of itself decides which limits are meant. A picture that does not move may be larger: a film that
 * calls itself one is shown as its first frame. Samples of DSD have one bit, and are as many more. */
static const struct {
	const char *mime; /* begins with it */
	bool still, dsd;
} kinds[] = {
	{ "image/", .still = true },
	{ "audio/dsd", .dsd = true },
	{ "audio/x-dsd", .dsd = true },
	{ "audio/dsf", .dsd = true },
	{ "audio/x-dsf", .dsd = true },
	{ "audio/dff", .dsd = true },
	{ "audio/x-dff", .dsd = true },
};

static void
find_kind(const AvuResource *resource, bool *ret_still, bool *ret_dsd)
{
	g_autoptr(AvuProtocolInfo) info = resource->protocol_info != NULL
						  ? avu_protocol_info_parse(resource->protocol_info,
							    strlen(resource->protocol_info), NULL)
						  : NULL;

	*ret_still = *ret_dsd = false;
	for (size_t i = 0; info != NULL && i < G_N_ELEMENTS(kinds); i++) {
		if (g_str_has_prefix(avu_protocol_info_get_mime(info), kinds[i].mime)) {
			*ret_still = kinds[i].still;
			*ret_dsd = kinds[i].dsd;
		}
	}
}

bool
avu_resource_check(const AvuResource *resource, GError **error)
{
	bool still, dsd;

	find_kind(resource, &still, &dsd);
	const struct {
		const char *what;
		int64_t value, max;
	} declared[] = {
		{ "a picture of that side", MAX(resource->width, resource->height),
			still ? AVU_LIMIT_RENDER_STILL_SIDE : AVU_LIMIT_RENDER_SIDE },
		{ "a picture of that many pixels", (int64_t)resource->width * resource->height,
			still ? AVU_LIMIT_RENDER_STILL_PIXELS : AVU_LIMIT_RENDER_PIXELS },
		{ "that many samples a second", resource->sample_hz,
			dsd ? AVU_LIMIT_RENDER_DSD_HZ : AVU_LIMIT_RENDER_SAMPLE_HZ },
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
