/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/didl-private.h: the property table that writer, Filter and reader of DIDL-Lite share */
#pragma once

#include <av-upnp/didl.h>

typedef enum {
	DIDL_OBJECT_ATTRIBUTE,
	DIDL_ELEMENT,
	DIDL_ART, /* upnp:albumArtURI, which carries an attribute of its own */
	DIDL_ART_ATTRIBUTE,
	DIDL_RES,
	DIDL_RES_ATTRIBUTE,
} DidlPlace;

typedef enum {
	DIDL_TEXT,       /* const char * */
	DIDL_DATE,       /* const char *, completed or left out */
	DIDL_BOOL,       /* bool */
	DIDL_INT32,      /* int32_t, negative: unknown */
	DIDL_INT64,      /* int64_t, negative: unknown */
	DIDL_DURATION,   /* int64_t, nanoseconds */
	DIDL_RESOLUTION, /* int32_t width, height */
} DidlType;

typedef enum {
	DIDL_REQUIRED = 1 << 0, /* whatever the Filter says */
	DIDL_CONTAINER = 1 << 1,
	DIDL_ITEM = 1 << 2,
} DidlFlags;

/* In the order of writing. */
typedef struct {
	const char *name; /* in Filter */
	const char *tag;  /* as written: element or attribute */
	const char *role; /* value of the element's attribute "role"; NULL: none */
	DidlPlace place;
	DidlType type;
	unsigned flags;
	size_t offset;    /* in AvuObject; of DIDL_RES_ATTRIBUTE in AvuResource */
	size_t max_bytes; /* of text */
} DidlProperty;

extern const DidlProperty didl_properties[];
extern const size_t didl_n_properties; /* at most 64: a Filter is a set of bits */

/* Local name of a tag: what follows the prefix. */
const char *didl_local_name(const DidlProperty *property);
/* Is this property wanted? filter NULL: everything. */
bool didl_filter_has(const AvuFilter *filter, size_t property);
