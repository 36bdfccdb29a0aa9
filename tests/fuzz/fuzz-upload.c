/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an upload says of itself: its title becomes a name that leads nowhere else, its path an item, its
 * Content-Range a part that reaches the end. */
#include <string.h>

#include "mediaserver/import/file-name.h"
#include "mediaserver/import/upload-route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	uint64_t first, length;
	int64_t item;

	for (unsigned n = 0; n < 3; n++) {
		g_autofree char *name = file_name_make(text, n == 1 ? "" : "jpg", n);

		g_assert_cmpuint(strlen(name), >, 0);
		g_assert_cmpuint(strlen(name), <=, 255);
		g_assert_true(name[0] != '.' && strpbrk(name, "/\\:*?\"<>|\n\r\t") == NULL);
		g_assert_true(g_utf8_validate(name, -1, NULL));
	}
	if (upload_parse_content_range(text, &first, &length)) {
		g_assert_cmpuint(length, >, 0);
		g_assert_cmpuint(first + length, <=, INT64_MAX);
	}
	if (upload_parse_path(text, &item)) {
		g_assert_cmpint(item, >, 0);
	}
	return 0;
}
