/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A registry names what is installed, also a plug-in whose library is missing, or a decoder whose device
 * or licence is not there. So each is brought to READY once after a change of plug-ins. A line is begun
 * before a start and ended after it: a start that crashes leaves its line without an end. */

#include "self-test.h"

#include <stdio.h>
#include <string.h>

#include "sink-protocols.h"

#define FILE_MAX (256u * 1024)
#define GOOD " starts"
#define BAD " does not start"

static bool
starts(GstElementFactory *factory)
{
	GstElement *element = gst_element_factory_create(factory, NULL);

	if (element == NULL) {
		return false;
	}
	(void)gst_object_ref_sink(element);
	bool good = gst_element_set_state(element, GST_STATE_READY) != GST_STATE_CHANGE_FAILURE;

	(void)gst_element_set_state(element, GST_STATE_NULL);
	gst_object_unref(element);
	return good;
}

bool
self_test_run(const char *path)
{
	FILE *file = fopen(path, "we");

	if (file == NULL) {
		return false;
	}
	GList *factories = sink_protocols_list_factories();

	for (GList *at = factories; at != NULL; at = at->next) {
		(void)fputs(GST_OBJECT_NAME(at->data), file);
		(void)fflush(file); /* what follows may be the end */
		(void)fprintf(file, "%s\n", starts(at->data) ? GOOD : BAD);
	}
	gst_plugin_feature_list_free(factories);
	return fclose(file) == 0;
}

unsigned
self_test_apply(const char *path)
{
	g_autofree char *text = NULL;
	gsize len = 0;
	unsigned n = 0;

	if (!g_file_get_contents(path, &text, &len, NULL) || len > FILE_MAX) {
		return 0;
	}
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (size_t i = 0; lines[i] != NULL; i++) {
		g_autofree char *name = g_strndup(lines[i], strcspn(lines[i], " "));
		g_autoptr(GstPluginFeature) feature =
			*name != '\0' && !g_str_has_suffix(lines[i], GOOD)
				? gst_registry_lookup_feature(gst_registry_get(), name)
				: NULL;

		if (feature != NULL) {
			g_message("the decoder %s does not start and is not used", name);
			gst_plugin_feature_set_rank(feature, GST_RANK_NONE);
			n++;
		}
	}
	return n;
}
