/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Filter: whatever it says, the document is well-formed and has what is required. */
#include <string.h>

#include <av-upnp/didl.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autoptr(AvuFilter) filter = avu_filter_parse(text);
	g_autoptr(AvuXmlWriter) writer = avu_xml_writer_new();
	AvuObject object;

	avu_object_init(&object);
	object.id = "1";
	object.parent_id = "0";
	object.title = "t";
	object.upnp_class = "object.item";
	object.album_artist = "b";
	object.resources[0].uri = "u";
	object.resources[0].protocol_info = "http-get:*:a/b:*";
	object.n_resources = 1;
	avu_didl_begin(writer);
	avu_didl_write(writer, &object, filter);
	avu_didl_end(writer);

	g_autofree char *document = avu_xml_writer_finish_string(g_steal_pointer(&writer));
	g_autoptr(AvuDidl) didl = avu_didl_parse(document, strlen(document), NULL);

	g_assert_true(didl != NULL && avu_didl_get_n(didl) == 1);
	g_assert_cmpstr(avu_didl_get(didl, 0)->id, ==, "1");
	g_assert_cmpstr(avu_didl_get(didl, 0)->parent_id, ==, "0");
	g_assert_cmpstr(avu_didl_get(didl, 0)->title, ==, "t");
	g_assert_cmpstr(avu_didl_get(didl, 0)->upnp_class, ==, "object.item");
	return 0;
}
