/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetRendererItemInfo: DIDL-Lite in, a verdict for each res out. Pure but for the question whether a
 * resource is accepted; any thread.
 *
 * The tree is read and not the objects of didl.h: those leave out resources that cannot be fetched,
 * and the answer counts them (resIndex). Bounded by avu_xml_kind_didl. */
#include "item-info.h"

#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/resource-check.h>
#include <av-upnp/xml-reader.h>
#include <av-upnp/xml-writer.h>

#include "didl-private.h"

#define INFO_NAMESPACE "urn:schemas-upnp-org:av:rii"

typedef struct {
	bool drm, playback;
} Wanted;

typedef enum {
	PLAYS,
	BAD_FORMAT,
	BAD_PLACE,
	IS_PROTECTED,
} Verdict;

static const char *const verdicts[] = {
	[PLAYS] = "OK",
	[BAD_FORMAT] = "MEDIA_FORMAT_NOT_SUPPORTED",
	[BAD_PLACE] = "OTHER_PLAYBACK_ERROR",
	[IS_PROTECTED] = "DRM_ERROR",
};

static const struct {
	int code;
	Verdict verdict;
} codes[] = {
	{ 704, BAD_FORMAT },
	{ 714, BAD_FORMAT },
	{ 719, IS_PROTECTED },
};

/* "itemInfo::resPlaybackInfo::drmInfo#" with or without "rii:" before each name. */
static char *
dup_path(AvuCursor entry)
{
	g_autofree char *text = avu_cursor_dup(&entry);
	g_auto(GStrv) names = g_strsplit(g_strstrip(text), "::", -1);

	for (size_t i = 0; names[i] != NULL; i++) {
		if (g_str_has_prefix(names[i], "rii:")) {
			memmove(names[i], names[i] + 4, strlen(names[i] + 4) + 1);
		}
	}
	return g_strjoinv("::", names);
}

/* An element is wanted by its name, by that of something in it, and with all that is in a parent. */
static bool
covers(const char *path, const char *element)
{
	const size_t len = strlen(path);
	const size_t wanted = strlen(element);

	if (len > 0 && path[len - 1] == '#') {
		return strncmp(path, element, len - 1) == 0 &&
		       (len - 1 == wanted || (len - 1 < wanted && element[len - 1] == ':'));
	}
	return strncmp(path, element, wanted) == 0 &&
	       (path[wanted] == '\0' || path[wanted] == ':' || path[wanted] == '@');
}

static Wanted
parse_filter(const char *filter)
{
	AvuCursor in = avu_cursor_string(filter);
	Wanted wanted = { false, false };

	do {
		g_autofree char *path = dup_path(avu_cursor_take_until(&in, ","));
		const bool all = strcmp(path, "*") == 0;

		wanted.drm |= all || covers(path, "itemInfo::resPlaybackInfo::drmInfo");
		wanted.playback |= all || covers(path, "itemInfo::resPlaybackInfo::playbackInfo");
	} while (avu_cursor_take_char(&in, ','));
	return wanted;
}

static Verdict
judge(const AvuXmlElement *res, AvuAcceptsResource accepts, void *data)
{
	g_autofree char *uri = g_strstrip(g_strdup(avu_xml_get_text(res)));
	g_autoptr(GError) problem = NULL;
	AvuResource declared;

	didl_read_res(res, &declared);
	if (avu_resource_check(&declared, &problem) &&
		accepts(uri, declared.protocol_info, data, &problem)) {
		return PLAYS;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
		if (g_error_matches(problem, AVU_UPNP_ERROR, codes[i].code)) {
			return codes[i].verdict;
		}
	}
	return BAD_PLACE;
}

static void
write_resource(
	AvuXmlWriter *out, const AvuXmlElement *res, int64_t index, Wanted wanted, Verdict verdict)
{
	const char *id = avu_xml_get_attribute(res, "id");

	avu_xml_start(out, "resPlaybackInfo");
	avu_xml_attribute(out, "resID", id != NULL ? id : "");
	avu_xml_attribute_int(out, "resIndex", index);
	avu_xml_attribute(out, "canPlay", verdict == PLAYS ? "1" : "0");
	if (wanted.drm) {
		const bool locked = verdict == IS_PROTECTED;

		avu_xml_start(out, "drmInfo");
		avu_xml_attribute(out, "drmProtected", locked ? "1" : "0");
		avu_xml_attribute(out, "drmStatus", locked ? "DRM_SYSTEM_NOT_SUPPORTED" : "OK");
		avu_xml_end(out);
	}
	if (wanted.playback) {
		avu_xml_start(out, "playbackInfo");
		avu_xml_attribute(out, "playbackCompatibility", verdicts[verdict]);
		avu_xml_end(out);
	}
	avu_xml_end(out);
}

static void
write_item(AvuXmlWriter *out, const AvuXmlElement *item, Wanted wanted, AvuAcceptsResource accepts,
	void *data)
{
	const char *id = avu_xml_get_attribute(item, "id");
	int64_t index = 0;

	avu_xml_start(out, "itemInfo");
	avu_xml_attribute(out, "itemID", id != NULL ? id : "");
	for (const AvuXmlElement *res = avu_xml_find_child(item, "res"); res != NULL;
		res = avu_xml_find_next(res, "res")) {
		write_resource(out, res, index++, wanted, judge(res, accepts, data));
	}
	avu_xml_end(out);
}

char *
item_info_format(const char *filter, const char *items, AvuAcceptsResource accepts, void *data,
	GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(AvuXmlDocument) tree =
		avu_xml_parse(&avu_xml_kind_didl, items, strlen(items), &problem);
	const AvuXmlElement *root = tree != NULL ? avu_xml_get_root(tree) : NULL;
	const Wanted wanted = parse_filter(filter);

	if (root == NULL || !avu_xml_is(root, "DIDL-Lite")) {
		g_set_error(error, AVU_UPNP_ERROR, AVU_UPNP_INVALID_ARGS, "list of items: %s",
			problem != NULL ? problem->message : "no DIDL-Lite");
		return NULL;
	}
	AvuXmlWriter *out = avu_xml_writer_new();

	avu_xml_start(out, "rendererInfo");
	avu_xml_attribute(out, "xmlns", INFO_NAMESPACE);
	for (const AvuXmlElement *item = avu_xml_find_child(root, "item"); item != NULL;
		item = avu_xml_find_next(item, "item")) {
		write_item(out, item, wanted, accepts, data);
	}
	avu_xml_end(out);
	return avu_xml_writer_finish_string(out);
}
