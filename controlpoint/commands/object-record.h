/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/object-record.h: an object of a server as ls and search show it */
#pragma once

#include <av-upnp/object.h>

#include "output/output.h"

/* Filter argument that asks for what object_record() shows. */
#define OBJECT_RECORD_FILTER \
	"@id,@parentID,@childCount,dc:title,upnp:class,res,res@protocolInfo,res@size,res@duration"

json_t *object_record(const AvuObject *object);

/* Cells of such records. */
char *object_cell_title(
	const json_t *record, const char *key); /* as in a path; containers end in / */
char *object_cell_resource_size(const json_t *record, const char *key);
char *object_cell_resource_duration(const json_t *record, const char *key);
