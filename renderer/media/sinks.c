/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sinks from a gst-launch description (an option of the operator's, not foreign text), or the one
 * that fits this system. */

#include <gst/video/videooverlay.h>

#include <av-upnp/error.h>

#include "../engine/display.h"
#include "devices.h"
#include "sinks.h"

/* Per way, in order of preference. Only the last is tried before one of a way is chosen: it is there at
 * once, while GL brings its drivers with it. */
static const char *const video_choices[DISPLAY_N_WAYS][3] = {
	[DISPLAY_WAYLAND] = { "waylandsink" },
	[DISPLAY_X] = { "glimagesink", "ximagesink" },
	[DISPLAY_CONSOLE] = { "kmssink" },
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

/* All of the screen for those that have windows; the others have it anyway. */
static void
sinks_fill_screen(const Sinks *sinks, GstElement *sink)
{
	if (sinks->window != NULL && GST_IS_VIDEO_OVERLAY(sink)) {
		window_give(sinks->window, sink);
	} else if (g_object_class_find_property(G_OBJECT_GET_CLASS(sink), "fullscreen") != NULL) {
		g_object_set(sink, "fullscreen", TRUE, NULL);
	}
}

/* A server that is gone although its variable is set, a card that another program holds. */
static bool
sinks_opens(const char *factory)
{
	GstElement *sink = gst_element_factory_make(factory, NULL);

	if (sink == NULL) {
		return false;
	}
	(void)gst_object_ref_sink(sink);
	bool opens = gst_element_set_state(sink, GST_STATE_READY) != GST_STATE_CHANGE_FAILURE;

	(void)gst_element_set_state(sink, GST_STATE_NULL);
	gst_object_unref(sink);
	return opens;
}

/* @return NULL: none of that way is installed, or it does not open */
static const char *
sinks_choose_of(DisplayWay way)
{
	const char *first = NULL, *last = NULL;

	for (size_t i = 0; video_choices[way][i] != NULL; i++) {
		g_autoptr(GstElementFactory) factory =
			gst_element_factory_find(video_choices[way][i]);

		last = factory != NULL ? video_choices[way][i] : last;
		first = first != NULL ? first : last;
	}
	return last != NULL && sinks_opens(last) ? first : NULL;
}

static bool
sinks_on_way(DisplayWay way, const char *name, void *data)
{
	const char **ret_factory = data;

	*ret_factory = sinks_choose_of(way);
	if (*ret_factory == NULL) {
		g_message("%s cannot be opened, or no plug-in for it is installed", name);
	}
	return *ret_factory != NULL;
}

void
sinks_choose_video(Sinks *sinks)
{
	g_auto(DisplaySession) session = { { NULL } };

	if (sinks->video != NULL) {
		return;
	}
	display_session_init(&session);
	DisplayWay way = display_choose(&session, sinks_on_way, &sinks->video_factory);

	sinks->of_x = way == DISPLAY_X;
	if (way == DISPLAY_N_WAYS) {
		g_info("there is no screen: of films the sound is played");
	}
}

bool
sinks_have_screen(const Sinks *sinks)
{
	return sinks->video != NULL || sinks->video_factory != NULL;
}

char *
sinks_list_video(void)
{
	GString *text = g_string_new(NULL);
	bool chosen = false;
	g_auto(DisplaySession) session = { { NULL } };

	display_session_init(&session);
	for (unsigned i = 0; i < DISPLAY_N_WAYS; i++) {
		g_autofree char *name = display_dup_name(&session, (DisplayWay)i);
		const char *factory = name != NULL ? sinks_choose_of((DisplayWay)i) : NULL;

		if (name != NULL) {
			g_string_append_printf(text, "%s\tpictures: %s%s\n", name,
				factory != NULL ? factory : "cannot be opened",
				factory != NULL && !chosen ? ", used" : "");
			chosen = chosen || factory != NULL;
		}
	}
	return g_string_free(text, FALSE);
}

/* Those that an operator names: of others a window may be another thing than a number of X. */
static bool
sinks_is_of_x(GstElement *element)
{
	static const char *const names[] = { "ximagesink", "xvimagesink", NULL };
	GstElementFactory *factory = gst_element_get_factory(element);

	return factory != NULL && GST_IS_VIDEO_OVERLAY(element) &&
	       g_strv_contains(names, GST_OBJECT_NAME(factory));
}

/* @return of what was described, or NULL. g_object_unref() it */
static GstElement *
sinks_find_of_x(GstElement *bin)
{
	GValue found = G_VALUE_INIT;
	g_autoptr(GstIterator) all = gst_bin_iterate_recurse(GST_BIN(bin));
	GstElement *element = NULL;

	while (element == NULL && gst_iterator_next(all, &found) == GST_ITERATOR_OK) {
		if (sinks_is_of_x(g_value_get_object(&found))) {
			element = g_value_dup_object(&found);
		}
		g_value_unset(&found);
	}
	return element;
}

bool
sinks_want_window(const Sinks *sinks)
{
	if (sinks->video == NULL) {
		return sinks->of_x;
	}
	g_autoptr(GstElement) bin = sinks_parse(sinks->video, NULL);
	g_autoptr(GstElement) sink = bin != NULL ? sinks_find_of_x(gst_object_ref_sink(bin)) : NULL;

	return sink != NULL;
}

static GstElement *
sinks_make_described_video(const Sinks *sinks, GError **error)
{
	GstElement *bin = sinks_parse(sinks->video, error);
	g_autoptr(GstElement) sink =
		bin != NULL && sinks->window != NULL ? sinks_find_of_x(bin) : NULL;

	if (sink != NULL) {
		window_give(sinks->window, sink);
	}
	return bin;
}

GstElement *
sinks_make_video(const Sinks *sinks, GError **error)
{
	if (sinks->video != NULL) {
		return sinks_make_described_video(sinks, error);
	}
	/* Not autovideosink: it tries elements that crash where there is nothing to draw on. */
	GstElement *sink =
		sinks_make(sinks_have_screen(sinks) ? sinks->video_factory : "fakesink", error);

	if (sink != NULL && sinks_have_screen(sinks)) {
		sinks_fill_screen(sinks, sink);
	} else if (sink != NULL) {
		g_object_set(sink, "sync", TRUE, NULL);
	}
	return sink;
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
