/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The properties of objects that we know, as one table. Constant; any thread.
 * Sizes: spec/dlna-core-rules.md 1; names and order: spec/upnp-av-cds-objects.md 1 to 6. */
#include <string.h>

#include "didl-private.h"

#define STRING_MAX 256 /* strings of the recommended-metadata table */
#define VALUE_MAX 1024 /* every other one */
#define BOTH (DIDL_ITEM | DIDL_CONTAINER)
#define OBJECT(field) offsetof(AvuObject, field)
#define RES(field) offsetof(AvuResource, field)

#define ATTRIBUTE(tag, type, field, flags)                                                        \
	{                                                                                         \
		"@" tag, tag, NULL, DIDL_OBJECT_ATTRIBUTE, type, flags, OBJECT(field), STRING_MAX \
	}
#define ELEMENT(tag, type, field, flags, max)                                 \
	{                                                                     \
		tag, tag, NULL, DIDL_ELEMENT, type, flags, OBJECT(field), max \
	}
#define WITH_ROLE(tag, role, field)                                                              \
	{                                                                                        \
		tag "@role", tag, role, DIDL_ELEMENT, DIDL_TEXT, BOTH, OBJECT(field), STRING_MAX \
	}
#define RES_ATTRIBUTE(tag, type, field, flags)                                               \
	{                                                                                    \
		"res@" tag, tag, NULL, DIDL_RES_ATTRIBUTE, type, (flags) | BOTH, RES(field), \
			VALUE_MAX                                                            \
	}

/* Title first and class early: some renderers stop looking when they come late. */
const DidlProperty didl_properties[] = {
	ATTRIBUTE("id", DIDL_TEXT, id, DIDL_REQUIRED | BOTH),
	ATTRIBUTE("parentID", DIDL_TEXT, parent_id, DIDL_REQUIRED | BOTH),
	ATTRIBUTE("refID", DIDL_TEXT, ref_id, DIDL_ITEM),
	ATTRIBUTE("restricted", DIDL_BOOL, restricted, DIDL_REQUIRED | BOTH),
	ATTRIBUTE("searchable", DIDL_BOOL, searchable, DIDL_CONTAINER),
	ATTRIBUTE("childCount", DIDL_INT32, child_count, DIDL_CONTAINER),
	ELEMENT("dc:title", DIDL_TEXT, title, DIDL_REQUIRED | BOTH, VALUE_MAX),
	ELEMENT("upnp:class", DIDL_TEXT, upnp_class, DIDL_REQUIRED | BOTH, STRING_MAX),
	ELEMENT("dc:creator", DIDL_TEXT, creator, BOTH, STRING_MAX),
	ELEMENT("dc:date", DIDL_DATE, date, BOTH, STRING_MAX),
	ELEMENT("dc:description", DIDL_TEXT, description, BOTH, VALUE_MAX),
	ELEMENT("upnp:artist", DIDL_TEXT, artist, BOTH, STRING_MAX),
	WITH_ROLE("upnp:artist", "AlbumArtist", album_artist),
	WITH_ROLE("upnp:author", "Composer", composer),
	ELEMENT("upnp:album", DIDL_TEXT, album, BOTH, STRING_MAX),
	ELEMENT("upnp:genre", DIDL_TEXT, genre, BOTH, STRING_MAX),
	ELEMENT("upnp:originalTrackNumber", DIDL_INT32, track_number, BOTH, 0),
	ELEMENT("upnp:originalDiscNumber", DIDL_INT32, disc_number, BOTH,
		0), /* not standard, common */
	{ "upnp:albumArtURI", "upnp:albumArtURI", NULL, DIDL_ART, DIDL_TEXT, BOTH,
		OBJECT(album_art_uri), VALUE_MAX },
	{ "upnp:albumArtURI@dlna:profileID", "dlna:profileID", NULL, DIDL_ART_ATTRIBUTE, DIDL_TEXT,
		BOTH, OBJECT(album_art_profile), STRING_MAX },
	{ "res", "res", NULL, DIDL_RES, DIDL_TEXT, BOTH, RES(uri), VALUE_MAX },
	RES_ATTRIBUTE("protocolInfo", DIDL_TEXT, protocol_info, DIDL_REQUIRED),
	RES_ATTRIBUTE("size", DIDL_INT64, size_bytes, 0),
	RES_ATTRIBUTE("duration", DIDL_DURATION, duration_ns, 0),
	RES_ATTRIBUTE("bitrate", DIDL_INT64, bitrate_Bps, 0),
	RES_ATTRIBUTE("sampleFrequency", DIDL_INT64, sample_hz, 0),
	RES_ATTRIBUTE("bitsPerSample", DIDL_INT32, bits_per_sample, 0),
	RES_ATTRIBUTE("nrAudioChannels", DIDL_INT32, channels, 0),
	RES_ATTRIBUTE("resolution", DIDL_RESOLUTION, width, 0),
};
const size_t didl_n_properties = G_N_ELEMENTS(didl_properties);
G_STATIC_ASSERT(G_N_ELEMENTS(didl_properties) <= 64);
/* A resolution is read and written as a pair. */
G_STATIC_ASSERT(RES(height) == RES(width) + sizeof(int32_t));

const char *
didl_local_name(const DidlProperty *property)
{
	const char *colon = strchr(property->tag, ':');

	return colon == NULL ? property->tag : colon + 1;
}

void
avu_resource_init(AvuResource *resource)
{
	*resource = (AvuResource){
		.size_bytes = -1,
		.duration_ns = AVU_TIME_NONE,
		.bitrate_Bps = -1,
		.sample_hz = -1,
		.bits_per_sample = -1,
		.channels = -1,
		.width = -1,
		.height = -1,
	};
}

void
avu_object_init(AvuObject *object)
{
	memset(object, 0, sizeof *object);
	object->child_count = -1;
	object->track_number = -1;
	object->disc_number = -1;
	for (unsigned i = 0; i < AVU_RESOURCES_MAX; i++) {
		avu_resource_init(&object->resources[i]);
	}
}
