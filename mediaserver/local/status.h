/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* local/status.h: what `av-mediaserver status` says */
#pragma once

#include <av-upnp/interface-watch.h>

#include "mediaserver/library/progress.h"
#include "mediaserver/library/roots.h"

G_BEGIN_DECLS

typedef struct {
	const char *name, *udn;
	int64_t items;
	const Roots *roots;
	const Progress *scan; /* NULL: none is under way */
	uint16_t port;
	const AvuInterfaceWatch *interfaces;
} Status;

/** {"name", "udn", "items", "scanning", "scan": {"files", "probed", "fraction", "files_per_s",
 *  "elapsed_s", "left_s"}, "roots": [{"path", "present"}], "locations": [{"interface", "prefix",
 *  "url"}]}, IPv4 first; "scan" and its "left_s" may be null. g_free() it. @thread main */
char *status_format_json(const Status *status);

/** Of a JSON as above: whether a scan is under way. */
bool status_is_scanning(const char *json);
/** One line about the scan of that JSON, or about its end. @return g_free() it; NULL with SYNTAX */
char *status_format_scan(const char *json, GError **error);

/** The same for people, from that JSON. @return g_free() it; NULL with SYNTAX */
char *status_format_text(const char *json, GError **error);

/** "http://192.0.2.1:49200/description.xml". g_free() it. */
char *status_format_url(const AvuAddress *address, uint16_t port);

G_END_DECLS
