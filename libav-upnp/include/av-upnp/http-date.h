/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/http-date.h: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7), in no language but that */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** @return seconds since 1970; AVU_TIME_NONE when it is not exactly this form @thread any */
AVU_API int64_t avu_http_date_parse(const char *text);
/** g_free() it. @param time_s  of the years 1970…9999; of others the text is empty @thread any */
AVU_API char *avu_http_date_format(int64_t time_s);

G_END_DECLS
