/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The forms in which pictures are offered: sizes of DLNA's media format profiles for images, by hand. */
#include "mediaserver/art/rendition.h"

static const struct {
	const char *name, *profile, *mime;
	ThumbForm form;
	unsigned width, height;
} rows[] = {
	{ "tn.jpg", "JPEG_TN", "image/jpeg", THUMB_JPEG, 160, 160 },
	{ "sm.jpg", "JPEG_SM", "image/jpeg", THUMB_JPEG, 640, 480 },
	{ "med.jpg", "JPEG_MED", "image/jpeg", THUMB_JPEG, 1024, 768 },
	{ "lrg.jpg", "JPEG_LRG", "image/jpeg", THUMB_JPEG, 4096, 4096 },
	{ "tn.png", "PNG_TN", "image/png", THUMB_PNG, 160, 160 },
	{ "lrg.png", "PNG_LRG", "image/png", THUMB_PNG, 4096, 4096 },
};

static void
test_profiles(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Rendition *rendition = rendition_find(rows[i].name);

		g_test_message("%s", rows[i].name);
		g_assert_nonnull(rendition);
		g_assert_cmpstr(rendition->profile, ==, rows[i].profile);
		g_assert_cmpstr(rendition->mime, ==, rows[i].mime);
		g_assert_cmpint(rendition->box.form, ==, rows[i].form);
		g_assert_cmpuint(rendition->box.width, ==, rows[i].width);
		g_assert_cmpuint(rendition->box.height, ==, rows[i].height);
	}
	g_assert_null(renditions()[G_N_ELEMENTS(rows)].name); /* and no more */
	g_assert_null(rendition_find("xl.jpg"));
	g_assert_null(rendition_find(""));
}

static void
test_sizes(void)
{
	static const struct {
		const char *name;
		int64_t width, height, orientation;
		int64_t made_width, made_height;
		bool shrinks;
	} sizes[] = {
		{ "lrg.jpg", 6000, 4000, 1, 4096, 2731, true }, /* 2730.67 */
		{ "lrg.jpg", 4096, 4096, 1, 4096, 4096, false },
		{ "med.jpg", 1600, 1200, 6, 576, 768, true }, /* it is shown upright */
		{ "sm.jpg", 640, 480, 1, 640, 480, false },
		{ "tn.png", 100000, 1, 1, 160, 1, true }, /* nothing is no picture */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		int64_t width, height;
		Item item;

		item_init(&item);
		item.width = sizes[i].width;
		item.height = sizes[i].height;
		item.orientation = sizes[i].orientation;
		g_assert_cmpint(
			rendition_shrinks(rendition_find(sizes[i].name), &item, &width, &height),
			==, sizes[i].shrinks);
		g_assert_cmpint(width, ==, sizes[i].made_width);
		g_assert_cmpint(height, ==, sizes[i].made_height);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/art/rendition/profiles", test_profiles);
	g_test_add_func("/art/rendition/sizes", test_sizes);
	return g_test_run();
}
