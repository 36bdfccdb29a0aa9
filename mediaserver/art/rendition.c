/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pixel limits of DLNA's picture profiles (spec/dlna-media-profiles.md 5). Constant, any thread. */
#include "mediaserver/art/rendition.h"

#define JPEG "image/jpeg"
#define PNG "image/png"

static const Rendition table[] = {
	{ "tn.jpg", "JPEG_TN", JPEG, { THUMB_JPEG, 160, 160 }, true },
	{ "sm.jpg", "JPEG_SM", JPEG, { THUMB_JPEG, 640, 480 }, true },
	{ "med.jpg", "JPEG_MED", JPEG, { THUMB_JPEG, 1024, 768 }, true },
	{ "lrg.jpg", "JPEG_LRG", JPEG, { THUMB_JPEG, 4096, 4096 }, true },
	{ "tn.png", "PNG_TN", PNG, { THUMB_PNG, 160, 160 }, false },
	{ "lrg.png", "PNG_LRG", PNG, { THUMB_PNG, 4096, 4096 }, false },
	{ NULL },
};

const Rendition *
renditions(void)
{
	return table;
}

const Rendition *
rendition_find(const char *name)
{
	for (const Rendition *rendition = table; rendition->name != NULL; rendition++) {
		if (g_str_equal(rendition->name, name)) {
			return rendition;
		}
	}
	return NULL;
}

AvuDlnaParameters
rendition_dlna_parameters(const Rendition *rendition)
{
	return (AvuDlnaParameters){
		.profile = rendition->profile,
		.has_op = true,
		.op_range = true,
		.converted = true,
		.flags = AVU_DLNA_FLAG_INTERACTIVE | AVU_DLNA_FLAG_BACKGROUND |
			 AVU_DLNA_FLAG_STALLING | AVU_DLNA_FLAG_V15,
	};
}

void
rendition_format_path(
	char path[ART_URL_MAX], const Rendition *rendition, const char *object, uint32_t version)
{
	(void)g_snprintf(
		path, ART_URL_MAX, ART_PREFIX "%s-%08x-%s", object, version, rendition->name);
}

bool
rendition_shrinks(
	const Rendition *rendition, const Item *item, int64_t *ret_width, int64_t *ret_height)
{
	bool sideways = item->orientation >= 5 && item->orientation <= 8;
	int64_t width = sideways ? item->height : item->width;
	int64_t height = sideways ? item->width : item->height;

	if (width <= 0 || height <= 0) {
		return false;
	}
	double scale = MIN((double)rendition->box.width / (double)width,
		(double)rendition->box.height / (double)height);

	*ret_width = MAX(1, (int64_t)((double)width * MIN(scale, 1.0) + 0.5));
	*ret_height = MAX(1, (int64_t)((double)height * MIN(scale, 1.0) + 0.5));
	return scale < 1.0;
}
