/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Four forms: a resource of its own (the standard's), sec:CaptionInfo and sec:CaptionInfoEx (Samsung),
 * pv:subtitleFileUri (Panasonic), and the header CaptionInfo.sec, which who sends the film answers with.
 * Those of makers are for SRT only. */
#include <string.h>

#include <av-upnp/client-profile.h>

#include "item/subtitles.h"

/* in the order they are wanted */
static const struct {
	const char *ending;
	const char *mime;
} types[] = {
	{ ".srt", "text/srt" },
	{ ".vtt", "text/vtt" },
	{ ".ass", "text/x-ssa" },
	{ ".ssa", "text/x-ssa" },
	{ ".smi", "application/smil" },
	{ ".sub", "text/vobsub" },
};
#define N_TYPES G_N_ELEMENTS(types)

static const char srt_info[] = "http-get:*:text/srt:*";

/* What servers call SRT. */
static bool
is_srt(const AvuResource *resource)
{
	static const char *const infos[] = { ":text/srt:", ":application/x-subrip:", ":text/x-srt:",
		":application/srt:", ":smi/caption:" };

	for (size_t i = 0; resource->protocol_info != NULL && i < G_N_ELEMENTS(infos); i++) {
		if (strstr(resource->protocol_info, infos[i]) != NULL) {
			return true;
		}
	}
	return false;
}

static bool
is_film(const AvuResource *resource)
{
	return resource->protocol_info != NULL &&
	       strstr(resource->protocol_info, ":video/") != NULL;
}

static const char *
find_uri(const AvuObject *object)
{
	if (object->sec_caption_uri != NULL) {
		return object->sec_caption_uri;
	}
	for (unsigned i = 0; i < object->n_resources; i++) {
		const AvuResource *resource = &object->resources[i];

		if (resource->subtitle_uri != NULL) {
			return resource->subtitle_uri;
		}
		if (is_srt(resource) && resource->uri != NULL && resource->uri[0] != '\0') {
			return resource->uri;
		}
	}
	return NULL;
}

bool
subtitles_has_any(const AvuObject *object)
{
	return find_uri(object) != NULL;
}

static bool
spread_resource(AvuObject *object, const char *uri)
{
	AvuResource *added;

	for (unsigned i = 0; i < object->n_resources; i++) {
		if (is_srt(&object->resources[i]) ||
			g_strcmp0(object->resources[i].uri, uri) == 0) {
			return false;
		}
	}
	if (object->n_resources >= AVU_RESOURCES_MAX) {
		return false;
	}
	added = &object->resources[object->n_resources++];
	avu_resource_init(added);
	added->uri = uri;
	added->protocol_info = srt_info;
	return true;
}

static bool
spread_attributes(AvuObject *object, const char *uri)
{
	bool changed = false;

	for (unsigned i = 0; i < object->n_resources; i++) {
		AvuResource *resource = &object->resources[i];

		if (is_film(resource) && resource->subtitle_uri == NULL) {
			resource->subtitle_uri = uri;
			resource->subtitle_type = "SRT";
			changed = true;
		}
	}
	return changed;
}

bool
subtitles_spread(AvuObject *object, unsigned forms)
{
	const char *uri = find_uri(object);
	bool changed = false;

	if (uri == NULL) {
		return false;
	}
	if ((forms & AVU_SUBTITLES_ATTRIBUTE) != 0) {
		changed = spread_attributes(object, uri);
	}
	if ((forms & AVU_SUBTITLES_RESOURCE) != 0) {
		changed = spread_resource(object, uri) || changed;
	}
	if ((forms & AVU_SUBTITLES_ELEMENT) != 0 &&
		(object->sec_caption_uri == NULL || object->sec_caption_type == NULL)) {
		object->sec_caption_uri = uri;
		object->sec_caption_type = "srt";
		changed = true;
	}
	return changed;
}

/* Files */

static size_t
rank_of(const char *path)
{
	g_autofree char *lower = g_ascii_strdown(path, -1);
	size_t i = 0;

	while (i < N_TYPES && !g_str_has_suffix(lower, types[i].ending)) {
		i++;
	}
	return i;
}

const char *
subtitles_type_of_path(const char *path)
{
	const size_t rank = rank_of(path);

	return rank < N_TYPES ? types[rank].mime : NULL;
}

bool
subtitles_belong(const char *name, const char *stem)
{
	return g_str_has_prefix(name, stem) && name[strlen(stem)] == '.' && rank_of(name) < N_TYPES;
}

char *
subtitles_find_beside(const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *stem = g_path_get_basename(path);
	g_autofree char *best = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	char *dot = strrchr(stem, '.');

	if (dot != NULL) {
		*dot = '\0';
	}
	for (const char *name = dir != NULL ? g_dir_read_name(dir) : NULL; name != NULL;
		name = g_dir_read_name(dir)) {
		if (!subtitles_belong(name, stem)) {
			continue;
		}
		/* a kind that is wanted more; of one kind the shorter name, which says no language */
		if (best == NULL || rank_of(name) < rank_of(best) ||
			(rank_of(name) == rank_of(best) && strlen(name) < strlen(best))) {
			g_free(best);
			best = g_strdup(name);
		}
	}
	return best != NULL ? g_build_filename(folder, best, NULL) : NULL;
}
