/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What devices write that is nearly XML, made XML. */
#pragma once

#include <av-upnp/base.h>

/* A document that the reader may take: at most max octets, or NULL where it would be longer. g_free() it. */
char *mend_xml(const char *text, size_t len, size_t max);
