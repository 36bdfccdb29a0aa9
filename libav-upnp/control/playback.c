/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which resource of an object a renderer is given. Pure; any thread. */
#include <av-upnp/playback.h>
#include <av-upnp/protocol-info.h>

/* avu_protocol_info_match(): below an equal MIME type, or its alias, without a name */
#define CONVERTED_MAX 59

static bool
is_about_pictures(const AvuObject *object)
{
	/* Compared without case, as some servers write their classes in a case of their own. */
	return object->upnp_class != NULL &&
	       (g_ascii_strncasecmp(object->upnp_class, "object.item.imageItem", 21) == 0 ||
		       g_ascii_strcasecmp(object->upnp_class, "object.item") == 0);
}

static bool
usable(const AvuObject *object, const AvuResource *resource, const AvuProtocolInfo *info)
{
	if (resource->uri == NULL || resource->uri[0] == '\0' ||
		g_ascii_strcasecmp(avu_protocol_info_get_protocol(info), "http-get") != 0) {
		return false;
	}
	return !g_str_has_prefix(avu_protocol_info_get_mime(info), "image/") ||
	       is_about_pictures(object);
}

/* 0: no entry of the sink takes it. */
static unsigned
best_match(const AvuProtocolInfo *source, const GPtrArray *sinks)
{
	unsigned best = sinks->len == 0 ? 1 : 0;

	for (guint i = 0; i < sinks->len; i++) {
		best = MAX(best, avu_protocol_info_match(source, sinks->pdata[i]));
	}
	return best;
}

/* Still to be sent to the server: there is nothing to play yet. */
static bool
is_awaited(const AvuResource *resource)
{
	return resource->uri != NULL && resource->uri[0] == '\0';
}

int
avu_playback_choose(const AvuObject *object, const char *sink)
{
	g_autoptr(GPtrArray) sinks = avu_protocol_info_parse_list(sink);
	unsigned best = 0;
	int chosen = -1;

	for (unsigned i = 0; i < object->n_resources; i++) {
		const AvuResource *resource = &object->resources[i];

		if (resource->protocol_info == NULL || is_awaited(resource)) {
			continue;
		}
		g_autoptr(AvuProtocolInfo) info = avu_protocol_info_parse(
			resource->protocol_info, strlen(resource->protocol_info), NULL);

		if (info == NULL || !usable(object, resource, info)) {
			continue;
		}
		unsigned match = best_match(info, sinks);

		/* nothing is converted of what the renderer plays as it is */
		if (avu_protocol_info_get_dlna(info)->converted) {
			match = MIN(match, CONVERTED_MAX);
		}
		if (match > best) {
			best = match;
			chosen = (int)i;
		}
	}
	return chosen;
}
