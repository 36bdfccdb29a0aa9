/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whose fault it is that nothing plays. */

#include "media/fault.h"

#define OUTPUT "The output does not take what this is."
#define ITEM "It is damaged, or of a kind that cannot be decoded."

#define ALAW                                                       \
	"fakesrc sizetype=fixed sizemax=64 ! typefind force-caps=" \
	"audio/x-alaw,rate=8000,channels=1"

/* "only" is set when all is linked: else no pipeline would come of it. */
static const struct {
	const char *pipeline, *only, *sentence, *why;
} rows[] = {
	{ ALAW " ! alawdec ! queue ! audioconvert ! capsfilter "
	       "name=only ! fakesink",
		"audio/x-raw,rate=9", OUTPUT, "a rate that the output does not have" },
	{ ALAW " ! alawdec ! audioconvert ! capsfilter "
	       "name=only "
	       "! fakesink",
		"audio/x-raw,rate=9", OUTPUT, "the same without a queue" },
	{ "fakesrc sizetype=fixed sizemax=64 ! typefind force-caps=audio/x-alaw ! alawdec ! queue "
	  "! "
	  "audioconvert ! capsfilter name=only ! fakesink",
		"audio/x-raw", ITEM,
		"without a rate nothing is decoded; the output was not asked" },
	{ "filesrc location=/nonexistent ! capsfilter name=only ! fakesink", "audio/x-raw", NULL,
		"there is no file: GStreamer's own words" },
};

/* As a line does: what a pipeline looks like a moment later says nothing any more. */
static GstBusSyncReply
on_message(GstBus *bus G_GNUC_UNUSED, GstMessage *message, void *data)
{
	GAsyncQueue *sentences = data;

	if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
		GstObject *top = gst_object_ref(message->src);

		while (GST_OBJECT_PARENT(top) != NULL) {
			GstObject *parent = gst_object_get_parent(top);

			gst_object_unref(top);
			top = parent;
		}
		g_async_queue_push(sentences, fault_describe(GST_ELEMENT(top), message));
		gst_object_unref(top);
	}
	gst_message_unref(message);
	return GST_BUS_DROP;
}

static void
test_whose(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		GAsyncQueue *sentences = g_async_queue_new_full(g_free);
		GstElement *pipeline = gst_parse_launch(rows[i].pipeline, &error);

		g_test_message("%s", rows[i].why);
		g_assert_no_error(error);
		g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
		g_autoptr(GstElement) filter = gst_bin_get_by_name(GST_BIN(pipeline), "only");
		g_autoptr(GstCaps) caps = gst_caps_from_string(rows[i].only);

		g_object_set(filter, "caps", caps, NULL);
		gst_bus_set_sync_handler(bus, on_message, sentences, NULL);
		(void)gst_element_set_state(pipeline, GST_STATE_PLAYING);
		g_autofree char *sentence =
			g_async_queue_timeout_pop(sentences, 60 * G_USEC_PER_SEC);

		if (rows[i].sentence != NULL) {
			g_assert_cmpstr(sentence, ==, rows[i].sentence);
		} else {
			g_assert_nonnull(sentence);
			g_assert_cmpstr(sentence, !=, ITEM);
			g_assert_cmpstr(sentence, !=, OUTPUT);
		}
		(void)gst_element_set_state(pipeline, GST_STATE_NULL);
		gst_object_unref(pipeline);
		g_async_queue_unref(sentences);
	}
}

static void
test_codes(void)
{
	g_assert_cmpint(fault_get_code("The sound output is used by another program."), ==, 501);
	g_assert_cmpint(fault_get_code("There is no screen, or it cannot be opened."), ==, 501);
	g_assert_cmpint(fault_get_code(OUTPUT), ==, 704);
	g_assert_cmpint(fault_get_code(ITEM), ==, 704);
	g_assert_cmpint(fault_get_code(NULL), ==, 704);
}

int
main(int argc, char **argv)
{
	(void)g_setenv("GST_REGISTRY_FORK", "no", TRUE);
	gst_init(NULL, NULL);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fault/whose", test_whose);
	g_test_add_func("/fault/codes", test_codes);
	return g_test_run();
}
