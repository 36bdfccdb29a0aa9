/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file of format profiles: whatever it holds, there is a set, and what it guesses is one of its names,
 * of the MIME type that the name stands for. */
#include <string.h>

#include <av-upnp/format-profile.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_mandatory(const AvuFormatName *name, void *data)
{
	g_assert_nonnull(avu_format_profiles_find_mime(data, name->name));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const containers[] = { "mp3", "mp4", "ts", "gif", "" };
	static const char *const codecs[] = { NULL, "mp3", "aac", "h264", "baseline" };
	g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(AvuFormatProfiles) set =
		avu_format_profiles_parse("f", (const char *)data, size, problems);
	AvuFormatProbe probe;
	AvuFormatName name;

	avu_format_probe_init(&probe);
	for (unsigned i = 0; i < 125; i++) {
		probe.container = containers[i % 5];
		probe.audio_codec = codecs[i / 5 % 5];
		probe.video_codec = codecs[i / 25];
		probe.packet_size = i % 2 == 0 ? 188 : 192;
		probe.width = probe.height = i % 3 == 0 ? -1 : 720;
		if (avu_format_profiles_guess(set, &probe, &name)) {
			g_assert_nonnull(name.mime);
			g_assert_nonnull(avu_format_profiles_find_mime(set, name.name));
		}
	}
	avu_format_profiles_list_mandatory(set, check_mandatory, set);
	for (guint i = 0; i < problems->len; i++) {
		g_assert_true(g_str_has_prefix(problems->pdata[i], "f:"));
	}
	return 0;
}
