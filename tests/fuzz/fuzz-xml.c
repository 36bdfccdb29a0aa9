/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Foreign XML of any kind, as it came or put right. What was accepted is written again, and the copy must be
 * read as the same tree; what needed no mending is not changed by it. */
#include <av-upnp/xml-reader.h>
#include <av-upnp/xml-writer.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
copy(const AvuXmlElement *element, AvuXmlWriter *writer)
{
	avu_xml_start(writer, avu_xml_get_name(element));
	avu_xml_text(writer, avu_xml_get_text(element));
	for (const AvuXmlElement *child = avu_xml_find_child(element, NULL); child != NULL;
		child = avu_xml_find_next(child, NULL)) {
		copy(child, writer);
	}
	avu_xml_end(writer);
}

static void
compare(const AvuXmlElement *a, const AvuXmlElement *b)
{
	const AvuXmlElement *child_a = avu_xml_find_child(a, NULL);
	const AvuXmlElement *child_b = avu_xml_find_child(b, NULL);

	g_assert_cmpstr(avu_xml_get_name(a), ==, avu_xml_get_name(b));
	g_assert_cmpstr(avu_xml_get_text(a), ==, avu_xml_get_text(b));
	while (child_a != NULL && child_b != NULL) {
		compare(child_a, child_b);
		child_a = avu_xml_find_next(child_a, NULL);
		child_b = avu_xml_find_next(child_b, NULL);
	}
	g_assert_true(child_a == NULL && child_b == NULL);
}

static void
check(const AvuXmlDocument *document)
{
	AvuXmlWriter *writer = avu_xml_writer_new();

	copy(avu_xml_get_root(document), writer);
	g_autoptr(GBytes) text = avu_xml_writer_finish(writer);
	size_t len;
	const char *octets = g_bytes_get_data(text, &len);
	AvuXmlKind roomy = avu_xml_kind_description;

	/* A carriage return becomes five octets. */
	roomy.max_bytes *= 8;
	g_autoptr(AvuXmlDocument) again = avu_xml_parse(&roomy, octets, len, NULL);

	g_assert_nonnull(again);
	compare(avu_xml_get_root(document), avu_xml_get_root(again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	g_autoptr(AvuXmlDocument) strict =
		avu_xml_parse(&avu_xml_kind_description, text, size, NULL);
	g_autoptr(AvuXmlDocument) mended =
		avu_xml_parse_foreign(&avu_xml_kind_description, text, size, NULL);

	if (strict != NULL) {
		g_assert_nonnull(mended);
		compare(avu_xml_get_root(strict), avu_xml_get_root(mended));
	}
	if (mended != NULL) {
		check(mended);
	}
	return 0;
}
