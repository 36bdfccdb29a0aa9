/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/picture-frame.h: the arithmetic on one frame of four octets a pixel. Pure; any thread. */
#pragma once

#include <av-upnp/rendering-value.h>

G_BEGIN_DECLS

typedef struct {
	uint8_t *data;
	size_t stride;
	unsigned width, height;
} PictureFrame;

typedef struct {
	unsigned red, green, blue; /* octet of each in a pixel */
} PictureOrder;

/* What a set of values means for frames. */
typedef struct {
	bool any, curves_used, moved, sharpened;
	uint8_t curves[3][256]; /* red, green, blue */
	/* source = (m · (x, y, 1)), coordinates from the centre in halves of the height as it is seen */
	double m[9];
	double aspect;
	double sharpness; /* -1…1 */
} PictureLook;

/** @param values  numbers of AVU_VALUE_BRIGHTNESS and on, by AvuValue
 *  @param aspect  width by height as it is seen, whatever the shape of a pixel */
void picture_look_init(PictureLook *look, const int32_t values[AVU_N_VALUES], double aspect);

/** From in to out, which have the same size and do not overlap. */
void picture_look_apply(const PictureLook *look, const PictureFrame *in, const PictureFrame *out,
	const PictureOrder *order);

G_END_DECLS
