/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The access log. Of the connection's thread. */
#define G_LOG_DOMAIN "access"

#include <av-upnp/log.h>
#include <av-upnp/text.h>

#include "http-access.h"

#define OBJECT_CHARS 120

bool
http_access_is_wanted(void)
{
	return avu_log_is_wanted(G_LOG_DOMAIN, G_LOG_LEVEL_INFO);
}

void
http_access_log(const HttpAccess *access)
{
	g_autofree char *client = avu_address_format(access->client);
	g_autofree char *object = avu_text_for_display(access->object, OBJECT_CHARS);
	double seconds = (double)MAX(access->elapsed_ns, AVU_NS_PER_US) / (double)AVU_NS_PER_S;

	g_info("client=%s method=%s object=%s status=%u range=%s octets=%" G_GUINT64_FORMAT
	       " ms=%.1f rate=%.0f end=%s",
		client, access->method != NULL ? access->method : "-", object, access->status,
		access->range != NULL ? access->range : "-", access->octets, seconds * 1000,
		(double)access->octets / seconds, access->end);
}
