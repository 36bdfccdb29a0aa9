/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names on the disk from titles, URLs and protocolInfo of a server: always one name, in this folder, that
 * file systems take. The three texts are parted by line feeds. */
#include <string.h>

#include "commands/file-name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_auto(GStrv) parts = g_strsplit(text, "\n", 3);
	const unsigned n = g_strv_length(parts);
	g_autofree char *name = file_name_of(
		n > 0 ? parts[0] : NULL, n > 1 ? parts[1] : NULL, n > 2 ? parts[2] : NULL);

	g_assert_true(name[0] != '\0' && name[0] != '.');
	g_assert_true(strchr(name, '/') == NULL);
	g_assert_true(strlen(name) + strlen(".part") <= 255);
	g_assert_true(g_utf8_validate(name, -1, NULL));
	return 0;
}
