/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RenderingControl over an engine that only remembers (spec/upnp-av-renderingcontrol.md). */
#include <av-upnp/rendering-control.h>

#include "service-fixture.h"

typedef struct {
	Fixture base;
	AvuRendering *rendering;
	unsigned volume;
	bool mute;
	unsigned n_asked;
} Player;

static void
fake_set_volume(void *self, unsigned percent)
{
	((Player *)self)->volume = percent;
	((Player *)self)->n_asked++;
}

static void
fake_set_mute(void *self, bool mute)
{
	((Player *)self)->mute = mute;
	((Player *)self)->n_asked++;
}

static const AvuEngine fake = { .set_volume = fake_set_volume, .set_mute = fake_set_mute };

static void
player_init(Player *p)
{
	*p = (Player){ .volume = 77 };
	fixture_init(&p->base);
	p->rendering = avu_rendering_new(p->base.host, &fake, p, 40);
	fixture_start(&p->base, "RenderingControl");
	g_assert_cmpuint(p->volume, ==, 40);
	p->n_asked = 0;
}

static void
player_clear(Player *p)
{
	avu_rendering_free(p->rendering);
	fixture_clear(&p->base);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Player, player_clear)

static void
assert_master(Player *p, const char *volume, const char *mute)
{
	g_autoptr(AvuSoapMessage) v =
		fixture_call(&p->base, "GetVolume", "InstanceID", "0", "Channel", "Master", NULL);
	g_autoptr(AvuSoapMessage) m =
		fixture_call(&p->base, "GetMute", "InstanceID", "0", "Channel", "Master", NULL);

	fixture_assert_out(v, "CurrentVolume", volume);
	fixture_assert_out(m, "CurrentMute", mute);
}

static const struct {
	const char *action;
	const char *instance, *name, *value, *name2, *value2;
	int code;
	unsigned volume; /* after it; 40 at first */
	bool mute;
	const char *why;
} rows[] = {
	{ "SetVolume", "0", "Channel", "Master", "DesiredVolume", "0", 0, 0, false, "quietest" },
	{ "SetVolume", "0", "Channel", "Master", "DesiredVolume", "100", 0, 100, false, "loudest" },
	{ "SetVolume", "0", "Channel", "Master", "DesiredVolume", "101", 601, 40, false,
		"too loud" },
	{ "SetVolume", "0", "Channel", "Master", "DesiredVolume", "-1", 402, 40, false,
		"negative" },
	{ "SetVolume", "0", "Channel", "LF", "DesiredVolume", "5", 601, 40, false, "one ear" },
	{ "SetVolume", "1", "Channel", "Master", "DesiredVolume", "5", 702, 40, false, "instance" },
	{ "SetMute", "0", "Channel", "Master", "DesiredMute", "1", 0, 40, true, "mute" },
	{ "SetMute", "0", "Channel", "Master", "DesiredMute", "yes", 0, 40, true, "in words" },
	{ "SetMute", "0", "Channel", "Master", "DesiredMute", "2", 402, 40, false,
		"not a boolean" },
	{ "SetMute", "0", "Channel", "RF", "DesiredMute", "1", 601, 40, false, "one ear" },
	{ "SetMute", "7", "Channel", "Master", "DesiredMute", "1", 702, 40, false, "instance" },
	{ "GetVolume", "0", "Channel", "LFE", NULL, NULL, 601, 40, false, "channel" },
	{ "GetVolume", "1", "Channel", "Master", NULL, NULL, 702, 40, false, "instance" },
	{ "GetMute", "1", "Channel", "Master", NULL, NULL, 702, 40, false, "instance" },
	{ "ListPresets", "1", NULL, NULL, NULL, NULL, 702, 40, false, "instance" },
	{ "SelectPreset", "0", "PresetName", "Loud", NULL, NULL, 701, 40, false, "no such preset" },
	{ "SelectPreset", "0", "PresetName", "", NULL, NULL, 701, 40, false, "empty name" },
	{ "SelectPreset", "1", "PresetName", "FactoryDefaults", NULL, NULL, 702, 40, false,
		"instance" },
};

static void
test_actions(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Player) p;
		g_autofree char *volume = g_strdup_printf("%u", rows[i].volume);

		g_test_message("%s: %s", rows[i].action, rows[i].why);
		player_init(&p);

		g_autoptr(AvuSoapMessage) answer =
			fixture_call(&p.base, rows[i].action, "InstanceID", rows[i].instance,
				rows[i].name, rows[i].value, rows[i].name2, rows[i].value2, NULL);

		g_assert_cmpint(answer->fault_code, ==, rows[i].code);
		assert_master(&p, volume, rows[i].mute ? "1" : "0");
		g_assert_cmpuint(p.volume, ==, rows[i].volume);
		g_assert_cmpint(p.mute, ==, rows[i].mute);
		g_assert_cmpuint(p.n_asked, ==, rows[i].code == 0 ? 1 : 0);
	}
}

/* Setting the volume does not unmute, and the other way round. */
static void
test_volume_and_mute_are_apart(void)
{
	g_auto(Player) p;

	player_init(&p);
	avu_rendering_volume_changed(p.rendering, 55, true); /* changed elsewhere */
	assert_master(&p, "55", "1");
	g_assert_cmpuint(p.n_asked, ==, 0);

	g_autoptr(AvuSoapMessage) answer = fixture_call(&p.base, "SetVolume", "InstanceID", "0",
		"Channel", "Master", "DesiredVolume", "60", NULL);

	g_assert_cmpint(answer->fault_code, ==, 0);
	assert_master(&p, "60", "1");
}

static void
test_presets(void)
{
	g_auto(Player) p;

	player_init(&p);
	avu_rendering_volume_changed(p.rendering, 90, true);

	g_autoptr(AvuSoapMessage) names =
		fixture_call(&p.base, "ListPresets", "InstanceID", "0", NULL);
	g_autoptr(AvuSoapMessage) answer = fixture_call(
		&p.base, "SelectPreset", "InstanceID", "0", "PresetName", "FactoryDefaults", NULL);

	fixture_assert_out(names, "CurrentPresetNameList", "FactoryDefaults");
	g_assert_cmpint(answer->fault_code, ==, 0);
	assert_master(&p, "40", "0");
	g_assert_cmpuint(p.volume, ==, 40);
	g_assert_false(p.mute);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rendering-control/actions", test_actions);
	g_test_add_func("/rendering-control/volume-and-mute", test_volume_and_mute_are_apart);
	g_test_add_func("/rendering-control/presets", test_presets);
	return g_test_run();
}
