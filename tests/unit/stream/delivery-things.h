/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery-things.h: resources of all kinds, for the tests of delivery */
#pragma once

#include <av-upnp/error.h>

#include "libav-upnp/stream/delivery-plan.h"

#define AV "DLNA.ORG_OP=01;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=01700000000000000000000000000000"
#define IMAGE "DLNA.ORG_OP=01;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=00F00000000000000000000000000000"
#define MODIFIED "Sun, 06 Nov 1994 08:49:37 GMT"
#define LATER "Sun, 06 Nov 1994 08:49:38 GMT"
#define EARLIER "Sun, 06 Nov 1994 08:49:36 GMT"

/* What a row asks for. */
typedef struct {
	AvuDelivery delivery;
	AvuMediaSpan span;
	bool slow;        /* 1/2 and -1 are to be had */
	int locate_error; /* AvuError; 0: found 10 s before and behind */
} Thing;

#define S(s) ((s)*AVU_NS_PER_S)
#define ANY AVU_LENGTH_UNKNOWN
#define TIME "TimeSeekRange.dlna.org: npt="

static const Thing video = { { .kind = AVU_MEDIA_VIDEO,
				     .mime = "video/mpeg",
				     .content_features = AV,
				     .etag = "\"abc\"",
				     .modified_s = 784111777 },
	{ .seek = AVU_SEEK_BYTES, .end_byte = 1000, .end_ns = AVU_TIME_NONE }, false, 0 };
static const Thing picture = { { .kind = AVU_MEDIA_IMAGE,
				       .mime = "image/jpeg",
				       .content_features = IMAGE,
				       .etag = "\"abc\"",
				       .modified_s = 784111777 },
	{ .seek = AVU_SEEK_BYTES, .end_byte = 1000, .end_ns = AVU_TIME_NONE }, false, 0 };
static const Thing sketch = { { .kind = AVU_MEDIA_IMAGE, .mime = "image/x-unknown" },
	{ .seek = AVU_SEEK_BYTES, .end_byte = 1000, .end_ns = AVU_TIME_NONE }, false, 0 };
static const Thing plain = { { .kind = AVU_MEDIA_AUDIO, .mime = "audio/x-unknown" },
	{ .seek = AVU_SEEK_BYTES, .end_byte = 1000, .end_ns = AVU_TIME_NONE }, false, 0 };
/* A file with an index, 100 s of 10 octets each. */
static const Thing film = { { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" },
	{ .seek = AVU_SEEK_BYTES | AVU_SEEK_TIME, .end_byte = 1000, .end_ns = S(100) }, false, 0 };
static const Thing damaged = { { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" },
	{ .seek = AVU_SEEK_BYTES | AVU_SEEK_TIME, .end_byte = 1000, .end_ns = S(100) }, false,
	AVU_ERROR_UNSUPPORTED };
static const Thing busy = { { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" },
	{ .seek = AVU_SEEK_BYTES | AVU_SEEK_TIME, .end_byte = 1000, .end_ns = S(100) }, false,
	AVU_ERROR_BUSY };
static const Thing gone = { { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" },
	{ .seek = AVU_SEEK_BYTES | AVU_SEEK_TIME, .end_byte = 1000, .end_ns = S(100) }, false,
	AVU_ERROR_NOT_FOUND };
/* The same film, of which other speeds are made as well. */
static const Thing fast_film = { { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" },
	{ .seek = AVU_SEEK_BYTES | AVU_SEEK_TIME, .end_byte = 1000, .end_ns = S(100) }, true, 0 };
/* A conversion: starts at any time, knows no octets, plays slowly. */
static const Thing converted = { { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" },
	{ .seek = AVU_SEEK_TIME, .end_byte = AVU_LENGTH_UNKNOWN, .end_ns = S(100) }, true, 0 };
static const Thing recording = { { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" },
	{ .seek = AVU_SEEK_BYTES, .end_moves = true, .end_byte = 1000, .end_ns = AVU_TIME_NONE },
	false, 0 };
/* Time shift: what was between 20 and 80 s is there. */
static const Thing shifted = { { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" },
	{ .seek = AVU_SEEK_BYTES | AVU_SEEK_TIME,
		.limited = true,
		.start_moves = true,
		.end_moves = true,
		.first_byte = 200,
		.end_byte = 800,
		.first_ns = S(20),
		.end_ns = S(80) },
	true, 0 };
static const Thing tuner = { { .kind = AVU_MEDIA_VIDEO, .mime = "video/mpeg" },
	{ .start_moves = true,
		.end_moves = true,
		.end_byte = AVU_LENGTH_UNKNOWN,
		.end_ns = AVU_TIME_NONE },
	false, 0 };
