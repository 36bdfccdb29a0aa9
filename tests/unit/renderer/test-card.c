/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cards as pixels. Fonts differ from host to host, so a text is looked for as light in its part of the
 * card, and what is drawn (cover, progress, volume) to the pixel. */

#include <string.h>

#include <pango/pangocairo.h>

#include "media/card.h"
#include "media/paint.h"

#define WIDTH 640
#define HEIGHT 360

typedef struct {
	cairo_surface_t *surface;
	const uint8_t *data;
	size_t stride;
} Picture;

static Picture
paint(const Card *card)
{
	Picture picture = { cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT), NULL,
		0 };
	cairo_t *cairo = cairo_create(picture.surface);

	card_paint(card, cairo, WIDTH, HEIGHT);
	cairo_destroy(cairo);
	cairo_surface_flush(picture.surface);
	picture.data = cairo_image_surface_get_data(picture.surface);
	picture.stride = (size_t)cairo_image_surface_get_stride(picture.surface);
	return picture;
}

static uint32_t
point(const Picture *picture, unsigned x, unsigned y)
{
	uint32_t value;

	memcpy(&value, picture->data + y * picture->stride + x * 4, 4);
	return value & 0xffffff;
}

/* The same colour, but for rounding. */
static bool
is_near(const Picture *picture, unsigned x, unsigned y, uint32_t colour)
{
	uint32_t value = point(picture, x, y);

	for (unsigned shift = 0; shift < 24; shift += 8) {
		if (ABS((int)(value >> shift & 0xff) - (int)(colour >> shift & 0xff)) > 2) {
			return false;
		}
	}
	return true;
}

/* Points of a band of rows that are not background (13, 15, 20). */
static unsigned
count_lit(const Picture *picture, unsigned from_y, unsigned to_y, unsigned from_x, unsigned to_x)
{
	unsigned n = 0;

	for (unsigned y = from_y; y < to_y; y++) {
		for (unsigned x = from_x; x < to_x; x++) {
			n += (point(picture, x, y) >> 16) > 60;
		}
	}
	return n;
}

static void
test_idle(void)
{
	Card card = {
		.name = "Kitchen", .place = "10.1.2.3", .clock = "17:42", .volume_percent = -1
	};
	Picture calm = paint(&card);

	/* Clock at 0.22, name at 0.54, place at 0.66 of the height; all in the middle. */
	g_assert_cmpuint(count_lit(&calm, 80, 180, 0, WIDTH), >, 500);
	g_assert_cmpuint(count_lit(&calm, 195, 230, 0, WIDTH), >, 100);
	g_assert_cmpuint(count_lit(&calm, 238, 265, 0, WIDTH), >, 30);
	g_assert_cmpuint(count_lit(&calm, 0, 70, 0, WIDTH), ==, 0);
	g_assert_cmpuint(count_lit(&calm, 290, HEIGHT, 0, WIDTH), ==, 0);
	g_assert_cmpuint(count_lit(&calm, 80, 260, 0, 60), ==, 0);
	/* What is wrong is said in another colour: more red than blue. */
	card.trouble = true;
	Picture trouble = paint(&card);
	unsigned amber = 0, before = 0;

	for (unsigned y = 238; y < 265; y++) {
		for (unsigned x = 0; x < WIDTH; x++) {
			uint32_t now = point(&trouble, x, y), then = point(&calm, x, y);

			amber += (now >> 16) > (now & 0xff) + 60;
			before += (then >> 16) > (then & 0xff) + 60;
		}
	}
	g_assert_cmpuint(amber, >, 30);
	g_assert_cmpuint(before, ==, 0);
	cairo_surface_destroy(calm.surface);
	cairo_surface_destroy(trouble.surface);
}

static void
test_playing(void)
{
	cairo_surface_t *cover = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 10, 10);
	cairo_t *cairo = cairo_create(cover);

	cairo_set_source_rgb(cairo, 1, 0, 0);
	cairo_paint(cairo);
	cairo_destroy(cairo);
	const Card card = {
		.name = "Kitchen",
		.clock = "17:42",
		.title = "A title",
		.artist = "Somebody",
		.album = "Something",
		.cover = cover,
		.position_ns = 60 * AVU_NS_PER_S,
		.duration_ns = 240 * AVU_NS_PER_S,
		.volume_percent = 50,
	};
	Picture picture = paint(&card);

	/* The cover is half as high as the card, at 0.1 and 0.18. */
	g_assert_true(is_near(&picture, 36 + 90, 65 + 90, 0xff0000));
	g_assert_false(is_near(&picture, 36 + 184, 65 + 90, 0xff0000));
	/* A quarter of the bar: from 36, 568 long; at 0.80. */
	g_assert_true(is_near(&picture, 36 + 140, 290, 0x4099f2));
	g_assert_true(is_near(&picture, 36 + 144, 290, 0x333842));
	g_assert_true(is_near(&picture, 36 + 560, 290, 0x333842));
	/* Half of the volume: from 460, 144 long; at 0.93. */
	g_assert_true(is_near(&picture, 460 + 70, 337, 0xf2f2f2));
	g_assert_true(is_near(&picture, 460 + 74, 337, 0x333842));
	/* Title at 0.20, to the right of the cover. */
	g_assert_cmpuint(count_lit(&picture, 72, 110, 245, WIDTH), >, 100);
	g_assert_cmpuint(count_lit(&picture, 172, 195, 245, WIDTH), >, 50);
	g_assert_cmpuint(count_lit(&picture, 201, 220, 245, WIDTH), >, 50); /* album */
	/* Name and clock at 0.05, left and right. */
	g_assert_cmpuint(count_lit(&picture, 18, 40, 36, 120), >, 30);
	g_assert_cmpuint(count_lit(&picture, 18, 40, 120, 496), ==, 0);
	g_assert_cmpuint(count_lit(&picture, 18, 40, 540, 604), >, 30);
	/* What stands still, and what is not heard, is dim. */
	Card still = card;

	still.paused = still.mute = true;
	Picture dim = paint(&still);

	g_assert_true(is_near(&dim, 36 + 140, 290, 0x9ea6b3));
	g_assert_true(is_near(&dim, 460 + 70, 337, 0x9ea6b3));
	cairo_surface_destroy(dim.surface);
	/* Nowhere yet: no bar. */
	still.position_ns = AVU_TIME_NONE;
	Picture nowhere = paint(&still);

	g_assert_false(is_near(&nowhere, 36 + 560, 290, 0x333842));
	g_assert_cmpuint(count_lit(&nowhere, 300, 325, 0, WIDTH), ==, 0);
	cairo_surface_destroy(nowhere.surface);
	cairo_surface_destroy(picture.surface);
	cairo_surface_destroy(cover);
}

/* Texts from outside do not leave their place. */
static void
test_long(void)
{
	g_autofree char *text = g_strnfill(4000, 'W');
	const Card card = { .name = text,
		.clock = "17:42",
		.title = text,
		.artist = text,
		.album = text,
		.position_ns = AVU_TIME_NONE,
		.duration_ns = AVU_TIME_NONE,
		.volume_percent = -1 };
	Picture picture = paint(&card);

	g_assert_cmpuint(count_lit(&picture, 0, HEIGHT, WIDTH - 34, WIDTH), ==, 0);
	g_assert_cmpuint(count_lit(&picture, 250, HEIGHT, 245, WIDTH), ==, 0);
	cairo_surface_destroy(picture.surface);
}

static void
test_caption(void)
{
	g_autofree char *text = g_strnfill(600, 'W');
	const char *texts[] = { "One", text };
	unsigned y = 0;
	cairo_surface_t *small = paint_caption(texts, 1, 320, 240, &y);

	/* One line of 1/18 of the height, and as much below it as 1/24. */
	g_assert_cmpint(cairo_image_surface_get_width(small), ==, 320);
	g_assert_cmpint(cairo_image_surface_get_height(small), <, 30);
	g_assert_cmpuint(y + (unsigned)cairo_image_surface_get_height(small), ==, 230);
	cairo_surface_destroy(small);
	/* More than fits is cut, not more than the frame. */
	cairo_surface_t *large = paint_caption(texts, 2, 64, 48, &y);

	g_assert_cmpint(cairo_image_surface_get_height(large), ==, 48);
	g_assert_cmpuint(y, ==, 0);
	cairo_surface_destroy(large);
}

/* fontconfig keeps its list of fonts; whole stacks are needed to tell that from a leak. */
const char *__asan_default_options(void);
const char *__lsan_default_suppressions(void);

const char *
__asan_default_options(void)
{
	return "fast_unwind_on_malloc=0";
}

const char *
__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libpango\n";
}

/* The position as it is to be read, painted where it is to stand: the same points. */
static bool
is_position(const Picture *picture, const char *text)
{
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
	cairo_t *cairo = cairo_create(surface);
	g_autoptr(PangoLayout) layout = pango_cairo_create_layout(cairo);
	g_autoptr(PangoFontDescription) font = pango_font_description_from_string("Sans");
	unsigned differ = 0;

	pango_font_description_set_absolute_size(font, 0.035 * HEIGHT * PANGO_SCALE);
	pango_layout_set_font_description(layout, font);
	pango_layout_set_text(layout, text, -1);
	cairo_set_source_rgb(cairo, 0.05, 0.06, 0.08);
	cairo_paint(cairo);
	cairo_set_source_rgb(cairo, 0.62, 0.65, 0.70);
	cairo_move_to(cairo, 36, 0.835 * HEIGHT);
	pango_cairo_show_layout(cairo, layout);
	cairo_destroy(cairo);
	cairo_surface_flush(surface);
	const Picture expected = { surface, cairo_image_surface_get_data(surface),
		(size_t)cairo_image_surface_get_stride(surface) };

	for (unsigned y = 300; y < 325; y++) {
		for (unsigned x = 0; x < WIDTH / 2; x++) {
			differ += !is_near(picture, x, y, point(&expected, x, y));
		}
	}
	cairo_surface_destroy(surface);
	return differ == 0;
}

static void
test_times(void)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} rows[] = { { 0, "0:00" }, { 59, "0:59" }, { 75, "1:15" }, { 3599, "59:59" },
		{ 3661, "1:01:01" } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Card card = { .title = "T",
			.position_ns = rows[i].seconds * AVU_NS_PER_S + AVU_NS_PER_S / 2,
			.duration_ns = AVU_TIME_NONE,
			.volume_percent = -1 };
		Picture picture = paint(&card);

		g_test_message("%s", rows[i].text);
		g_assert_true(is_position(&picture, rows[i].text));
		g_assert_false(is_position(&picture, "1:02:03"));
		cairo_surface_destroy(picture.surface);
	}
}

/* Three lines of a long one are there. */
static void
test_long_sentence(void)
{
	g_autofree char *sentence = g_strnfill(400, 'n');
	Card card = { .name = "Kitchen", .place = "n", .trouble = true, .volume_percent = -1 };
	Picture brief = paint(&card);

	for (unsigned at = 8; at < 400; at += 9) {
		sentence[at] = ' ';
	}
	card.place = sentence;
	Picture lengthy = paint(&card);

	g_assert_cmpuint(count_lit(&brief, 278, 292, 0, WIDTH), ==, 0);
	g_assert_cmpuint(count_lit(&lengthy, 278, 292, 0, WIDTH), >, 100);
	g_assert_cmpuint(count_lit(&lengthy, 298, HEIGHT, 0, WIDTH), ==, 0);
	cairo_surface_destroy(brief.surface);
	cairo_surface_destroy(lengthy.surface);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/card/idle", test_idle);
	g_test_add_func("/card/playing", test_playing);
	g_test_add_func("/card/long", test_long);
	g_test_add_func("/card/caption", test_caption);
	g_test_add_func("/card/times", test_times);
	g_test_add_func("/card/long-sentence", test_long_sentence);
	return g_test_run();
}
