/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* content-features.h: what a fourth field promises of its transport; read leniently, ours and foreign */
#pragma once

#include <av-upnp/base.h>

/* Bits of DLNA.ORG_FLAGS (spec/dlna-protocolinfo.md 2). */
#define FEATURE_LIMITED_TIME (1u << 30)
#define FEATURE_LIMITED_BYTES (1u << 29)
#define FEATURE_START_MOVES (1u << 27)
#define FEATURE_END_MOVES (1u << 26)
#define FEATURE_STREAMING (1u << 24)
#define FEATURE_INTERACTIVE (1u << 23)
#define FEATURE_BACKGROUND (1u << 22)
#define FEATURE_STALLING (1u << 21)

typedef struct {
	bool has_op;
	bool op_time, op_bytes;
	bool has_flags;
	uint32_t flags; /* the first eight digits */
} ContentFeatures;

/** @param text  may be NULL: nothing is promised. Names in any case; a value that is none is left out */
ContentFeatures content_features_read(const char *text);
