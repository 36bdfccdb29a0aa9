/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pure; any thread. All measures are parts of the height, so that a card looks the same on every
 * screen. */

#include <pango/pangocairo.h>

#include "card.h"

#define CARD_NS_PER_MINUTE (60 * AVU_NS_PER_S)
#define VOLUME_TOP 0.93 /* in heights */

typedef struct {
	double red, green, blue;
} Colour;

static const Colour background = { 0.05, 0.06, 0.08 };
static const Colour bright = { 0.95, 0.95, 0.95 };
static const Colour dim = { 0.62, 0.65, 0.70 };
static const Colour groove = { 0.20, 0.22, 0.26 };
static const Colour accent = { 0.25, 0.60, 0.95 };
static const Colour warning = { 0.98, 0.75, 0.25 };

typedef struct {
	double x, y, width; /* in heights */
	double size;
	PangoAlignment alignment;
	bool bold;
	unsigned lines; /* at most; the rest is an ellipsis */
} Place;

static void
card_use(cairo_t *cairo, const Colour *colour)
{
	cairo_set_source_rgb(cairo, colour->red, colour->green, colour->blue);
}

static void
card_text(
	cairo_t *cairo, unsigned height, const Place *place, const Colour *colour, const char *text)
{
	if (text == NULL || text[0] == '\0') {
		return;
	}
	g_autoptr(PangoLayout) layout = pango_cairo_create_layout(cairo);
	g_autoptr(PangoFontDescription) font = pango_font_description_from_string("Sans");

	pango_font_description_set_absolute_size(font, place->size * height * PANGO_SCALE);
	pango_font_description_set_weight(
		font, place->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_layout_set_width(layout, (int)(place->width * height * PANGO_SCALE));
	pango_layout_set_height(layout, -(int)place->lines);
	pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(layout, place->alignment);
	pango_layout_set_text(layout, text, -1);
	card_use(cairo, colour);
	cairo_move_to(cairo, place->x * height, place->y * height);
	pango_cairo_show_layout(cairo, layout);
}

/* A groove that is filled to a part. */
static void
card_bar(cairo_t *cairo, unsigned height, const Place *place, double part, const Colour *colour)
{
	double x = place->x * height, y = place->y * height;
	double width = place->width * height, thick = place->size * height;

	card_use(cairo, &groove);
	cairo_rectangle(cairo, x, y, width, thick);
	cairo_fill(cairo);
	card_use(cairo, colour);
	cairo_rectangle(cairo, x, y, width * CLAMP(part, 0, 1), thick);
	cairo_fill(cairo);
}

static void
card_paint_idle(const Card *card, cairo_t *cairo, unsigned height, double aspect)
{
	const Place clock = { 0, 0.22, aspect, 0.22, PANGO_ALIGN_CENTER, false, 1 };
	const Place name = { 0.1, 0.54, aspect - 0.2, 0.07, PANGO_ALIGN_CENTER, true, 1 };
	const Place place = { 0.1, 0.66, aspect - 0.2, 0.045, PANGO_ALIGN_CENTER, false, 3 };

	card_text(cairo, height, &clock, &bright, card->clock);
	card_text(cairo, height, &name, &bright, card->name);
	card_text(cairo, height, &place, card->trouble ? &warning : &dim, card->place);
}

static void
card_paint_cover(const Card *card, cairo_t *cairo, unsigned height)
{
	double side = 0.5 * height, x = 0.1 * height, y = 0.18 * height;

	if (card->cover == NULL) {
		card_use(cairo, &groove);
		cairo_rectangle(cairo, x, y, side, side);
		cairo_fill(cairo);
		return;
	}
	double largest = MAX(cairo_image_surface_get_width(card->cover),
		cairo_image_surface_get_height(card->cover));

	cairo_save(cairo);
	cairo_translate(cairo, x, y);
	cairo_scale(cairo, side / largest, side / largest);
	cairo_set_source_surface(cairo, card->cover, 0, 0);
	cairo_paint(cairo);
	cairo_restore(cairo);
}

static char *
card_time(int64_t time_ns)
{
	int64_t minutes = time_ns / CARD_NS_PER_MINUTE;
	int64_t seconds = time_ns / AVU_NS_PER_S % 60;

	return minutes < 60 ? g_strdup_printf("%d:%02d", (int)minutes, (int)seconds)
			    : g_strdup_printf("%d:%02d:%02d", (int)(minutes / 60),
				      (int)(minutes % 60), (int)seconds);
}

static void
card_paint_progress(const Card *card, cairo_t *cairo, unsigned height, double aspect)
{
	const Place bar = { 0.1, 0.80, aspect - 0.2, 0.012, PANGO_ALIGN_LEFT, false, 1 };
	const Place left = { 0.1, 0.835, aspect / 2, 0.035, PANGO_ALIGN_LEFT, false, 1 };
	const Place right = { aspect / 2, 0.835, aspect / 2 - 0.1, 0.035, PANGO_ALIGN_RIGHT, false,
		1 };
	bool measured = card->duration_ns != AVU_TIME_NONE && card->duration_ns > 0;

	if (card->position_ns == AVU_TIME_NONE) {
		return;
	}
	g_autofree char *position = card_time(card->position_ns);

	card_text(cairo, height, &left, &dim, position);
	if (measured) {
		g_autofree char *duration = card_time(card->duration_ns);

		card_text(cairo, height, &right, &dim, duration);
		card_bar(cairo, height, &bar, (double)card->position_ns / (double)card->duration_ns,
			card->paused ? &dim : &accent);
	}
}

static void
card_paint_playing(const Card *card, cairo_t *cairo, unsigned height, double aspect)
{
	double x = 0.68, width = aspect - x - 0.1;
	const Place title = { x, 0.20, width, 0.07, PANGO_ALIGN_LEFT, true, 3 };
	const Place artist = { x, 0.48, width, 0.05, PANGO_ALIGN_LEFT, false, 1 };
	const Place album = { x, 0.56, width, 0.04, PANGO_ALIGN_LEFT, false, 1 };
	const Place clock = { aspect - 0.4, 0.05, 0.3, 0.045, PANGO_ALIGN_RIGHT, false, 1 };
	const Place name = { 0.1, 0.05, aspect / 2, 0.045, PANGO_ALIGN_LEFT, false, 1 };

	card_paint_cover(card, cairo, height);
	card_text(cairo, height, &name, &dim, card->name);
	card_text(cairo, height, &clock, &dim, card->clock);
	card_text(cairo, height, &title, &bright, card->title);
	card_text(cairo, height, &artist, &bright, card->artist);
	card_text(cairo, height, &album, &dim, card->album);
	card_paint_progress(card, cairo, height, aspect);
}

static void
card_volume(cairo_t *cairo, unsigned height, double aspect, unsigned percent, bool mute)
{
	const Place bar = { MAX(aspect - 0.5, 0.1), VOLUME_TOP, 0.4, 0.02, PANGO_ALIGN_LEFT, false,
		1 };

	card_bar(cairo, height, &bar, percent / 100.0, mute ? &dim : &bright);
}

void
card_paint(const Card *card, cairo_t *cairo, unsigned width, unsigned height)
{
	double aspect = (double)width / height;

	card_use(cairo, &background);
	cairo_paint(cairo);
	if (card->title != NULL) {
		card_paint_playing(card, cairo, height, aspect);
	} else {
		card_paint_idle(card, cairo, height, aspect);
	}
	if (card->volume_percent >= 0) {
		card_volume(cairo, height, aspect, (unsigned)card->volume_percent, card->mute);
	}
}

cairo_surface_t *
card_paint_volume(unsigned width, unsigned height, unsigned percent, bool mute, unsigned *ret_y)
{
	const unsigned top = (unsigned)(height * VOLUME_TOP), rows = height - top;
	cairo_surface_t *surface =
		cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)width, (int)rows);

	if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
		cairo_surface_destroy(surface);
		return NULL;
	}
	cairo_t *cairo = cairo_create(surface);

	cairo_translate(cairo, 0, -(double)top);
	card_volume(cairo, height, (double)width / height, percent, mute);
	cairo_destroy(cairo);
	cairo_surface_flush(surface);
	*ret_y = top;
	return surface;
}
