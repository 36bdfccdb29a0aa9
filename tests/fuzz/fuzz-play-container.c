/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* URIs that name lists. What is taken apart names a server and an object; the kind agrees with it. */
#include <string.h>

#include "transport/list-kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *uri = g_strndup((const char *)data, size);
	const char *end = strchr(uri, '\n');
	const ListKind kind = list_kind_of(uri, end != NULL ? end + 1 : NULL);
	g_autoptr(PlayContainer) container = play_container_parse(uri, NULL);

	(void)list_form_of(uri, end != NULL ? end + 1 : NULL);
	if (container != NULL) {
		g_assert_true(kind == LIST_CONTAINER || kind == LIST_SINGLE);
		g_assert_cmpstr(container->object_id, !=, "");
		g_assert_cmpstr(container->udn, !=, "");
		g_assert_true(g_utf8_validate(container->object_id, -1, NULL));
		g_assert_cmpuint(container->depth, <=, 32);
		g_assert_nonnull(container->sort);
	}
	return 0;
}
