/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What ContentDirectory can do beyond its version, as a document. Pure.
 * @clause ContentDirectory:4 5.3.14 and annex F */
#include <av-upnp/xml-writer.h>

#include "content-private.h"

static void
write_shortcuts(AvuXmlWriter *writer, const AvuContentShortcut *shortcuts)
{
	avu_xml_start(writer, "Feature");
	avu_xml_attribute(writer, "name", "CONTAINER_SHORTCUTS");
	avu_xml_attribute(writer, "version", "1");
	avu_xml_start(writer, "shortcutlist");
	for (; shortcuts->name != NULL; shortcuts++) {
		avu_xml_start(writer, "shortcut");
		avu_xml_element(writer, "name", shortcuts->name);
		avu_xml_element(writer, "objectID", shortcuts->object_id);
		avu_xml_end(writer);
	}
	avu_xml_end(writer);
	avu_xml_end(writer);
}

char *
features_format(const AvuContentShortcut *shortcuts)
{
	AvuXmlWriter *writer = avu_xml_writer_new();

	avu_xml_start(writer, "Features");
	avu_xml_attribute(writer, "xmlns", "urn:schemas-upnp-org:av:avs");
	if (shortcuts != NULL && shortcuts->name != NULL) {
		write_shortcuts(writer, shortcuts);
	}
	avu_xml_end(writer);
	return avu_xml_writer_finish_string(writer);
}
