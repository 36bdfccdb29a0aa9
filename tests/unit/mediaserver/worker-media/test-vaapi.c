/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The graphics card that encodes: what may be named, what is said of one that is not there, and what it is for. */
#include <string.h>

#include <av-upnp/error.h>

#include "mediaserver/worker/vaapi.h"

static void
test_names(void)
{
	static const struct {
		const char *path;
		bool good;
		const char *why;
	} rows[] = {
		{ "/dev/dri/renderD128", true, "as everybody names it" },
		{ "/dev/dri/by-path/pci-0000:00:02.0-render", true, "as udev does" },
		{ "/dev/dri/../mem", false, "not by a detour" },
		{ "/dev/dri/", false, "the folder" },
		{ "/dev/null", false, "another device" },
		{ "renderD128", false, "no path" },
		{ "", false, "nothing" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(vaapi_is_device(rows[i].path), ==, rows[i].good);
	}
}

/* Who encodes: card and recipe. */
static void
test_choice(void)
{
	static const char there; /* of a card only that there is one counts */
	const Vaapi *card = (const Vaapi *)(const void *)&there;
	static const struct {
		const char *recipe;
		bool card, does;
		const char *why;
	} rows[] = {
		{ "avc-ts-aac", true, true, "H.264" },
		{ "avc-mp4", true, true, "in any container" },
		{ "avc-ts-aac", false, false, "not given, or its test failed" },
		{ "copy-ts", true, false, "nothing is encoded" },
		{ "mpeg-ps-pal", true, false, "MPEG-2 costs the processor little" },
		{ "mp3", true, false, "sound" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s: %s", rows[i].recipe, rows[i].why);
		g_assert_cmpint(vaapi_does(rows[i].card ? card : NULL, recipe_find(rows[i].recipe)),
			==, rows[i].does);
	}
}

/* The message is all that people get: what, and what helps. */
static void
test_nothing_there(void)
{
	static const struct {
		const char *path, *cause, *remedy;
	} rows[] = {
		{ "/dev/dri/renderD999", "No such file or directory", "ls /dev/dri" },
		{ "/dev/null", "its driver does not start: Cannot open a VA display",
			"mesa-va-drivers" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(vaapi_open(rows[i].path, &error));
		g_assert_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED);
		g_test_message("%s", error->message);
		g_assert_nonnull(strstr(error->message, rows[i].cause));
		g_assert_nonnull(strstr(error->message, rows[i].remedy));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker/vaapi/names", test_names);
	g_test_add_func("/worker/vaapi/choice", test_choice);
	g_test_add_func("/worker/vaapi/nothing-there", test_nothing_there);
	return g_test_run();
}
