/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Look-ups, and which code a wrong value gets: SEC-065. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/service.h>

static const char *const letters[] = { "A", "B", NULL };

static const AvuVariableSpec any = { "any", AVU_TYPE_STRING };
static const AvuVariableSpec closed = { "closed", AVU_TYPE_STRING, .allowed = letters };
static const AvuVariableSpec open_list = { "open", AVU_TYPE_STRING, .flags = AVU_VARIABLE_OPEN_LIST,
	.allowed = letters };
static const AvuVariableSpec ui1 = { "ui1", AVU_TYPE_UI1 };
static const AvuVariableSpec ui2 = { "ui2", AVU_TYPE_UI2, .max = 100, .step = 1 };
static const AvuVariableSpec ui4 = { "ui4", AVU_TYPE_UI4 };
static const AvuVariableSpec i2 = { "i2", AVU_TYPE_I2, .min = -100, .max = 100 };
static const AvuVariableSpec i4 = { "i4", AVU_TYPE_I4 };
static const AvuVariableSpec stepped = { "stepped", AVU_TYPE_I4, .min = 1, .max = 10, .step = 3 };
static const AvuVariableSpec whole = { "int", AVU_TYPE_INT };
static const AvuVariableSpec boolean = { "boolean", AVU_TYPE_BOOLEAN };
static const AvuVariableSpec uri = { "uri", AVU_TYPE_URI };
static const AvuVariableSpec base64 = { "base64", AVU_TYPE_BIN_BASE64 };

static const struct {
	const AvuVariableSpec *spec;
	const char *value;
	int code; /* 0: accepted */
	const char *why;
} rows[] = {
	{ &any, "", 0, "strings may be empty" },
	{ &any, "<&> \n", 0, "any text" },
	{ &closed, "A", 0, "in the list" },
	{ &closed, "a", 601, "values are case-sensitive" },
	{ &closed, "", 601, "empty is not in the list" },
	{ &closed, "C", 601, "not in the list" },
	{ &open_list, "C", 0, "vendor value" },
	{ &ui4, "0", 0, "zero" },
	{ &ui4, "4294967295", 0, "greatest" },
	{ &ui4, "4294967296", 601, "one more" },
	{ &ui4, "18446744073709551616", 601, "wraps 64 bits to 0" },
	{ &ui4, "99999999999999999999999999", 601, "longer than any integer" },
	{ &ui4, "007", 0, "leading zeros" },
	{ &ui4, "-1", 402, "no sign in ui4" },
	{ &ui4, "+1", 402, "no sign in ui4" },
	{ &ui4, "", 402, "empty is no number" },
	{ &ui4, " 1", 402, "white space" },
	{ &ui4, "1 ", 402, "white space behind" },
	{ &ui4, "1.0", 402, "fraction" },
	{ &ui4, "0x10", 402, "hexadecimal" },
	{ &ui4, "one", 402, "word" },
	{ &ui1, "255", 0, "greatest ui1" },
	{ &ui1, "256", 601, "range of the type" },
	{ &ui2, "100", 0, "end of the range" },
	{ &ui2, "101", 601, "outside the range" },
	{ &ui2, "65536", 601, "outside the type too" },
	{ &i2, "-100", 0, "negative end" },
	{ &i2, "-101", 601, "below" },
	{ &i2, "+5", 0, "sign" },
	{ &i2, "-", 402, "sign alone" },
	{ &i2, "--5", 402, "two signs" },
	{ &i4, "-2147483648", 0, "least i4" },
	{ &i4, "-2147483649", 601, "below i4" },
	{ &i4, "2147483648", 601, "above i4" },
	{ &stepped, "4", 0, "second step" },
	{ &stepped, "5", 601, "between steps" },
	{ &whole, "-00012", 0, "leading zeros are ignored" },
	{ &boolean, "0", 0, "canonical" },
	{ &boolean, "1", 0, "canonical" },
	{ &boolean, "true", 0, "UDA 2.5" },
	{ &boolean, "no", 0, "UDA 2.5" },
	{ &boolean, "2", 402, "number" },
	{ &boolean, "", 402, "empty" },
	{ &boolean, "on", 402, "other word" },
	{ &uri, "http://192.0.2.1/a?b=c&d", 0, "absolute" },
	{ &uri, "", 0, "empty" },
	{ &uri, "http://192.0.2.1/a b", 600, "blank" },
	{ &uri, "http://192.0.2.1/\n", 600, "control character" },
	{ &base64, "", 0, "nothing" },
	{ &base64, "TWFu", 0, "three octets" },
	{ &base64, "TWE=", 0, "two octets" },
	{ &base64, "TQ==\r\n", 0, "one octet, line end" },
	{ &base64, "TQ=", 600, "wrong padding" },
	{ &base64, "T=Q=", 600, "padding inside" },
	{ &base64, "TW*u", 600, "outside the alphabet" },
};

static void
test_check(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		bool good = avu_variable_check(rows[i].spec, "Arg", rows[i].value, &error);

		g_test_message("%s '%s': %s", rows[i].spec->name, rows[i].value, rows[i].why);
		if (rows[i].code == 0) {
			g_assert_no_error(error);
			g_assert_true(good);
		} else {
			g_assert_error(error, AVU_UPNP_ERROR, rows[i].code);
			g_assert_false(good);
			g_assert_nonnull(strstr(error->message, "Arg"));
		}
	}
}

static void
test_long_uri(void)
{
	g_autofree char *value = g_strnfill(10000, 'a');
	g_autoptr(GError) error = NULL;

	g_assert_false(avu_variable_check(&uri, "Arg", value, &error));
	g_assert_error(error, AVU_UPNP_ERROR, 605);
	g_assert_cmpuint(strlen(error->message), <, 200);
}

static void
test_find(void)
{
	unsigned version = 99;

	g_assert_true(avu_service_find("AVTransport", &version) == &avu_service_av_transport);
	g_assert_cmpuint(version, ==, 0);
	g_assert_true(avu_service_find("urn:schemas-upnp-org:service:ContentDirectory:3",
			      &version) == &avu_service_content_directory);
	g_assert_cmpuint(version, ==, 3);
	g_assert_null(avu_service_find("urn:schemas-upnp-org:service:ContentDirectory:", NULL));
	g_assert_null(avu_service_find("urn:schemas-upnp-org:service:ContentDirectory:0", NULL));
	g_assert_null(avu_service_find("urn:schemas-upnp-org:service:ContentDirectory:1x", NULL));
	g_assert_null(avu_service_find("urn:schemas-upnp-org:service:ContentDirectory:999", NULL));
	g_assert_null(avu_service_find("urn:schemas-upnp-org:service:ContentDirectoryX:1", NULL));
	g_assert_null(avu_service_find("urn:schemas-upnp-org:service:Dimming:1", NULL));
	g_assert_null(avu_service_find("", NULL));
	g_assert_nonnull(avu_service_find_action(&avu_service_content_directory, "Browse"));
	g_assert_null(avu_service_find_action(&avu_service_content_directory, "browse"));
	g_assert_null(avu_service_find_variable(&avu_service_content_directory, "Volume"));
}

static void
test_moderation(void)
{
	const AvuServiceSpec *service = &avu_service_content_directory;

	static const struct {
		const char *name;
		unsigned version, moderation_ms;
	} evented[] = {
		/* ContentDirectory:1 2.5.20: 2 s; later versions 0.2 s. */
		{ "SystemUpdateID", 1, 2000 },
		{ "SystemUpdateID", 2, 200 },
		{ "SystemUpdateID", 4, 200 },
		{ "ContainerUpdateIDs", 1, 2000 },
		{ "ContainerUpdateIDs", 2, 200 },
		{ "ContainerUpdateIDs", 4, 200 },
		{ "LastChange", 3, 200 },
		{ "LastChange", 4, 200 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(evented); i++) {
		g_test_message("%s:%u", evented[i].name, evented[i].version);
		g_assert_cmpuint(
			avu_service_find_variable_at(service, evented[i].version, evented[i].name)
				->moderation_ms,
			==, evented[i].moderation_ms);
	}
	g_assert_null(avu_service_find_variable_at(service, 1, "FeatureList"));
}

static void
test_error_texts(void)
{
	g_assert_cmpstr(
		avu_service_error_text(&avu_service_content_directory, 701), ==, "No such object");
	g_assert_cmpstr(avu_service_error_text(&avu_service_av_transport, 701), ==,
		"Transition not available");
	g_assert_cmpstr(avu_service_error_text(&avu_service_av_transport, 402), ==, "Invalid Args");
	g_assert_cmpstr(avu_service_error_text(NULL, 501), ==, "Action Failed");
	g_assert_cmpstr(avu_service_error_text(NULL, 701), ==, "Error");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/upnp/service/check", test_check);
	g_test_add_func("/upnp/service/long-uri", test_long_uri);
	g_test_add_func("/upnp/service/find", test_find);
	g_test_add_func("/upnp/service/moderation", test_moderation);
	g_test_add_func("/upnp/service/error-texts", test_error_texts);
	return g_test_run();
}
