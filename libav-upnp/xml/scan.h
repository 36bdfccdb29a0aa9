/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A look over foreign XML before the parser gets it. */
#pragma once

#include <av-upnp/xml-reader.h>

/* Refuses documents whose tags are longer or have more attributes than limits.h allows, and document
 * type declarations. What it accepts need not be well-formed. */
bool scan_xml(const AvuXmlKind *kind, const char *text, size_t len, GError **error);
