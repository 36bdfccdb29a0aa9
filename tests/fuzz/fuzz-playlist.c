/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FZ-16: playlists of all forms and CUE sheets. What they name lies below a root or is an address; tracks of
 * one file stand in order. The first octet says which form. */
#include <string.h>

#include "mediaserver/library/cue.h"
#include "mediaserver/library/playlist-location.h"
#include <av-upnp/playlist.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_location(const char *location)
{
	static const char *const roots[] = { "/srv/music", "/srv/video", NULL };
	LocalPlace place;
	bool inside = location_resolve(roots, 0, "Lists", location, &place);
	g_autofree char *path = place.path;

	g_assert_cmpint(inside, ==, path != NULL);
	if (inside) {
		g_auto(GStrv) parts = g_strsplit(path, "/", -1);

		g_assert_cmpuint(place.root, <, 2);
		for (char **part = parts; *part != NULL; part++) {
			g_assert_cmpstr(*part, !=, "..");
			g_assert_cmpstr(*part, !=, ".");
			g_assert_cmpstr(*part, !=, "");
		}
	}
	g_assert_false(inside && location_is_stream(location));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "x.m3u", "x.pls", "x.xspf", "x.asx" };

	if (size == 0) {
		return 0;
	}
	g_autoptr(GBytes) bytes = g_bytes_new(data + 1, size - 1);
	g_autoptr(AvuPlaylist) playlist = avu_playlist_parse(names[data[0] % 4], bytes, NULL);
	g_autoptr(CueSheet) sheet = cue_parse(bytes, NULL);

	for (guint i = 0; playlist != NULL && i < playlist->entries->len; i++) {
		const AvuPlaylistEntry *entry = avu_playlist_get(playlist, i);

		g_assert_true(entry->title == NULL || g_utf8_validate(entry->title, -1, NULL));
		check_location(entry->location);
	}
	for (guint i = 0; sheet != NULL && i < sheet->tracks->len; i++) {
		const CueTrack *track = cue_get(sheet, i);

		g_assert_true(track->number >= 1 && track->number <= CUE_TRACKS_MAX);
		g_assert_true(track->end_ns == AVU_TIME_NONE || track->end_ns > track->start_ns);
		check_location(track->file);
	}
	return 0;
}
