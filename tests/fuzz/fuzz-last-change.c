/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LastChange: what is emitted is complete, text, and within its limits; a refused document emits
 * nothing. */
#include <string.h>

#include <av-upnp/last-change.h>
#include <av-upnp/limits.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const AvuChange *change, void *data)
{
	unsigned *n = data;

	g_assert_nonnull(change->name);
	g_assert_nonnull(change->value);
	g_assert_cmpuint(strlen(change->name), <=, AVU_LIMIT_XML_NAME);
	g_assert_cmpuint(strlen(change->value), <=, AVU_LIMIT_XML_ATTRIBUTE_VALUE);
	g_assert_true(g_utf8_validate(change->value, -1, NULL));
	(*n)++;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	unsigned n = 0;

	if (!avu_last_change_parse((const char *)data, size, check, &n, &error)) {
		g_assert_nonnull(error);
		g_assert_cmpuint(n, ==, 0);
	}
	return 0;
}
