/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A decoder for GIF that is installed and does not start, beside those that do. */

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <gst/gst.h>

#include "media/self-test.h"
#include "media/sink-protocols.h"

#define BROKEN "avbrokendec"

typedef struct {
	GstElement parent;
} Broken;

typedef struct {
	GstElementClass parent_class;
} BrokenClass;

GType broken_get_type(void);
G_DEFINE_TYPE(Broken, broken, GST_TYPE_ELEMENT)

static GstStaticPadTemplate template =
	GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS("image/gif"));

static GstStateChangeReturn
broken_change_state(GstElement *element G_GNUC_UNUSED, GstStateChange change G_GNUC_UNUSED)
{
	return GST_STATE_CHANGE_FAILURE;
}

static void
broken_class_init(BrokenClass *class)
{
	GST_ELEMENT_CLASS(class)->change_state = broken_change_state;
	gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(class), &template);
	gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(class), "Broken",
		"Codec/Decoder/Image", "Does not start", "test");
}

static void
broken_init(Broken *self G_GNUC_UNUSED)
{
	/* it has no pads */
}

static guint
rank_of(const char *name)
{
	g_autoptr(GstPluginFeature) feature = gst_registry_lookup_feature(gst_registry_get(), name);

	g_assert_nonnull(feature);
	return gst_plugin_feature_get_rank(feature);
}

static void
test_found_and_left_out(void)
{
	g_autofree char *folder = g_dir_make_tmp("avself-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "tested", NULL);
	g_autofree char *text = NULL;

	g_assert_true(gst_element_register(NULL, BROKEN, GST_RANK_PRIMARY + 9, broken_get_type()));
	g_assert_true(self_test_run(path));
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_assert_nonnull(strstr(text, BROKEN " does not start\n"));
	g_assert_nonnull(strstr(text, "flacdec starts\n"));
	g_test_expect_message(NULL, G_LOG_LEVEL_MESSAGE, "*" BROKEN "*");
	g_assert_cmpuint(self_test_apply(path), >=, 1);
	g_test_assert_expected_messages();
	g_assert_cmpuint(rank_of(BROKEN), ==, GST_RANK_NONE);
	g_assert_cmpuint(rank_of("flacdec"), >=, GST_RANK_MARGINAL);
	g_autofree char *list = sink_protocols_list();

	g_assert_nonnull(strstr(list, "http-get:*:audio/flac:*"));
	g_assert_cmpint(g_unlink(path), ==, 0);
	g_assert_cmpint(g_rmdir(folder), ==, 0);
}

/* The process ended in the middle of a start: that one is not tried again, others are trusted. */
static void
test_a_start_that_crashed(void)
{
	g_autofree char *folder = g_dir_make_tmp("avself-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "tested", NULL);

	g_assert_cmpuint(self_test_apply(path), ==, 0); /* no file */
	g_assert_true(g_file_set_contents(path, "flacdec starts\nwavparse", -1, NULL));
	g_test_expect_message(NULL, G_LOG_LEVEL_MESSAGE, "*wavparse*");
	g_assert_cmpuint(self_test_apply(path), ==, 1);
	g_test_assert_expected_messages();
	g_autofree char *list = sink_protocols_list();

	g_assert_null(strstr(list, "audio/wav"));
	g_assert_nonnull(strstr(list, "audio/flac"));
	g_assert_true(g_file_set_contents(path, "not-there\n\n \nflacdec", -1, NULL));
	g_test_expect_message(NULL, G_LOG_LEVEL_MESSAGE, "*flacdec*");
	g_assert_cmpuint(self_test_apply(path), ==, 1);
	g_test_assert_expected_messages();
	g_assert_cmpint(g_unlink(path), ==, 0);
	g_assert_cmpint(g_rmdir(folder), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	gst_init(NULL, NULL);
	g_test_add_func("/self-test/broken", test_found_and_left_out);
	g_test_add_func("/self-test/crashed", test_a_start_that_crashed);
	int status = g_test_run();

	/* libraries that were loaded for the test keep memory */
	_exit(status);
}
