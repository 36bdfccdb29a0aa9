/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which resource of an object a renderer is given. Pure; any thread. */
#include <string.h>

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

/* What is known of the renderer besides */

typedef enum { KNOWS_NOTHING, KNOWS_MIME, KNOWS_ALL } Knowledge;

static AvuProtocolInfo *
parse_info(const AvuResource *resource)
{
	return resource->protocol_info != NULL ? avu_protocol_info_parse(resource->protocol_info,
							 strlen(resource->protocol_info), NULL)
					       : NULL;
}

static bool
is_beyond(int64_t value, int64_t max)
{
	return max > 0 && value > max; /* -1: not known */
}

static bool
is_within_limits(const AvuResource *resource, const AvuClientProfile *profile)
{
	return !is_beyond(resource->width, profile->max_width) &&
	       !is_beyond(resource->height, profile->max_height) &&
	       !is_beyond(resource->sample_hz, profile->max_sample_hz) &&
	       !is_beyond(resource->bits_per_sample, profile->max_bits) &&
	       !is_beyond(resource->channels, profile->max_channels);
}

static bool
has_mime(char **mimes, const char *mime)
{
	for (size_t i = 0; mimes != NULL && mimes[i] != NULL; i++) {
		if (strcmp(mimes[i], "*") == 0 || g_ascii_strcasecmp(mimes[i], mime) == 0) {
			return true;
		}
	}
	return mimes == NULL;
}

static Knowledge
ask_list(const GArray *plays, const char *mime)
{
	Knowledge known = KNOWS_NOTHING;

	for (guint i = 0; plays != NULL && i < plays->len; i++) {
		const AvuClientPlays *row = &g_array_index(plays, AvuClientPlays, i);

		if (has_mime(row->mimes, mime)) {
			const bool any = row->video_codecs == NULL && row->audio_codecs == NULL;

			known = MAX(known, any ? KNOWS_ALL : KNOWS_MIME);
		}
	}
	return known;
}

static Knowledge
ask_profile(const AvuClientProfile *profile, const AvuResource *resource, const char *mime)
{
	static const struct {
		const char *start;
		AvuPlaysKind kind;
	} kinds[] = {
		{ "audio/", AVU_PLAYS_AUDIO },
		{ "video/", AVU_PLAYS_VIDEO },
		{ "image/", AVU_PLAYS_IMAGE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(kinds) && is_within_limits(resource, profile); i++) {
		if (g_str_has_prefix(mime, kinds[i].start)) {
			return ask_list(profile->plays[kinds[i].kind], mime);
		}
	}
	return KNOWS_NOTHING;
}

bool
avu_playback_is_makeshift(const AvuObject *object, int chosen)
{
	g_autoptr(AvuProtocolInfo) info =
		chosen >= 0 ? parse_info(&object->resources[chosen]) : NULL;

	return info == NULL || avu_protocol_info_get_dlna(info)->converted;
}

int
avu_playback_choose_known(
	const AvuObject *object, const char *sink, const AvuClientProfile *profile)
{
	const int listed = avu_playback_choose(object, sink);
	Knowledge best = listed >= 0 ? KNOWS_MIME : KNOWS_NOTHING;
	int chosen = listed;

	if (profile == NULL || !avu_playback_is_makeshift(object, listed)) {
		return listed;
	}
	for (unsigned i = 0; i < object->n_resources; i++) {
		const AvuResource *resource = &object->resources[i];
		g_autoptr(AvuProtocolInfo) info = parse_info(resource);

		if (info == NULL || !usable(object, resource, info) ||
			avu_protocol_info_get_dlna(info)->converted) {
			continue;
		}
		const Knowledge known =
			ask_profile(profile, resource, avu_protocol_info_get_mime(info));

		if (known > best) {
			best = known;
			chosen = (int)i;
		}
	}
	return chosen;
}
