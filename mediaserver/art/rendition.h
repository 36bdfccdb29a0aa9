/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* art/rendition.h: the forms in which pictures are offered besides the file itself, and their URLs */
#pragma once

#include <av-upnp/protocol-info.h>

#include "mediaserver/catalogue/item.h"
#include "mediaserver/workers/thumb-request.h"

G_BEGIN_DECLS

#define ART_PREFIX "/art/"
#define ART_URL_MAX 160

typedef struct {
	const char *name;    /* in URLs: "tn.jpg" */
	const char *profile; /* DLNA.ORG_PN */
	const char *mime;
	ThumbBox box;
	bool of_pictures; /* offered as res of pictures, where the picture is larger */
} Rendition;

/** All, the thumbnail first; name NULL ends. */
const Rendition *renditions(void);
const Rendition *rendition_find(const char *name);
/** DLNA parameters of an answer, the same in res@protocolInfo and in contentFeatures.dlna.org. */
AvuDlnaParameters rendition_dlna_parameters(const Rendition *rendition);
/** Path below ART_PREFIX's server. @param object  id of an item or container
 *  @param version  changes whenever the picture may: players keep what they have by URL */
void rendition_format_path(
	char path[ART_URL_MAX], const Rendition *rendition, const char *object, uint32_t version);
/** Size that a picture of this size gets. false: it has none or would stay as it is */
bool rendition_shrinks(
	const Rendition *rendition, const Item *item, int64_t *ret_width, int64_t *ret_height);

G_END_DECLS
