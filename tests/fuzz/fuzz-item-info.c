/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetRendererItemInfo: first line the filter, the rest the items. The answer is a document of its
 * kind, and as many verdicts are in it as questions were asked. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/xml-reader.h>

#include "libav-upnp/av/item-info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
accepts(const char *uri, const char *protocol_info G_GNUC_UNUSED, void *data, GError **error)
{
	unsigned *n = data;

	(*n)++;
	if (*uri == '\0') {
		g_set_error(error, AVU_UPNP_ERROR, 716, "no address");
		return false;
	}
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	char *line = strchr(text, '\n');
	unsigned n_asked = 0, n_told = 0;

	if (line == NULL) {
		return 0;
	}
	*line = '\0';
	g_autofree char *answer = item_info_format(text, line + 1, accepts, &n_asked, NULL);

	if (answer == NULL) {
		return 0;
	}
	/* an answer has no bound of its own: it is as long as the question makes it */
	static const AvuXmlKind kind = { "answer", 64 * 1024 * 1024, 8, 1024 * 1024, false };
	g_autoptr(AvuXmlDocument) tree = avu_xml_parse(&kind, answer, strlen(answer), NULL);

	g_assert_nonnull(tree);
	for (const AvuXmlElement *item = avu_xml_find_child(avu_xml_get_root(tree), NULL);
		item != NULL; item = avu_xml_find_next(item, NULL)) {
		for (const AvuXmlElement *at = avu_xml_find_child(item, "resPlaybackInfo");
			at != NULL; at = avu_xml_find_next(at, "resPlaybackInfo")) {
			const char *verdict = avu_xml_get_attribute(at, "canPlay");

			g_assert_true(strcmp(verdict, "0") == 0 || strcmp(verdict, "1") == 0);
			n_told++;
		}
	}
	g_assert_cmpuint(n_told, >=, n_asked); /* nobody asks about what is protected */
	return 0;
}
