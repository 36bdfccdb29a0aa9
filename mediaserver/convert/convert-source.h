/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/convert-source.h: a conversion as a source of octets for delivery */
#pragma once

#include <av-upnp/media-source.h>

#include "mediaserver/convert/conversions.h"

G_BEGIN_DECLS

typedef struct {
	Conversions *conversions; /* outlives the source */
	ConvertPlan plan;
	int fd;           /* taken */
	int player;       /* the connection, as conversion_begin() wants it */
	const char *hint; /* extension of the file; may be NULL; copied */
	int64_t start_ns; /* the item begins here in its file */
	bool piece;       /* and ends before the file does */
	const char *key;  /* under which the whole is kept; NULL: it is not; copied */
} ConvertSourceSpec;

/** All of it, at its normal speed. @param request  clear it */
void convert_source_ask(const ConvertSourceSpec *spec, ConvertRequest *request);
/** @thread the connection's */
AvuMediaSource *convert_source_new(const ConvertSourceSpec *spec);

G_END_DECLS
