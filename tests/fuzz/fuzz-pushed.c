/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An M3U that is pushed in pieces (their length is the first octet): nothing of it is lost, and what it names is what it
 * names when it is read at once. */
#include <string.h>

#include <av-upnp/playlist.h>

#include "libav-upnp/av/transport-push.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
take(TransportPush *push, GString *all, GPtrArray *names, bool *is_m3u)
{
	g_autofree char *lines = transport_push_take_lines(push);

	if (lines == NULL) {
		return;
	}
	g_string_append(all, lines);
	g_autoptr(GBytes) bytes = g_bytes_new(lines, strlen(lines));
	g_autoptr(AvuPlaylist) playlist = avu_playlist_parse(".m3u", bytes, NULL);

	*is_m3u = *is_m3u && playlist != NULL;
	for (guint i = 0; playlist != NULL && i < playlist->entries->len; i++) {
		g_ptr_array_add(names, g_strdup(avu_playlist_get(playlist, i)->location));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *raw = size > 1 ? g_strndup((const char *)data + 1, size - 1) : NULL;
	g_autofree char *text = raw != NULL ? g_utf8_make_valid(raw, -1) : NULL; /* as XML is */
	g_autoptr(TransportPush) push = transport_push_new(true, "audio/x-mpegurl", "*");
	g_autoptr(GString) all = g_string_new(NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	bool is_m3u = true;

	if (text == NULL || strlen(text) > TRANSPORT_PUSH_CHUNK_MAX) {
		return 0;
	}
	/* a byte order mark is one at the beginning of what is read alone */
	if (*text != '\0' && strstr(text + 1, "\xef\xbb\xbf") != NULL) {
		return 0;
	}
	for (const char *at = text; *at != '\0';) {
		const char *end = at;

		for (unsigned i = 0; i <= data[0] && *end != '\0'; i++) {
			end = g_utf8_next_char(end);
		}
		g_autofree char *piece = g_strndup(at, (gsize)(end - at));

		g_assert_true(transport_push_add(push, piece, (uint32_t)strlen(piece), NULL));
		take(push, all, names, &is_m3u);
		at = end;
	}
	push->open = false;
	take(push, all, names, &is_m3u);
	g_assert_cmpstr(all->str, ==, text);

	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
	g_autoptr(AvuPlaylist) whole = avu_playlist_parse(".m3u", bytes, NULL);

	g_assert_cmpint(whole != NULL, ==, is_m3u);
	for (guint i = 0; whole != NULL && i < whole->entries->len; i++) {
		g_assert_cmpuint(i, <, names->len);
		g_assert_cmpstr(avu_playlist_get(whole, i)->location, ==, names->pdata[i]);
	}
	return 0;
}
