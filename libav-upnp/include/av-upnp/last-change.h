/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/last-change.h: the LastChange event document taken apart */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct {
	uint32_t instance;
	const char *name;    /* of the variable; foreign, at most AVU_LIMIT_XML_NAME octets */
	const char *channel; /* "Master"; NULL: none given */
	const char *value;
} AvuChange; /* strings live during emit */

/** Calls emit once per variable, in the document's order. Elements without val, and instances whose
 *  number cannot be read, are skipped; nothing is emitted when the document is not well-formed.
 *  @return false with SYNTAX or LIMIT
 *  @thread any
 *  @clause AVTransport:1 2.3.1 (schema avt-event), RenderingControl:1 2.3.1 */
AVU_API bool avu_last_change_parse(const char *text, size_t len,
	void (*emit)(const AvuChange *change, void *data), void *data, GError **error);

G_END_DECLS
