/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vendor-headers.h: what makers of players want beyond DLNA's headers. Who is who is not for here: that
 * is AvuDelivery.client. */
#pragma once

#include <av-upnp/delivery.h>

/** Value of a request header or NULL. */
typedef const char *(*HeaderGetter)(const void *request, const char *name);

/** Calls add for each header that this client wants on this answer.
 *  @param client  NULL: not known */
void vendor_add_headers(const AvuDelivery *delivery, const AvuClientProfile *client,
	HeaderGetter header, const void *request,
	void (*add)(void *data, const char *name, const char *value), void *data);

/** What the client calls itself, for the log: DLNA's friendlyName, a maker's header, User-Agent.
 *  Foreign text; NULL: nothing. g_free() it. */
char *vendor_dup_client_name(HeaderGetter header, const void *request);
