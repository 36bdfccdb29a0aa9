/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery/converted.h: /media/ID/RECIPE.EXT: an item of the catalogue in another form */
#pragma once

#include <av-upnp/http-server.h>

#include "mediaserver/clients/clients.h"
#include "mediaserver/catalogue/catalogue.h"
#include "mediaserver/convert/conversions.h"
#include "mediaserver/delivery/current-file.h"
#include "mediaserver/delivery/file-answers.h"

G_BEGIN_DECLS

typedef struct {
	Catalogue *catalogue;
	const CurrentFiles *files;
	Clients *clients; /* NULL: all are alike */
	Conversions *conversions;
	FileAnswers *indexes; /* time_indexes */
} Converted;

/** @param name  "RECIPE.EXT" as it came  @param log_name  all that followed /media/ */
AvuHttpResponse *converted_deliver(const AvuHttpRequest *request, const Converted *converted,
	int64_t item, const char *name, const char *log_name);

G_END_DECLS
