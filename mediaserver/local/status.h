/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* local/status.h: what `av-mediaserver status` says */
#pragma once

#include <av-upnp/interface-watch.h>

G_BEGIN_DECLS

typedef struct {
	const char *name, *udn;
	int64_t items;
	bool scanning;
	uint16_t port;
	const AvuInterfaceWatch *interfaces;
} Status;

/** {"name", "udn", "items", "scanning", "locations": [{"interface", "prefix", "url"}]}, IPv4 first.
 *  g_free() it. @thread main */
char *status_format_json(const Status *status);

/** The same for people, from that JSON. @return g_free() it; NULL with SYNTAX */
char *status_format_text(const char *json, GError **error);

/** "http://192.0.2.1:49200/description.xml". g_free() it. */
char *status_format_url(const AvuAddress *address, uint16_t port);

G_END_DECLS
