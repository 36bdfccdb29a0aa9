/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/didl-private.h: the property table as writer, Filter and reader of DIDL-Lite share it */
#pragma once

#include <av-upnp/didl.h>
#include <av-upnp/xml-reader.h>

typedef enum {
	DIDL_OBJECT_ATTRIBUTE,
	DIDL_ELEMENT,
	DIDL_ART, /* upnp:albumArtURI, several, each with an attribute of its own */
	DIDL_ART_ATTRIBUTE,
	DIDL_CAPTION, /* sec:CaptionInfo, sec:CaptionInfoEx: with sec:type */
	DIDL_DESC,    /* written only: what others put there is theirs */
	DIDL_RES,
	DIDL_RES_ATTRIBUTE,
} DidlPlace;

typedef enum {
	DIDL_TEXT,       /* const char * */
	DIDL_CLASSES,    /* const char *, written with includeDerived */
	DIDL_DATE,       /* const char *, completed or left out */
	DIDL_BOOL,       /* bool */
	DIDL_TRUE,       /* bool, left out when false */
	DIDL_INT32,      /* int32_t, negative: unknown */
	DIDL_INT64,      /* int64_t, negative: unknown */
	DIDL_DURATION,   /* int64_t, nanoseconds, "0:03:25.120" */
	DIDL_PERIOD,     /* int64_t, nanoseconds, "P00:03:25" */
	DIDL_RESOLUTION, /* int32_t width, height */
} DidlForm;

typedef struct {
	AvuPropertySpec spec;
	const char *tag;  /* as written: element or attribute */
	const char *role; /* value of the element's attribute "role"; NULL: none */
	DidlPlace place;
	DidlForm form;
	size_t offset;    /* in AvuObject, AvuArt, AvuResource, by place */
	size_t max_bytes; /* of text */
} DidlProperty;

extern const DidlProperty didl_properties[AVU_N_PROPERTIES];

/* Attributes stand together in the table: first and last of a place. */
typedef struct {
	AvuProperty first, last;
} DidlRange;

static const DidlRange didl_object_attributes = { AVU_PROPERTY_ID, AVU_PROPERTY_DLNA_MANAGED };
static const DidlRange didl_art_attributes = { AVU_PROPERTY_ALBUM_ART_PROFILE,
	AVU_PROPERTY_ALBUM_ART_PROFILE };
static const DidlRange didl_res_attributes = { AVU_PROPERTY_RES_ID, AVU_PROPERTY_RES_SUBTITLE_URI };
static const DidlRange didl_elements = { AVU_PROPERTY_TITLE, AVU_PROPERTY_RES };

/* What the object has of an element that stands in the object itself, in the form it is written in;
 * several joined by AVU_VALUE_SEPARATOR. g_free() it; NULL: nothing. */
char *didl_dup_value(const AvuObject *object, AvuProperty property);
/* Which property an element is. A prefix that the document does not declare counts as the usual one.
 * @return false when it is none of ours */
bool didl_find_element(const AvuXmlElement *element, AvuProperty *ret_property);

/* What a res element declares of itself. Texts are the element's. */
void didl_read_res(const AvuXmlElement *element, AvuResource *ret_resource);

/* Local name of a tag: what follows the prefix. */
const char *didl_local_name(const DidlProperty *property);
struct AvuFilter {
	AvuPropertySet wanted;
	bool everything;
	bool all_addresses; /* DLNA's word ALLIP (7.3.19.1) */
};

/* Is this property wanted? filter NULL: everything. */
static inline bool
didl_filter_has(const AvuFilter *filter, AvuProperty property)
{
	return filter == NULL || filter->everything ||
	       (didl_properties[property].spec.flags & AVU_PROPERTY_REQUIRED) != 0 ||
	       avu_property_set_has(&filter->wanted, property);
}
