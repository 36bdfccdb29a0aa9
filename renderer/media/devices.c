/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Outputs come from two places: GStreamer's device providers, which know cards and what a sound server
 * has, and ALSA's configuration, which has those that somebody gave a name. Main thread, before the
 * sandbox: looking opens sockets and devices. */

#include "devices.h"

#include <stdlib.h>
#include <string.h>

#include <alsa/asoundlib.h>

#include <av-upnp/error.h>

#define ALL_CARDS (-1)

typedef struct {
	char *name, *about;
	GstDevice *device; /* NULL: a PCM of ALSA of that name */
} Output;

static void
output_free(void *data)
{
	Output *output = data;

	g_free(output->name);
	g_free(output->about);
	g_clear_object(&output->device);
	g_free(output);
}

static void
add(GPtrArray *outputs, const char *name, const char *about, GstDevice *device)
{
	Output *output = g_new0(Output, 1);

	output->name = g_strdup(name);
	output->about = g_strdup(about);
	output->device = device;
	(void)g_strdelimit(output->name, "\t\n", ' ');
	(void)g_strdelimit(output->about, "\t\n", ' ');
	g_ptr_array_add(outputs, output);
}

static void
add_of_providers(GPtrArray *outputs)
{
	GstDeviceMonitor *monitor = gst_device_monitor_new();

	(void)gst_device_monitor_add_filter(monitor, "Audio/Sink", NULL);
	GList *devices = gst_device_monitor_get_devices(monitor);

	for (GList *at = devices; at != NULL; at = at->next) {
		g_autofree char *name = gst_device_get_display_name(at->data);
		g_autoptr(GstElement) element = gst_device_create_element(at->data, NULL);
		GstElementFactory *factory =
			element != NULL ? gst_element_get_factory(gst_object_ref_sink(element))
					: NULL;

		add(outputs, name, factory != NULL ? GST_OBJECT_NAME(factory) : "", at->data);
	}
	g_list_free(devices); /* the devices went to the outputs */
	gst_object_unref(monitor);
}

static void
add_of_alsa(GPtrArray *outputs)
{
	void **hints = NULL;

	if (snd_device_name_hint(ALL_CARDS, "pcm", &hints) < 0) {
		return;
	}
	for (void **at = hints; *at != NULL; at++) {
		char *name = snd_device_name_get_hint(*at, "NAME");
		char *about = snd_device_name_get_hint(*at, "DESC");
		char *way = snd_device_name_get_hint(*at, "IOID"); /* NULL: both */

		if (name != NULL && (way == NULL || strcmp(way, "Output") == 0)) {
			add(outputs, name, about != NULL ? about : "", NULL);
		}
		free(name);
		free(about);
		free(way);
	}
	(void)snd_device_name_free_hint(hints);
}

static GPtrArray *
find_all(void)
{
	GPtrArray *outputs = g_ptr_array_new_with_free_func(output_free);

	add_of_providers(outputs);
	add_of_alsa(outputs);
	return outputs;
}

char *
devices_list(void)
{
	g_autoptr(GPtrArray) outputs = find_all();
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < outputs->len; i++) {
		const Output *output = g_ptr_array_index(outputs, i);

		g_string_append_printf(text, "%s\t%s\n", output->name, output->about);
	}
	return g_string_free(text, FALSE);
}

/* @return how many fit; ret_found is the first */
static unsigned
match(const GPtrArray *outputs, const char *name, bool whole, const Output **ret_found)
{
	g_autofree char *wanted = g_utf8_casefold(name, -1);
	unsigned n = 0;

	for (guint i = 0; i < outputs->len; i++) {
		const Output *output = g_ptr_array_index(outputs, i);
		g_autofree char *own = g_utf8_casefold(output->name, -1);

		if (whole ? strcmp(own, wanted) == 0 : strstr(own, wanted) != NULL) {
			*ret_found = n++ == 0 ? output : *ret_found;
		}
	}
	return n;
}

static GstElement *
make(const Output *output)
{
	if (output->device != NULL) {
		return gst_device_create_element(output->device, NULL);
	}
	GstElement *sink = gst_element_factory_make("alsasink", NULL);

	if (sink != NULL) {
		g_object_set(sink, "device", output->name, NULL);
	}
	return sink;
}

GstElement *
devices_make_sink(const char *name, GError **error)
{
	g_autoptr(GPtrArray) outputs = find_all();
	const Output *found = NULL;
	unsigned n = match(outputs, name, /* whole = */ true, &found);

	if (n == 0) {
		n = match(outputs, name, /* whole = */ false, &found);
		if (n != 1) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
				"%s sound device is called '%s'; av-renderer --list-devices names "
				"all",
				n == 0 ? "no" : "more than one", name);
			return NULL;
		}
	}
	GstElement *sink = make(found);

	if (sink == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"the GStreamer plug-in for the sound device '%s' is missing", name);
	}
	return sink;
}
