/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <av-upnp/error.h>

#include "address/device-name.h"

static const DeviceLabel house[] = {
	{ "Kitchen", "uuid:1111", "192.0.2.1" },
	{ "Kitchen radio", "uuid:2222", "192.0.2.2" },
	{ "Küche", "uuid:3333", "192.0.2.3" },
	{ "Bath", "uuid:4444", "192.0.2.4" },
	{ "Bath", "uuid:5555", "192.0.2.5" },
};

static const struct {
	const char *wanted;
	int index;
	DeviceNameMatch match;
	int code;
	const char *why;
} rows[] = {
	{ "Kitchen", 0, DEVICE_NAME_WHOLE, 0, "the whole name, though a part of another" },
	{ "kitchen", 0, DEVICE_NAME_WHOLE, 0, "without regard to case" },
	{ "radio", 1, DEVICE_NAME_PART, 0, "a part that one has" },
	{ "RAD", 1, DEVICE_NAME_PART, 0, "a part in another case" },
	{ "kuche", 2, DEVICE_NAME_WHOLE, 0, "without regard to accents" },
	{ "Kitch", -1, DEVICE_NAME_NONE, AVU_ERROR_AMBIGUOUS, "a part that two have" },
	{ "Bath", -1, DEVICE_NAME_NONE, AVU_ERROR_AMBIGUOUS, "a name that two have" },
	{ "uuid:5555", 4, DEVICE_NAME_WHOLE, 0, "UDN" },
	{ "5555", 4, DEVICE_NAME_WHOLE, 0, "UDN without its scheme" },
	{ "UUID:5555", 4, DEVICE_NAME_WHOLE, 0, "UDN in capitals" },
	{ "555", -1, DEVICE_NAME_NONE, AVU_ERROR_NOT_FOUND, "a part of a UDN" },
	{ "192.0.2.4", 3, DEVICE_NAME_WHOLE, 0, "address" },
	{ "192.0.2", -1, DEVICE_NAME_NONE, AVU_ERROR_NOT_FOUND, "a part of an address" },
	{ "cellar", -1, DEVICE_NAME_NONE, AVU_ERROR_NOT_FOUND, "nobody" },
	{ NULL, -1, DEVICE_NAME_NONE, AVU_ERROR_AMBIGUOUS, "no name among several" },
};

static void
test_choose(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		DeviceNameMatch match = DEVICE_NAME_NONE;
		g_autoptr(GError) error = NULL;

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(device_name_choose(house, G_N_ELEMENTS(house), rows[i].wanted,
					"renderer", &match, &error),
			==, rows[i].index);
		g_assert_cmpint(match, ==, rows[i].match);
		if (rows[i].index < 0) {
			g_assert_error(error, AVU_ERROR, rows[i].code);
		}
	}
}

static void
test_one_and_none(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(device_name_choose(house, 1, NULL, "renderer", NULL, &error), ==, 0);
	g_assert_cmpint(device_name_choose(house, 0, NULL, "renderer", NULL, &error), ==, -1);
	g_assert_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND);
}

static void
test_messages(void)
{
	g_autoptr(GError) error = NULL;

	/* The matches are listed, the others are not. */
	(void)device_name_choose(house, G_N_ELEMENTS(house), "Bath", "renderer", NULL, &error);
	g_assert_nonnull(strstr(error->message, "uuid:4444"));
	g_assert_nonnull(strstr(error->message, "uuid:5555"));
	g_assert_null(strstr(error->message, "Kitchen"));
	g_clear_error(&error);
	/* Nobody: all are listed. */
	(void)device_name_choose(house, G_N_ELEMENTS(house), "x", "renderer", NULL, &error);
	g_assert_nonnull(strstr(error->message, "Kitchen radio"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/device-name/choose", test_choose);
	g_test_add_func("/device-name/one-and-none", test_one_and_none);
	g_test_add_func("/device-name/messages", test_messages);
	return g_test_run();
}
