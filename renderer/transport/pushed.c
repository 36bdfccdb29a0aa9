/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pushed playlists: the same forms as by address, and DIDL-Lite. Pure; limits: those of the readers, and of
 * list-items.h. @clause spec/upnp-av-avtransport.md 9 */
#include <string.h>

#include <av-upnp/didl.h>
#include <av-upnp/error.h>

#include "list-kind.h"
#include "pushed.h"

#define DIDL_TYPE "text/xml"

const char *const pushed_types[] = { "audio/x-mpegurl", "audio/mpegurl", "application/x-mpegurl",
	"application/vnd.apple.mpegurl", "audio/x-scpls", "application/xspf+xml", "video/x-ms-asx",
	DIDL_TYPE, NULL };

const char *const pushed_stream_types[] = { "audio/x-mpegurl", "audio/mpegurl",
	"application/x-mpegurl", "application/vnd.apple.mpegurl", NULL };

static bool
read_playlist(ListItems *items, const char *text, const char *form, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));
	g_autoptr(AvuPlaylist) playlist =
		avu_playlist_parse(form != NULL ? form : "", bytes, error);

	for (guint i = 0;
		playlist != NULL && i < playlist->entries->len && !list_items_is_full(items); i++) {
		const AvuPlaylistEntry *entry = avu_playlist_get(playlist, i);
		g_autoptr(AvuUrl) url = avu_url_parse(entry->location, NULL);

		if (url != NULL && list_kind_of(avu_url_get_text(url), NULL) == LIST_NONE) {
			list_items_add_entry(items, url, entry);
		}
	}
	return playlist != NULL;
}

static bool
read_didl(
	ListItems *items, const char *text, const char *start_id, const char *sink, GError **error)
{
	g_autoptr(AvuDidl) didl = avu_didl_parse(text, strlen(text), error);

	for (size_t i = 0; didl != NULL && i < avu_didl_get_n(didl); i++) {
		const AvuObject *object = avu_didl_get(didl, i);
		const size_t place = items->items->len;

		if (list_items_add_object(items, object, sink, NULL) &&
			g_strcmp0(object->id, start_id) == 0) {
			items->first = place;
		}
	}
	return didl != NULL;
}

ListItems *
pushed_read(
	const char *text, const char *mime, const char *start_id, const char *sink, GError **error)
{
	g_autoptr(ListItems) items = list_items_new();
	const bool good = g_ascii_strcasecmp(mime, DIDL_TYPE) == 0
				  ? read_didl(items, text, start_id, sink, error)
				  : read_playlist(items, text, list_form_of("", mime), error);

	return good ? g_steal_pointer(&items) : NULL;
}
