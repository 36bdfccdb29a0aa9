/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which calls of libcec are made, and in which order, at a library that is none. */
#include <dlfcn.h>
#include <stdlib.h>

#include <av-upnp/error.h>

#include "cec/bus.h"

typedef struct {
	GString *keys; /* numbers of CecKey */
	unsigned n_lost;
} Heard;

static void
on_key(CecKey key, void *data)
{
	g_string_append_printf(((Heard *)data)->keys, "%d ", key);
}

static void
on_lost(void *data)
{
	((Heard *)data)->n_lost++;
}

static const CecBusEvents events = { on_key, on_lost };

static void
assert_calls(const char *expected)
{
	void *library = dlopen(g_getenv("AV_UPNP_CEC_LIBRARY"), RTLD_NOW | RTLD_NOLOAD);
	char *(*take)(void);

	g_assert_nonnull(library);
	*(void **)&take = dlsym(library, "fake_cec_take");
	g_assert_nonnull(take);
	char *calls = take();

	g_assert_cmpstr(calls, ==, expected);
	free(calls);
	(void)dlclose(library);
}

static CecBus *
open_bus(const char *port, Heard *heard)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *adapter = NULL;
	CecBus *bus = cec_bus_new("Wohnzimmer oben", &events, heard, &error);

	g_assert_no_error(error);
	/* 4: a playback device; the name is cut to what the bus carries */
	assert_calls("initialise Wohnzimmer o type 4\n");
	g_assert_true(cec_bus_open(bus, port, &adapter, &error));
	g_assert_cmpstr(adapter, ==, "/dev/fake");
	assert_calls("open /dev/fake\n");
	return bus;
}

static const struct {
	const char *port;
	bool standby; /* the deed; else wake */
	bool done;
	const char *calls;
	const char *why;
} rows[] = {
	{ "standby", false, true, "power? 0\npower-on 0\nactive-source 4\n",
		"it is turned on, then shows us" },
	{ "on", false, false, "power? 0\n", "it is on: nobody's film is taken away" },
	{ "on,away", false, false, "power? 0\n", "also not while it shows another" },
	{ "on", true, true, "ours?\nstandby 0\n", "it shows us" },
	{ "on,away", true, false, "ours?\n", "it shows somebody else" },
};

static void
test_power(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Heard heard = { g_string_new(NULL), 0 };
		CecBus *bus = open_bus(rows[i].port, &heard);

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(rows[i].standby ? cec_bus_standby(bus) : cec_bus_wake(bus), ==,
			rows[i].done);
		assert_calls(rows[i].calls);
		cec_bus_close(bus);
		assert_calls("close\n");
		cec_bus_free(bus);
		g_string_free(heard.keys, TRUE);
	}
}

static void
test_audio(void)
{
	Heard heard = { g_string_new(NULL), 0 };
	/* 44 Play, 46 Pause, 61 Pause/Play, 45 Stop, 4b Forward, 4c Backward; 41 Volume Up is not ours */
	CecBus *bus = open_bus("volume=30,keys=44+46+61+45+4b+4c+41,lost", &heard);
	CecAudio audio = cec_bus_get_audio(bus);

	g_assert_cmpint(audio.volume, ==, 30);
	g_assert_false(audio.mute);
	g_assert_cmpint(cec_bus_step(bus, 1).volume, ==, 31);
	g_assert_cmpint(cec_bus_step(bus, -1).volume, ==, 30);
	audio = cec_bus_mute(bus, true);
	g_assert_cmpint(audio.volume, ==, 30);
	g_assert_true(audio.mute);
	g_assert_cmpstr(heard.keys->str, ==, "0 1 2 3 4 5 "); /* once each, though let go, too */
	g_assert_cmpuint(heard.n_lost, ==, 0);
	g_assert_false(cec_bus_mute(bus, false).mute);
	g_assert_cmpuint(heard.n_lost, ==, 1);
	assert_calls("louder\nquieter\nmute\nunmute\n");
	cec_bus_free(bus);
	g_string_free(heard.keys, TRUE);
}

/* A television without a receiver: CEC_AUDIO_VOLUME_STATUS_UNKNOWN is no volume. */
static void
test_nobody_tells(void)
{
	Heard heard = { g_string_new(NULL), 0 };
	CecBus *bus = open_bus("on", &heard);

	g_assert_cmpint(cec_bus_get_audio(bus).volume, ==, -1);
	g_assert_cmpint(cec_bus_step(bus, 1).volume, ==, -1);
	assert_calls("louder\n");
	cec_bus_free(bus);
	g_string_free(heard.keys, TRUE);
}

/* In words that help. */
static void
test_no_adapter(void)
{
	static const struct {
		const char *port, *says;
	} absent[] = {
		{ "", "no HDMI-CEC adapter was found: *" },
		{ "busy", "the HDMI-CEC adapter /dev/fake does not open: another program has it*" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(absent); i++) {
		Heard heard = { NULL, 0 };
		g_autoptr(GError) error = NULL;
		g_autoptr(CecBus) bus = cec_bus_new("x", &events, &heard, &error);
		char *adapter = NULL;

		g_assert_no_error(error);
		g_assert_false(cec_bus_open(bus, absent[i].port, &adapter, &error));
		g_assert_error(error, AVU_ERROR, AVU_ERROR_UNREACHABLE);
		g_assert_true(g_pattern_match_simple(absent[i].says, error->message));
	}
}

static void
test_no_library(void)
{
	g_autofree char *library = g_strdup(g_getenv("AV_UPNP_CEC_LIBRARY"));
	Heard heard = { NULL, 0 };
	g_autoptr(GError) error = NULL;

	(void)g_setenv("AV_UPNP_CEC_LIBRARY", "/nonexistent/libcec.so", TRUE);
	g_assert_null(cec_bus_new("x", &events, &heard, &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED);
	g_assert_true(g_str_has_prefix(error->message, "HDMI-CEC needs the package libcec"));
	(void)g_setenv("AV_UPNP_CEC_LIBRARY", library, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cec-bus/no-library", test_no_library);
	g_test_add_func("/cec-bus/power", test_power);
	g_test_add_func("/cec-bus/audio", test_audio);
	g_test_add_func("/cec-bus/nobody-tells", test_nobody_tells);
	g_test_add_func("/cec-bus/no-adapter", test_no_adapter);
	return g_test_run();
}
