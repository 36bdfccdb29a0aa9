/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The properties of objects that we know, as one table. Constant; any thread.
 * Sizes: spec/dlna-core-rules.md 1; names, types and who may write: spec/upnp-av-cds-objects.md 1 to 6. */
#include <string.h>

#include "didl-private.h"

#define STRING_MAX 256      /* strings of the recommended-metadata table */
#define VALUE_MAX 1024      /* every other one */
#define LONG_MAX_BYTES 8192 /* descriptions that fill a page */

#define ITEM AVU_PROPERTY_ON_ITEM
#define CONTAINER AVU_PROPERTY_ON_CONTAINER
#define BOTH (ITEM | CONTAINER)
#define NEEDED AVU_PROPERTY_REQUIRED
#define MANY AVU_PROPERTY_MULTIPLE
#define FIND AVU_PROPERTY_SEARCHABLE_BY
#define SORT AVU_PROPERTY_SORTABLE_BY
#define FIXED AVU_PROPERTY_READ_ONLY

#define OBJECT(field) offsetof(AvuObject, field)
#define RES(field) offsetof(AvuResource, field)

/* kind: how values compare; form: how the field is kept and written */
#define ATTRIBUTE(tag, kind, form, field, flags)                                                 \
	{                                                                                        \
		{ "@" tag, kind, flags }, tag, NULL, DIDL_OBJECT_ATTRIBUTE, form, OBJECT(field), \
			STRING_MAX                                                               \
	}
#define ELEMENT(tag, kind, form, field, flags, max)                                     \
	{                                                                               \
		{ tag, kind, flags }, tag, NULL, DIDL_ELEMENT, form, OBJECT(field), max \
	}
#define WITH_ROLE(tag, role, field)                                                             \
	{                                                                                       \
		{ tag "[@role=\"" role "\"]", AVU_VALUE_TEXT, MANY | BOTH | FIND | SORT }, tag, \
			role, DIDL_ELEMENT, DIDL_TEXT, OBJECT(field), STRING_MAX                \
	}
#define SEC_ELEMENT(tag, field)                                                              \
	{                                                                                    \
		{ tag, AVU_VALUE_OPAQUE, ITEM | FIXED }, tag, NULL, DIDL_CAPTION, DIDL_TEXT, \
			OBJECT(field), VALUE_MAX                                             \
	}
#define RES_ATTRIBUTE(tag, kind, form, field, flags)                                       \
	{                                                                                  \
		{ "res@" tag, kind, (flags) | BOTH }, tag, NULL, DIDL_RES_ATTRIBUTE, form, \
			RES(field), VALUE_MAX                                              \
	}

#define OPAQUE AVU_VALUE_OPAQUE
#define TEXT AVU_VALUE_TEXT
#define NUMBER AVU_VALUE_NUMBER
#define BOOLEAN AVU_VALUE_BOOLEAN

const DidlProperty didl_properties[AVU_N_PROPERTIES] = {
	[AVU_PROPERTY_ID] = ATTRIBUTE("id", OPAQUE, DIDL_TEXT, id, NEEDED | BOTH | FIND | FIXED),
	[AVU_PROPERTY_PARENT_ID] =
		ATTRIBUTE("parentID", OPAQUE, DIDL_TEXT, parent_id, NEEDED | BOTH | FIND | FIXED),
	[AVU_PROPERTY_REF_ID] = ATTRIBUTE("refID", OPAQUE, DIDL_TEXT, ref_id, ITEM | FIND | FIXED),
	[AVU_PROPERTY_RESTRICTED] = ATTRIBUTE(
		"restricted", BOOLEAN, DIDL_BOOL, restricted, NEEDED | BOTH | FIND | FIXED),
	[AVU_PROPERTY_SEARCHABLE] =
		ATTRIBUTE("searchable", BOOLEAN, DIDL_BOOL, searchable, CONTAINER | FIXED),
	[AVU_PROPERTY_CHILD_COUNT] = ATTRIBUTE(
		"childCount", NUMBER, DIDL_INT32, child_count, CONTAINER | FIND | SORT | FIXED),
	[AVU_PROPERTY_CHILD_CONTAINER_COUNT] = ATTRIBUTE("childContainerCount", NUMBER, DIDL_INT32,
		child_container_count, CONTAINER | FIXED),
	[AVU_PROPERTY_NEVER_PLAYABLE] =
		ATTRIBUTE("neverPlayable", BOOLEAN, DIDL_TRUE, never_playable, BOTH | FIXED),
	[AVU_PROPERTY_DLNA_MANAGED] =
		ATTRIBUTE("dlna:dlnaManaged", OPAQUE, DIDL_TEXT, dlna_managed, BOTH | FIXED),

	[AVU_PROPERTY_TITLE] =
		ELEMENT("dc:title", TEXT, DIDL_TEXT, title, NEEDED | BOTH | FIND | SORT, VALUE_MAX),
	[AVU_PROPERTY_CLASS] = ELEMENT("upnp:class", AVU_VALUE_CLASS_NAME, DIDL_TEXT, upnp_class,
		NEEDED | BOTH | FIND | SORT, STRING_MAX),
	[AVU_PROPERTY_SEARCH_CLASS] = ELEMENT("upnp:searchClass", AVU_VALUE_CLASS_NAME,
		DIDL_CLASSES, search_class, MANY | CONTAINER | FIXED, STRING_MAX),
	[AVU_PROPERTY_CREATE_CLASS] = ELEMENT("upnp:createClass", AVU_VALUE_CLASS_NAME,
		DIDL_CLASSES, create_class, MANY | CONTAINER | FIXED, STRING_MAX),
	[AVU_PROPERTY_WRITE_STATUS] = ELEMENT(
		"upnp:writeStatus", OPAQUE, DIDL_TEXT, write_status, BOTH | FIXED, STRING_MAX),
	[AVU_PROPERTY_CREATOR] =
		ELEMENT("dc:creator", TEXT, DIDL_TEXT, creator, BOTH | FIND | SORT, STRING_MAX),
	[AVU_PROPERTY_DATE] =
		ELEMENT("dc:date", AVU_VALUE_DATE, DIDL_DATE, date, BOTH | FIND | SORT, STRING_MAX),
	[AVU_PROPERTY_DESCRIPTION] =
		ELEMENT("dc:description", TEXT, DIDL_TEXT, description, BOTH | FIND, VALUE_MAX),
	[AVU_PROPERTY_LONG_DESCRIPTION] = ELEMENT("upnp:longDescription", TEXT, DIDL_TEXT,
		long_description, BOTH | FIND, LONG_MAX_BYTES),
	[AVU_PROPERTY_LANGUAGE] =
		ELEMENT("dc:language", TEXT, DIDL_TEXT, language, MANY | BOTH | FIND, STRING_MAX),
	[AVU_PROPERTY_PUBLISHER] = ELEMENT(
		"dc:publisher", TEXT, DIDL_TEXT, publisher, MANY | BOTH | FIND | SORT, STRING_MAX),
	[AVU_PROPERTY_CONTRIBUTOR] = ELEMENT(
		"dc:contributor", TEXT, DIDL_TEXT, contributor, MANY | BOTH | FIND, STRING_MAX),
	[AVU_PROPERTY_RIGHTS] =
		ELEMENT("dc:rights", TEXT, DIDL_TEXT, rights, MANY | BOTH, VALUE_MAX),
	[AVU_PROPERTY_ARTIST] = ELEMENT(
		"upnp:artist", TEXT, DIDL_TEXT, artist, MANY | BOTH | FIND | SORT, STRING_MAX),
	[AVU_PROPERTY_ALBUM_ARTIST] = WITH_ROLE("upnp:artist", "AlbumArtist", album_artist),
	[AVU_PROPERTY_CONDUCTOR] = WITH_ROLE("upnp:artist", "Conductor", conductor),
	[AVU_PROPERTY_AUTHOR] = ELEMENT(
		"upnp:author", TEXT, DIDL_TEXT, author, MANY | BOTH | FIND | SORT, STRING_MAX),
	[AVU_PROPERTY_COMPOSER] = WITH_ROLE("upnp:author", "Composer", composer),
	[AVU_PROPERTY_ACTOR] = ELEMENT(
		"upnp:actor", TEXT, DIDL_TEXT, actor, MANY | BOTH | FIND | SORT, STRING_MAX),
	[AVU_PROPERTY_DIRECTOR] = ELEMENT(
		"upnp:director", TEXT, DIDL_TEXT, director, MANY | BOTH | FIND | SORT, STRING_MAX),
	[AVU_PROPERTY_PRODUCER] = ELEMENT(
		"upnp:producer", TEXT, DIDL_TEXT, producer, MANY | BOTH | FIND | SORT, STRING_MAX),
	[AVU_PROPERTY_ALBUM] = ELEMENT(
		"upnp:album", TEXT, DIDL_TEXT, album, MANY | BOTH | FIND | SORT, STRING_MAX),
	[AVU_PROPERTY_GENRE] = ELEMENT(
		"upnp:genre", TEXT, DIDL_TEXT, genre, MANY | BOTH | FIND | SORT, STRING_MAX),
	[AVU_PROPERTY_TRACK] = ELEMENT("upnp:originalTrackNumber", NUMBER, DIDL_INT32, track_number,
		BOTH | FIND | SORT, 0),
	[AVU_PROPERTY_DISC] = ELEMENT(
		"upnp:originalDiscNumber", NUMBER, DIDL_INT32, disc_number, BOTH | FIND | SORT, 0),
	[AVU_PROPERTY_RATING] =
		ELEMENT("upnp:rating", TEXT, DIDL_TEXT, rating, BOTH | FIND | SORT, STRING_MAX),
	[AVU_PROPERTY_PROGRAM_TITLE] = ELEMENT("upnp:programTitle", TEXT, DIDL_TEXT, program_title,
		BOTH | FIND | SORT, STRING_MAX),
	[AVU_PROPERTY_SERIES_TITLE] = ELEMENT(
		"upnp:seriesTitle", TEXT, DIDL_TEXT, series_title, BOTH | FIND | SORT, STRING_MAX),
	[AVU_PROPERTY_EPISODE_COUNT] =
		ELEMENT("upnp:episodeCount", NUMBER, DIDL_INT32, episode_count, BOTH | FIND, 0),
	[AVU_PROPERTY_EPISODE_NUMBER] = ELEMENT(
		"upnp:episodeNumber", NUMBER, DIDL_INT32, episode_number, BOTH | FIND | SORT, 0),
	[AVU_PROPERTY_EPISODE_SEASON] = ELEMENT(
		"upnp:episodeSeason", NUMBER, DIDL_INT32, episode_season, BOTH | FIND | SORT, 0),
	[AVU_PROPERTY_PLAYLIST] =
		ELEMENT("upnp:playlist", TEXT, DIDL_TEXT, playlist, MANY | BOTH | FIND, STRING_MAX),
	[AVU_PROPERTY_LYRICS_URI] =
		ELEMENT("upnp:lyricsURI", OPAQUE, DIDL_TEXT, lyrics_uri, ITEM | FIND, VALUE_MAX),
	[AVU_PROPERTY_REGION] =
		ELEMENT("upnp:region", TEXT, DIDL_TEXT, region, BOTH | FIND, STRING_MAX),
	[AVU_PROPERTY_RADIO_CALL_SIGN] = ELEMENT(
		"upnp:radioCallSign", TEXT, DIDL_TEXT, radio_call_sign, BOTH | FIND, STRING_MAX),
	[AVU_PROPERTY_RADIO_STATION_ID] = ELEMENT("upnp:radioStationID", OPAQUE, DIDL_TEXT,
		radio_station_id, BOTH | FIND, STRING_MAX),
	[AVU_PROPERTY_RADIO_BAND] =
		ELEMENT("upnp:radioBand", TEXT, DIDL_TEXT, radio_band, BOTH | FIND, STRING_MAX),
	[AVU_PROPERTY_ICON] = ELEMENT("upnp:icon", OPAQUE, DIDL_TEXT, icon, BOTH, VALUE_MAX),
	[AVU_PROPERTY_STORAGE_MEDIUM] = ELEMENT(
		"upnp:storageMedium", OPAQUE, DIDL_TEXT, storage_medium, BOTH | FIXED, STRING_MAX),
	[AVU_PROPERTY_STORAGE_TOTAL] = ELEMENT(
		"upnp:storageTotal", NUMBER, DIDL_INT64, storage_total_bytes, CONTAINER | FIXED, 0),
	[AVU_PROPERTY_STORAGE_USED] = ELEMENT(
		"upnp:storageUsed", NUMBER, DIDL_INT64, storage_used_bytes, CONTAINER | FIXED, 0),
	[AVU_PROPERTY_STORAGE_FREE] = ELEMENT(
		"upnp:storageFree", NUMBER, DIDL_INT64, storage_free_bytes, CONTAINER | FIXED, 0),
	[AVU_PROPERTY_STORAGE_MAX_PARTITION] = ELEMENT("upnp:storageMaxPartition", NUMBER,
		DIDL_INT64, storage_max_partition_bytes, CONTAINER | FIXED, 0),
	/* Read-only in the table of the standard; televisions count by UpdateObject all the same. */
	[AVU_PROPERTY_PLAYBACK_COUNT] = ELEMENT(
		"upnp:playbackCount", NUMBER, DIDL_INT32, playback_count, ITEM | FIND | SORT, 0),
	[AVU_PROPERTY_LAST_PLAYBACK_TIME] = ELEMENT("upnp:lastPlaybackTime", AVU_VALUE_DATE,
		DIDL_DATE, last_playback_time, ITEM | FIND | SORT, STRING_MAX),
	[AVU_PROPERTY_LAST_PLAYBACK_POSITION] = ELEMENT("upnp:lastPlaybackPosition",
		AVU_VALUE_DURATION, DIDL_PERIOD, last_playback_position_ns, ITEM | FIND | SORT, 0),
	[AVU_PROPERTY_USER_ANNOTATION] = ELEMENT("upnp:userAnnotation", TEXT, DIDL_TEXT,
		user_annotation, MANY | BOTH | FIND, VALUE_MAX),
	[AVU_PROPERTY_OBJECT_UPDATE_ID] = ELEMENT("upnp:objectUpdateID", NUMBER, DIDL_INT64,
		object_update_id, BOTH | FIND | SORT | FIXED, 0),
	[AVU_PROPERTY_CONTAINER_UPDATE_ID] = ELEMENT("upnp:containerUpdateID", NUMBER, DIDL_INT64,
		container_update_id, CONTAINER | FIND | SORT | FIXED, 0),
	[AVU_PROPERTY_TOTAL_DELETED_CHILDREN] = ELEMENT("upnp:totalDeletedChildCount", NUMBER,
		DIDL_INT64, total_deleted_children, CONTAINER | FIXED, 0),
	[AVU_PROPERTY_ALBUM_ART_URI] = { { "upnp:albumArtURI", AVU_VALUE_OPAQUE, BOTH | FIND },
		"upnp:albumArtURI", NULL, DIDL_ART, DIDL_TEXT, offsetof(AvuArt, uri), VALUE_MAX },
	[AVU_PROPERTY_ALBUM_ART_PROFILE] = { { "upnp:albumArtURI@dlna:profileID", AVU_VALUE_OPAQUE, BOTH }, "dlna:profileID", NULL, DIDL_ART_ATTRIBUTE, DIDL_TEXT, offsetof(AvuArt, profile), STRING_MAX },
	[AVU_PROPERTY_SEC_DCM_INFO] =
		ELEMENT("sec:dcmInfo", OPAQUE, DIDL_TEXT, sec_dcm_info, BOTH | FIXED, VALUE_MAX),
	[AVU_PROPERTY_SEC_CAPTION] = SEC_ELEMENT("sec:CaptionInfo", sec_caption_uri),
	[AVU_PROPERTY_SEC_CAPTION_EX] = SEC_ELEMENT("sec:CaptionInfoEx", sec_caption_uri),
	[AVU_PROPERTY_SONY_MEDIA_CLASS] = ELEMENT(
		"av:mediaClass", OPAQUE, DIDL_TEXT, sony_media_class, BOTH | FIXED, STRING_MAX),

	[AVU_PROPERTY_DESC] = { { "desc", AVU_VALUE_OPAQUE, BOTH | FIXED }, "desc", NULL, DIDL_DESC,
		DIDL_TEXT, 0, VALUE_MAX },

	[AVU_PROPERTY_RES] = { { "res", AVU_VALUE_OPAQUE, MANY | BOTH | FIND }, "res", NULL,
		DIDL_RES, DIDL_TEXT, RES(uri), VALUE_MAX },
	[AVU_PROPERTY_RES_ID] = RES_ATTRIBUTE("id", OPAQUE, DIDL_TEXT, id, 0),
	[AVU_PROPERTY_RES_PROTOCOL_INFO] =
		RES_ATTRIBUTE("protocolInfo", OPAQUE, DIDL_TEXT, protocol_info, NEEDED | FIND),
	[AVU_PROPERTY_RES_IMPORT_URI] =
		RES_ATTRIBUTE("importUri", OPAQUE, DIDL_TEXT, import_uri, FIXED),
	[AVU_PROPERTY_RES_SIZE] =
		RES_ATTRIBUTE("size", NUMBER, DIDL_INT64, size_bytes, FIND | SORT),
	[AVU_PROPERTY_RES_DURATION] = RES_ATTRIBUTE(
		"duration", AVU_VALUE_DURATION, DIDL_DURATION, duration_ns, FIND | SORT),
	[AVU_PROPERTY_RES_BITRATE] =
		RES_ATTRIBUTE("bitrate", NUMBER, DIDL_INT64, bitrate_Bps, FIND | SORT),
	[AVU_PROPERTY_RES_SAMPLE_FREQUENCY] =
		RES_ATTRIBUTE("sampleFrequency", NUMBER, DIDL_INT64, sample_hz, FIND | SORT),
	[AVU_PROPERTY_RES_BITS_PER_SAMPLE] =
		RES_ATTRIBUTE("bitsPerSample", NUMBER, DIDL_INT32, bits_per_sample, FIND | SORT),
	[AVU_PROPERTY_RES_CHANNELS] =
		RES_ATTRIBUTE("nrAudioChannels", NUMBER, DIDL_INT32, channels, FIND | SORT),
	[AVU_PROPERTY_RES_RESOLUTION] = RES_ATTRIBUTE(
		"resolution", AVU_VALUE_DIMENSIONS, DIDL_RESOLUTION, width, FIND | SORT),
	[AVU_PROPERTY_RES_COLOR_DEPTH] =
		RES_ATTRIBUTE("colorDepth", NUMBER, DIDL_INT32, color_depth, FIND | SORT),
	[AVU_PROPERTY_RES_FRAME_RATE] =
		RES_ATTRIBUTE("framerate", OPAQUE, DIDL_TEXT, frame_rate, FIND),
	[AVU_PROPERTY_RES_PROTECTION] =
		RES_ATTRIBUTE("protection", TEXT, DIDL_TEXT, protection, FIND),
	[AVU_PROPERTY_RES_UPDATE_COUNT] =
		RES_ATTRIBUTE("updateCount", NUMBER, DIDL_INT64, update_count, FIND | FIXED),
	[AVU_PROPERTY_RES_RESUME_UPLOAD] =
		RES_ATTRIBUTE("dlna:resumeUpload", BOOLEAN, DIDL_TRUE, resumable, FIXED),
	[AVU_PROPERTY_RES_UPLOADED_SIZE] =
		RES_ATTRIBUTE("dlna:uploadedSize", NUMBER, DIDL_INT64, uploaded_bytes, FIXED),
	[AVU_PROPERTY_RES_IFO_URI] =
		RES_ATTRIBUTE("dlna:ifoFileURI", OPAQUE, DIDL_TEXT, ifo_uri, FIXED),
	[AVU_PROPERTY_RES_SUBTITLE_TYPE] =
		RES_ATTRIBUTE("pv:subtitleFileType", OPAQUE, DIDL_TEXT, subtitle_type, FIXED),
	[AVU_PROPERTY_RES_SUBTITLE_URI] =
		RES_ATTRIBUTE("pv:subtitleFileUri", OPAQUE, DIDL_TEXT, subtitle_uri, FIXED),
};
/* A resolution is read and written as a pair. */
G_STATIC_ASSERT(RES(height) == RES(width) + sizeof(int32_t));

const char *
didl_local_name(const DidlProperty *property)
{
	const char *colon = strchr(property->tag, ':');

	return colon == NULL ? property->tag : colon + 1;
}

const AvuPropertySpec *
avu_property_get_spec(AvuProperty property)
{
	g_return_val_if_fail(property < AVU_N_PROPERTIES, NULL);
	return &didl_properties[property].spec;
}

const char *
avu_property_get_name(AvuProperty property)
{
	return avu_property_get_spec(property)->name;
}

bool
avu_property_find(const AvuCursor *name, AvuProperty *ret_property)
{
	for (unsigned i = 0; i < AVU_N_PROPERTIES; i++) {
		const char *known = didl_properties[i].spec.name;

		if (avu_cursor_equal(name, known) ||
			(known[0] == '@' && avu_cursor_equal(name, known + 1))) {
			*ret_property = (AvuProperty)i;
			return true;
		}
	}
	return false;
}

char *
avu_property_set_format(const AvuPropertySet *set)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (unsigned i = 0; i < AVU_N_PROPERTIES; i++) {
		if (avu_property_set_has(set, (AvuProperty)i)) {
			g_string_append(out, out->len > 0 ? "," : "");
			g_string_append(out, didl_properties[i].spec.name);
		}
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}
