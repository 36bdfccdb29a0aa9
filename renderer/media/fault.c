/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GStreamer's "not-negotiated" comes from whoever pushes, however far that is from the link that failed.
 * That link is where formats end, seen from the sink: when samples or frames came that far, the output did
 * not take them. A queue may hold a format back, and before the decoder there is none of these; then it is
 * what is played. */

#include <string.h>

#include <av-upnp/base.h>

#include "fault.h"

/* Codes of AVTransport's Play */
#define FAULT_OF_OUTPUT 501
#define FAULT_OF_FORMAT 704
#define FAULT_STEPS_MAX 64 /* elements from a sink to its decoder, and more */

static const struct {
	GstResourceError code;
	const char *of_sound, *of_pictures;
} outputs[] = {
	{ GST_RESOURCE_ERROR_BUSY, "The sound output is used by another program.",
		"The screen is used by another program." },
	{ GST_RESOURCE_ERROR_NOT_FOUND, "There is no sound output, or it cannot be opened.",
		"There is no screen, or it cannot be opened." },
	{ GST_RESOURCE_ERROR_OPEN_WRITE, "There is no sound output, or it cannot be opened.",
		"There is no screen, or it cannot be opened." },
	{ GST_RESOURCE_ERROR_OPEN_READ_WRITE, "There is no sound output, or it cannot be opened.",
		"There is no screen, or it cannot be opened." },
	{ GST_RESOURCE_ERROR_WRITE, "The sound output does not work any more.",
		"The screen does not work any more." },
};

/* @return NULL: it has several, or none that is linked */
static GstPad *
fault_find_input(GstElement *element)
{
	GstPad *input = NULL;

	GST_OBJECT_LOCK(element);
	for (GList *at = element->sinkpads; at != NULL; at = at->next) {
		if (input == NULL && gst_pad_is_linked(at->data)) {
			input = gst_object_ref(at->data);
		}
	}
	GST_OBJECT_UNLOCK(element);
	return input;
}

static bool
fault_is_queue(GstElement *element)
{
	GstElementFactory *factory = gst_element_get_factory(element);

	return factory != NULL && strcmp(GST_OBJECT_NAME(factory), "queue") == 0;
}

/* Samples or frames, and not yet to be decoded. */
static bool
fault_was_told_raw(GstPad *pad, bool *ret_raw)
{
	g_autoptr(GstCaps) caps = gst_pad_get_current_caps(pad);

	if (caps == NULL || gst_caps_get_size(caps) == 0) {
		return false;
	}
	*ret_raw =
		g_str_has_suffix(gst_structure_get_name(gst_caps_get_structure(caps, 0)), "/x-raw");
	return true;
}

/* @return where octets come from, into a bin where need be; NULL: from nowhere */
static GstPad *
fault_find_feeder(GstPad *pad)
{
	GstPad *peer = gst_pad_get_peer(pad);

	while (peer != NULL && GST_IS_GHOST_PAD(peer)) {
		GstPad *outer = peer;

		peer = gst_ghost_pad_get_target(GST_GHOST_PAD(outer));
		gst_object_unref(outer);
	}
	return peer;
}

/* Upwards from a pad that was told no format. @return that is because what it was told was refused */
static bool
fault_was_refused(GstPad *pad)
{
	g_autoptr(GstPad) at = gst_object_ref(pad);

	for (unsigned step = 0; at != NULL && step < FAULT_STEPS_MAX; step++) {
		g_autoptr(GstPad) feeder = fault_find_feeder(at);
		bool raw = false;

		/* A pad keeps what it sent, refused or not. */
		if (feeder == NULL || fault_was_told_raw(feeder, &raw)) {
			return raw;
		}
		g_autoptr(GstElement) element = gst_pad_get_parent_element(feeder);

		gst_clear_object(&at);
		at = element != NULL ? fault_find_input(element) : NULL;
		if (at != NULL && gst_pad_has_current_caps(at) && fault_is_queue(element)) {
			return false;
		}
	}
	return false;
}

static bool
fault_is_at_sink(GstElement *pipeline)
{
	g_autoptr(GstIterator) sinks = gst_bin_iterate_sinks(GST_BIN(pipeline));
	GValue value = G_VALUE_INIT;
	bool found = false;

	while (!found && gst_iterator_next(sinks, &value) == GST_ITERATOR_OK) {
		g_autoptr(GstPad) input = fault_find_input(g_value_get_object(&value));

		found = input != NULL && !gst_pad_has_current_caps(input) &&
			fault_was_refused(input);
		g_value_reset(&value);
	}
	g_value_unset(&value);
	return found;
}

static bool
fault_has_pictures(GstObject *sink)
{
	const char *class = GST_IS_ELEMENT(sink)
				    ? gst_element_class_get_metadata(GST_ELEMENT_GET_CLASS(sink),
					      GST_ELEMENT_METADATA_KLASS)
				    : NULL;

	return class != NULL && strstr(class, "Video") != NULL;
}

/* @return NULL: it is none of an output */
static const char *
fault_find_output(const GError *error, GstObject *source)
{
	if (error->domain != GST_RESOURCE_ERROR || !GST_IS_ELEMENT(source) ||
		!GST_OBJECT_FLAG_IS_SET(source, GST_ELEMENT_FLAG_SINK)) {
		return NULL;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++) {
		if ((int)outputs[i].code == error->code) {
			return fault_has_pictures(source) ? outputs[i].of_pictures
							  : outputs[i].of_sound;
		}
	}
	return NULL;
}

char *
fault_describe(GstElement *pipeline, GstMessage *message)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *detail = NULL;

	gst_message_parse_error(message, &error, &detail);
	g_debug("%s: %s (%s)", GST_OBJECT_NAME(message->src), error->message,
		detail != NULL ? detail : "no detail");
	const char *output = fault_find_output(error, message->src);

	if (output != NULL) {
		return g_strdup(output);
	}
	/* GStreamer's own words for it are "Internal data stream error." */
	if (detail != NULL && strstr(detail, "not-negotiated") != NULL) {
		return g_strdup(fault_is_at_sink(pipeline)
					? "The output does not take what this is."
					: "It is damaged, or of a kind that cannot be decoded.");
	}
	return g_strdup(error->message);
}

int
fault_get_code(const char *sentence)
{
	for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++) {
		if (g_strcmp0(sentence, outputs[i].of_sound) == 0 ||
			g_strcmp0(sentence, outputs[i].of_pictures) == 0) {
			return FAULT_OF_OUTPUT;
		}
	}
	return FAULT_OF_FORMAT;
}
