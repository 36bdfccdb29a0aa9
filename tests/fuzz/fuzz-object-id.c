/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Object ids. One that is accepted is the only text of its object. */
#include "mediaserver/content/object-id.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	ObjectId id;

	if (object_id_parse(text, &id)) {
		char item[OBJECT_ID_MAX];

		g_assert_true(id.item != 0 || id.container != 0);
		if (id.item != 0) {
			object_id_format_item(item, id.item);
			g_assert_true(g_str_has_suffix(text, item));
		}
	}
	return 0;
}
