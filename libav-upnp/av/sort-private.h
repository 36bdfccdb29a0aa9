/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av/sort-private.h: what can be sorted by */
#pragma once

#include <av-upnp/base.h>

/* "dc:title,…" as SortCapabilities wants it. g_free() it. */
char *sort_capabilities(void);
