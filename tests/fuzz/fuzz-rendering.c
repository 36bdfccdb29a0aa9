/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Documents that a control point gives RenderingControl: the first octet chooses the action. Whatever
 * comes, the engine hears numbers in their ranges only, and a refused SetStateVariables sets nothing. */
#include <string.h>

#include <av-upnp/rendering-control.h>

#include "tests/unit/av/service-fixture.h"

#define UDN "uuid:00000000-0000-4000-8000-000000000001"
#define ALL_VALUES ((UINT32_C(1) << AVU_N_VALUES) - 1)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int16_t scale[] = { -75 * 256, -40 * 256, 0 };

static unsigned n_asked;

static void
on_set(void *self, AvuValue value, AvuChannel channel, int32_t number)
{
	const AvuValueSpec *spec = avu_value_get_spec(value);

	(void)self;
	g_assert_cmpint(channel, <=, AVU_CHANNEL_RF);
	if (value == AVU_VALUE_VOLUME) {
		g_assert_true(number == AVU_VOLUME_SILENT || number == scale[1] || number == 0);
	} else {
		g_assert_cmpint(number, >=, spec->min);
		g_assert_cmpint(number, <=, spec->max);
	}
	n_asked++;
}

static const AvuEngine engine = { .set_value = on_set };

static AvuSoapMessage *
call(Fixture *fixture, unsigned which, const char *text)
{
	switch (which % 4) {
	case 0:
		return fixture_call(fixture, "SetTransforms", "InstanceID", "0",
			"DesiredTransformValues", text, NULL);
	case 1:
		return fixture_call(fixture, "SetDefaultTransforms",
			"DesiredDefaultTransformSettings", text, NULL);
	case 2:
		return fixture_call(fixture, "GetStateVariables", "InstanceID", "0",
			"StateVariableList", text, NULL);
	default:
		return fixture_call(fixture, "SetStateVariables", "InstanceID", "0",
			"RenderingControlUDN", UDN, "ServiceType", "RenderingControl:3",
			"ServiceId", "urn:upnp-org:serviceId:RenderingControl",
			"StateVariableValuePairs", text, NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static Fixture fixture;
	static AvuRendering *rendering;

	if (size < 1) {
		return 0;
	}
	if (rendering == NULL) {
		AvuValues factory;

		avu_values_init(&factory);
		const AvuRenderingConfig config = {
			.version = 3,
			.udn = UDN,
			.volume_db = scale,
			.n_positions = G_N_ELEMENTS(scale),
			.channels = 1u << AVU_CHANNEL_LF | 1u << AVU_CHANNEL_RF,
			.values = ALL_VALUES,
			.factory = &factory,
		};

		fixture_init(&fixture);
		rendering = avu_rendering_new(fixture.host, &config, &engine, NULL);
		fixture_start(&fixture, "RenderingControl");
	}
	g_autofree char *text = g_strndup((const char *)data + 1, size - 1);

	n_asked = 0;
	g_autoptr(AvuSoapMessage) answer = call(&fixture, data[0], text);

	if (answer->fault_code != 0) {
		g_assert_cmpuint(n_asked, ==, 0);
	}
	return 0;
}
