/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Elements that follow values: threads of GStreamer's let go of them when they like, before the owner of
 * the values or after it. */

#include <gst/base/gstbasetransform.h>

#include "media/living.h"
#include "media/mixer.h"
#include "media/picture.h"

/* The values are gone, the element is not. */
static void
test_outlives(void)
{
	Picture *picture = picture_new();
	Mixer *mixer = mixer_new();
	GstElement *elements[] = { picture_make_element(picture), mixer_make_element(mixer) };

	picture_set(picture, AVU_VALUE_BRIGHTNESS, 70);
	g_assert_false(gst_base_transform_is_passthrough(GST_BASE_TRANSFORM(elements[0])));
	picture_free(picture);
	mixer_free(mixer);
	for (size_t i = 0; i < G_N_ELEMENTS(elements); i++) {
		g_autoptr(GstPad) pad = gst_element_get_static_pad(elements[i], "sink");
		g_autoptr(GstCaps) caps = gst_pad_query_caps(pad, NULL);

		g_assert_false(gst_caps_is_empty(caps));
		gst_object_unref(gst_object_ref_sink(elements[i]));
	}
}

/* What is on its way out is not got any more, and what is gone takes no room. */
static void
test_forgets(void)
{
	Living *living = living_new();
	GstElement *stays = gst_object_ref_sink(gst_element_factory_make("identity", NULL));

	living_add(living, stays);
	for (unsigned i = 0; i < 3; i++) {
		GstElement *goes = gst_object_ref_sink(gst_element_factory_make("identity", NULL));

		living_add(living, goes);
		gst_object_unref(goes);
	}
	g_autoptr(GPtrArray) got = living_get(living);

	g_assert_cmpuint(got->len, ==, 1);
	g_assert_true(g_ptr_array_index(got, 0) == stays);
	living_free(living);
	gst_object_unref(stays);
}

static void *
let_go(void *element)
{
	gst_object_unref(element);
	return NULL;
}

/* A value is set in the moment in which an element goes. */
static void
test_race(void)
{
	g_autoptr(Picture) picture = picture_new();

	for (int i = 0; i < 300; i++) {
		GstElement *element = gst_object_ref_sink(picture_make_element(picture));
		GThread *thread = g_thread_new(NULL, let_go, element);

		picture_set(picture, AVU_VALUE_BRIGHTNESS, i % 2 == 0 ? 70 : 50);
		(void)g_thread_join(thread);
	}
}

int
main(int argc, char **argv)
{
	(void)g_setenv("GST_REGISTRY_FORK", "no", TRUE);
	gst_init(NULL, NULL);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/living/outlives", test_outlives);
	g_test_add_func("/living/forgets", test_forgets);
	g_test_add_func("/living/race", test_race);
	return g_test_run();
}
