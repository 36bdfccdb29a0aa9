/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LastChange documents of AVTransport and RenderingControl. Pure; any thread. Size and depth are
 * those of avu_xml_kind_didl. */
#include <av-upnp/cursor.h>
#include <av-upnp/last-change.h>
#include <av-upnp/xml-reader.h>

static void
emit_instance(const AvuXmlElement *instance, void (*emit)(const AvuChange *change, void *data),
	void *data)
{
	uint64_t number = 0;
	const char *text = avu_xml_get_attribute(instance, "val");

	if (text == NULL || !avu_parse_uint(text, UINT32_MAX, &number)) {
		return;
	}
	for (const AvuXmlElement *e = avu_xml_find_child(instance, NULL); e != NULL;
		e = avu_xml_find_next(e, NULL)) {
		const AvuChange change = {
			.instance = (uint32_t)number,
			.name = avu_xml_get_name(e),
			.channel = avu_xml_get_attribute(e, "channel"),
			.value = avu_xml_get_attribute(e, "val"),
		};

		if (change.value != NULL) {
			emit(&change, data);
		}
	}
}

bool
avu_last_change_parse(const char *text, size_t len,
	void (*emit)(const AvuChange *change, void *data), void *data, GError **error)
{
	g_autoptr(AvuXmlDocument) document =
		avu_xml_parse_foreign(&avu_xml_kind_didl, text, len, error);

	if (document == NULL) {
		return false;
	}
	for (const AvuXmlElement *e = avu_xml_find_child(avu_xml_get_root(document), "InstanceID");
		e != NULL; e = avu_xml_find_next(e, "InstanceID")) {
		emit_instance(e, emit, data);
	}
	return true;
}
