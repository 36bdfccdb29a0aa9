/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tag lists of UpdateObject: first line current, the rest new. What comes out changes something, is
 * writable and has no more values than entries and object together. */
#include <string.h>

#include "libav-upnp/av/tag-list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	char *line = strchr(text, '\n');
	AvuPropertySet writable = { 0 }, none = { 0 };
	AvuObject object;

	if (line == NULL) {
		return 0;
	}
	*line = '\0';
	avu_property_set_add(&writable, AVU_PROPERTY_TITLE);
	avu_property_set_add(&writable, AVU_PROPERTY_ARTIST);
	avu_property_set_add(&writable, AVU_PROPERTY_TRACK);
	avu_object_init(&object);
	object.title = "t";
	object.artist = "a\037b";

	g_autoptr(GArray) current = tag_list_parse(text, false, NULL);
	g_autoptr(GArray) next = tag_list_parse(line + 1, true, NULL);
	g_autoptr(GArray) edits =
		current != NULL && next != NULL
			? tag_list_apply(&object, current, next, &writable, &none, NULL)
			: NULL;

	for (guint i = 0; edits != NULL && i < edits->len; i++) {
		const AvuContentEdit *edit = &g_array_index(edits, AvuContentEdit, i);

		g_assert_true(avu_property_set_has(&writable, edit->property));
		g_assert_true(edit->value == NULL || *edit->value != '\0');
		g_assert_true(edit->property != AVU_PROPERTY_TITLE || edit->value != NULL);
	}
	return 0;
}
