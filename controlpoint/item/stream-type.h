/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* item/stream-type.h: what a stream is, by its first octets. Pure. */
#pragma once

#include <av-upnp/base.h>

#define STREAM_TYPE_BYTES 16

/** @param n  up to STREAM_TYPE_BYTES are looked at  @return media type, static; NULL: not known */
const char *stream_type_of(const uint8_t *head, size_t n);
