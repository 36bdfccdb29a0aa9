/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text by pango, which knows all scripts, on cairo's surfaces. Any thread. */

#include <pango/pangocairo.h>

#include "paint.h"

/* In heights of the frame. */
#define CAPTION_SIZE (1.0 / 18)
#define CAPTION_RIM (1.0 / 200)
#define CAPTION_BELOW (1.0 / 24)

static PangoLayout *
paint_layout(cairo_t *cairo, const char *text, double size, bool bold, unsigned width)
{
	PangoLayout *layout = pango_cairo_create_layout(cairo);
	g_autoptr(PangoFontDescription) font = pango_font_description_from_string("Sans");

	pango_font_description_set_absolute_size(font, MAX(size, 6) * PANGO_SCALE);
	pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_layout_set_width(layout, (int)width * PANGO_SCALE);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_text(layout, text, -1);
	return layout;
}

static bool
paint_is_good(cairo_surface_t **surface)
{
	bool good = cairo_surface_status(*surface) == CAIRO_STATUS_SUCCESS;

	if (!good) {
		g_clear_pointer(surface, cairo_surface_destroy);
	}
	return good;
}

cairo_surface_t *
paint_caption(const char *const *texts, size_t n, unsigned width, unsigned height, unsigned *ret_y)
{
	g_autoptr(GString) all = g_string_new(NULL);
	double size = height * CAPTION_SIZE, rim = MAX(height * CAPTION_RIM, 1);
	unsigned inset = width / 16;
	int text_height = 0;

	for (size_t i = 0; i < n; i++) {
		g_string_append_printf(all, "%s%s", i > 0 ? "\n" : "", texts[i]);
	}
	/* Measured first, on a surface of no size. */
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 1, 1);
	cairo_t *cairo = cairo_create(surface);
	g_autoptr(PangoLayout) layout =
		paint_layout(cairo, all->str, size, /* bold = */ true, width - 2 * inset);

	pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
	pango_layout_get_pixel_size(layout, NULL, &text_height);
	cairo_destroy(cairo);
	cairo_surface_destroy(surface);
	unsigned used = MIN((unsigned)text_height + 2 * (unsigned)(rim + 1), height);
	unsigned below = MIN((unsigned)(height * CAPTION_BELOW), height - used);

	*ret_y = height - used - below;
	surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)width, (int)used);
	if (!paint_is_good(&surface)) {
		return NULL;
	}
	cairo = cairo_create(surface);
	cairo_move_to(cairo, inset, rim + 1);
	pango_cairo_layout_path(cairo, layout);
	cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
	cairo_set_line_width(cairo, 2 * rim);
	cairo_set_source_rgb(cairo, 0, 0, 0);
	cairo_stroke_preserve(cairo);
	cairo_set_source_rgb(cairo, 1, 1, 1);
	cairo_fill(cairo);
	cairo_destroy(cairo);
	cairo_surface_flush(surface);
	return surface;
}
