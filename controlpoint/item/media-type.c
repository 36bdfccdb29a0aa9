/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Media types and endings as one table: of several endings of a type the first is the usual one.
 * Pure; main thread. */
#include "item/media-type.h"

static const struct {
	const char *ending;
	const char *mime;
} endings[] = {
	{ ".mp3", "audio/mpeg" },
	{ ".flac", "audio/flac" },
	{ ".flac", "audio/x-flac" },
	{ ".wav", "audio/wav" },
	{ ".wav", "audio/x-wav" },
	{ ".m4a", "audio/mp4" },
	{ ".aac", "audio/aac" },
	{ ".ogg", "audio/ogg" },
	{ ".ogg", "application/ogg" },
	{ ".opus", "audio/ogg" },
	{ ".wma", "audio/x-ms-wma" },
	{ ".mp4", "video/mp4" },
	{ ".m4v", "video/mp4" },
	{ ".mkv", "video/x-matroska" },
	{ ".webm", "video/webm" },
	{ ".avi", "video/x-msvideo" },
	{ ".avi", "video/avi" },
	{ ".ts", "video/mp2t" },
	{ ".ts", "video/vnd.dlna.mpeg-tts" },
	{ ".mpg", "video/mpeg" },
	{ ".wmv", "video/x-ms-wmv" },
	{ ".jpg", "image/jpeg" },
	{ ".jpeg", "image/jpeg" },
	{ ".png", "image/png" },
	{ ".gif", "image/gif" },
	{ ".webp", "image/webp" },
};

static const struct {
	const char *mime_start;
	const char *upnp_class;
} classes[] = {
	{ "audio/", "object.item.audioItem.musicTrack" },
	{ "video/", "object.item.videoItem" },
	{ "image/", "object.item.imageItem.photo" },
	{ "", "object.item" },
};

const char *
media_type_of_path(const char *path)
{
	g_autofree char *lower = g_ascii_strdown(path, -1);

	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		if (g_str_has_suffix(lower, endings[i].ending)) {
			return endings[i].mime;
		}
	}
	return "*";
}

const char *
media_type_ending(const char *mime)
{
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		if (g_ascii_strcasecmp(endings[i].mime, mime) == 0) {
			return endings[i].ending;
		}
	}
	return "";
}

char *
media_type_features(const char *mime)
{
	/* octets can be sought; stalling and 1.5; pictures are interactive, the rest is streamed */
	return g_strdup_printf("DLNA.ORG_OP=01;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=%s%024d",
		g_str_has_prefix(mime, "image/") ? "00f00000" : "01700000", 0);
}

const char *
media_type_class(const char *mime)
{
	size_t i = 0;

	while (!g_str_has_prefix(mime, classes[i].mime_start)) {
		i++;
	}
	return classes[i].upnp_class;
}
