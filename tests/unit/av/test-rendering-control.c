/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RenderingControl over an engine that only remembers (spec/upnp-av-renderingcontrol.md). */
#include <av-upnp/error.h>
#include <av-upnp/rendering-control.h>

#include "service-fixture.h"

/* Five positions: 0 is told as -75 dB, 4 as 0 dB. */
static const int16_t scale[] = { -75 * 256, -60 * 256, -40 * 256, -20 * 256, 0 };

#define SOUND (1u << AVU_VALUE_VOLUME | 1u << AVU_VALUE_MUTE | 1u << AVU_VALUE_LOUDNESS)
#define UDN "uuid:00000000-0000-4000-8000-000000000001"

typedef struct {
	Fixture base;
	AvuRendering *rendering;
	AvuValues asked;
	unsigned n_asked, n_changed;
} Player;

static void
fake_set_value(void *self, AvuValue value, AvuChannel channel, int32_t number)
{
	((Player *)self)->asked.at[value][channel] = number;
	((Player *)self)->n_asked++;
}

static void
on_changed(void *data)
{
	((Player *)data)->n_changed++;
}

static const AvuEngine fake = { .set_value = fake_set_value };

/* @param n_positions  of the scale: the rest is too loud  @param defaults  NULL: as from the factory */
static void
player_init_with(Player *p, unsigned version, uint32_t values, unsigned n_positions,
	const AvuValues *defaults)
{
	AvuValues factory;

	avu_values_init(&factory);
	factory.at[AVU_VALUE_VOLUME][AVU_CHANNEL_MASTER] = 2;
	factory.at[AVU_VALUE_VOLUME][AVU_CHANNEL_LF] = 4;
	factory.at[AVU_VALUE_VOLUME][AVU_CHANNEL_RF] = 4;
	*p = (Player){ .n_asked = 0 };
	fixture_init(&p->base);
	const AvuRenderingConfig config = {
		.version = version,
		.udn = UDN,
		.volume_db = scale,
		.n_positions = n_positions,
		.channels = 1u << AVU_CHANNEL_LF | 1u << AVU_CHANNEL_RF,
		.values = values,
		.factory = &factory,
		.defaults = defaults,
		.changed = on_changed,
		.data = p,
	};

	p->rendering = avu_rendering_new(p->base.host, &config, &fake, p);
	fixture_start(&p->base, "RenderingControl");
	p->n_asked = 0;
}

static void
player_init(Player *p, unsigned version, uint32_t values)
{
	player_init_with(p, version, values, G_N_ELEMENTS(scale), NULL);
}

static void
player_clear(Player *p)
{
	avu_rendering_free(p->rendering);
	fixture_clear(&p->base);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Player, player_clear)

#define ALL (SOUND | 1u << AVU_VALUE_BRIGHTNESS | 1u << AVU_VALUE_ROTATION)

static const struct {
	unsigned version;
	const char *action;
	const char *instance, *name, *value, *name2, *value2;
	int code;
	AvuValue which;
	AvuChannel channel;
	int32_t asked; /* of the engine, if it is no error */
	const char *why;
} rows[] = {
	{ 3, "SetVolume", "0", "Channel", "Master", "DesiredVolume", "0", 0, AVU_VALUE_VOLUME,
		AVU_CHANNEL_MASTER, AVU_VOLUME_SILENT, "0 is silence, not -75 dB" },
	{ 3, "SetVolume", "0", "Channel", "Master", "DesiredVolume", "4", 0, AVU_VALUE_VOLUME,
		AVU_CHANNEL_MASTER, 0, "loudest" },
	{ 3, "SetVolume", "0", "Channel", "LF", "DesiredVolume", "3", 0, AVU_VALUE_VOLUME,
		AVU_CHANNEL_LF, -20 * 256, "one ear" },
	{ 3, "SetVolume", "0", "Channel", "Master", "DesiredVolume", "5", 601, 0, 0, 0,
		"too loud" },
	{ 3, "SetVolume", "0", "Channel", "Master", "DesiredVolume", "-1", 402, 0, 0, 0,
		"negative" },
	{ 3, "SetVolume", "0", "Channel", "CF", "DesiredVolume", "1", 703, 0, 0, 0,
		"no such speaker" },
	{ 1, "SetVolume", "0", "Channel", "CF", "DesiredVolume", "1", 601, 0, 0, 0,
		"version 1 has no code of its own" },
	{ 3, "SetVolume", "1", "Channel", "Master", "DesiredVolume", "1", 702, 0, 0, 0,
		"instance" },
	{ 3, "SetVolumeDB", "0", "Channel", "Master", "DesiredVolume", "-7000", 0, AVU_VALUE_VOLUME,
		AVU_CHANNEL_MASTER, -20 * 256,
		"rounded to the nearest position, 1880 away; the other is 3240" },
	{ 3, "SetVolumeDB", "0", "Channel", "Master", "DesiredVolume", "1", 601, 0, 0, 0,
		"above the range" },
	{ 3, "SetMute", "0", "Channel", "Master", "DesiredMute", "yes", 0, AVU_VALUE_MUTE,
		AVU_CHANNEL_MASTER, 1, "in words" },
	{ 3, "SetMute", "0", "Channel", "RF", "DesiredMute", "1", 0, AVU_VALUE_MUTE, AVU_CHANNEL_RF,
		1, "one ear" },
	{ 3, "SetMute", "0", "Channel", "Master", "DesiredMute", "2", 402, 0, 0, 0,
		"not a boolean" },
	{ 3, "SetLoudness", "0", "Channel", "Master", "DesiredLoudness", "1", 0, AVU_VALUE_LOUDNESS,
		AVU_CHANNEL_MASTER, 1, "loudness" },
	{ 3, "SetBrightness", "0", "DesiredBrightness", "80", NULL, NULL, 0, AVU_VALUE_BRIGHTNESS,
		AVU_CHANNEL_MASTER, 80, "no channel" },
	{ 3, "SetBrightness", "0", "DesiredBrightness", "101", NULL, NULL, 601, 0, 0, 0,
		"brighter than bright" },
	{ 3, "SetContrast", "0", "DesiredContrast", "1", NULL, NULL, 602, 0, 0, 0,
		"this device has none" },
	{ 2, "GetTransforms", "0", NULL, NULL, NULL, NULL, 401, 0, 0, 0, "came with version 3" },
	{ 3, "ListPresets", "1", NULL, NULL, NULL, NULL, 702, 0, 0, 0, "instance" },
	{ 3, "SelectPreset", "0", "PresetName", "Loud", NULL, NULL, 701, 0, 0, 0,
		"no such preset" },
	{ 3, "SelectPreset", "0", "PresetName", "", NULL, NULL, 701, 0, 0, 0, "empty name" },
	{ 3, "GetStateVariables", "0", "StateVariableList", "Volume,,Mute", NULL, NULL, 705, 0, 0,
		0, "an empty entry" },
	{ 3, "GetStateVariables", "0", "StateVariableList", "Volume,Contrast", NULL, NULL, 704, 0,
		0, 0, "not of this device" },
	{ 3, "GetStateVariables", "0", "StateVariableList", "LastChange", NULL, NULL, 704, 0, 0, 0,
		"not kept in bookmarks" },
	{ 3, "GetStateVariables", "0", "StateVariableList", "Volume,Rotation", NULL, NULL, 704, 0,
		0, 0, "a transform is no variable" },
	{ 3, "GetStateVariables", "0", "StateVariableList", "Volume,\"Mute\"", NULL, NULL, 705, 0,
		0, 0, "quoted" },
	{ 3, "SetTransforms", "0", "DesiredTransformValues", "<x", NULL, NULL, 402, 0, 0, 0,
		"not XML" },
	{ 3, "SetTransforms", "0", "DesiredTransformValues",
		"<TransformSettings><transform name='Zoom'><value>50</value></transform>"
		"</TransformSettings>",
		NULL, NULL, 711, 0, 0, 0, "not of this device" },
	{ 3, "SetTransforms", "0", "DesiredTransformValues",
		"<TransformSettings><transform name='Rotation'><value>360</value></transform>"
		"</TransformSettings>",
		NULL, NULL, 712, 0, 0, 0, "out of range" },
	{ 3, "SetTransforms", "0", "DesiredTransformValues",
		"<TransformSettings><transform name='Zoom'><value>50</value></transform>"
		"<transform name='Rotation'><value>90</value></transform></TransformSettings>",
		NULL, NULL, 0, AVU_VALUE_ROTATION, AVU_CHANNEL_MASTER, 90, "one of two is enough" },
	{ 3, "SetTransforms", "0", "DesiredTransformValues",
		"<TransformSettings><transform name='Mute_RF'><value>1</value></transform>"
		"</TransformSettings>",
		NULL, NULL, 0, AVU_VALUE_MUTE, AVU_CHANNEL_RF, 1, "an old value by its new name" },
};

static void
test_actions(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Player) p;

		g_test_message("%s: %s", rows[i].action, rows[i].why);
		player_init(&p, rows[i].version, ALL);

		g_autoptr(AvuSoapMessage) answer =
			fixture_call(&p.base, rows[i].action, "InstanceID", rows[i].instance,
				rows[i].name, rows[i].value, rows[i].name2, rows[i].value2, NULL);

		g_assert_cmpint(answer->fault_code, ==, rows[i].code);
		g_assert_cmpuint(p.n_asked, ==, rows[i].code == 0 ? 1 : 0);
		g_assert_cmpuint(p.n_changed, ==, rows[i].code == 0 ? 1 : 0);
		if (rows[i].code == 0) {
			g_assert_cmpint(
				p.asked.at[rows[i].which][rows[i].channel], ==, rows[i].asked);
		}
	}
}

static void
assert_channel(Player *p, const char *channel, const char *volume, const char *db, const char *mute)
{
	g_autoptr(AvuSoapMessage) v =
		fixture_call(&p->base, "GetVolume", "InstanceID", "0", "Channel", channel, NULL);
	g_autoptr(AvuSoapMessage) d =
		fixture_call(&p->base, "GetVolumeDB", "InstanceID", "0", "Channel", channel, NULL);
	g_autoptr(AvuSoapMessage) m =
		fixture_call(&p->base, "GetMute", "InstanceID", "0", "Channel", channel, NULL);

	fixture_assert_out(v, "CurrentVolume", volume);
	fixture_assert_out(d, "CurrentVolume", db);
	fixture_assert_out(m, "CurrentMute", mute);
}

/* Volume and VolumeDB are one thing; Master leaves the channels alone; setting does not unmute. */
static void
test_volume_and_mute(void)
{
	g_auto(Player) p;

	player_init(&p, 3, ALL);
	g_autoptr(AvuSoapMessage) range = fixture_call(
		&p.base, "GetVolumeDBRange", "InstanceID", "0", "Channel", "Master", NULL);

	fixture_assert_out(range, "MinValue", "-19200");
	fixture_assert_out(range, "MaxValue", "0");
	avu_rendering_value_changed(p.rendering, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, -5000);
	avu_rendering_value_changed(p.rendering, AVU_VALUE_MUTE, AVU_CHANNEL_MASTER, 1);
	assert_channel(&p, "Master", "3", "-5120", "1");
	assert_channel(&p, "LF", "4", "0", "0");
	g_assert_cmpuint(p.n_asked, ==, 0); /* it was changed elsewhere */
	g_autoptr(AvuSoapMessage) answer = fixture_call(&p.base, "SetVolume", "InstanceID", "0",
		"Channel", "Master", "DesiredVolume", "1", NULL);

	g_assert_cmpint(answer->fault_code, ==, 0);
	assert_channel(&p, "Master", "1", "-15360", "1");
	avu_rendering_value_changed(
		p.rendering, AVU_VALUE_VOLUME, AVU_CHANNEL_MASTER, AVU_VOLUME_SILENT);
	assert_channel(&p, "Master", "0", "-19200", "1");
}

/* The ceiling is Master's: a channel at its loudest is as loud as Master. */
static void
test_ceiling(void)
{
	g_auto(Player) p;

	player_init_with(&p, 3, ALL, 4, NULL);
	g_autoptr(AvuSoapMessage) range = fixture_call(
		&p.base, "GetVolumeDBRange", "InstanceID", "0", "Channel", "Master", NULL);

	fixture_assert_out(range, "MaxValue", "-5120");
	g_autoptr(AvuSoapMessage) high = fixture_call(&p.base, "SetVolume", "InstanceID", "0",
		"Channel", "Master", "DesiredVolume", "4", NULL);
	g_autoptr(AvuSoapMessage) loud = fixture_call(&p.base, "SetVolumeDB", "InstanceID", "0",
		"Channel", "Master", "DesiredVolume", "-5119", NULL);
	g_autoptr(AvuSoapMessage) top = fixture_call(&p.base, "SetVolume", "InstanceID", "0",
		"Channel", "Master", "DesiredVolume", "3", NULL);
	g_autoptr(AvuSoapMessage) left = fixture_call(&p.base, "SetVolume", "InstanceID", "0",
		"Channel", "LF", "DesiredVolume", "3", NULL);

	g_assert_cmpint(high->fault_code, ==, 601);
	g_assert_cmpint(loud->fault_code, ==, 601);
	g_assert_cmpint(top->fault_code, ==, 0);
	g_assert_cmpint(left->fault_code, ==, 0);
	g_assert_cmpint(p.asked.at[AVU_VALUE_VOLUME][AVU_CHANNEL_MASTER], ==, -20 * 256);
	g_assert_cmpint(p.asked.at[AVU_VALUE_VOLUME][AVU_CHANNEL_LF], ==, 0);
	avu_rendering_value_changed(p.rendering, AVU_VALUE_VOLUME, AVU_CHANNEL_LF, -20 * 256);
	assert_channel(&p, "LF", "2", "-10240", "0");
}

/* What somebody else did is kept as what we did; what he did not change is nothing to be kept or told. */
static void
test_changed_elsewhere(void)
{
	g_auto(Player) p;

	player_init(&p, 3, ALL);
	avu_rendering_value_changed(p.rendering, AVU_VALUE_MUTE, AVU_CHANNEL_MASTER, 1);
	g_assert_cmpuint(p.n_changed, ==, 1);
	avu_rendering_value_changed(p.rendering, AVU_VALUE_MUTE, AVU_CHANNEL_MASTER, 1);
	avu_rendering_value_changed(p.rendering, AVU_VALUE_CONTRAST, AVU_CHANNEL_MASTER, 1);
	g_assert_cmpuint(p.n_changed, ==, 1);
}

static void
assert_preset_names(Player *p, const char *names)
{
	g_autoptr(AvuSoapMessage) list =
		fixture_call(&p->base, "ListPresets", "InstanceID", "0", NULL);

	fixture_assert_out(list, "CurrentPresetNameList", names);
}

static void
select_preset(Player *p, const char *name)
{
	g_autoptr(AvuSoapMessage) answer =
		fixture_call(&p->base, "SelectPreset", "InstanceID", "0", "PresetName", name, NULL);

	g_assert_cmpint(answer->fault_code, ==, 0);
}

static void
test_presets(void)
{
	g_auto(Player) p;
	g_autoptr(GError) error = NULL;

	player_init(&p, 3, ALL);
	avu_rendering_value_changed(p.rendering, AVU_VALUE_MUTE, AVU_CHANNEL_RF, 1);
	avu_rendering_value_changed(p.rendering, AVU_VALUE_ROTATION, AVU_CHANNEL_MASTER, 180);
	AvuValues kept = *avu_rendering_get_values(p.rendering);

	g_assert_true(avu_rendering_add_preset(p.rendering, "Night", &kept, &error));
	g_assert_false(avu_rendering_add_preset(p.rendering, "a,b", &kept, NULL));
	g_assert_false(avu_rendering_add_preset(p.rendering, AVU_PRESET_FACTORY, &kept, NULL));
	assert_preset_names(&p, "FactoryDefaults,InstallationDefaults,Night");
	select_preset(&p, "FactoryDefaults");
	assert_channel(&p, "RF", "4", "0", "0");
	g_assert_cmpint(p.asked.at[AVU_VALUE_ROTATION][AVU_CHANNEL_MASTER], ==, 0);
	select_preset(&p, "Night");
	assert_channel(&p, "RF", "4", "0", "1");
	g_assert_cmpint(p.asked.at[AVU_VALUE_ROTATION][AVU_CHANNEL_MASTER], ==, 180);
	g_assert_true(avu_rendering_remove_preset(p.rendering, "Night"));
	g_assert_false(avu_rendering_remove_preset(p.rendering, AVU_PRESET_FACTORY));
	assert_preset_names(&p, "FactoryDefaults,InstallationDefaults");
}

static void
test_names_of_presets(void)
{
	g_auto(Player) p;
	g_autofree char *longest = g_strnfill(AVU_PRESET_NAME_MAX, 'n');
	g_autofree char *longer = g_strnfill(AVU_PRESET_NAME_MAX + 1, 'n');
	const char *const bad[] = { "", "a,b", "a\"b", "a\\b", "a\nb", "\xff", longer };

	player_init(&p, 3, ALL);
	const AvuValues kept = *avu_rendering_get_values(p.rendering);

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_assert_false(avu_rendering_add_preset(p.rendering, bad[i], &kept, NULL));
	}
	g_assert_cmpuint(p.n_changed, ==, 0);
	g_assert_true(avu_rendering_add_preset(p.rendering, longest, &kept, NULL));
	g_assert_cmpuint(p.n_changed, ==, 1); /* it is kept over a restart */
	g_assert_true(avu_rendering_remove_preset(p.rendering, longest));
	g_assert_cmpuint(p.n_changed, ==, 2);
	/* a user's own takes the name, which is there once */
	g_assert_true(avu_rendering_add_preset(p.rendering, AVU_PRESET_INSTALLATION, &kept, NULL));
	assert_preset_names(&p, "FactoryDefaults,InstallationDefaults");
	for (unsigned i = 1; i < AVU_PRESETS_MAX; i++) {
		g_autofree char *name = g_strdup_printf("p%u", i);

		g_assert_true(avu_rendering_add_preset(p.rendering, name, &kept, NULL));
	}
	g_assert_false(avu_rendering_add_preset(p.rendering, "one more", &kept, NULL));
	g_assert_true(avu_rendering_add_preset(p.rendering, "p1", &kept, NULL));
}

/* A default is no present value; InstallationDefaults brings it. */
static void
test_default_transforms(void)
{
	g_auto(Player) p;

	player_init(&p, 3, ALL);
	g_autoptr(AvuSoapMessage) answer =
		fixture_call(&p.base, "SetDefaultTransforms", "DesiredDefaultTransformSettings",
			"<TransformSettings xmlns=\"urn:schemas-upnp-org:av:TransformSettings\">"
			"<transform name=\"Rotation\"><value index=\"0\">90</value></transform>"
			"</TransformSettings>",
			NULL);

	g_assert_cmpint(answer->fault_code, ==, 0);
	g_assert_cmpuint(p.n_asked, ==, 0);
	g_autoptr(AvuSoapMessage) now =
		fixture_call(&p.base, "GetTransforms", "InstanceID", "0", NULL);
	g_autoptr(AvuSoapMessage) later = fixture_call(&p.base, "GetDefaultTransforms", NULL);

	g_assert_nonnull(strstr(avu_soap_find_argument(now, "CurrentTransformValues"),
		"<transform name=\"Rotation\"><value>0</value></transform>"));
	g_assert_nonnull(strstr(avu_soap_find_argument(later, "CurrentDefaultTransformSettings"),
		"<transform name=\"Rotation\"><value>90</value></transform>"));
	select_preset(&p, "InstallationDefaults");
	g_assert_cmpint(p.asked.at[AVU_VALUE_ROTATION][AVU_CHANNEL_MASTER], ==, 90);
}

#define PAIRS(inside_)                                                            \
	"<stateVariableValuePairs xmlns=\"urn:schemas-upnp-org:av:avs\">" inside_ \
	"</stateVariableValuePairs>"
#define PAIR(name_, rest_, value_) \
	"<stateVariable variableName=\"" name_ "\"" rest_ ">" value_ "</stateVariable>"
#define TYPE "urn:schemas-upnp-org:service:RenderingControl:3"
#define ID "urn:upnp-org:serviceId:RenderingControl"

static const struct {
	const char *udn, *type, *id, *pairs;
	int code;
	const char *why;
} state_rows[] = {
	{ UDN, TYPE, ID, PAIRS(PAIR("Volume", " channel=\"RF\"", "3") PAIR("Brightness", "", "7")),
		0, "whole" },
	{ UDN, "RenderingControl:1", ID, PAIRS(PAIR("Brightness", "", "7")), 0, "short type" },
	{ "uuid:x", TYPE, ID, PAIRS(PAIR("Brightness", "", "7")), 707, "another device" },
	{ UDN, "AVTransport:1", ID, PAIRS(PAIR("Brightness", "", "7")), 708, "another service" },
	{ UDN, "RenderingControl:4", ID, PAIRS(PAIR("Brightness", "", "7")), 708, "of the future" },
	{ UDN, "RenderingControl:0", ID, PAIRS(PAIR("Brightness", "", "7")), 708, "no version" },
	{ UDN, TYPE, ID,
		PAIRS(PAIR("Brightness", "", "7")
				PAIR("VolumeDB", " channel=\"Master\"", "-30000")),
		706, "below the scale" },
	{ UDN, TYPE, ID,
		PAIRS(PAIR("Brightness", "", "7") PAIR("VolumeDB", " channel=\"RF\"", "-5120")), 0,
		"in decibels" },
	{ UDN, TYPE, "x", PAIRS(PAIR("Brightness", "", "7")), 709, "another id" },
	{ UDN, TYPE, ID, PAIRS(PAIR("Brightness", "", "7") PAIR("LastChange", "", "7")), 710,
		"nobody sets that" },
	{ UDN, TYPE, ID, PAIRS(PAIR("Brightness", "", "7") PAIR("Volume", "", "9")), 706,
		"out of range: nothing is set" },
	{ UDN, TYPE, ID, "nonsense", 710, "not XML" },
};

static void
test_state_variables(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(state_rows); i++) {
		g_auto(Player) p;

		g_test_message("%s", state_rows[i].why);
		player_init(&p, 3, ALL);
		g_autoptr(AvuSoapMessage) answer = fixture_call(&p.base, "SetStateVariables",
			"InstanceID", "0", "RenderingControlUDN", state_rows[i].udn, "ServiceType",
			state_rows[i].type, "ServiceId", state_rows[i].id,
			"StateVariableValuePairs", state_rows[i].pairs, NULL);

		g_assert_cmpint(answer->fault_code, ==, state_rows[i].code);
		g_assert_cmpint(avu_rendering_get_values(p.rendering)
					->at[AVU_VALUE_BRIGHTNESS][AVU_CHANNEL_MASTER],
			==, state_rows[i].code == 0 ? 7 : 50);
		if (state_rows[i].code == 0 && strstr(state_rows[i].pairs, "RF") != NULL) {
			assert_channel(&p, "RF", "3", "-5120", "0");
		}
	}
}

static void
test_get_state_variables(void)
{
	g_auto(Player) p;

	player_init(&p, 3, 1u << AVU_VALUE_MUTE | 1u << AVU_VALUE_BRIGHTNESS);
	g_autoptr(AvuSoapMessage) all = fixture_call(
		&p.base, "GetStateVariables", "InstanceID", "0", "StateVariableList", "*", NULL);

	fixture_assert_out(all, "StateVariableValuePairs",
		PAIRS(PAIR("Mute", " channel=\"Master\"", "0") PAIR("Mute", " channel=\"LF\"", "0")
				PAIR("Mute", " channel=\"RF\"", "0") PAIR("Brightness", "", "50")));
}

#define REPEATS 2000

static char *
repeat(const char *head, const char *odd, const char *even, const char *tail)
{
	GString *text = g_string_new(head);

	for (unsigned i = 0; i < REPEATS; i++) {
		g_string_append(text, i % 2 == 0 ? odd : even);
	}
	g_string_append(text, tail);
	return g_string_free(text, FALSE);
}

/* Said two thousand times: done once, as it was said last, and named once. */
static void
test_repeats(void)
{
	g_auto(Player) p;
	g_autofree char *pairs =
		repeat("<stateVariableValuePairs xmlns=\"urn:schemas-upnp-org:av:avs\">",
			PAIR("Volume", " channel=\"RF\"", "3"),
			PAIR("Volume", " channel=\"RF\"", "1"), "</stateVariableValuePairs>");
	g_autofree char *transforms = repeat("<TransformSettings>",
		"<transform name='Mute_LF'><value>0</value></transform>",
		"<transform name='Mute_LF'><value>1</value></transform>", "</TransformSettings>");

	player_init(&p, 3, ALL);
	g_autoptr(AvuSoapMessage) state = fixture_call(&p.base, "SetStateVariables", "InstanceID",
		"0", "RenderingControlUDN", UDN, "ServiceType", TYPE, "ServiceId", ID,
		"StateVariableValuePairs", pairs, NULL);

	g_assert_cmpint(state->fault_code, ==, 0);
	fixture_assert_out(state, "StateVariableList", "Volume");
	g_assert_cmpuint(p.n_asked, ==, 1);
	g_assert_cmpint(p.asked.at[AVU_VALUE_VOLUME][AVU_CHANNEL_RF], ==, -60 * 256);
	g_autoptr(AvuSoapMessage) set = fixture_call(&p.base, "SetTransforms", "InstanceID", "0",
		"DesiredTransformValues", transforms, NULL);

	g_assert_cmpint(set->fault_code, ==, 0);
	g_assert_cmpuint(p.n_asked, ==, 2);
	g_assert_cmpuint(p.n_changed, ==, 2);
	g_assert_cmpint(p.asked.at[AVU_VALUE_MUTE][AVU_CHANNEL_LF], ==, 1);
	g_autoptr(AvuSoapMessage) got = fixture_call(&p.base, "GetStateVariables", "InstanceID",
		"0", "StateVariableList", "Brightness, Brightness,Brightness", NULL);

	fixture_assert_out(got, "StateVariableValuePairs", PAIRS(PAIR("Brightness", "", "50")));
}

/* A second one has values of its own, and presets in common; events say whose they are. */
static void
test_instances(void)
{
	g_auto(Player) p;
	Player second = { .n_asked = 0 };

	player_init(&p, 3, ALL);
	AvuValues kept = *avu_rendering_get_values(p.rendering);
	AvuRendering *other = avu_rendering_new_instance(p.rendering, 3, &fake, &second);

	g_assert_true(avu_rendering_add_preset(p.rendering, "Night", &kept, NULL));
	g_assert_cmpint(second.asked.at[AVU_VALUE_VOLUME][AVU_CHANNEL_MASTER], ==, -40 * 256);
	second.n_asked = 0;
	g_autoptr(AvuSoapMessage) set = fixture_call(&p.base, "SetVolume", "InstanceID", "3",
		"Channel", "Master", "DesiredVolume", "4", NULL);
	g_autoptr(AvuSoapMessage) none = fixture_call(&p.base, "SetVolume", "InstanceID", "1",
		"Channel", "Master", "DesiredVolume", "4", NULL);
	g_autoptr(AvuSoapMessage) names =
		fixture_call(&p.base, "ListPresets", "InstanceID", "3", NULL);
	g_autoptr(AvuSoapMessage) got =
		fixture_call(&p.base, "GetVolume", "InstanceID", "3", "Channel", "Master", NULL);

	g_assert_cmpint(set->fault_code, ==, 0);
	g_assert_cmpint(none->fault_code, ==, 702);
	g_assert_cmpuint(second.n_asked, ==, 1);
	g_assert_cmpint(second.asked.at[AVU_VALUE_VOLUME][AVU_CHANNEL_MASTER], ==, 0);
	g_assert_cmpuint(p.n_asked, ==, 0);
	fixture_assert_out(got, "CurrentVolume", "4");
	fixture_assert_out(
		names, "CurrentPresetNameList", "FactoryDefaults,InstallationDefaults,Night");
	assert_channel(&p, "Master", "2", "-10240", "0");
	avu_rendering_free(other);
	g_autoptr(AvuSoapMessage) gone =
		fixture_call(&p.base, "GetVolume", "InstanceID", "3", "Channel", "Master", NULL);

	g_assert_cmpint(gone->fault_code, ==, 702);
	assert_channel(&p, "Master", "2", "-10240", "0");
}

/* What was kept of the defaults, and what each transform may be: volume has no value at which it does nothing. */
static void
test_transforms_told(void)
{
	g_auto(Player) p;
	AvuValues defaults;

	avu_values_init(&defaults);
	defaults.at[AVU_VALUE_ROTATION][AVU_CHANNEL_MASTER] = 270;
	player_init_with(&p, 3, ALL, G_N_ELEMENTS(scale), &defaults);
	g_autoptr(AvuSoapMessage) kept = fixture_call(&p.base, "GetDefaultTransforms", NULL);
	g_autoptr(AvuSoapMessage) all = fixture_call(&p.base, "GetAllAvailableTransforms", NULL);

	g_assert_nonnull(strstr(avu_soap_find_argument(kept, "CurrentDefaultTransformSettings"),
		"<transform name=\"Rotation\"><value>270</value></transform>"));
	const char *told = avu_soap_find_argument(all, "AllAllowedTransformSettings");

	g_assert_nonnull(strstr(told, "<transform name=\"Volume_LF\" shared=\"1\">"
				      "<allowedValueRange><minimum>0</minimum>"
				      "<maximum>4</maximum><step>1</step>"));
	g_assert_nonnull(strstr(told, "<transform name=\"Mute_RF\" shared=\"1\">"
				      "<allowedValueList inactiveValue=\"0\">"));
}

/* Without software volume none of it is there. */
static void
test_nothing_is_offered_that_is_not_there(void)
{
	g_auto(Player) p;

	player_init(&p, 3, 1u << AVU_VALUE_BRIGHTNESS);
	g_autoptr(AvuSoapMessage) volume =
		fixture_call(&p.base, "GetVolume", "InstanceID", "0", "Channel", "Master", NULL);
	g_autoptr(AvuSoapMessage) range = fixture_call(
		&p.base, "GetVolumeDBRange", "InstanceID", "0", "Channel", "Master", NULL);

	g_assert_cmpint(volume->fault_code, ==, 602);
	g_assert_cmpint(range->fault_code, ==, 602);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rendering-control/actions", test_actions);
	g_test_add_func("/rendering-control/volume-and-mute", test_volume_and_mute);
	g_test_add_func("/rendering-control/ceiling", test_ceiling);
	g_test_add_func("/rendering-control/changed-elsewhere", test_changed_elsewhere);
	g_test_add_func("/rendering-control/presets", test_presets);
	g_test_add_func("/rendering-control/names-of-presets", test_names_of_presets);
	g_test_add_func("/rendering-control/transforms-told", test_transforms_told);
	g_test_add_func("/rendering-control/default-transforms", test_default_transforms);
	g_test_add_func("/rendering-control/state-variables", test_state_variables);
	g_test_add_func("/rendering-control/get-state-variables", test_get_state_variables);
	g_test_add_func("/rendering-control/repeats", test_repeats);
	g_test_add_func("/rendering-control/instances", test_instances);
	g_test_add_func("/rendering-control/offered", test_nothing_is_offered_that_is_not_there);
	return g_test_run();
}
