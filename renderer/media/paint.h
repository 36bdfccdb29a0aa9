/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/paint.h: text and cards as pixels. Pure: the same values give the same picture. */
#pragma once

#include <cairo.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** Subtitles as they stand in the lower part of a frame: white with a black rim, all else clear.
 *  @param width   of the frame, at least 16; as is height
 *  @param ret_y   where the upper edge belongs
 *  @return as wide as the frame, premultiplied ARGB32; NULL: no memory; cairo_surface_destroy() it */
cairo_surface_t *paint_caption(
	const char *const *texts, size_t n, unsigned width, unsigned height, unsigned *ret_y);

G_END_DECLS
