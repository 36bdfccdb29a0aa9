/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A SOAP envelope that is written while its content is made. */
#pragma once

#include <av-upnp/xml-writer.h>

/* The element that follows goes into the body. */
AvuXmlWriter *envelope_begin(void);
/* Closes body and envelope; frees out. */
GBytes *envelope_end(AvuXmlWriter *out);
