/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Property sets of GENA, written and read. No I/O, any thread; sizes are limited by the XML reader's
 * kind "event". */
#include "property-set.h"

#include <av-upnp/error.h>
#include <av-upnp/xml-reader.h>
#include <av-upnp/xml-writer.h>

GBytes *
property_set_write(const Properties *properties)
{
	AvuXmlWriter *out = avu_xml_writer_new();

	avu_xml_declaration(out);
	avu_xml_start(out, "e:propertyset");
	avu_xml_attribute(out, "xmlns:e", "urn:schemas-upnp-org:event-1-0");
	for (guint i = 0; i < properties->names->len; i++) {
		avu_xml_start(out, "e:property");
		avu_xml_element(out, g_ptr_array_index(properties->names, i),
			g_ptr_array_index(properties->values, i));
		avu_xml_end(out);
	}
	avu_xml_end(out);
	return avu_xml_writer_finish(out);
}

PropertySet *
property_set_ref(PropertySet *set)
{
	g_atomic_int_inc(&set->references);
	return set;
}

void
property_set_unref(PropertySet *set)
{
	if (set != NULL && g_atomic_int_dec_and_test(&set->references)) {
		g_ptr_array_unref(set->names);
		g_ptr_array_unref(set->values);
		g_free(set);
	}
}

PropertySet *
property_set_parse(const char *text, size_t len, GError **error)
{
	g_autoptr(AvuXmlDocument) document =
		avu_xml_parse_foreign(&avu_xml_kind_event, text, len, error);

	if (document == NULL) {
		return NULL;
	}
	const AvuXmlElement *root = avu_xml_get_root(document);

	if (!avu_xml_is(root, "propertyset")) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_SYNTAX, "event: not a property set");
		return NULL;
	}
	PropertySet *set = g_new0(PropertySet, 1);

	set->references = 1;
	set->names = g_ptr_array_new_null_terminated(4, g_free, TRUE);
	set->values = g_ptr_array_new_null_terminated(4, g_free, TRUE);
	for (const AvuXmlElement *property = avu_xml_find_child(root, "property"); property != NULL;
		property = avu_xml_find_next(property, "property")) {
		/* One each by the standard; some devices put all of them into one. */
		for (const AvuXmlElement *variable = avu_xml_find_child(property, NULL);
			variable != NULL; variable = avu_xml_find_next(variable, NULL)) {
			g_ptr_array_add(set->names, g_strdup(avu_xml_get_name(variable)));
			g_ptr_array_add(set->values, g_strdup(avu_xml_get_text(variable)));
		}
	}
	return set;
}
