/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Samsung's additions to ContentDirectory: where its menu begins, and where playing stopped. Runs on
 * the threads of the connections. As devices have it (spec/upnp-av-device.md 9.2); what they send is
 * as foreign as everything else. */
#include <string.h>

#include <av-upnp/duration.h>
#include <av-upnp/error.h>
#include <av-upnp/xml-writer.h>

#include "content-look.h"

/* More seconds than this are milliseconds, when nothing is known of the item: a day and a bit. */
#define SECONDS_MAX 100000
#define MS_PER_S 1000

static const struct {
	const char *shortcut, *type;
} entrances[] = {
	{ "MUSIC", "object.item.audioItem" },
	{ "VIDEOS", "object.item.videoItem" },
	{ "IMAGES", "object.item.imageItem" },
};

static const char *
find_shortcut(const AvuContentShortcut *shortcuts, const char *name)
{
	for (; shortcuts != NULL && shortcuts->name != NULL; shortcuts++) {
		if (strcmp(shortcuts->name, name) == 0) {
			return shortcuts->object_id;
		}
	}
	return CONTENT_ROOT_ID;
}

char *
samsung_format_features(const AvuContentShortcut *shortcuts)
{
	AvuXmlWriter *writer = avu_xml_writer_new();

	avu_xml_start(writer, "Features");
	avu_xml_attribute(writer, "xmlns", "urn:schemas-upnp-org:av:avs");
	avu_xml_start(writer, "Feature");
	avu_xml_attribute(writer, "name", "samsung.com_BASICVIEW");
	avu_xml_attribute(writer, "version", "1");
	for (size_t i = 0; i < G_N_ELEMENTS(entrances); i++) {
		avu_xml_start(writer, "container");
		avu_xml_attribute(writer, "id", find_shortcut(shortcuts, entrances[i].shortcut));
		avu_xml_attribute(writer, "type", entrances[i].type);
		avu_xml_end(writer);
	}
	avu_xml_end(writer);
	avu_xml_end(writer);
	return avu_xml_writer_finish_string(writer);
}

bool
content_x_get_feature_list(AvuCall *call, void *object, GError **error)
{
	const AvuContentDirectory *directory = object;
	g_autofree char *features = samsung_format_features(directory->store->shortcuts);

	(void)error;
	avu_call_reply_string(call, "FeatureList", features);
	return true;
}

static void
take_duration(const AvuObject *object, void *data)
{
	int64_t *duration_ns = data;

	for (unsigned i = 0; i < object->n_resources && *duration_ns == AVU_TIME_NONE; i++) {
		*duration_ns = object->resources[i].duration_ns;
	}
}

/* Some sets send milliseconds: what lies behind the end is taken for that. */
static int64_t
position_ns(uint32_t sent, int64_t duration_ns)
{
	const int64_t as_seconds = (int64_t)sent * AVU_NS_PER_S;
	const bool ms =
		duration_ns != AVU_TIME_NONE ? as_seconds > duration_ns : sent > SECONDS_MAX;
	const int64_t ns = ms ? as_seconds / MS_PER_S : as_seconds;

	return duration_ns != AVU_TIME_NONE ? MIN(ns, duration_ns) : ns;
}

bool
content_x_set_bookmark(AvuCall *call, void *object, GError **error)
{
	const AvuContentDirectory *directory = object;
	int64_t duration_ns = AVU_TIME_NONE;
	g_auto(Look) look = { NULL };

	if (!content_look(call, directory, avu_call_string(call, "ObjectID"), &look, take_duration,
		    &duration_ns, error)) {
		return false;
	}
	if (look.container) {
		g_set_error(error, AVU_UPNP_ERROR, CONTENT_NO_OBJECT, "a container is not played");
		return false;
	}
	g_autofree char *position =
		avu_period_format(position_ns(avu_call_ui4(call, "PosSecond"), duration_ns));
	const AvuContentEdit edit = { AVU_PROPERTY_LAST_PLAYBACK_POSITION, position };

	return directory->store->writer->update(
		directory->self, look.ref_id != NULL ? look.ref_id : look.id, &edit, 1, error);
}
