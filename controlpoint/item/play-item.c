/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The item that play hands to a renderer. Pure; main thread.
 *
 * Metadata is always sent, as many renderers show nothing or refuse without. The server's own
 * document goes through unchanged where it can, since some renderers look for vendor elements in it;
 * where the chosen resource is not the first, it is written anew with that one in front, as others
 * read the first resource only, and also where subtitles are told in some ways only. */
#include <string.h>

#include <av-upnp/didl.h>
#include <av-upnp/error.h>
#include <av-upnp/text.h>
#include <av-upnp/url.h>

#include "item/media-type.h"
#include "item/play-item.h"
#include "item/subtitles.h"

#define TITLE_BYTES_MAX 512
#define METADATA_BYTES_MAX (64 * 1024) /* longer ones are written anew, without vendor elements */

void
play_item_clear(PlayItem *item)
{
	g_clear_pointer(&item->uri, g_free);
	g_clear_pointer(&item->metadata, g_free);
	g_clear_pointer(&item->title, g_free);
}

bool
play_item_is_url(const char *operand)
{
	return g_ascii_strncasecmp(operand, "http://", 7) == 0 ||
	       g_ascii_strncasecmp(operand, "https://", 8) == 0;
}

/* The path without its query: "/a/b.mp3". */
static char *
path_of(const AvuUrl *url)
{
	const char *target = avu_url_get_target(url);

	return g_strndup(target, strcspn(target, "?"));
}

static char *
title_of(const AvuUrl *url, const char *path)
{
	const char *last = strrchr(path, '/') + 1;
	g_autofree char *plain = avu_url_unescape(last, strlen(last));

	return plain != NULL && plain[0] != '\0'
		       ? avu_text_sanitize(plain, strlen(plain), TITLE_BYTES_MAX)
		       : g_strdup(avu_url_get_host(url));
}

/* An object that nobody's catalogue has. Texts are borrowed. */
static void
make_object(AvuObject *object, const char *title, const char *mime, const char *uri,
	const char *protocol_info)
{
	avu_object_init(object);
	object->id = "0";
	object->parent_id = "-1";
	object->restricted = true;
	object->title = (char *)title;
	object->upnp_class = media_type_class(mime);
	avu_resource_init(&object->resources[0]);
	object->resources[0].uri = uri;
	object->resources[0].protocol_info = protocol_info;
	object->n_resources = 1;
}

bool
play_item_from_url(const char *text, PlayItem *ret_item, GError **error)
{
	g_autoptr(AvuUrl) url = avu_url_parse(text, error);

	if (url == NULL) {
		return false;
	}
	g_autofree char *path = path_of(url);
	const char *mime = media_type_of_path(path);
	g_autofree char *protocol_info = g_strdup_printf("http-get:*:%s:*", mime);
	AvuObject object;

	ret_item->title = title_of(url, path);
	ret_item->duration_ns = AVU_TIME_NONE;
	ret_item->uri = g_strdup(text); /* as given: some servers know one spelling only */
	make_object(&object, ret_item->title, mime, ret_item->uri, protocol_info);
	ret_item->metadata = avu_didl_format(&object);
	return true;
}

static char *
file_protocol_info(const char *path)
{
	const char *mime = media_type_of_path(path);
	g_autofree char *features = media_type_features(mime);

	return g_strdup_printf("http-get:*:%s:%s", mime, features);
}

void
play_item_from_file(const char *path, const char *url, const char *subtitles,
	const char *subtitles_url, PlayItem *ret_item)
{
	g_autofree char *protocol_info = file_protocol_info(path);
	g_autofree char *name = g_path_get_basename(path);
	AvuObject object;

	ret_item->title = avu_text_sanitize(name, strlen(name), TITLE_BYTES_MAX);
	ret_item->duration_ns = AVU_TIME_NONE;
	ret_item->uri = g_strdup(url);
	make_object(&object, ret_item->title, media_type_of_path(path), url, protocol_info);
	if (subtitles_url != NULL) {
		g_autofree char *info =
			g_strdup_printf("http-get:*:%s:*", subtitles_type_of_path(subtitles));
		AvuResource *resource = &object.resources[object.n_resources++];

		avu_resource_init(resource);
		resource->uri = subtitles_url;
		resource->protocol_info = info;
		(void)subtitles_spread(&object, AVU_SUBTITLES_ALL);
		ret_item->metadata = avu_didl_format(&object);
		return;
	}
	ret_item->metadata = avu_didl_format(&object);
}

void
play_item_from_stream(const char *title, const char *mime, const char *url, PlayItem *ret_item)
{
	g_autofree char *protocol_info = g_strdup_printf("http-get:*:%s:*", mime);
	AvuObject object;

	ret_item->title = g_strdup(title);
	ret_item->duration_ns = AVU_TIME_NONE;
	ret_item->uri = g_strdup(url);
	make_object(&object, title, mime, url, protocol_info);
	ret_item->metadata = avu_didl_format(&object);
}

bool
play_item_file_suits(const char *path, Taste *taste)
{
	g_autofree char *protocol_info = file_protocol_info(path);
	AvuObject object;

	make_object(&object, "", media_type_of_path(path), path, protocol_info);
	/* of what is not known nobody can say that it suits */
	return strcmp(media_type_of_path(path), "*") != 0 && taste_choose(taste, &object) >= 0;
}

/* Some servers tell the newer of the maker's two elements alone; the object does not say which. */
static bool
has_both_elements(const char *text)
{
	static const char name[] = "CaptionInfo";
	bool old = false, new = false;

	for (const char *at = text; (at = strstr(at, name)) != NULL; at += strlen(name)) {
		const bool is_new = g_str_has_prefix(at + strlen(name), "Ex");

		new = new || is_new;
		old = old || !is_new;
	}
	return old && new;
}

static char *
metadata_of(const AvuObject *object, const char *text, unsigned chosen, Taste *taste)
{
	AvuObject copy = *object;
	const unsigned forms = taste_get_subtitles(taste);
	const bool lacks = (forms & AVU_SUBTITLES_ELEMENT) != 0 && !has_both_elements(text);
	const bool told = !subtitles_has_any(object) || (!subtitles_spread(&copy, forms) && !lacks);

	if (chosen == 0 && told && strlen(text) <= METADATA_BYTES_MAX) {
		return g_strdup(text);
	}
	const AvuResource first = copy.resources[chosen];

	memmove(&copy.resources[1], &copy.resources[0], chosen * sizeof(copy.resources[0]));
	copy.resources[0] = first;
	return avu_didl_format(&copy);
}

bool
play_item_from_object(
	const AvuObject *object, const char *text, Taste *taste, PlayItem *ret_item, GError **error)
{
	g_autofree char *title =
		avu_text_for_display(object->title != NULL ? object->title : "", 80);

	if (object->container) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"\"%s\" is a folder; name one of the items in it (avcp ls lists them)",
			title);
		return false;
	}
	const int chosen = taste_choose(taste, object);

	if (chosen < 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"\"%s\" is offered in no form that the renderer plays; --transcode "
			"converts it on this host",
			title);
		return false;
	}
	ret_item->uri = g_strdup(object->resources[chosen].uri);
	ret_item->metadata = metadata_of(object, text, (unsigned)chosen, taste);
	ret_item->title = g_strdup(object->title);
	ret_item->duration_ns = object->resources[chosen].duration_ns;
	return true;
}
