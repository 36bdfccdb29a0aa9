/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/object.h: an object of a content directory as a plain value. Strings are borrowed from
 * whoever made it (a database row, a parsed document). NULL or -1: not known. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define AVU_RESOURCES_MAX 16

typedef struct {
	const char *uri;
	const char *protocol_info;
	int64_t size_bytes;
	int64_t duration_ns;   /* AVU_TIME_NONE: not known */
	int64_t bitrate_Bps;   /* octets per second: res@bitrate despite its name */
	int64_t sample_hz;
	int32_t bits_per_sample;
	int32_t channels;
	int32_t width, height; /* res@resolution */
} AvuResource;

typedef struct {
	const char *id, *parent_id, *ref_id;
	const char *title;
	const char *upnp_class; /* "object.item.audioItem.musicTrack" */
	bool container;
	bool restricted;
	bool searchable;
	int32_t child_count;
	const char *creator, *artist, *album_artist, *album, *genre, *composer;
	const char *date; /* ISO 8601 */
	int32_t track_number, disc_number;
	const char *description;
	const char *album_art_uri;
	const char *album_art_profile; /* DLNA profile of the picture: "JPEG_TN" */
	AvuResource resources[AVU_RESOURCES_MAX];
	unsigned n_resources;
} AvuObject;

/** All unknown. */
AVU_API void avu_object_init(AvuObject *object);
AVU_API void avu_resource_init(AvuResource *resource);

G_END_DECLS
