/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Header lines of GENA: the input is lines "SID", "NT", "CALLBACK", "TIMEOUT", "NTS", "SEQ" in this
 * order, each of which may be missing (a line "-"). What is accepted has literal addresses, ports,
 * and times within the limits. */
#include <string.h>

#include <av-upnp/address.h>
#include <av-upnp/limits.h>

#include "libav-upnp/upnp/gena-headers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_auto(GStrv) lines = g_strsplit(text, "\n", 6);
	const char *values[6] = { NULL };
	unsigned status = 0;
	uint32_t seq = 0;

	for (size_t i = 0; lines[i] != NULL; i++) {
		values[i] = strcmp(lines[i], "-") != 0 ? lines[i] : NULL;
	}
	g_autoptr(GenaRequest) new_one =
		gena_parse_subscribe(values[0], values[1], values[2], values[3], &status);
	g_autoptr(GenaRequest) end =
		gena_parse_unsubscribe(values[0], values[1], values[2], &status);

	g_assert_true(status == 0 || status == 400 || status == 412);
	g_assert_true(end == NULL || end->sid != NULL);
	(void)gena_check_notify(values[1], values[4], values[0], values[5], &seq);
	if (new_one == NULL) {
		return 0;
	}
	g_assert_true(new_one->timeout_s >= AVU_LIMIT_SUBSCRIPTION_MIN_S &&
		      new_one->timeout_s <= AVU_LIMIT_SUBSCRIPTION_MAX_S);
	g_assert_true((new_one->sid == NULL) != (new_one->callbacks == NULL));
	for (guint i = 0; new_one->callbacks != NULL && i < new_one->callbacks->len; i++) {
		const AvuUrl *url = g_ptr_array_index(new_one->callbacks, i);
		AvuAddress address;

		g_assert_cmpuint(i, <, AVU_LIMIT_CALLBACK_URLS);
		g_assert_true(avu_address_parse(avu_url_get_host(url), &address));
		g_assert_true(avu_url_get_port(url) != 0);
		g_assert_cmpstr(avu_url_get_scheme(url), ==, "http");
	}
	return 0;
}
