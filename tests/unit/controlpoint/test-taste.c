/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the profiles in a folder make of a renderer that is known by what it says of itself. */
#include <string.h>

#include <glib/gstdio.h>

#include "item/taste.h"

#define FLAC "http-get:*:audio/flac:*"
#define MADE_MP3 "http-get:*:audio/mpeg:DLNA.ORG_PN=MP3;DLNA.ORG_CI=1"
#define PROFILES                                         \
	"[Television]\n"                                 \
	"Source = test\n"                                \
	"Match.Device.ModelName = Example television*\n" \
	"Plays.Audio = audio/flac\n"                     \
	"Subtitles = header\n"

static char *folder;

static AvuObject
song(void)
{
	AvuObject object;

	avu_object_init(&object);
	object.upnp_class = "object.item.audioItem.musicTrack";
	for (unsigned i = 0; i < 2; i++) {
		avu_resource_init(&object.resources[i]);
		object.resources[i].uri = "http://192.0.2.1/x";
	}
	object.resources[0].protocol_info = FLAC;
	object.resources[1].protocol_info = MADE_MP3;
	object.n_resources = 2;
	return object;
}

static const struct {
	const char *model, *sink;
	int chosen;
	bool known;
	const char *why;
} rows[] = {
	{ "Example television 7", "http-get:*:audio/mpeg:*", 0, true,
		"its profile knows better than its list: the original" },
	{ "Another one", "http-get:*:audio/mpeg:*", 1, false, "nothing is known: by its list" },
	{ NULL, "http-get:*:audio/mpeg:*", 1, false, "it says nothing of itself" },
	{ "Another one", "http-get:*:audio/flac:*", 0, false, "its list is enough" },
	{ "Another one", "http-get:*:video/mp4:*", -1, false, "nothing that it plays" },
	{ "Example television 7", "http-get:*:video/mp4:*", 0, true, "but the profile says so" },
};

static void
test_profile(void)
{
	const AvuObject object = song();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *model = g_strdup(rows[i].model);
		const AvuDeviceDescription device = { .model_name = model };
		g_autoptr(Taste) taste = taste_new(rows[i].sink, model != NULL ? &device : NULL);

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(taste_choose(taste, &object), ==, rows[i].chosen);
		g_assert_cmpuint(taste_get_subtitles(taste), ==,
			rows[i].known ? AVU_SUBTITLES_HEADER : AVU_SUBTITLES_ALL);
		g_free(model);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	folder = g_dir_make_tmp("test-taste-XXXXXX", NULL);
	g_autofree char *clients = g_build_filename(folder, "clients", NULL);
	g_autofree char *path = g_build_filename(clients, "10-test.client", NULL);

	g_assert_cmpint(g_mkdir(clients, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, PROFILES, -1, NULL));
	g_setenv("AV_UPNP_DATADIR", folder, true);
	g_setenv("XDG_CONFIG_HOME", folder, true);
	g_test_add_func("/taste/profile", test_profile);
	const int result = g_test_run();

	g_unlink(path);
	g_rmdir(clients);
	g_rmdir(folder);
	g_free(folder);
	return result;
}
