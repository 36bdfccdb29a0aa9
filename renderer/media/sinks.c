/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sinks from a gst-launch description (an option of the operator's, not foreign text), or the one
 * that fits this system. */

#include <av-upnp/error.h>

#include "devices.h"
#include "sinks.h"

/* In order of preference; the first whose environment variable is set and which is installed. */
static const struct {
	const char *variable; /* NULL: needs none */
	const char *factory;
} video_choices[] = {
	{ "WAYLAND_DISPLAY", "waylandsink" },
	{ "DISPLAY", "glimagesink" },
	{ "DISPLAY", "ximagesink" },
	{ NULL, "kmssink" },
};

void
sinks_clear(Sinks *sinks)
{
	g_clear_pointer(&sinks->audio, g_free);
	g_clear_pointer(&sinks->video, g_free);
	g_clear_pointer(&sinks->device, g_free);
}

static GstElement *
sinks_parse(const char *description, GError **error)
{
	g_autoptr(GError) problem = NULL;
	GstElement *bin = gst_parse_bin_from_description_full(
		description, TRUE, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &problem);

	if (bin == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "sink \"%s\": %s", description,
			problem != NULL ? problem->message : "not understood");
		return NULL;
	}
	g_autoptr(GstPad) pad = gst_element_get_static_pad(bin, "sink");

	if (pad == NULL) {
		gst_object_unref(gst_object_ref_sink(bin));
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "sink \"%s\" has no free input",
			description);
		return NULL;
	}
	return bin;
}

static GstElement *
sinks_make(const char *factory, GError **error)
{
	GstElement *sink = gst_element_factory_make(factory, NULL);

	if (sink == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"the GStreamer element '%s' is missing", factory);
	}
	return sink;
}

GstElement *
sinks_make_audio(const Sinks *sinks, GError **error)
{
	if (sinks->audio != NULL) {
		return sinks_parse(sinks->audio, error);
	}
	return sinks->device != NULL ? devices_make_sink(sinks->device, error)
				     : sinks_make("autoaudiosink", error);
}

/* Those that have windows; the others have all of it anyway. */
static void
sinks_fill_screen(GstElement *sink)
{
	if (g_object_class_find_property(G_OBJECT_GET_CLASS(sink), "fullscreen") != NULL) {
		g_object_set(sink, "fullscreen", TRUE, NULL);
	}
}

GstElement *
sinks_make_video(const Sinks *sinks, GError **error)
{
	if (sinks->video != NULL) {
		return sinks_parse(sinks->video, error);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(video_choices); i++) {
		if (video_choices[i].variable == NULL ||
			g_getenv(video_choices[i].variable) != NULL) {
			GstElement *sink = gst_element_factory_make(video_choices[i].factory, NULL);

			if (sink != NULL) {
				sinks_fill_screen(sink);
				return sink;
			}
		}
	}
	return sinks_make("autovideosink", error);
}

static void
sinks_collect_folder(const GValue *value, void *data)
{
	GstElement *element = g_value_get_object(value);
	GPtrArray *folders = data;
	GParamSpec *spec = g_object_class_find_property(G_OBJECT_GET_CLASS(element), "location");
	g_autofree char *location = NULL;

	if (spec == NULL || spec->value_type != G_TYPE_STRING) {
		return;
	}
	g_object_get(element, "location", &location, NULL);
	if (location != NULL) {
		g_ptr_array_add(folders, g_path_get_dirname(location));
	}
}

char **
sinks_list_folders(const Sinks *sinks)
{
	const char *const descriptions[] = { sinks->audio, sinks->video };
	GPtrArray *folders = g_ptr_array_new();

	for (size_t i = 0; i < G_N_ELEMENTS(descriptions); i++) {
		GstElement *bin =
			descriptions[i] != NULL ? sinks_parse(descriptions[i], NULL) : NULL;

		if (bin == NULL) {
			continue;
		}
		gst_object_ref_sink(bin);
		if (GST_IS_BIN(bin)) {
			g_autoptr(GstIterator) all = gst_bin_iterate_recurse(GST_BIN(bin));

			(void)gst_iterator_foreach(all, sinks_collect_folder, folders);
		}
		gst_object_unref(bin);
	}
	g_ptr_array_add(folders, NULL);
	return (char **)g_ptr_array_free(folders, FALSE);
}
