/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Microsoft's registrar as players ask it (spec/upnp-av-device.md 9.1); DeviceID may be empty. */
#include <av-upnp/media-receiver-registrar.h>

#include "service-fixture.h"

static void
test_answers(void)
{
	Fixture f;

	fixture_init(&f);
	avu_media_receiver_registrar_add(f.host);
	fixture_start(&f, "X_MS_MediaReceiverRegistrar");

	g_autoptr(AvuSoapMessage) authorized =
		fixture_call(&f, "IsAuthorized", "DeviceID", "", NULL);
	g_autoptr(AvuSoapMessage) validated =
		fixture_call(&f, "IsValidated", "DeviceID", "uuid:1", NULL);
	g_autoptr(AvuSoapMessage) registered =
		fixture_call(&f, "RegisterDevice", "RegistrationReqMsg", "AAAA", NULL);
	g_autoptr(AvuSoapMessage) malformed =
		fixture_call(&f, "RegisterDevice", "RegistrationReqMsg", "?", NULL);

	fixture_assert_out(authorized, "Result", "1");
	fixture_assert_out(validated, "Result", "1");
	fixture_assert_out(registered, "RegistrationRespMsg", "");
	g_assert_cmpint(malformed->fault_code, ==, 600);
	fixture_clear(&f);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/media-receiver-registrar/answers", test_answers);
	return g_test_run();
}
