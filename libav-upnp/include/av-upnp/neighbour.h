/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/neighbour.h: by which interface a link-local IPv6 address was heard
 *
 * Devices write such addresses into URLs without a zone, which means something on the reader's host alone. */
#pragma once

#include <av-upnp/address.h>

G_BEGIN_DECLS

/** It was heard there. Others than link-local IPv6 with a zone are nothing new. At most AVU_NEIGHBOURS_MAX are kept; the
 *  one not heard for longest goes. @thread any */
AVU_API void avu_neighbour_note(const AvuAddress *address);
/** @return the interface that it was heard by; else that of whoever was heard last, who may have spoken of it;
 *  0: nobody was heard. @thread any */
AVU_API uint32_t avu_neighbour_find(const AvuAddress *address);
/** All are forgotten. @thread any */
AVU_API void avu_neighbour_forget(void);
#define AVU_NEIGHBOURS_MAX 128

G_END_DECLS
