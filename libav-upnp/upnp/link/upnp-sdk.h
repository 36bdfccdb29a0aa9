/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/upnp-sdk.h: libupnp, and how its failures become sentences. Versions 1.8.4 and 1.14. */
#pragma once

#include <upnp/upnp.h>
#include <upnp/upnptools.h>

#include <av-upnp/base.h>

/* A header of 1.8.4 takes these away again. */
#ifndef bool
#define bool _Bool
#define true 1
#define false 0
#endif

/** Sets AVU_ERROR_FAILED "WHAT: text (code)". */
void upnp_sdk_set_error(GError **error, const char *what, int code);
